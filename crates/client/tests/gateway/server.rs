//! A gateway that answers by a script, made with the adapters of `earnest-payment`.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    response::Response,
};
use earnest_artifacts::SecretKey;
use earnest_base::SubjectKind;
use earnest_client::{Clock, GatewayClient, RequestSigner};

/// A request, as the script sees it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) number: usize,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) body: Bytes,
    pub(crate) is_signed: bool,
}

/// Status, `Retry-After` and body.
pub(crate) type Answered = (u16, Option<u32>, String);

type Script = dyn Fn(&str, &Asked) -> Answered + Send + Sync;

pub(crate) struct Gateway {
    pub(crate) base: String,
    script: Box<Script>,
    asked: Mutex<Vec<Asked>>,
}

impl Gateway {
    pub(crate) async fn start(script: impl Fn(&str, &Asked) -> Answered + Send + Sync + 'static) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let gateway = Arc::new(Self { base, script: Box::new(script), asked: Mutex::default() });
        let app = Router::new().fallback(serve).with_state(gateway.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        gateway
    }

    pub(crate) fn client(&self) -> GatewayClient {
        let signer = RequestSigner::new(SubjectKind::Node, SecretKey::from_seed(&[3; 32]), Clock::system());
        GatewayClient::new(&self.base, Some(signer)).unwrap()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let asked = {
        let mut all = gateway.asked.lock().unwrap();
        let asked = Asked {
            number: all.len(),
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            body,
            is_signed: parts.headers.contains_key("signature"),
        };
        all.push(asked.clone());
        asked
    };
    let (status, retry_after, body) = (gateway.script)(&gateway.base, &asked);
    let mut response = Response::builder().status(status);
    if let Some(seconds) = retry_after {
        response = response.header("retry-after", seconds);
    }
    response.body(Body::from(body)).unwrap()
}
