//! The gateway as a process: this program once more, told by its environment to be one.

use std::{
    env,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use earnest_gateway::{Config, Gateway};
use earnest_kit::Stop;
use earnest_ports::SystemClock;
use http::Request;

use super::paper::PaperRail;
use crate::support::exchange_within;

/// The environment of a child: its configuration.
const CONFIG: &str = "EARNEST_CHILD_GATEWAY";
/// What a child says before its address.
const LISTENS: &str = "listens on ";
/// So long that only a fault lets it pass.
const PATIENCE: Duration = Duration::from_secs(60);

/// A gateway in a process of its own.
pub(super) struct Child {
    process: Mutex<std::process::Child>,
    address: SocketAddr,
}

/// Not a test of its own: the process that the others start.
#[test]
fn child() {
    let Ok(config) = env::var(CONFIG) else { return };
    let config: Config = serde_json::from_str(&config).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        std::fs::create_dir_all(&config.data).unwrap();
        let rail = Arc::new(PaperRail::at(&config.data.join("paper")));
        let gateway =
            Gateway::start(config, Arc::new(SystemClock), Some(vec![rail]), Stop::on_signals()).await.unwrap();
        println!("\n{LISTENS}{}", gateway.address());
        gateway.ended().await.unwrap();
    });
}

/// A configuration as a child reads it: its secrets stand in it as they are.
fn told(config: &Config) -> String {
    let mut told = serde_json::to_value(config).unwrap();
    told["journal"] = config.journal.expose().into();
    told.to_string()
}

impl Child {
    pub(super) fn start(config: &Config) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", "processes::child::child", "--nocapture"])
            .env(CONFIG, told(config))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let address: Option<SocketAddr> = lines.find_map(|line| line.strip_prefix(LISTENS)?.parse().ok());
        std::thread::spawn(move || lines.for_each(drop));
        Self { process: Mutex::new(process), address: address.expect("an address") }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until it answers at all.
    pub(super) async fn listens(&self) {
        self.until(&[200, 503]).await;
    }

    /// Waits until it writes.
    pub(super) async fn ready(&self) -> SocketAddr {
        self.until(&[200]).await;
        self.address()
    }

    async fn until(&self, statuses: &[u16]) {
        let ask = || Request::get(format!("http://{}/health", self.address())).body(Vec::new()).unwrap();
        let asked = async {
            loop {
                let answer = exchange_within(self.address(), &ask(), Duration::from_secs(1)).await;
                if answer.is_some_and(|answer| statuses.contains(&answer.status)) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, asked).await.expect("a gateway that comes to this");
    }

    pub(super) fn kill(&self) {
        self.process.lock().unwrap().kill().unwrap();
    }

    pub(super) fn wait(&self) {
        self.process.lock().unwrap().wait().unwrap();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // A test that failed leaves nothing behind.
        let process = self.process.get_mut().unwrap();
        let _ = process.kill();
        let _ = process.wait();
    }
}
