//! The client's side: from requirements and request to the authorization that the payer signs.

use earnest_artifacts::{Draft, PaymentAuthorization};
use earnest_base::{
    AccountId, Count, FederationId, Name, OrcUnit, OrgId, ParticipantId, PaymentId, Seconds, Sha256Digest, Timestamp,
};

use super::{ExactOrc, FEDERATION, Terms};
use crate::{
    ErrorReason, Verbatim,
    exact::TimeAllowance,
    scheme::{PaidRequest, SchemeError},
    v2::PaymentRequirements,
};

/// Who pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrcPayer {
    /// The participant who signs: for themselves, or as custodian.
    pub participant: ParticipantId,
    /// The organisation that pays, where one does.
    pub org: Option<OrgId>,
    /// The account that is debited.
    pub account: AccountId,
}

/// What the payer adds to requirements and request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationTerms {
    /// What sets the authorization apart from every other one over the account. It comes from the payer's randomness.
    pub nonce: Name,
    /// The id under which the payer submits the payment, where they choose one.
    pub payment: Option<PaymentId>,
    /// The place among the payer's payments, where they are to run in order (decision P11).
    pub sequence: Option<Count>,
    /// When it is signed.
    pub now: Timestamp,
}

impl OrcPayer {
    /// The authorization of one payment for one request, for whoever holds the payer's key to sign. It begins ten
    /// minutes before now, for a seller whose clock is behind, and ends when the seller's timeout is over.
    ///
    /// # Errors
    /// Where the requirements are no demand in ORC that this payer can meet, or name another federation than the
    /// network's.
    ///
    /// ```
    /// use earnest_artifacts::SecretKey;
    /// use earnest_base::{ParticipantId, Sha256Digest};
    /// use earnest_x402::{Verbatim, exact::{AuthorizationTerms, ExactOrc, OrcPayer, OrcPayload}};
    /// use earnest_x402::scheme::{Demand, PaidRequest, Scheme};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let scheme = ExactOrc::new("fed:pl-main".parse()?);
    /// let demand = Demand {
    ///     network: scheme.network().clone(),
    ///     asset: "ORC".parse()?,
    ///     amount: "25".parse()?,
    ///     pay_to: "account:fed-pl-main:ola".parse()?,
    ///     max_timeout: earnest_x402::TimeoutSeconds::new(60)?,
    /// };
    /// let accepted = Verbatim::from(scheme.requirements(&demand, None)?);
    ///
    /// let key = SecretKey::from_seed(&[1; 32]);
    /// let payer = OrcPayer {
    ///     participant: ParticipantId::new(*key.public()),
    ///     org: None,
    ///     account: "account:fed-pl-main:adam".parse()?,
    /// };
    /// let request = PaidRequest::new("GET", "https://ola.example/report", Sha256Digest::of(b""))?;
    /// let now = "2026-04-01T06:10:00Z".parse()?;
    /// let terms = AuthorizationTerms { nonce: "3q2-7wABAgMEBQYHCAkKCw".parse()?, payment: None, sequence: None, now };
    /// let signed = payer.authorize(&accepted, &request, terms)?.sign(None, &key)?.finish()?;
    /// let payload = OrcPayload::new(&signed.verify()?)?;
    /// assert_eq!(payload.verify()?.amount.minor(), 25);
    /// # Ok(())
    /// # }
    /// ```
    pub fn authorize(
        &self,
        accepted: &Verbatim<PaymentRequirements>,
        request: &PaidRequest,
        terms: AuthorizationTerms,
    ) -> Result<Draft<PaymentAuthorization>, SchemeError> {
        let unfit = |message: String| SchemeError::new(ErrorReason::INVALID_PAYMENT_REQUIREMENTS, message);
        let requirements = accepted.value();
        let federation = federation_of(requirements).map_err(unfit)?;
        let scheme = ExactOrc::new(federation.clone());
        let demanded = Terms::of(&scheme, requirements)?;
        let (valid_after, valid_before) = window(requirements, terms.now).map_err(unfit)?;
        let authorization = PaymentAuthorization {
            payment: terms.payment,
            payer: self.participant,
            payer_org: self.org,
            payer_account: self.account.clone(),
            payee_account: demanded.payee,
            federation,
            network: scheme.network().as_str().parse().map_err(|error| unfit(format!("network: {error}")))?,
            amount: demanded.amount,
            unit: OrcUnit::Orc,
            created_at: terms.now,
            valid_after,
            valid_before,
            nonce: terms.nonce,
            payer_seq: terms.sequence,
            request_method: request.method().clone(),
            request_url: request.url().clone(),
            request_body: request.body().clone(),
            requirements: Sha256Digest::of(accepted.original().canonical().as_bytes()),
        };
        Draft::new(&authorization).map_err(|error| SchemeError::new(ErrorReason::INVALID_PAYLOAD, error.to_string()))
    }
}

fn federation_of(requirements: &PaymentRequirements) -> Result<FederationId, String> {
    let named = requirements.extra(FEDERATION).and_then(|value| value.as_str());
    let named = named.ok_or_else(|| format!("expected the federation in extra.{FEDERATION}, found none"))?;
    named.parse().map_err(|error| format!("extra.{FEDERATION}: {error}"))
}

fn window(requirements: &PaymentRequirements, now: Timestamp) -> Result<(Timestamp, Timestamp), String> {
    let timeout = requirements.max_timeout_seconds;
    let end = Seconds::<1>::new(timeout.whole_seconds()).ok().and_then(|span| now.after(span));
    let end = end.ok_or_else(|| format!("maxTimeoutSeconds: expected from 1 s to 100 years, found {timeout}"))?;
    let clocks = i64::from(TimeAllowance::LEDGER.clocks_secs) * 1000;
    let start = Timestamp::from_unix_millis(now.unix_millis().saturating_sub(clocks));
    Ok((start.unwrap_or(now), end))
}
