//! What an answer of 402 demands: version 2 in its header, or else version 1 in its body.

use earnest_signing::Error;
use earnest_x402::{
    Verbatim, Version,
    header::{self, HeaderError, PAYMENT_REQUIRED},
    read, v1,
    v2::PaymentRequired,
};
use http::HeaderMap;

/// A demand, brought to version 2.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Demanded {
    /// The version by which it is paid: 1 or 2.
    pub(super) version: u8,
    pub(super) demand: PaymentRequired,
}

/// Why an answer of 402 demands nothing that can be paid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DemandError {
    /// The header stands twice.
    #[error("expected the header {PAYMENT_REQUIRED} once, found it more than once")]
    Twice,
    /// The header holds no demand of version 2.
    #[error("expected a demand in {PAYMENT_REQUIRED}: {0}")]
    Header(#[from] HeaderError),
    /// There is no header, and the body is no demand of version 1.
    #[error("expected a demand, found none: {0}")]
    Body(Error),
    /// The ways in which it can be paid are for several resources, or none of them has a form in version 2.
    #[error("expected a demand for one resource on networks that are known, found another")]
    Ambiguous,
}

impl DemandError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Twice | Self::Ambiguous => "demand-ambiguous",
            Self::Header(_) => "demand-invalid",
            Self::Body(_) => "demand-missing",
        }
    }
}

impl Demanded {
    /// Reads an answer of 402. The body counts only where there is no header, and only as version 1.
    pub(super) fn of(headers: &HeaderMap, body: &[u8]) -> Result<Self, DemandError> {
        let mut values = headers.get_all(PAYMENT_REQUIRED).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => {
                let text = String::from_utf8_lossy(value.as_bytes());
                Ok(Self { version: 2, demand: header::decode(&text)? })
            }
            (Some(_), Some(_)) => Err(DemandError::Twice),
            (None, _) => Self::of_v1(body),
        }
    }

    fn of_v1(body: &[u8]) -> Result<Self, DemandError> {
        let old: v1::PaymentRequired = read(body).map_err(DemandError::Body)?;
        let mut known = old.accepts.iter().filter_map(|requirements| requirements.to_v2().ok());
        let (first, resource) = known.next().ok_or(DemandError::Ambiguous)?;
        let mut accepts = vec![Verbatim::from(first)];
        for (requirements, other) in known {
            if other.url != resource.url {
                return Err(DemandError::Ambiguous);
            }
            accepts.push(Verbatim::from(requirements));
        }
        let (x402_version, error, extensions) = (Version, old.error, old.extensions);
        Ok(Self { version: 1, demand: PaymentRequired { x402_version, error, resource, accepts, extensions } })
    }
}
