//! Who calls the service, with real keys: buyers, a provider, a gateway, an operator; and the papers that they sign.

use std::net::SocketAddr;

use earnest_artifacts::{
    Draft, EscrowPolicy, Family, GatewayReceipt, ProcurementContract, ServiceOffer, ServiceOrder, Signed, Verified,
    service_order::BuyerKind,
};
use earnest_base::{FederationId, NodeId, ParticipantId, Subject, SubjectKind, Timestamp};
use earnest_kit::{Clock, RequestSigner};
use earnest_ports::{Clock as _, SystemClock};
use earnest_procurement::{ContractIds, Deal, draft_contract};
use earnest_signing::{Document, SecretKey};
use serde_json::json;

use crate::callers::{Line, ask_once};

/// How many buyers share the load, so that no limit of one caller is in the way.
pub(crate) const BUYERS: u8 = 32;
pub(crate) const PROVIDER: u8 = 100;
pub(crate) const GATEWAY: u8 = 101;
const OPERATOR: u8 = 102;

/// Who calls.
pub(crate) struct Parties {
    pub(crate) federation: FederationId,
    offer: Verified<ServiceOffer>,
    policy: Option<Verified<EscrowPolicy>>,
    made: u64,
}

/// A contract with its order, and whose it is.
pub(crate) struct Papers {
    buyer: u8,
    name: String,
    contract: Verified<ProcurementContract>,
    order: Verified<ServiceOrder>,
}

pub(crate) fn key(who: u8) -> SecretKey {
    SecretKey::from_seed(&[who; 32])
}

fn participant(who: u8) -> ParticipantId {
    ParticipantId::new(*key(who).public())
}

fn node(who: u8) -> NodeId {
    NodeId::new(*key(who).public())
}

fn example<T: Family>() -> anyhow::Result<T> {
    Ok(Draft::<T>::parse(T::EXAMPLE.as_bytes())?.document().clone())
}

fn signed<T: Document>(document: &T, who: u8) -> anyhow::Result<Verified<T>> {
    Ok(Draft::new(document)?.sign(None, &key(who)).and_then(Draft::finish).and_then(Signed::verify)?)
}

fn text<T: Document>(document: &Verified<T>) -> String {
    String::from_utf8_lossy(document.bytes()).into_owned()
}

impl Parties {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let offer = ServiceOffer {
            id: "offer:bench".parse()?,
            ts: earlier(60)?,
            ttl: earnest_base::Seconds::new(86_400)?,
            created_at: None,
            provider: participant(PROVIDER),
            provider_node: node(PROVIDER),
            unit_kind: earnest_artifacts::service_offer::UnitKind::PerItem,
            unit_size: None,
            input_constraints: None,
            ..example()?
        };
        Ok(Self { federation: "fed:bench".parse()?, offer: signed(&offer, PROVIDER)?, policy: None, made: 0 })
    }

    pub(crate) fn operator(&self) -> ParticipantId {
        participant(OPERATOR)
    }

    pub(crate) fn gateway(&self) -> NodeId {
        node(GATEWAY)
    }

    /// Accounts are opened and topped up, and the terms are read.
    pub(crate) async fn meet(&mut self, address: SocketAddr) -> anyhow::Result<()> {
        for who in (1..=BUYERS).chain([PROVIDER]) {
            let account = format!("account:fed-bench:party-{who}");
            let body = json!({ "account": account, "owner": participant(who), "purpose": "participant-settlement" });
            ask_once(address, self.request(address, "/accounts", &body.to_string(), participant(OPERATOR).into())?)
                .await?;
            if who == PROVIDER {
                continue;
            }
            let receipt = GatewayReceipt {
                id: format!("gw:bench-{who}").parse()?,
                gateway_node: node(GATEWAY),
                account: account.parse()?,
                internal_amount: earnest_base::Orc::from_minor(1_000_000_000)?,
                external_amount: "10000000".parse()?,
                net_external: Some("10000000".parse()?),
                fee_external: Some("0".parse()?),
                fee_rate: Some("0".parse()?),
                internal_fee: Some(earnest_base::Orc::ZERO),
                ..example()?
            };
            let receipt = text(&signed(&receipt, GATEWAY)?);
            ask_once(address, self.request(address, "/gateway-receipts", &receipt, node(GATEWAY).into())?).await?;
        }
        self.policy = Some(read_policy(address).await?);
        Ok(())
    }

    /// So many contracts, signed by both sides.
    pub(crate) fn papers(&mut self, count: usize) -> anyhow::Result<Vec<Papers>> {
        (0..count).map(|_| self.paper()).collect()
    }

    fn paper(&mut self) -> anyhow::Result<Papers> {
        self.made += 1;
        let policy = self.policy.as_ref().ok_or_else(|| anyhow::anyhow!("expected the terms to be known"))?;
        let buyer = u8::try_from(self.made % u64::from(BUYERS))? + 1;
        let name = format!("bench-{}", self.made);
        let order = ServiceOrder {
            id: format!("order:{name}").parse()?,
            created_at: earlier(1)?,
            buyer_node: node(buyer),
            buyer_kind: BuyerKind::Participant,
            buyer: participant(buyer).into(),
            operator: None,
            provider: participant(PROVIDER),
            provider_node: node(PROVIDER),
            offer: self.offer.id.clone(),
            offer_seq: self.offer.seq,
            service_type: self.offer.service_type.clone(),
            units: earnest_base::Count::new(1)?,
            output_constraints: None,
            max_amount: self.offer.total(1)?,
            requested_by: None,
            ..example()?
        };
        let order = signed(&order, buyer)?;
        let deal = Deal { order: &order, offer: &self.offer, policy, accept_by: None };
        let ids = ContractIds { contract: format!("contract:{name}").parse()?, hold: format!("hold:{name}").parse()? };
        let draft = draft_contract(&deal, &ids, SystemClock.now()).map_err(|refusal| anyhow::anyhow!("{refusal}"))?;
        let draft = draft.sign(Some("responder"), &key(PROVIDER))?.sign(Some("asker"), &key(buyer))?;
        Ok(Papers { buyer, name, contract: draft.finish()?.verify()?, order })
    }

    /// The requests: of a single hold, the hold and its end; of a batch, all its holds in one and then their ends.
    pub(crate) fn requests(&self, address: SocketAddr, papers: &[Papers], batch: usize) -> anyhow::Result<Vec<Line>> {
        papers.chunks(batch).map(|papers| self.group(address, papers, batch)).collect()
    }

    fn group(&self, address: SocketAddr, papers: &[Papers], batch: usize) -> anyhow::Result<Line> {
        let offer = text(&self.offer);
        let holds: Vec<String> = papers
            .iter()
            .map(|papers| {
                let (contract, order) = (text(&papers.contract), text(&papers.order));
                format!("{{\"contract\":{contract},\"order\":{order},\"offer\":{offer}}}")
            })
            .collect();
        let opened = if batch == 1 {
            self.request(address, "/holds", &holds.concat(), participant(PROVIDER).into())?
        } else {
            let body = format!("{{\"holds\":[{}]}}", holds.join(","));
            self.request(address, "/holds/batch", &body, participant(PROVIDER).into())?
        };
        let mut line = vec![opened];
        for papers in papers {
            let path = format!("/holds/hold:{}/actions", papers.name);
            let body = json!({ "decision": format!("decision:{}", papers.name), "action": "end-workflow" });
            line.push(self.request(address, &path, &body.to_string(), participant(papers.buyer).into())?);
        }
        Ok(line)
    }

    fn request(&self, address: SocketAddr, path: &str, body: &str, who: Subject) -> anyhow::Result<Vec<u8>> {
        let held = (1..=BUYERS).chain([PROVIDER, GATEWAY, OPERATOR]).find(|seed| key(*seed).public() == who.key());
        let held = key(held.ok_or_else(|| anyhow::anyhow!("expected a key of the parties"))?);
        let kind = if matches!(who, Subject::Node(_)) { SubjectKind::Node } else { SubjectKind::Participant };
        let mut request = http::Request::post(format!("http://{address}{path}")).body(body.to_owned())?;
        RequestSigner::new(kind, held, Clock::system()).sign(&mut request)?;
        let mut head = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in request.headers() {
            head.push_str(&format!("{name}: {}\r\n", value.to_str()?));
        }
        Ok((head + "\r\n" + body).into_bytes())
    }
}

fn earlier(seconds: i64) -> anyhow::Result<Timestamp> {
    let millis = SystemClock.now().unix_millis() - seconds * 1_000;
    Timestamp::from_unix_millis(millis).ok_or_else(|| anyhow::anyhow!("expected a moment of the calendar"))
}

/// The terms of the escrow, as anybody reads them.
async fn read_policy(address: SocketAddr) -> anyhow::Result<Verified<EscrowPolicy>> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let path = "/policies/escrow-policy:standard-v1";
    let ask = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (_, body) = answer.split_once("\r\n\r\n").ok_or_else(|| anyhow::anyhow!("expected an answer"))?;
    Ok(Verified::parse(body.as_bytes())?)
}
