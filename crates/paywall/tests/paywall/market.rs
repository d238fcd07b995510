//! An app that sells: routes behind prices, a settler, a till, a clock that the test drives.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};
use std::time::Duration;

use axum::{
    Extension, Router,
    body::{Body, Bytes},
    extract::Request,
    response::{IntoResponse, Response},
    routing::{any, get},
};
use earnest_artifacts::SecretKey;
use earnest_base::Timestamp;
use earnest_paywall::{Limits, PaidFor, PaidRoute, Paywall, Till, Token};
use earnest_ports::{DrivenClock, MemoryBlobs, MemoryStore};
use earnest_x402::{SettleResponse, header as x402, v2::PaymentRequired};
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::{
    buyer::{Buyer, PAYEE, Wanted, encoded, token},
    settler::Memory,
};

pub(crate) const SELLER: &str = "account:fed-pl-main:ola";

pub(crate) fn start() -> Timestamp {
    "2026-04-01T06:10:00Z".parse().unwrap()
}

/// The seller's key.
pub(crate) fn seller_key() -> SecretKey {
    SecretKey::from_seed(&[42; 32])
}

pub(crate) struct Market {
    pub(crate) app: Router,
    pub(crate) settler: Arc<Memory>,
    pub(crate) till: Till,
    pub(crate) clock: Arc<DrivenClock>,
    pub(crate) work: Arc<Works>,
}

/// What the routes did.
#[derive(Default)]
pub(crate) struct Works {
    /// How often the report was made.
    pub(crate) runs: AtomicUsize,
    /// How many make it now, and how many did at most.
    now: AtomicUsize,
    pub(crate) most: AtomicUsize,
    /// The headers that the last handler saw.
    pub(crate) seen: Mutex<HeaderMap>,
    pub(crate) payer: Mutex<String>,
    /// What the next runs answer instead of the report.
    pub(crate) script: Mutex<Vec<Script>>,
}

#[derive(Debug, Clone)]
pub(crate) enum Script {
    Status(u16),
    Panic,
    Hang,
    TooLong,
    Header(&'static str, &'static str),
}

pub(crate) struct Told {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Told {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn demand(&self) -> PaymentRequired {
        x402::decode(self.header(x402::PAYMENT_REQUIRED).unwrap()).unwrap()
    }

    /// Why a payment was not taken.
    pub(crate) fn error(&self) -> String {
        assert_eq!(self.status, 402, "{self:?}");
        self.demand().error.unwrap_or_default()
    }

    pub(crate) fn settled(&self) -> SettleResponse {
        x402::decode(self.header(x402::PAYMENT_RESPONSE).unwrap()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The work, delivered.
    pub(crate) fn is_delivered(&self) -> bool {
        self.body.starts_with(b"report")
    }
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(f, "{} {body:.300} {:?}", self.status, self.headers.keys())?;
        let demand = self.headers.get(x402::PAYMENT_REQUIRED).and_then(|value| value.to_str().ok());
        let demand = demand.and_then(|value| x402::decode::<PaymentRequired>(value).ok());
        write!(f, " {:?}", demand.and_then(|demand| demand.error))
    }
}

pub(crate) fn limits() -> Limits {
    Limits {
        work_within: Duration::from_secs(30),
        settle_within: Duration::from_secs(6),
        request_bytes: 4096,
        answer_bytes: 100_000,
        ..Limits::default()
    }
}

/// A till in memory, by a clock.
pub(crate) fn memory_till(store: &MemoryStore, clock: &Arc<DrivenClock>) -> Till {
    Till::new(Arc::new(store.open("till")), Arc::new(MemoryBlobs::default()), clock.clone())
}

pub(crate) async fn market() -> Market {
    market_with(limits(), |route| route).await
}

/// A market whose report is sold as `adjust` says.
pub(crate) async fn market_with(limits: Limits, adjust: impl Fn(PaidRoute) -> PaidRoute) -> Market {
    let clock = Arc::new(DrivenClock::new(start()));
    let till = memory_till(&MemoryStore::new("till".parse().unwrap()), &clock);
    market_over(till, clock, Arc::new(Memory::default()), limits, adjust).await
}

pub(crate) fn paywall(till: &Till, settler: Arc<dyn earnest_paywall::Settler>, limits: Limits) -> Paywall {
    let usdc = Token { domain: token(), symbol: "USDC".to_owned(), decimals: 6 };
    let builder = Paywall::at("https://api.example").unwrap().ledger("fed:pl-main".parse().unwrap()).token(usdc);
    builder.signed_by(seller_key()).limits(limits).open(settler, till.clone()).unwrap()
}

pub(crate) async fn market_over(
    till: Till,
    clock: Arc<DrivenClock>,
    settler: Arc<Memory>,
    limits: Limits,
    adjust: impl Fn(PaidRoute) -> PaidRoute,
) -> Market {
    assert!(till.opened().await);
    let paywall = paywall(&till, settler.clone(), limits);
    let sold = |price: &str, usdc: &str| {
        let route = paywall.price(price).unwrap().pay_to(SELLER).unwrap();
        adjust(route.or(usdc).unwrap().pay_to(PAYEE).unwrap().description("A report, made for you."))
    };
    let work: Arc<Works> = Arc::default();
    let dear = sold("25.00 ORC", "10 USDC");
    let report = sold("0.25 ORC", "0.10 USDC");
    let app = Router::new()
        .route("/report", any(make).layer(report.clone()))
        .route("/sibling", any(make).layer(report.clone()))
        .route("/dear", any(make).layer(dear))
        .route("/users/{id}", get(make).layer(report.clone()))
        .nest("/nested", Router::new().route("/report", get(make).layer(report)))
        .route("/free", get(|| async { "free" }))
        .layer(Extension(work.clone()));
    Market { app, settler, till, clock, work }
}

async fn make(Extension(work): Extension<Arc<Works>>, request: Request) -> Response {
    let _busy = Busy::begin(&work);
    work.runs.fetch_add(1, Ordering::SeqCst);
    *work.seen.lock().unwrap() = request.headers().clone();
    if let Some(PaidFor(payment)) = request.extensions().get::<PaidFor>() {
        *work.payer.lock().unwrap() = payment.payer.to_string();
    }
    let body = request.into_body().collect().await.unwrap().to_bytes();
    tokio::task::yield_now().await;
    let script = work.script.lock().unwrap().pop();
    match script {
        None => format!("report {}", String::from_utf8_lossy(&body)).into_response(),
        Some(Script::Status(status)) => (StatusCode::from_u16(status).unwrap(), "reported wrong").into_response(),
        Some(Script::Panic) => panic!("a handler that panics"),
        Some(Script::Hang) => std::future::pending().await,
        Some(Script::TooLong) => format!("report {}", "x".repeat(200_000)).into_response(),
        Some(Script::Header(name, value)) => ([(name, value)], "report").into_response(),
    }
}

/// Counts who is at work.
struct Busy<'w>(&'w Works);

impl<'w> Busy<'w> {
    fn begin(work: &'w Works) -> Self {
        let now = work.now.fetch_add(1, Ordering::SeqCst) + 1;
        work.most.fetch_max(now, Ordering::SeqCst);
        Self(work)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Market {
    pub(crate) fn now(&self) -> Timestamp {
        use earnest_ports::Clock;
        self.clock.now()
    }

    /// So many seconds pass.
    pub(crate) fn pass(&self, secs: i64) {
        self.clock.set(Timestamp::from_unix_millis(self.now().unix_millis() + secs * 1000).unwrap());
    }

    pub(crate) fn runs(&self) -> usize {
        self.work.runs.load(Ordering::SeqCst)
    }

    pub(crate) fn script(&self, script: Script) {
        self.work.script.lock().unwrap().push(script);
    }

    pub(crate) async fn send(&self, wanted: &Wanted, headers: &[(&str, &str)]) -> Told {
        send(&self.app, wanted, headers).await
    }

    pub(crate) async fn ask(&self, wanted: &Wanted) -> PaymentRequired {
        let told = self.send(wanted, &[]).await;
        assert_eq!(told.status, 402, "{told:?}");
        told.demand()
    }

    /// The value of a payment in ORC of what is demanded for a request.
    pub(crate) async fn orc(&self, buyer: u8, wanted: &Wanted, nonce: &str) -> String {
        self.orc_named(buyer, wanted, nonce, None).await
    }

    pub(crate) async fn orc_named(&self, buyer: u8, wanted: &Wanted, nonce: &str, name: Option<&str>) -> String {
        let demand = self.ask(wanted).await;
        encoded(&Buyer(buyer).orc(&demand, wanted, &long(nonce), name, self.now()))
    }

    pub(crate) async fn paid(&self, wanted: &Wanted, payment: &str) -> Told {
        self.send(wanted, &[(x402::PAYMENT_SIGNATURE, payment)]).await
    }
}

/// A nonce as long as nonces are.
pub(crate) fn long(nonce: &str) -> String {
    format!("{nonce:0>22}")
}

pub(crate) async fn send(app: &Router, wanted: &Wanted, headers: &[(&str, &str)]) -> Told {
    let mut request = Request::builder().method(wanted.method).uri(&wanted.target).header(header::HOST, "api.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = app.clone().oneshot(request.body(Body::from(wanted.body)).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Told { status: parts.status, headers: parts.headers, body }
}
