//! Where a payment's status is asked for: one absolute URL, the same on both transports.

use earnest_base::{HttpUrl, InvalidError, PaymentId};

/// The address under which a gateway serves its HTTP routes, such as `https://gateway.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Box<str>);

impl PublicUrl {
    /// Takes an address without query and fragment, of at most 1024 characters; a slash at its end is dropped.
    ///
    /// # Errors
    /// Where it has a query or fragment, or is longer.
    pub fn new(url: &HttpUrl) -> Result<Self, InvalidError> {
        let text = url.as_str();
        if text.len() > 1024 || text.contains(['?', '#']) {
            return Err(InvalidError::new("a URL of at most 1024 characters without query and fragment", text));
        }
        Ok(Self(text.trim_end_matches('/').into()))
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a payment's status is asked for. Absolute, so that it means the same to who got it over RPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckStatusUrl(Box<str>);

impl CheckStatusUrl {
    /// The place of a payment at a gateway: `<gateway>/payments/<paymentId>`.
    ///
    /// ```
    /// use earnest_payment::{CheckStatusUrl, PublicUrl};
    ///
    /// let gateway = PublicUrl::new(&"https://gateway.example/".parse()?)?;
    /// let url = CheckStatusUrl::new(&gateway, &"pay_01".parse()?);
    /// assert_eq!(url.as_str(), "https://gateway.example/payments/pay_01");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(gateway: &PublicUrl, payment_id: &PaymentId) -> Self {
        Self(format!("{}/payments/{payment_id}", gateway.0).into())
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl serde::Serialize for CheckStatusUrl {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for CheckStatusUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        HttpUrl::deserialize(deserializer).map(|url| Self(url.as_str().into()))
    }
}

impl schemars::JsonSchema for CheckStatusUrl {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CheckStatusUrl".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        HttpUrl::json_schema(generator)
    }
}
