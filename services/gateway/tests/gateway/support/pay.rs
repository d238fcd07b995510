//! Payments in ORC, signed by their payers.

use earnest_base::{Count, Sha256Digest, Timestamp};
use earnest_x402::{
    TimeoutSeconds, Verbatim,
    exact::{AuthorizationTerms, ExactOrc, OrcPayer, OrcPayload},
    scheme::{Demand, PaidRequest, Scheme},
    v2::PaymentRequirements,
};
use serde_json::{Value, json};

use super::Person;

/// A payment to sign.
#[derive(Debug, Clone)]
pub(crate) struct Pay {
    pub(crate) federation: &'static str,
    pub(crate) by: Person,
    pub(crate) account: String,
    pub(crate) nonce: String,
    pub(crate) sequence: Option<u64>,
    pub(crate) timeout: u32,
    pub(crate) resource: Option<Value>,
    pub(crate) extensions: Option<Value>,
}

impl Pay {
    /// A payment of Adam's, under a nonce that says what becomes of it.
    pub(crate) fn adams(nonce: &str) -> Self {
        Self {
            federation: "fed:pl-main",
            by: super::ADAM,
            account: "adam".to_owned(),
            nonce: nonce.to_owned(),
            sequence: None,
            timeout: 600,
            resource: None,
            extensions: None,
        }
    }

    fn requirements(&self) -> PaymentRequirements {
        let scheme = ExactOrc::new(self.federation.parse().unwrap());
        let demand = Demand {
            network: scheme.network().clone(),
            asset: "ORC".parse().unwrap(),
            amount: "25".parse().unwrap(),
            pay_to: format!("account:{}:ola", self.federation.replace(':', "-")).parse().unwrap(),
            max_timeout: TimeoutSeconds::new(self.timeout).unwrap(),
        };
        scheme.requirements(&demand, None).unwrap()
    }

    /// The payment and its requirements, as a client sends them.
    fn parts(&self, now: Timestamp) -> (Value, Value) {
        let requirements = self.requirements();
        let accepted = Verbatim::from(requirements.clone());
        let payer = OrcPayer {
            participant: self.by.participant(),
            org: None,
            account: format!("account:{}:{}", self.federation.replace(':', "-"), self.account).parse().unwrap(),
        };
        let request = PaidRequest::new("GET", "https://ola.example/report", Sha256Digest::of(b"")).unwrap();
        let sequence = self.sequence.map(|sequence| Count::new(sequence).unwrap());
        let terms = AuthorizationTerms { nonce: self.nonce.parse().unwrap(), payment: None, sequence, now };
        let signed = payer.authorize(&accepted, &request, terms).unwrap().sign(None, &self.by.key()).unwrap();
        let payload = OrcPayload::new(&signed.finish().unwrap().verify().unwrap()).unwrap().to_object();
        let requirements = serde_json::to_value(requirements.to_object()).unwrap();
        let mut payment = json!({ "x402Version": 2, "accepted": requirements, "payload": payload });
        if let Some(resource) = &self.resource {
            payment["resource"] = resource.clone();
        }
        if let Some(extensions) = &self.extensions {
            payment["extensions"] = extensions.clone();
        }
        (payment, requirements)
    }

    /// The body of `POST /payments`, and the parameters of `submitPayment`.
    pub(crate) fn body(&self, now: Timestamp) -> Value {
        let (payment, requirements) = self.parts(now);
        json!({ "payment": payment, "requirements": requirements })
    }

    /// The same under a key of the client's.
    pub(crate) fn under(&self, identifier: &str, now: Timestamp) -> Value {
        let mut body = self.body(now);
        body["paymentIdentifier"] = identifier.into();
        body
    }

    /// The body of `/verify` and `/settle`.
    pub(crate) fn asked(&self, now: Timestamp) -> Value {
        let (payment, requirements) = self.parts(now);
        json!({ "x402Version": 2, "paymentPayload": payment, "paymentRequirements": requirements })
    }
}
