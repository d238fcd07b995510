//! x402 payments on the ledger: one, many at once, and whether they could be made.

mod transfers;

use aide::axum::{ApiRouter, routing::post};
use axum::{Json, extract::State};
use earnest_artifacts::{PaymentAuthorization, Verified};
use earnest_base::{AccountId, Orc, OrgId, ParticipantId, Subject, TransactionId};
use earnest_kit::{Caller, Embedded, Posted, Problem, ServiceCode, Strict};
use earnest_ledger::{Actor, Pay};
use earnest_settlement::Intake;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{answers::Receipt, office::Office, problem};

pub(super) fn routes() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/payments", post(pay))
}

pub(super) fn batches() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/payments/batch", post(pay_all)).api_route("/payments/check", post(check))
}

/// The most payments of a request.
const MOST: usize = 1_024;

/// Several payments to make.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPayments {
    /// The authorizations, 1 to 1024, in the order in which they are made.
    payments: Vec<Embedded<PaymentAuthorization>>,
}

/// Debits that are asked about.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Checks {
    /// The debits, 1 to 1024, each judged on its own.
    payments: Vec<PaymentCheck>,
}

/// A debit that is asked about.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PaymentCheck {
    /// Who would sign.
    payer: ParticipantId,
    /// The organisation whose custodian signs, where it is one that pays.
    org: Option<OrgId>,
    /// The account to be debited.
    account: AccountId,
    /// How much, in minor units.
    amount: Orc,
}

/// A payment that was made. The same request is answered the same, every time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Paid {
    /// The number of the fact, and what it did.
    #[serde(flatten)]
    receipt: Receipt,
    /// The transaction id: the SHA-256 of the transfer document, without its signature.
    txid: TransactionId,
}

/// Why one payment of several was refused.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Refused {
    /// The HTTP status that it would have alone.
    status: u16,
    /// Why.
    code: &'static str,
    /// What was expected.
    detail: String,
}

/// What became of one payment of several.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
enum Each {
    /// It is made.
    Done(Paid),
    /// It was refused.
    Refused(Refused),
}

/// Whether one payment of several could be made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
enum Checked {
    /// It could be made now.
    Fit {},
    /// It would be refused.
    Refused(Refused),
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        let (status, code) = (problem.status().as_u16(), problem.code());
        Self { status, code, detail: problem.body(None).detail.unwrap_or_default() }
    }
}

async fn pay(
    State(office): State<Office>,
    caller: Caller,
    Posted(document): Posted<PaymentAuthorization>,
) -> Result<Json<Paid>, Problem> {
    let intake = office.intake_of(&caller);
    let command = intake.payment(&document).map_err(problem::refused)?;
    let made = office.commit(command).await?;
    Ok(Json(transfers::paid(&office, Pay::from(&document), &made).await?))
}

/// Each payment is made or refused on its own, in the order of the request.
async fn pay_all(
    State(office): State<Office>,
    caller: Caller,
    Strict(new): Strict<NewPayments>,
) -> Result<Json<Vec<Each>>, Problem> {
    bounded(new.payments.len())?;
    let (asking, subject) = (office.clone(), *caller.subject());
    let judged = office.beside.each(new.payments, move |document| judge(&asking.intake(subject), &document)).await?;
    let mut told: Vec<Option<Each>> = Vec::with_capacity(judged.len());
    let (mut pays, mut commands) = (Vec::new(), Vec::new());
    for judged in judged {
        told.push(match judged {
            Ok((pay, command)) => {
                pays.push(pay);
                commands.push(command);
                None
            }
            Err(refused) => Some(Each::Refused(refused)),
        });
    }
    let made = office.commit_all(commands).await?;
    let mut made = transfers::paid_all(&office, pays, made).await?.into_iter();
    let told = told.into_iter().map(|refused| refused.or_else(|| made.next()));
    let told: Option<Vec<Each>> = told.collect();
    told.map(Json).ok_or_else(|| ServiceCode::Internal.into())
}

/// Verifies a payment, and judges what of it needs no ledger.
fn judge(
    intake: &Intake<'_>,
    document: &Embedded<PaymentAuthorization>,
) -> Result<(Pay, earnest_settlement::Command), Refused> {
    let document: Verified<PaymentAuthorization> = document.verify("payment")?;
    let command = intake.payment(&document).map_err(problem::refused)?;
    Ok((Pay::from(&document), command))
}

/// Whether the ledger would let these payers debit so much now: for gateways, who ask before they take a payment. Nothing is
/// reserved, and nothing of an account is told but that it is enough, or not.
async fn check(
    State(office): State<Office>,
    caller: Caller,
    Strict(checks): Strict<Checks>,
) -> Result<Json<Vec<Checked>>, Problem> {
    office.intake_of(&caller).callers().gateway().map_err(problem::refused)?;
    bounded(checks.payments.len())?;
    let now = office.now();
    let judged = office
        .read(move |settlement, _| {
            let judge = |check: PaymentCheck| {
                let acts_for = check.org.map_or_else(|| check.payer.into(), Subject::Org);
                let actor = Actor { participant: check.payer, acts_for };
                settlement.may_debit(&actor, &check.account, check.amount, now)
            };
            checks.payments.into_iter().map(judge).collect::<Vec<_>>()
        })
        .await?;
    let told = judged.into_iter().map(|judged| match judged {
        Ok(()) => Checked::Fit {},
        Err(refusal) => Checked::Refused(problem::refused(refusal).into()),
    });
    Ok(Json(told.collect()))
}

fn bounded(count: usize) -> Result<(), Problem> {
    if (1..=MOST).contains(&count) {
        return Ok(());
    }
    Err(ServiceCode::BodyInvalid.problem().detail("expected 1 to 1024 payments"))
}
