//! A server that answers as it is told, on a port of its own.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;

/// What it was asked.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// What it answers: a status, headers and a body; or nothing, for ever.
#[derive(Debug, Clone)]
pub(crate) enum Says {
    Json(u16, String),
    With(u16, Vec<(&'static str, String)>, String),
    Nothing,
}

type Answering = dyn Fn(&Heard) -> Says + Send + Sync;

pub(crate) struct Stub {
    pub(crate) url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stub {
    pub(crate) async fn start(answering: impl Fn(&Heard) -> Says + Send + Sync + 'static) -> Self {
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let (told, answering): (_, Arc<Answering>) = (heard.clone(), Arc::new(answering));
        let app = Router::new().fallback(move |request: Request| {
            let (told, answering) = (told.clone(), answering.clone());
            async move { answer(&told, &*answering, request).await }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, heard, task }
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}

async fn answer(told: &Mutex<Vec<Heard>>, answering: &Answering, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let heard = Heard {
        method: parts.method.to_string(),
        target: parts.uri.path_and_query().unwrap().to_string(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    told.lock().unwrap().push(heard.clone());
    match answering(&heard) {
        Says::Json(status, body) => {
            let status = StatusCode::from_u16(status).unwrap();
            (status, [("content-type", "application/json")], body).into_response()
        }
        Says::With(status, headers, body) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
        Says::Nothing => std::future::pending().await,
    }
}
