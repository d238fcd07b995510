//! A rail that outlives its gateway: what it carried out stands in a file, a line each. It carries out a transaction once,
//! whoever sends it how often; a second transaction for the same payment would be a second line.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use earnest_base::{Count, Network, Sha256Digest, TransactionId};
use earnest_rail::{Carried, CheckError, Job, Rail, RailOutage, Sent, Signed, Sought, WalletSight};
use earnest_relay::{Finding, Outcome, RailTerms};
use earnest_x402::{exact::ExactOrc, scheme::Scheme};

/// A rail on paper.
#[derive(Debug)]
pub(super) struct PaperRail {
    network: Network,
    scheme: ExactOrc,
    paper: PathBuf,
}

impl PaperRail {
    pub(super) fn at(paper: &Path) -> Self {
        let scheme = ExactOrc::new("fed:pl-main".parse().unwrap());
        Self { network: scheme.network().clone(), scheme, paper: paper.to_owned() }
    }

    fn lines(&self) -> BTreeSet<String> {
        let text = std::fs::read_to_string(&self.paper).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// How many transactions each nonce was paid by.
    pub(super) fn paid(&self) -> BTreeMap<String, u32> {
        let mut paid = BTreeMap::new();
        for line in self.lines() {
            let (nonce, _) = line.split_once(' ').unwrap();
            *paid.entry(nonce.to_owned()).or_insert(0) += 1;
        }
        paid
    }

    fn file(&self) -> File {
        OpenOptions::new().create(true).append(true).open(&self.paper).unwrap()
    }
}

fn line(payment: &Carried, txid: &TransactionId) -> String {
    let payload: serde_json::Value = serde_json::to_value(&payment.request.payment).unwrap();
    let nonce = payload["payload"]["authorization"]["nonce"].as_str().unwrap();
    format!("{nonce} {txid}")
}

fn included(txid: &TransactionId) -> Finding {
    let block_height = Count::new(1).unwrap();
    Finding::Included { txid: txid.clone(), block_height, depth: 1, success: true, detail: None, explorer_url: None }
}

#[async_trait]
impl Rail for PaperRail {
    fn network(&self) -> &Network {
        &self.network
    }

    fn scheme(&self) -> &dyn Scheme {
        &self.scheme
    }

    fn terms(&self) -> RailTerms {
        RailTerms::ledger()
    }

    async fn wallets(&self) -> Result<Vec<WalletSight>, RailOutage> {
        Ok(Vec::new())
    }

    async fn check(&self, payments: &[Arc<Carried>]) -> Vec<Result<(), CheckError>> {
        payments.iter().map(|_| Ok(())).collect()
    }

    /// The id is the payment's own: another gateway that makes another payment of the same authorisation would show.
    async fn sign(&self, job: &Job) -> Result<Signed, RailOutage> {
        let id = job.payment.as_ref().map(|payment| payment.submission.payment_id.to_string()).unwrap_or_default();
        let digest = Sha256Digest::of(id.as_bytes()).to_bytes();
        Ok(Signed { txid: digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().parse().unwrap() })
    }

    async fn send(&self, jobs: &[Job]) -> Vec<Sent> {
        let known = self.lines();
        let mut file = self.file();
        let send = |job: &Job| {
            let (Some(payment), Some(txid)) = (&job.payment, &job.txid) else {
                return Sent { outcome: Outcome::Accepted, finding: None };
            };
            let line = line(payment, txid);
            if !known.contains(&line) {
                file.write_all(format!("{line}\n").as_bytes()).unwrap();
            }
            Sent { outcome: Outcome::Accepted, finding: Some(included(txid)) }
        };
        jobs.iter().map(send).collect()
    }

    async fn look(&self, sought: &[Sought]) -> Vec<Result<Finding, RailOutage>> {
        let known = self.lines();
        let look = |sought: &Sought| {
            let found = sought.txids.iter().find(|txid| known.contains(&line(&sought.payment, txid)));
            Ok(found.map_or(Finding::Missing, included))
        };
        sought.iter().map(look).collect()
    }
}
