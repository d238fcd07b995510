//! The gateway's funding under test, here or in a process of its own: this program once more, told by its environment.

use std::{
    env,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use earnest_base::{SubjectKind, Timestamp};
use earnest_client::{Clock, EscrowClient, RequestSigner};
use earnest_gateway::funding::{Funding, FundingParts, FundingSettings, journal_name, operator_routes, public_routes};
use earnest_kit::{App, MemoryNonces, Server, ServerSettings, Stop, Stopper, Verifier};
use earnest_ports::{Clock as _, DrivenClock};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{
    SECRET,
    people::{GATEWAY, OPERATOR},
};

/// The environment of a child: what it is told.
const TOLD: &str = "EARNEST_CHILD_FUNDING";
/// What a child says before its addresses.
const LISTENS: &str = "listens on ";

/// Funding that runs, on two listeners.
pub(super) struct Gateway {
    pub(super) public: SocketAddr,
    pub(super) operators: SocketAddr,
    ends: Ends,
}

enum Ends {
    Here { funding: Funding, servers: Vec<JoinHandle<()>>, stopper: Stopper },
    Apart(Child),
}

/// Not a test of its own: the process that another one starts, and kills.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Ok(told) = env::var(TOLD) else { return };
    let told: Value = serde_json::from_str(&told).unwrap();
    let of = |name: &str| told[name].as_str().unwrap().to_owned();
    let settings = serde_json::from_value(told["settings"].clone()).unwrap();
    let clock = Arc::new(DrivenClock::new(of("now").parse().unwrap()));
    let gateway = Gateway::start(settings, Path::new(&of("data")), of("escrow").parse().unwrap(), clock).await;
    println!("\n{LISTENS}{} {}", gateway.public, gateway.operators);
    std::future::pending::<()>().await;
}

impl Gateway {
    pub(super) async fn start(
        settings: FundingSettings,
        data: &Path,
        escrow: SocketAddr,
        driven: Arc<DrivenClock>,
    ) -> Self {
        std::fs::create_dir_all(data).unwrap();
        let url = format!("sqlite:{}", data.join("funding.sqlite").display());
        let journal = earnest_store::open(&url, journal_name(&GATEWAY.node()).unwrap()).await.unwrap();
        let told = Arc::clone(&driven);
        let clock = Clock::new(move || told.now());
        let signer = RequestSigner::new(SubjectKind::Node, GATEWAY.key(), clock.clone());
        let (stopper, stop) = Stop::pair();
        let mut funding = Funding::start(FundingParts {
            settings,
            federation: "fed:pl-main".parse().unwrap(),
            data: data.to_owned(),
            key: GATEWAY.key(),
            operators: vec![OPERATOR.participant()],
            escrow: EscrowClient::new(&format!("http://{escrow}"), Some(signer)).unwrap(),
            clock: driven,
            journal,
            stop: stop.clone(),
        })
        .unwrap();
        assert!(funding.writes().await);
        let verifier = Verifier::new(Arc::new(MemoryNonces::new(clock.clone())), clock);
        // Whoever mounts both on one listener can describe them in one document.
        let both = operator_routes(public_routes(App::new("both", "0"), &funding, &verifier), &funding, &verifier);
        both.openapi().unwrap();
        let settings = ServerSettings { stop_within_ms: 2_000, ..ServerSettings::default() };
        let (mut servers, mut addresses) = (Vec::new(), Vec::new());
        for app in [
            public_routes(App::new("gateway", "0"), &funding, &verifier),
            operator_routes(App::new("gateway-operators", "0"), &funding, &verifier),
        ] {
            let server = Server::bind(&settings).await.unwrap();
            addresses.push(server.address());
            let serving = server.serve(app, stop.clone());
            servers.push(tokio::spawn(async move { serving.await.unwrap() }));
        }
        let (public, operators) = (addresses[0], addresses[1]);
        Self { public, operators, ends: Ends::Here { funding, servers, stopper } }
    }

    pub(super) fn apart(settings: &FundingSettings, data: &Path, escrow: SocketAddr, now: Timestamp) -> Self {
        let mut told = serde_json::to_value(settings).unwrap();
        // A configuration shows no secret; a child is told it.
        told["providers"]["psp"]["secrets"] = json!([SECRET]);
        let told = json!({ "settings": told, "data": data, "escrow": escrow.to_string(), "now": now });
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", "support::gateway::child", "--nocapture"])
            .env(TOLD, told.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let line = lines.find_map(|line| line.strip_prefix(LISTENS).map(str::to_owned)).expect("addresses");
        std::thread::spawn(move || lines.for_each(drop));
        let (public, operators) = line.split_once(' ').unwrap();
        Self { public: public.parse().unwrap(), operators: operators.parse().unwrap(), ends: Ends::Apart(process) }
    }

    /// Stops in good order; a process of its own is killed.
    pub(super) async fn stop(self) {
        match self.ends {
            Ends::Here { funding, servers, stopper } => {
                stopper.stop();
                for server in servers {
                    server.await.unwrap();
                }
                funding.ended().await.unwrap();
            }
            Ends::Apart(mut process) => {
                process.kill().unwrap();
                process.wait().unwrap();
            }
        }
    }
}
