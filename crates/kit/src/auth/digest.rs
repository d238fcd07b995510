//! A body that is compared with its digest while it is read.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::Body;
use bytes::Bytes;
use earnest_request::check_digest;
use http_body::{Frame, SizeHint};
use sha2::{Digest, Sha256};

use crate::body::BodyError;

/// Ends in [`BodyError::NotTheSignedOne`] where the bytes are not those that were signed.
pub(super) struct DigestBody {
    inner: Body,
    named: String,
    hash: Option<Sha256>,
}

impl DigestBody {
    pub(super) fn wrap(inner: Body, named: String) -> Body {
        Body::new(Self { inner, named, hash: Some(Sha256::new()) })
    }

    /// Compares, once, at the end.
    fn end(&mut self) -> Option<axum::Error> {
        let hash = self.hash.take()?;
        check_digest(&self.named, &hash.finalize().into()).err().map(|_| axum::Error::new(BodyError::NotTheSignedOne))
    }
}

impl http_body::Body for DigestBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match Pin::new(&mut self.inner).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                if let (Some(hash), Some(data)) = (&mut self.hash, frame.data_ref()) {
                    hash.update(data);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(None) => Poll::Ready(self.end().map(Err)),
            other => other,
        }
    }

    /// Never before the comparison: whoever stops at the last byte would miss it.
    fn is_end_stream(&self) -> bool {
        self.hash.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
