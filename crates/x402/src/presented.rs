//! What a request presents as its payment, read from its headers alone.

use earnest_signing::{Json, Reading};

use crate::{
    Message,
    header::{self, HeaderError, MAX_VALUE_BYTES, PAYMENT_SIGNATURE, X_PAYMENT},
    message::limits,
    v1, v2,
};

/// What a request presents as its payment.
#[derive(Debug, Clone, PartialEq)]
pub enum Presented {
    /// Nothing: the answer is a demand.
    None,
    /// Something that cannot be read. The published server takes it for nothing, and so does this one: the answer is a
    /// demand that says why.
    Undecodable(HeaderError),
    /// Something that two readers could take for two payments: the answer is 400, and no demand, because paying again
    /// would not heal it.
    Confused(Confusion),
    /// A payment of version 1.
    V1(Box<v1::PaymentPayload>),
    /// A payment of version 2.
    V2(Box<v2::PaymentPayload>),
}

/// Headers that contradict each other (threats X04 and X34).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Confusion {
    /// Payments of both versions.
    #[error("expected a payment of one version, found both {PAYMENT_SIGNATURE} and {X_PAYMENT}")]
    BothVersions,
    /// The header stands twice, or a proxy joined two of them.
    #[error("expected the header {0} once, found it more than once")]
    Twice(&'static str),
    /// The header of one version holds a payment of the other.
    #[error("expected a payment of version {expected} in {name}, found one of version {found}")]
    OtherVersion {
        /// The header.
        name: &'static str,
        /// Its version.
        expected: u8,
        /// The payment's version.
        found: u8,
    },
}

impl Confusion {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BothVersions => "payment-versions-mixed",
            Self::Twice(_) => "payment-header-twice",
            Self::OtherVersion { .. } => "payment-version-mismatch",
        }
    }
}

impl Presented {
    /// Reads the payment from a request's headers, each name as often as it stands. Names are compared without case.
    ///
    /// ```
    /// use earnest_x402::Presented;
    ///
    /// assert_eq!(Presented::of([("accept", &b"*/*"[..])]), Presented::None);
    /// assert!(matches!(Presented::of([("Payment-Signature", &b"?"[..])]), Presented::Undecodable(_)));
    /// ```
    pub fn of<'h>(headers: impl IntoIterator<Item = (&'h str, &'h [u8])>) -> Self {
        let (mut new, mut old): (Vec<&[u8]>, Vec<&[u8]>) = (Vec::new(), Vec::new());
        for (name, value) in headers {
            if name.eq_ignore_ascii_case(PAYMENT_SIGNATURE) {
                new.push(value);
            } else if name.eq_ignore_ascii_case(X_PAYMENT) {
                old.push(value);
            }
        }
        match (&new[..], &old[..]) {
            ([], []) => Self::None,
            ([value], []) => one(PAYMENT_SIGNATURE, 2, value, |payment| Self::V2(Box::new(payment))),
            ([], [value]) => one(X_PAYMENT, 1, value, |payment| Self::V1(Box::new(payment))),
            ([], _) => Self::Confused(Confusion::Twice(X_PAYMENT)),
            (_, []) => Self::Confused(Confusion::Twice(PAYMENT_SIGNATURE)),
            _ => Self::Confused(Confusion::BothVersions),
        }
    }
}

/// Reads one header. `Set-Cookie` aside, a list of values is what a proxy makes of a header that stood twice.
fn one<T: Message>(name: &'static str, expected: u8, value: &[u8], payment: fn(T) -> Presented) -> Presented {
    if value.contains(&b',') {
        return Presented::Confused(Confusion::Twice(name));
    }
    let text = String::from_utf8_lossy(value);
    match read(&text, expected) {
        Ok(Read::Payment(found)) => payment(found),
        Ok(Read::OtherVersion(found)) => Presented::Confused(Confusion::OtherVersion { name, expected, found }),
        Err(error) => Presented::Undecodable(error),
    }
}

enum Read<T> {
    Payment(T),
    OtherVersion(u8),
}

fn read<T: Message>(value: &str, expected: u8) -> Result<Read<T>, HeaderError> {
    let bytes = header::decode_base64(value)?;
    let reading = Reading::new(&bytes, limits(MAX_VALUE_BYTES))?;
    let version = reading.json().as_object().and_then(|members| members.get("x402Version"));
    if let Some(Json::Number(number)) = version
        && let Some(found) = [1, 2].into_iter().find(|known| number.to_i64() == Some(i64::from(*known)))
        && found != expected
    {
        return Ok(Read::OtherVersion(found));
    }
    Ok(Read::Payment(T::from_json(reading.json()).map_err(|error| error.located_in(&bytes))?))
}
