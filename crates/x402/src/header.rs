//! Headers: JSON in standard base64, and how large they may be.

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use earnest_signing::{Error, Pointer, Position};

use crate::{Message, message::read_within};

/// Declares the headers of x402, and the list of them.
macro_rules! headers {
    ($($name:ident = $text:literal, $says:literal;)*) => {
        $(#[doc = $says] pub const $name: &str = $text;)*

        /// Every header of x402 that is read or written here, and what it holds.
        pub const ALL: &[(&str, &str)] = &[$(($name, $says)),*];
    };
}

headers! {
    PAYMENT_REQUIRED = "PAYMENT-REQUIRED", "Answer, version 2: the demand for payment.";
    PAYMENT_SIGNATURE = "PAYMENT-SIGNATURE", "Request, version 2: the payment.";
    PAYMENT_RESPONSE = "PAYMENT-RESPONSE", "Answer, version 2: what became of the payment, settled or not.";
    X_PAYMENT = "X-PAYMENT", "Request, version 1: the payment.";
    X_PAYMENT_RESPONSE = "X-PAYMENT-RESPONSE", "Answer, version 1: what became of the payment.";
    EXTENSION_RESPONSES = "EXTENSION-RESPONSES", "Answer of a facilitator: what became of each extension.";
}

/// The longest value that is decoded, in bytes. No client that is known sends as much; a server needs a bound.
pub const MAX_VALUE_BYTES: usize = 32 * 1024;

/// What Node's `fetch` takes of all headers of an answer together, in bytes; beyond it the client sees an error only.
pub const NODE_HEADERS_LIMIT: usize = 16 * 1024;

/// What the value of `PAYMENT-REQUIRED` should keep below, in bytes: proxies refuse headers of more than 4 to 8 KB, and
/// the client sends most of it back.
pub const DEMAND_BUDGET: usize = 4 * 1024;

/// Standard alphabet, written with padding; read also without, because JavaScript's `atob` does. Stray bits are refused.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(false),
);

/// A header that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// More bytes than are decoded.
    #[error("header-too-large: expected a header of at most {MAX_VALUE_BYTES} bytes, found {0}")]
    TooLarge(usize),
    /// Not standard base64: another alphabet, white space, stray bits, padding that does not fit.
    #[error("not-base64: expected standard base64, found another byte or length at {at}")]
    Base64 {
        /// The place of the first byte that does not fit.
        at: usize,
    },
    /// Not the JSON of the message.
    #[error(transparent)]
    Json(#[from] Error),
}

impl HeaderError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "header-too-large",
            Self::Base64 { .. } => "not-base64",
            Self::Json(error) => error.code().as_str(),
        }
    }

    /// The member at fault; the root where it is the value as a whole.
    #[must_use]
    pub fn pointer(&self) -> &Pointer {
        static ROOT: Pointer = Pointer::ROOT;
        match self {
            Self::TooLarge(_) | Self::Base64 { .. } => &ROOT,
            Self::Json(error) => error.pointer(),
        }
    }

    /// Line and column in the decoded JSON.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::TooLarge(_) | Self::Base64 { .. } => None,
            Self::Json(error) => error.position(),
        }
    }
}

/// The value of a header that holds this message.
///
/// ```
/// use earnest_x402::{SettleResponse, header};
///
/// let settled: SettleResponse =
///     serde_json::from_str(r#"{"success": true, "transaction": "", "network": "orc:main"}"#)?;
/// let value = header::encode(&settled);
/// assert_eq!(header::decode::<SettleResponse>(&value)?, settled);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn encode<T: Message>(message: &T) -> String {
    BASE64.encode(to_json(message))
}

/// The length of that value, in bytes.
#[must_use]
pub fn encoded_len<T: Message>(message: &T) -> usize {
    to_json(message).len().div_ceil(3) * 4
}

/// Reads the value of a header.
///
/// # Errors
/// Names what is wrong with its length, its base64 or its JSON, and where.
pub fn decode<T: Message>(value: &str) -> Result<T, HeaderError> {
    Ok(read_within(&decode_base64(value)?, MAX_VALUE_BYTES)?)
}

/// The bytes of a value.
pub(crate) fn decode_base64(value: &str) -> Result<Vec<u8>, HeaderError> {
    if value.len() > MAX_VALUE_BYTES {
        return Err(HeaderError::TooLarge(value.len()));
    }
    let padding = value.bytes().rev().take_while(|byte| *byte == b'=').count();
    // The decoder takes any number of marks; what is written has none, or those that the length asks for.
    if padding > 0 && (padding > 2 || !value.len().is_multiple_of(4)) {
        return Err(HeaderError::Base64 { at: value.len() - padding });
    }
    BASE64.decode(value).map_err(|error| HeaderError::Base64 { at: fault(&error, value.len()) })
}

fn fault(error: &base64::DecodeError, end: usize) -> usize {
    match error {
        base64::DecodeError::InvalidByte(at, _) | base64::DecodeError::InvalidLastSymbol { offset: at, .. } => *at,
        _ => end,
    }
}

#[expect(clippy::expect_used, reason = "messages have texts for names and finite numbers, which is all that can fail")]
fn to_json<T: Message>(message: &T) -> Vec<u8> {
    serde_json::to_vec(message).expect("a message is JSON")
}
