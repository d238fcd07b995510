//! Request bodies within bounds: so many bytes, within so long.

use std::{
    error::Error as _,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::time::{Sleep, sleep};

use crate::problem::{Problem, ServiceCode};

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// More bytes than the route takes.
    #[error("expected a body within the route's bound")]
    TooLarge,
    /// Not all of it in time.
    #[error("expected the whole body in time")]
    Slow,
    /// Another body than the one that was signed.
    #[error("expected the body that was signed")]
    NotTheSignedOne,
}

/// A body that ends in a [`BodyError`] where it exceeds its bounds.
pub(crate) struct BoundedBody {
    inner: Body,
    left: u64,
    deadline: Pin<Box<Sleep>>,
}

impl BoundedBody {
    /// Bounds a body; one that is empty already is left as it is.
    pub(crate) fn bound(inner: Body, max_bytes: u64, within: Duration) -> Body {
        if inner.is_end_stream() {
            return inner;
        }
        Body::new(Self { inner, left: max_bytes, deadline: Box::pin(sleep(within)) })
    }
}

impl http_body::Body for BoundedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match Pin::new(&mut self.inner).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let length = frame.data_ref().map_or(0, Bytes::len) as u64;
                Poll::Ready(Some(match self.left.checked_sub(length) {
                    Some(left) => {
                        self.left = left;
                        Ok(frame)
                    }
                    None => Err(axum::Error::new(BodyError::TooLarge)),
                }))
            }
            Poll::Pending if self.deadline.as_mut().poll(context).is_ready() => {
                Poll::Ready(Some(Err(axum::Error::new(BodyError::Slow))))
            }
            other => other,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Reads a body to its end.
///
/// # Errors
/// `body-too-large`, `body-slow`, `digest-mismatch`, or `body-broken` where the connection ended first.
pub async fn read_body(body: Body) -> Result<Bytes, Problem> {
    body.collect().await.map(http_body_util::Collected::to_bytes).map_err(|error| problem_of(&error))
}

/// The problem of a body that could not be read: for handlers that read it piece by piece.
#[must_use]
pub fn problem_of(error: &axum::Error) -> Problem {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(error) = cause {
        match error.downcast_ref::<BodyError>() {
            Some(BodyError::TooLarge) => return ServiceCode::BodyTooLarge.into(),
            Some(BodyError::Slow) => return ServiceCode::BodySlow.into(),
            Some(BodyError::NotTheSignedOne) => return earnest_request::RequestError::DigestMismatch.into(),
            None => cause = error.source(),
        }
    }
    ServiceCode::BodyBroken.into()
}
