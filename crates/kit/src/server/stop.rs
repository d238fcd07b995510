//! Stopping: asked for once, heard by everybody.

use tokio::sync::watch;

/// Hears that the service is to stop. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

/// Asks the service to stop. Where it is dropped unasked, the service goes on.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

impl Stopper {
    /// Asks for the stop.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// A stop that the other half asks for: for tests, and for several services in one process.
    #[must_use]
    pub fn pair() -> (Stopper, Self) {
        let (sender, receiver) = watch::channel(false);
        (Stopper(sender), Self(receiver))
    }

    /// A stop that SIGTERM or SIGINT asks for.
    #[must_use]
    pub fn on_signals() -> Self {
        let (stopper, stop) = Self::pair();
        tokio::spawn(async move {
            signalled().await;
            stopper.stop();
        });
        stop
    }

    /// Waits until the stop is asked for.
    pub async fn requested(&self) {
        let mut heard = self.0.clone();
        if heard.wait_for(|asked| *asked).await.is_err() {
            // Nobody is left who could ask.
            std::future::pending::<()>().await;
        }
    }

    /// Whether it was asked for.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }
}

#[cfg(unix)]
async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};

    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        _ => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn signalled() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
