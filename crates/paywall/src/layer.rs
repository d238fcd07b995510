//! The layer as tower has it.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{extract::Request, response::Response};
use tower::{Layer, Service};

use crate::{
    route::PaidRoute,
    sale::{self, Work},
};

/// A route behind its price.
#[derive(Debug, Clone)]
pub struct Paid<S> {
    inner: S,
    route: Arc<PaidRoute>,
}

impl<S> Layer<S> for PaidRoute {
    type Service = Paid<S>;

    fn layer(&self, inner: S) -> Paid<S> {
        Paid { inner, route: Arc::new(self.clone()) }
    }
}

impl<S> Service<Request> for Paid<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The one that was polled ready is the one that is called.
        let spare = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, spare);
        let route = Arc::clone(&self.route);
        let work: Work = Box::new(move |request| {
            Box::pin(async move {
                let Ok(response) = inner.call(request).await;
                response
            })
        });
        Box::pin(async move { Ok(sale::serve(route, request, work).await) })
    }
}
