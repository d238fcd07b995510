//! The extension `payment-identifier`: a client's name for its payment, so that sending it again is not paying again.
//!
//! The identifier is bound to what is paid, not to the bytes of the payment: a client that signs again for the same
//! request keeps its identifier, and one that uses it for anything else is refused.

use earnest_base::{PaymentIdentifier, Sha256Digest};
use earnest_signing::{Json, Object};
use serde_json::json;

use crate::{Extensions, v2::PaymentRequirements};

/// The extension's key.
pub const PAYMENT_IDENTIFIER: &str = "payment-identifier";

/// What is wrong with a request's identifier. The answer is 400.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// The route asks for one.
    #[error("expected a payment identifier, found none")]
    Missing,
    /// It is not of the form.
    #[error("expected a payment identifier that matches {}, found {found}", PaymentIdentifier::PATTERN)]
    Malformed {
        /// What was found, cut.
        found: String,
    },
}

impl IdentifierError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "payment-identifier-missing",
            Self::Malformed { .. } => "payment-identifier-malformed",
        }
    }
}

impl Extensions {
    /// These extensions, with the declaration of a server that takes payment identifiers.
    ///
    /// ```
    /// use earnest_x402::{Extensions, identifier_of, is_identifier_required};
    ///
    /// let declared = Extensions::default().declaring_identifier(true);
    /// assert!(is_identifier_required(&declared));
    /// let sent = declared.with_identifier(&"pay_7d5d747be160e280".parse()?);
    /// assert_eq!(identifier_of(Some(&sent), true)?, Some("pay_7d5d747be160e280".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn declaring_identifier(self, required: bool) -> Self {
        self.with(PAYMENT_IDENTIFIER, declaration(required))
    }

    /// What a client sends back: the declaration with its identifier. Where the server declares none, nothing is added.
    #[must_use]
    pub fn with_identifier(&self, identifier: &PaymentIdentifier) -> Self {
        let Some(Json::Object(info)) = self.info(PAYMENT_IDENTIFIER) else { return self.clone() };
        let mut info = info.clone();
        info.insert("id", Json::String(identifier.as_str().to_owned().into()));
        let Some(Json::Object(extension)) = self.get(PAYMENT_IDENTIFIER) else { return self.clone() };
        let mut extension = extension.clone();
        extension.insert("info", Json::Object(info));
        self.clone().with(PAYMENT_IDENTIFIER, Json::Object(extension))
    }
}

/// Whether a server asks for an identifier.
#[must_use]
pub fn is_identifier_required(declared: &Extensions) -> bool {
    let Some(Json::Object(info)) = declared.info(PAYMENT_IDENTIFIER) else { return false };
    info.get("required") == Some(&Json::Bool(true))
}

/// The identifier that a payment carries, where it carries one.
///
/// # Errors
/// Where it is missing and required, or of another form. An identifier of another form is never passed over: the client
/// counts on it.
pub fn identifier_of(sent: Option<&Extensions>, required: bool) -> Result<Option<PaymentIdentifier>, IdentifierError> {
    let info = sent.and_then(|sent| sent.info(PAYMENT_IDENTIFIER)).and_then(Json::as_object);
    match info.and_then(|info| info.get("id")) {
        None if required => Err(IdentifierError::Missing),
        None => Ok(None),
        Some(id) => {
            let parsed = id.as_str().and_then(|text| text.parse().ok());
            let malformed = || IdentifierError::Malformed { found: id.canonical().chars().take(80).collect() };
            parsed.map(Some).ok_or_else(malformed)
        }
    }
}

/// What an identifier is bound to. The identifier itself is looked up under the tenant that the route serves, so that
/// two tenants' clients may choose the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Fingerprint<'f> {
    /// The requirements that are paid.
    pub requirements: &'f PaymentRequirements,
    /// The method of the request.
    pub method: &'f str,
    /// The path of the resource, as the router matched it.
    pub path: &'f str,
    /// The application's own name for the operation, where it has one.
    pub operation: Option<&'f str>,
}

impl Fingerprint<'_> {
    /// The digest under which an identifier is kept: SHA-256 of the canonical form of scheme, network, asset, amount,
    /// payee, method, path and operation. The hexadecimal of a chain's addresses counts without case.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        let requirements = self.requirements;
        let text = |text: &str| Json::String(text.to_owned().into());
        let address = |address: &str| text(&crate::normal::address(&requirements.network, address));
        let mut members = Object::default();
        members.insert("scheme", text(requirements.scheme.as_str()));
        members.insert("network", text(requirements.network.as_str()));
        members.insert("asset", address(requirements.asset.as_str()));
        members.insert("amount", text(requirements.amount.as_str()));
        members.insert("payTo", address(requirements.pay_to.as_str()));
        members.insert("method", text(self.method));
        members.insert("path", text(self.path));
        if let Some(operation) = self.operation {
            members.insert("operation", text(operation));
        }
        Sha256Digest::of(Json::Object(members).canonical().as_bytes())
    }
}

/// What a payment identifier means for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentifierUse {
    /// Nobody used it: it is bound now, in the same transaction that reserves the payment.
    New,
    /// The same payment again: the stored answer is given, nothing is charged.
    Again,
    /// It is bound to something else: 409.
    Conflict,
}

/// Compares a request with what its identifier is bound to.
#[must_use]
pub fn identifier_use(bound: Option<&Sha256Digest>, fingerprint: &Sha256Digest) -> IdentifierUse {
    match bound {
        None => IdentifierUse::New,
        Some(bound) if bound == fingerprint => IdentifierUse::Again,
        Some(_) => IdentifierUse::Conflict,
    }
}

fn declaration(required: bool) -> Json<'static> {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "required": { "type": "boolean" },
            "id": { "type": "string", "minLength": 16, "maxLength": 128, "pattern": "^[a-zA-Z0-9_-]+$" },
        },
        "required": ["required"],
    });
    let declaration = json!({ "info": { "required": required }, "schema": schema });
    serde_json::from_value(declaration).unwrap_or(Json::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: &str) -> Extensions {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn an_identifier_is_read_or_refused_and_never_passed_over() {
        let good = r#"{"payment-identifier": {"info": {"required": false, "id": "0123456789abcdef"}}}"#;
        assert!(identifier_of(Some(&sent(good)), true).unwrap().is_some());
        for none in ["{}", r#"{"payment-identifier": {"info": {}}}"#, r#"{"payment-identifier": 1}"#] {
            assert_eq!(identifier_of(Some(&sent(none)), false), Ok(None), "{none}");
            assert_eq!(identifier_of(Some(&sent(none)), true), Err(IdentifierError::Missing), "{none}");
        }
        let long = format!("\"{}\"", "a".repeat(129));
        for id in ["\"short\"", "1", "null", "\"0123456789abcde!\"", "\"0123456789abcdef\\n\"", long.as_str()] {
            let text = format!(r#"{{"payment-identifier": {{"info": {{"id": {id}}}}}}}"#);
            let error = identifier_of(Some(&sent(&text)), false).unwrap_err();
            assert_eq!(error.code(), "payment-identifier-malformed", "{id}");
        }
    }

    #[test]
    fn an_identifier_is_added_only_where_it_is_declared() {
        let identifier = "0123456789abcdef".parse().unwrap();
        let undeclared = sent(r#"{"other": {"info": {}}}"#);
        assert_eq!(undeclared.with_identifier(&identifier), undeclared);
        let declared = undeclared.declaring_identifier(false);
        assert!(!is_identifier_required(&declared));
        crate::check_echo(Some(&declared), Some(&declared.with_identifier(&identifier))).unwrap();
    }

    fn print(requirements: &PaymentRequirements, method: &str, path: &str, operation: Option<&str>) -> Sha256Digest {
        Fingerprint { requirements, method, path, operation }.digest()
    }

    #[test]
    fn an_identifier_is_bound_to_what_is_paid() {
        let text = r#"{"scheme": "exact", "network": "eip155:1", "amount": "10", "asset": "0xAb", "payTo": "0xCd",
            "maxTimeoutSeconds": 60, "extra": {"name": "USDC"}}"#;
        let requirements: PaymentRequirements = serde_json::from_str(text).unwrap();
        let bound = print(&requirements, "GET", "/a", None);
        assert_eq!(identifier_use(None, &bound), IdentifierUse::New);
        for (from, to) in [("0xAb", "0xaB"), ("60", "61"), ("USDC", "EURC")] {
            let same: PaymentRequirements = serde_json::from_str(&text.replace(from, to)).unwrap();
            assert_eq!(identifier_use(Some(&bound), &print(&same, "GET", "/a", None)), IdentifierUse::Again, "{to}");
        }
        let edits =
            [("exact", "upto"), ("eip155:1", "eip155:2"), ("\"10\"", "\"11\""), ("0xAb", "0xAc"), ("0xCd", "0xCe")];
        for (from, to) in edits {
            let other: PaymentRequirements = serde_json::from_str(&text.replace(from, to)).unwrap();
            assert_eq!(
                identifier_use(Some(&bound), &print(&other, "GET", "/a", None)),
                IdentifierUse::Conflict,
                "{to}"
            );
        }
        for (method, path, operation) in [("POST", "/a", None), ("GET", "/b", None), ("GET", "/a", Some("render"))] {
            let other = print(&requirements, method, path, operation);
            assert_eq!(identifier_use(Some(&bound), &other), IdentifierUse::Conflict);
        }
    }
}
