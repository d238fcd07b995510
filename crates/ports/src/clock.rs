//! The port to the time of day: the system's, and one that a test drives.

use std::time::Duration;

use async_trait::async_trait;
use earnest_base::Timestamp;
use tokio::sync::watch;

/// Tells the time, and waits for it.
#[async_trait]
pub trait Clock: Send + Sync + 'static {
    /// Now, to the millisecond. It may step back, as clocks do; a writer does not follow it there.
    fn now(&self) -> Timestamp;

    /// Returns when this moment has come.
    async fn until(&self, moment: Timestamp);
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// How long a wait is at most before the clock is asked again: it may have been set meanwhile.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is handed")]
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_unix_millis(millis).unwrap_or(Timestamp::LAST)
    }

    async fn until(&self, moment: Timestamp) {
        loop {
            let ahead = moment.unix_millis().saturating_sub(self.now().unix_millis());
            match u64::try_from(ahead) {
                Ok(millis) if millis > 0 => tokio::time::sleep(Duration::from_millis(millis).min(LONGEST_WAIT)).await,
                _ => return,
            }
        }
    }
}

/// A clock that stands until it is set.
#[derive(Debug)]
pub struct DrivenClock(watch::Sender<Timestamp>);

impl DrivenClock {
    /// A clock that shows this moment.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(watch::Sender::new(now))
    }

    /// Sets the clock, and wakes who waits for that moment.
    pub fn set(&self, now: Timestamp) {
        self.0.send_replace(now);
    }
}

#[async_trait]
impl Clock for DrivenClock {
    fn now(&self) -> Timestamp {
        *self.0.borrow()
    }

    async fn until(&self, moment: Timestamp) {
        // The sender lives as long as `self`, so that the wait ends by the clock only.
        let _ = self.0.subscribe().wait_for(|now| *now >= moment).await;
    }
}
