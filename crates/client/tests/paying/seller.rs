//! A small seller over the real wire: demands and offers as our servers make them, payments verified by the schemes. What
//! it does with them is a script.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    response::Response,
};
use earnest_artifacts::SecretKey;
use earnest_base::{Count, Sha256Digest};
use earnest_ports::{Clock, DrivenClock};
use earnest_x402::{
    ErrorReason, Extensions, Outcome, OutcomeAnswer, PaidBy, Presented, SettleResponse, TimeoutSeconds, Verbatim,
    evm::TokenDomain,
    exact::{ExactEip155, ExactOrc},
    identifier_of,
    offer_receipt::{self, Offer, Receipt, SignedArtifact, offers_extension, receipt_extension},
    scheme::{Asked as Shown, Demand, PaidRequest, Scheme, SchemeError, Schemes, Tender, VerifiedPayment},
    v2::{PaymentPayload, PaymentRequired, PaymentRequirements},
};
use serde_json::Value;

/// Who is paid by honest sellers.
pub(crate) const OLA: &str = "account:fed-local:ola";
pub(crate) const OLA_EVM: &str = "0x20f95c8A3d9d35DEfbDdd58c60B3e69d5BC6A6A4";

/// A seller.
pub(crate) struct Shop {
    pub(crate) base: String,
    pub(crate) clock: Arc<DrivenClock>,
    pub(crate) key: SecretKey,
    schemes: Schemes,
    script: Box<Script>,
    asked: Mutex<Vec<Asked>>,
}

type Script = dyn Fn(&Shop, &Asked) -> Answered + Send + Sync;

/// A request, as a script sees it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) number: usize,
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) body: Bytes,
    pub(crate) payment: Presented,
    pub(crate) headers: http::HeaderMap,
}

/// An answer of a script.
#[derive(Debug, Default)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// Whether the connection breaks in the middle of the body.
    pub(crate) breaks: bool,
}

impl Answered {
    pub(crate) fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn lost() -> Self {
        Self { status: 200, body: "half of ".to_owned(), breaks: true, ..Self::default() }
    }
}

pub(crate) fn token() -> TokenDomain {
    TokenDomain {
        name: "USDC".to_owned(),
        version: "2".to_owned(),
        chain_id: 84_532,
        contract: "0x036CbD53842c5426634e7929541eC2318f3dCF7e".parse().unwrap(),
    }
}

impl Shop {
    /// Starts a seller on a port of its own.
    pub(crate) async fn start(
        clock: &Arc<DrivenClock>,
        script: impl Fn(&Self, &Asked) -> Answered + Send + Sync + 'static,
    ) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let schemes: Vec<Box<dyn Scheme>> = vec![Box::new(orc()), Box::new(ExactEip155::new([token()]))];
        let shop = Arc::new(Self {
            base: format!("http://{}", listener.local_addr().unwrap()),
            clock: clock.clone(),
            key: SecretKey::from_seed(&[7; 32]),
            schemes: Schemes::new(schemes),
            script: Box::new(script),
            asked: Mutex::default(),
        });
        let app = Router::new().fallback(serve).with_state(shop.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        shop
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The different payments that were shown so far: how many could be carried out.
    pub(crate) fn payments(&self) -> usize {
        let payloads = self.asked().into_iter().filter_map(|asked| match asked.payment {
            Presented::V2(payment) => Some(payment.payload.canonical()),
            Presented::V1(payment) => Some(payment.payload.canonical()),
            _ => None,
        });
        payloads.collect::<BTreeSet<String>>().len()
    }

    pub(crate) fn orc_price(&self, amount: u128) -> PaymentRequirements {
        let demand = Demand {
            network: orc().network().clone(),
            asset: "ORC".parse().unwrap(),
            amount: amount.into(),
            pay_to: OLA.parse().unwrap(),
            max_timeout: TimeoutSeconds::new(60).unwrap(),
        };
        orc().requirements(&demand, None).unwrap()
    }

    pub(crate) fn evm_price(&self, amount: u128) -> PaymentRequirements {
        let demand = Demand {
            network: "eip155:84532".parse().unwrap(),
            asset: token().contract.to_string().parse().unwrap(),
            amount: amount.into(),
            pay_to: OLA_EVM.to_lowercase().parse().unwrap(),
            max_timeout: TimeoutSeconds::new(60).unwrap(),
        };
        ExactEip155::new([token()]).requirements(&demand, None).unwrap()
    }

    /// The demand for a path, each of its ways offered with the seller's signature.
    pub(crate) fn demand(&self, path: &str, accepts: Vec<PaymentRequirements>) -> PaymentRequired {
        self.demand_by(path, accepts, &self.key)
    }

    pub(crate) fn demand_by(&self, path: &str, accepts: Vec<PaymentRequirements>, key: &SecretKey) -> PaymentRequired {
        let url = self.url(path);
        let offers: Vec<SignedArtifact<Offer>> =
            accepts.iter().map(|way| SignedArtifact::sign(&Offer::new(url.parse().unwrap(), way, None), key)).collect();
        let extensions = Extensions::default().declaring_identifier(false);
        let extensions = extensions.with(offer_receipt::KEY, offers_extension(&offers));
        let accepts: Vec<Verbatim<PaymentRequirements>> = accepts.into_iter().map(Verbatim::from).collect();
        let demand = serde_json::json!({
            "x402Version": 2, "resource": { "url": url }, "accepts": accepts, "extensions": extensions,
        });
        serde_json::from_value(demand).unwrap()
    }

    /// Judges the payment of a request by what was demanded for it.
    pub(crate) fn verify(&self, asked: &Asked, way: &PaymentRequirements) -> Result<VerifiedPayment, SchemeError> {
        let payment = asked.payment().unwrap();
        let request = PaidRequest::new(&asked.method, &self.url(&asked.path), Sha256Digest::of(&asked.body)).unwrap();
        let identifier = identifier_of(payment.extensions.as_ref(), false).unwrap();
        let tender = Tender::v2(payment, way, Shown::Here(&request));
        let tender = match &identifier {
            Some(identifier) => tender.under(identifier),
            None => tender,
        };
        self.schemes.verify(&tender, self.clock.now())
    }

    /// The answer to a settlement, with a receipt.
    pub(crate) fn settled(&self, asked: &Asked, payment: &VerifiedPayment) -> SettleResponse {
        let transaction = transaction_of(payment);
        let receipt = Receipt {
            version: earnest_x402::Version,
            network: payment.network.clone(),
            resource_url: self.url(&asked.path).parse().unwrap(),
            payer: payment.payer.clone(),
            issued_at: Count::new(u64::try_from(self.clock.now().unix_millis() / 1000).unwrap()).unwrap(),
            transaction: Some(transaction.parse().unwrap()),
        };
        let receipt = SignedArtifact::sign(&receipt, &self.key);
        let extensions = Extensions::default().with(offer_receipt::KEY, receipt_extension(&receipt));
        let settled =
            SettleResponse::settled(transaction, payment.network.to_string(), payment.payer.as_str().to_owned());
        SettleResponse { extensions: Some(extensions), ..settled }
    }

    /// What an honest seller does: 25 minor units for each request.
    pub(crate) fn honest(&self, asked: &Asked) -> Answered {
        self.sells(asked, vec![self.orc_price(25)])
    }

    /// What an honest seller does that can be paid in these ways.
    pub(crate) fn sells(&self, asked: &Asked, ways: Vec<PaymentRequirements>) -> Answered {
        let Some(payment) = asked.payment() else { return demanded(&self.demand(&asked.path, ways)) };
        let way = ways.iter().find(|way| payment.accepted.value() == *way).unwrap_or(&ways[0]);
        match self.verify(asked, way) {
            Ok(verified) => delivered(&self.settled(asked, &verified)),
            Err(error) => demanded(&self.demand(&asked.path, ways).because(error.reason())),
        }
    }
}

impl Asked {
    pub(crate) fn payment(&self) -> Option<&PaymentPayload> {
        match &self.payment {
            Presented::V2(payment) => Some(payment),
            _ => None,
        }
    }

    pub(crate) fn is_paid(&self) -> bool {
        self.payment != Presented::None
    }
}

pub(crate) fn orc() -> ExactOrc {
    ExactOrc::new("fed:local".parse().unwrap())
}

pub(crate) fn transaction_of(payment: &VerifiedPayment) -> String {
    use std::fmt::Write;
    Sha256Digest::of(payment.nonce.as_str().as_bytes()).to_bytes().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

pub(crate) fn demanded(demand: &PaymentRequired) -> Answered {
    written(&Outcome::Demand(Box::new(demand.clone())))
}

pub(crate) fn changed(demand: &PaymentRequired, change: impl FnOnce(&mut Value)) -> Answered {
    let mut value = serde_json::to_value(demand).unwrap();
    change(&mut value);
    demanded(&serde_json::from_value(value).unwrap())
}

pub(crate) fn delivered(settled: &SettleResponse) -> Answered {
    let mut answer = written(&Outcome::Settled { paid_by: PaidBy::V2, settled: Box::new(settled.clone()) });
    answer.body = "the report".to_owned();
    answer
}

pub(crate) fn unsettled(reason: ErrorReason, transaction: &str) -> Answered {
    let settled = SettleResponse::failed(reason, None, transaction.to_owned(), orc().network().to_string());
    written(&Outcome::SettleFailed { paid_by: PaidBy::V2, settled: Box::new(settled) })
}

fn written(outcome: &Outcome) -> Answered {
    let OutcomeAnswer { status, headers, body } = outcome.answer(None);
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    Answered { status: status.unwrap_or(200), headers, body, breaks: false }
}

async fn serve(State(shop): State<Arc<Shop>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let payment = Presented::of(parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
    let asked = {
        let mut all = shop.asked.lock().unwrap();
        let asked = Asked {
            number: all.len(),
            method: parts.method.to_string(),
            path: parts.uri.path_and_query().unwrap().to_string(),
            body,
            payment,
            headers: parts.headers,
        };
        all.push(asked.clone());
        asked
    };
    let answered = (shop.script)(&shop, &asked);
    let mut response = Response::builder().status(answered.status);
    for (name, value) in &answered.headers {
        response = response.header(name, value);
    }
    let body = if answered.breaks {
        let start = Ok::<_, std::io::Error>(Bytes::from(answered.body));
        let end = Err(std::io::Error::other("the connection breaks"));
        Body::from_stream(futures_util::stream::iter([start, end]))
    } else {
        Body::from(answered.body)
    };
    response.body(body).unwrap()
}
