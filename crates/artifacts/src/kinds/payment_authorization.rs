//! `payment-authorization.v1`: a payer's consent to one x402 payment on the ledger (decisions X2, X4, P11).

use earnest_base::{
    AccountId, Count, FederationId, Name, Network, Orc, OrcUnit, OrgId, ParticipantId, PaymentId, Sha256Digest,
    SubjectKind, Text, Timestamp,
};
use earnest_signing::{Breach, Check, Document, Lapse, Signer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Family, amount::at_least_one, terms};

/// A payer's consent to one payment for one HTTP request. It is used at most once: the ledger remembers the nonce.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentAuthorization {
    /// The id under which the payer submits the payment, where they choose one.
    #[serde(rename = "payment/id")]
    pub payment: Option<PaymentId>,
    /// Who pays, or the custodian who acts for the organisation that pays; signs.
    #[serde(rename = "payer/participant-id")]
    pub payer: ParticipantId,
    /// The organisation that pays, where one does.
    #[serde(rename = "payer/org-id")]
    pub payer_org: Option<OrgId>,
    /// The account that is debited.
    #[serde(rename = "payer/account-id")]
    pub payer_account: AccountId,
    /// The account that is credited.
    #[serde(rename = "payee/account-id")]
    pub payee_account: AccountId,
    /// The federation whose ledger moves the money.
    #[serde(rename = "federation/id")]
    pub federation: FederationId,
    /// The x402 network: `orc:` and the federation as account ids spell it, such as `orc:fed-pl-main`.
    #[schemars(regex(pattern = "^orc:[a-z0-9][a-z0-9-]*$"))]
    pub network: Name,
    /// What is paid, in minor units: at least one.
    #[serde(deserialize_with = "at_least_one")]
    #[schemars(range(min = 1))]
    pub amount: Orc,
    /// The unit of the amount: always ORC.
    pub unit: OrcUnit,
    /// When it was signed.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// From when the payment may be made.
    #[serde(rename = "valid-after")]
    pub valid_after: Timestamp,
    /// Until when the payment may be made; no longer at that moment.
    #[serde(rename = "valid-before")]
    pub valid_before: Timestamp,
    /// What sets this authorization apart from every other one over the payer's account.
    pub nonce: Name,
    /// The place among the payer's payments, where they are to run in order.
    #[serde(rename = "payer/seq")]
    pub payer_seq: Option<Count>,
    /// The method of the request that is paid for, such as `GET`.
    #[serde(rename = "request/method")]
    #[schemars(regex(pattern = "^[A-Z]+$"))]
    pub request_method: Name,
    /// The absolute URL of the request that is paid for.
    #[serde(rename = "request/url")]
    #[schemars(regex(pattern = r"^https?://[^/?#\x00-\x20][^#\x00-\x20]*$"))]
    pub request_url: Text,
    /// The digest of the body of that request; of no bytes where it has none.
    #[serde(rename = "request/body-digest")]
    pub request_body: Sha256Digest,
    /// The digest of the canonical JSON of the payment requirements that the payer accepted.
    #[serde(rename = "requirements/digest")]
    pub requirements: Sha256Digest,
}

impl Document for PaymentAuthorization {
    const KIND: &'static str = "payment-authorization.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["payer/participant-id"], &[SubjectKind::Participant])];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "network-mismatch",
            says: "the network is that of the federation's ledger",
            test: |authorization| {
                let (expected, found) = (Network::ledger(&authorization.federation), &authorization.network);
                if found.as_str() == expected.as_str() {
                    return Ok(());
                }
                Err(Breach::at("network", format!("expected {expected}, found {found}")))
            },
        },
        Check { code: "account-federation", says: "both accounts are the federation's", test: accounts_of_federation },
        Check {
            code: "same-account",
            says: "money moves between two accounts",
            test: |authorization| {
                let found = &authorization.payee_account;
                if *found != authorization.payer_account {
                    return Ok(());
                }
                Err(Breach::at("payee/account-id", format!("expected another account than the payer's, found {found}")))
            },
        },
        Check { code: "window-order", says: "there is a time in which the payment may be made", test: window_in_order },
        Check { code: "request-form", says: "the request is named as HTTP names it", test: request_is_of_http },
    ];

    /// The payer's account and the nonce: what the ledger reserves, once.
    fn id(&self) -> String {
        format!("{}/{}", self.payer_account, self.nonce)
    }

    fn valid_at(&self, now: Timestamp) -> Result<(), Lapse> {
        if now < self.valid_after {
            Err(Lapse::NotYet(self.valid_after))
        } else if now >= self.valid_before {
            Err(Lapse::Expired(self.valid_before))
        } else {
            Ok(())
        }
    }
}

fn accounts_of_federation(authorization: &PaymentAuthorization) -> Result<(), Breach> {
    let federation = &authorization.federation;
    terms::account_of("payer/account-id", &authorization.payer_account, federation)?;
    terms::account_of("payee/account-id", &authorization.payee_account, federation)
}

fn window_in_order(authorization: &PaymentAuthorization) -> Result<(), Breach> {
    let start = authorization.valid_after.max(authorization.created_at);
    let end = authorization.valid_before;
    if start < end {
        Ok(())
    } else {
        Err(Breach::at("valid-before", format!("expected a moment after {start}, found {end}")))
    }
}

fn request_is_of_http(authorization: &PaymentAuthorization) -> Result<(), Breach> {
    let method = authorization.request_method.as_str();
    if !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Breach::at("request/method", format!("expected a method such as GET, found {method:?}")));
    }
    let url = authorization.request_url.as_str();
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?']));
    if host && !url.chars().any(|found| found <= ' ' || found == '#') {
        return Ok(());
    }
    Err(Breach::at("request/url", format!("expected an absolute URL without fragment, found {url:?}")))
}

impl Family for PaymentAuthorization {
    const EXAMPLE: &'static str = r#"{
        "schema": "payment-authorization.v1",
        "schema/v": 1,
        "payment/id": "pay_0195f0c27c5f7d0f8a3b",
        "payer/participant-id": "participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2",
        "payer/org-id": "org:did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z",
        "payer/account-id": "account:fed-pl-main:casualfeeders",
        "payee/account-id": "account:fed-pl-main:ola",
        "federation/id": "fed:pl-main",
        "network": "orc:fed-pl-main",
        "amount": 25,
        "unit": "ORC",
        "created-at": "2026-04-01T06:10:00Z",
        "valid-after": "2026-04-01T06:10:00Z",
        "valid-before": "2026-04-01T06:15:00Z",
        "nonce": "3q2-7wABAgMEBQYHCAkKCw",
        "payer/seq": 4,
        "request/method": "POST",
        "request/url": "https://ola.example/redaction?lang=pl",
        "request/body-digest": "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        "requirements/digest": "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
    }"#;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn authorization() -> PaymentAuthorization {
        Draft::<PaymentAuthorization>::parse(PaymentAuthorization::EXAMPLE.as_bytes()).unwrap().document().clone()
    }

    fn code_of(authorization: &PaymentAuthorization) -> Option<&'static str> {
        Draft::new(authorization).err().map(|error| error.code().as_str())
    }

    #[test]
    fn it_may_be_used_from_valid_after_until_just_before_valid_before() {
        let at = |moment: &str| authorization().valid_at(moment.parse().unwrap());
        assert!(matches!(at("2026-04-01T06:09:59.999Z"), Err(Lapse::NotYet(_))));
        assert_eq!(at("2026-04-01T06:10:00Z"), Ok(()));
        assert_eq!(at("2026-04-01T06:14:59.999Z"), Ok(()));
        assert!(matches!(at("2026-04-01T06:15:00Z"), Err(Lapse::Expired(_))));
    }

    #[test]
    fn the_id_is_what_the_ledger_reserves() {
        assert_eq!(authorization().id(), "account:fed-pl-main:casualfeeders/3q2-7wABAgMEBQYHCAkKCw");
    }

    #[test]
    fn only_an_absolute_url_names_the_request() {
        for (url, code) in [
            ("http://127.0.0.1:8402/a", None),
            ("/redaction", Some("request-form")),
            ("https://", Some("request-form")),
            ("https:///path", Some("request-form")),
            ("https://ola.example/#part", Some("request-form")),
            ("https://ola.example/a b", Some("request-form")),
            ("ftp://ola.example/", Some("request-form")),
        ] {
            let found = PaymentAuthorization { request_url: url.parse().unwrap(), ..authorization() };
            assert_eq!(code_of(&found), code, "{url}");
        }
    }

    #[test]
    fn a_payment_into_another_federations_ledger_is_refused() {
        let payee_account = "account:fed-de-main:ola".parse().unwrap();
        assert_eq!(code_of(&PaymentAuthorization { payee_account, ..authorization() }), Some("account-federation"));
    }
}
