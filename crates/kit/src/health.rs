//! Whether the service lives, and whether it could serve a request now.

use std::{fmt, time::Duration};

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::timeout;

use crate::{
    problem::{Problem, ServiceCode},
    server::Stop,
};

/// Why something that the service needs is not there: a sentence of the program, since anybody may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unready(pub &'static str);

type Probe = dyn Fn() -> BoxFuture<'static, Result<(), Unready>> + Send + Sync;

/// Something without which no request can be served.
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) probe: Box<Probe>,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// How a check went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Finding {
    /// What was checked.
    name: &'static str,
    /// Whether it is there.
    ready: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// How the service is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Health {
    /// Whether the process answers: always, where it answers.
    pub(crate) live: bool,
    /// Whether a request could be served now.
    pub(crate) ready: bool,
    /// What was checked.
    pub(crate) checks: Vec<Finding>,
}

/// How long a check may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// Everything that must be there.
#[derive(Debug)]
pub(crate) struct Checks {
    pub(crate) checks: Vec<Check>,
    pub(crate) stop: Stop,
}

impl Checks {
    pub(crate) async fn health(&self) -> Health {
        let mut findings = vec![finding("serving", self.serving())];
        for check in &self.checks {
            let outcome = timeout(PATIENCE, (check.probe)()).await;
            findings.push(finding(check.name, outcome.unwrap_or(Err(Unready("it did not answer within a second")))));
        }
        Health { live: true, ready: findings.iter().all(|finding| finding.ready), checks: findings }
    }

    /// The health, or the problem `not-ready` with what was found.
    pub(crate) async fn ready(&self) -> Result<Health, Problem> {
        let health = self.health().await;
        if health.ready {
            return Ok(health);
        }
        Err(ServiceCode::NotReady.problem().with("checks", serde_json::to_value(health.checks).unwrap_or_default()))
    }

    fn serving(&self) -> Result<(), Unready> {
        if self.stop.is_requested() { Err(Unready("the service is stopping")) } else { Ok(()) }
    }
}

fn finding(name: &'static str, outcome: Result<(), Unready>) -> Finding {
    Finding { name, ready: outcome.is_ok(), reason: outcome.err().map(|unready| unready.0) }
}
