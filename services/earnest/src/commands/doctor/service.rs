//! The escrow at its URL: in reach, in time, with its terms.

use earnest_base::NodeId;
use earnest_client::{ClientError, Clock, EscrowClient};
use earnest_escrow::Config;

use super::Finding;

/// How far the clocks may be apart, in milliseconds: signatures of requests are good for a minute, and not before their
/// time.
const APART_MILLIS: u64 = 5_000;

/// What an escrow says at its URL.
pub(super) async fn service(config: &Config, url: &str, node: Option<NodeId>, flags: &str) -> Vec<Finding> {
    const CHECK: &str = "escrow";
    let client = match EscrowClient::new(url, None) {
        Ok(client) => client,
        Err(error) => {
            return vec![Finding::broken(CHECK, format!("{url}: {error}")).mend("earnest doctor --escrow URL")];
        }
    };
    let client = match node {
        Some(node) => client.of_node(node),
        None => client,
    };
    let head = match client.head().await {
        Ok(head) => head,
        Err(error) => {
            let mend = match &error {
                ClientError::Refused(refused) if refused.code == "not-ready" => {
                    format!("earnest escrow check{flags}")
                }
                ClientError::Refused(refused) if refused.code == "misdirected" => {
                    "earnest doctor --escrow URL".to_owned()
                }
                _ => format!("earnest escrow{flags}"),
            };
            return vec![Finding::broken(CHECK, format!("{url}: {error}")).mend(mend)];
        }
    };
    let reached = Finding::well(CHECK, format!("{url} answers, at fact {}", head.seq));
    let apart = head.now.unix_millis().abs_diff(Clock::system().now().unix_millis());
    let clock = Finding {
        check: "clock",
        ok: apart <= APART_MILLIS,
        finding: format!("the escrow's and this one are {apart} ms apart"),
        mend: (apart > APART_MILLIS).then(|| "sudo timedatectl set-ntp true".to_owned()),
    };
    let policy = match client.policy(&config.policy.id).await {
        Ok(policy) => Finding::well("policy", format!("{} is in force, for {} modes", policy.id, policy.modes.len())),
        Err(error) => {
            Finding::broken("policy", format!("{}: {error}", config.policy.id)).mend(format!("earnest escrow{flags}"))
        }
    };
    vec![reached, clock, policy]
}
