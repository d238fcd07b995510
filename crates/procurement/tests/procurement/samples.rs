//! Executions and agreements in every state, and every command, for tables and properties.

use std::sync::LazyLock;

use earnest_artifacts::vocabulary::ConfirmationMode;
use earnest_base::{DecisionId, HoldId, Sha256Digest, Timestamp, TransferId};
use earnest_procurement::{
    Acceptance, Agreement, AgreementCommand, CancelCause, Classifier, CollectingOffers, Deadlines, Decision, Delivered,
    Execution, ExecutionCommand, Expiry, FailureCause, OrderRef, RefundCause, RejectionCause, ReleaseCause, Terms,
    apply_agreement, apply_execution, decide_agreement, decide_execution,
};

use crate::support::{at, breakfast};

/// The breakfast order. It is read once: the model asks for it in every world.
pub(crate) fn order_ref() -> OrderRef {
    static ORDER: LazyLock<OrderRef> = LazyLock::new(|| OrderRef::from(&breakfast()));
    ORDER.clone()
}

pub(crate) fn hold() -> HoldId {
    "hold:breakfast".parse().unwrap()
}

pub(crate) fn decision(name: &str) -> DecisionId {
    format!("decision:{name}").parse().unwrap()
}

pub(crate) fn transfer(name: &str) -> TransferId {
    format!("transfer:{name}").parse().unwrap()
}

pub(crate) fn deadlines() -> Deadlines {
    Deadlines {
        work_by: at("06:35:00"),
        accept_by: at("08:00:00"),
        dispute_by: at("09:00:00"),
        auto_release: at("10:00:00"),
    }
}

pub(crate) fn terms(mode: ConfirmationMode, hold: Option<HoldId>) -> Terms {
    let contract = "contract:breakfast".parse().unwrap();
    Terms { order: order_ref(), contract, hold, mode, deadlines: deadlines() }
}

pub(crate) fn delivered(content: &str) -> Delivered {
    let response = "response:breakfast".parse().unwrap();
    Delivered { response, digest: Sha256Digest::of(content.as_bytes()), at: at("06:20:00") }
}

/// Takes a command that must move something.
pub(crate) fn step(execution: &Execution, command: &ExecutionCommand, now: Timestamp) -> Execution {
    let event = decide_execution(execution, command, now).unwrap().event().unwrap();
    apply_execution(execution, &event).unwrap()
}

/// An execution after commands, each taken at a moment that suits it.
pub(crate) fn after(start: Execution, commands: &[ExecutionCommand]) -> Execution {
    commands.iter().fold(start, |execution, command| step(&execution, command, moment(command)))
}

pub(crate) fn opened() -> Execution {
    Execution::open(order_ref())
}

pub(crate) fn contracted(mode: ConfirmationMode) -> Execution {
    after(opened(), &[ExecutionCommand::Contract { terms: terms(mode, Some(hold())) }])
}

pub(crate) fn dispatched(mode: ConfirmationMode) -> Execution {
    after(contracted(mode), &[ExecutionCommand::Dispatch])
}

pub(crate) fn waiting(mode: ConfirmationMode) -> Execution {
    after(dispatched(mode), &[ExecutionCommand::Deliver { delivered: delivered("answer") }])
}

pub(crate) fn free() -> Execution {
    after(opened(), &[ExecutionCommand::Contract { terms: terms(ConfirmationMode::SelfConfirmed, None) }])
}

pub(crate) fn released(cause: ReleaseCause) -> ExecutionCommand {
    ExecutionCommand::HoldReleased { cause, transfer: transfer("release") }
}

pub(crate) fn refunded(cause: RefundCause) -> ExecutionCommand {
    ExecutionCommand::HoldRefunded { cause, transfer: transfer("refund") }
}

pub(crate) fn split() -> ExecutionCommand {
    let (release, refund) = (transfer("release"), transfer("refund"));
    ExecutionCommand::HoldSplit { decision: decision("arbiter"), release, refund }
}

pub(crate) fn accept() -> ExecutionCommand {
    ExecutionCommand::RequestAccept { decision: decision("buyer") }
}

pub(crate) fn reject() -> ExecutionCommand {
    ExecutionCommand::RequestReject { decision: decision("buyer") }
}

pub(crate) fn dispute() -> ExecutionCommand {
    ExecutionCommand::HoldDisputed { dispute: "dispute:breakfast".parse().unwrap() }
}

pub(crate) fn receipt(name: &str) -> ExecutionCommand {
    ExecutionCommand::PersistReceipt { receipt: format!("receipt:{name}").parse().unwrap() }
}

/// Every state, with the ways to be in it that matter.
pub(crate) fn executions() -> Vec<(&'static str, Execution)> {
    use ConfirmationMode::{ArbiterConfirmed, ManualReviewOnly, SelfConfirmed};
    let waits = waiting(SelfConfirmed);
    let collecting = CollectingOffers { question: "question:breakfast".parse().unwrap() };
    let accepted = released(ReleaseCause::Accepted { decision: decision("buyer") });
    let rejected = refunded(RefundCause::Rejected(RejectionCause::ByProvider));
    let canceled = refunded(RefundCause::Canceled(CancelCause::ByBuyer { decision: decision("buyer") }));
    let expired = refunded(RefundCause::Expired(Expiry));
    vec![
        ("collecting-offers", Execution::CollectingOffers(collecting)),
        ("opened", opened()),
        ("contracted", contracted(SelfConfirmed)),
        ("dispatched", dispatched(SelfConfirmed)),
        ("awaiting-acceptance", waits.clone()),
        ("… accept requested", after(waits.clone(), &[accept()])),
        ("… reject requested", after(waits.clone(), &[reject()])),
        ("… by an arbiter", waiting(ArbiterConfirmed)),
        ("awaiting-manual-release", waiting(ManualReviewOnly)),
        ("disputed", after(waits.clone(), &[dispute()])),
        ("released", after(waits, &[accept(), accepted])),
        ("failed", after(dispatched(SelfConfirmed), &[refunded(RefundCause::Failed(FailureCause::ByProvider))])),
        ("rejected", after(dispatched(SelfConfirmed), &[rejected])),
        ("expired", after(dispatched(SelfConfirmed), &[expired, receipt("breakfast")])),
        ("canceled", after(contracted(SelfConfirmed), &[canceled])),
        ("canceled, no contract", after(opened(), &[ExecutionCommand::Abandon])),
        ("contracted, free", free()),
        ("dispatched, free", after(free(), &[ExecutionCommand::Dispatch])),
    ]
}

/// Every command, with its causes.
pub(crate) fn execution_commands() -> Vec<(String, ExecutionCommand)> {
    let by = || decision("arbiter");
    let mut commands = vec![
        ExecutionCommand::SelectOffer { order: order_ref() },
        ExecutionCommand::Contract { terms: terms(ConfirmationMode::SelfConfirmed, Some(hold())) },
        ExecutionCommand::Abandon,
        ExecutionCommand::Dispatch,
        ExecutionCommand::Deliver { delivered: delivered("answer") },
        ExecutionCommand::Deliver { delivered: delivered("another answer") },
        accept(),
        reject(),
        dispute(),
        released(ReleaseCause::Accepted { decision: decision("buyer") }),
        released(ReleaseCause::AutoReleased),
        released(ReleaseCause::ByArbiter { decision: by() }),
        released(ReleaseCause::ByOperator),
        released(ReleaseCause::Undecided),
        split(),
    ];
    let refunds = [
        RefundCause::Failed(FailureCause::Voided),
        RefundCause::Failed(FailureCause::ByProvider),
        RefundCause::Rejected(RejectionCause::ByProvider),
        RefundCause::Expired(Expiry),
        RefundCause::Canceled(CancelCause::ByBuyer { decision: decision("buyer") }),
        RefundCause::Canceled(CancelCause::WorkflowTimeout { decision: decision("buyer") }),
        RefundCause::Rejected(RejectionCause::ByBuyer { decision: decision("buyer") }),
        RefundCause::Rejected(RejectionCause::ByArbiter { decision: by() }),
        RefundCause::Rejected(RejectionCause::Undecided),
    ];
    commands.extend(refunds.into_iter().map(refunded));
    commands.push(ExecutionCommand::EndFree { cause: RefundCause::Expired(Expiry) });
    commands.push(receipt("breakfast"));
    commands.push(receipt("another"));
    commands.into_iter().map(|command| (shown(&command), command)).collect()
}

fn shown(command: &ExecutionCommand) -> String {
    let json = serde_json::to_value(command).unwrap();
    let cause = &json["cause"];
    let why = match (cause["is"].as_str(), cause["ends"].as_str()) {
        (why, Some(ends)) => Some([Some(ends), why].into_iter().flatten().collect::<Vec<_>>().join(" ")),
        (Some(why), None) => Some(why.to_owned()),
        (None, None) => None,
    };
    let other = match command {
        ExecutionCommand::Deliver { delivered: found } if *found != delivered("answer") => Some("another".to_owned()),
        ExecutionCommand::PersistReceipt { receipt } if receipt.as_str() != "receipt:breakfast" => {
            Some("another".to_owned())
        }
        _ => None,
    };
    let detail = why.or(other).map(|detail| format!(", {detail}")).unwrap_or_default();
    format!("`{}`{detail}", command.as_str())
}

/// A moment at which a command is neither early nor late.
pub(crate) fn moment(command: &ExecutionCommand) -> Timestamp {
    match command {
        ExecutionCommand::HoldReleased { cause: ReleaseCause::AutoReleased, .. } => at("10:00:00"),
        ExecutionCommand::HoldRefunded { cause: RefundCause::Expired(_), .. }
        | ExecutionCommand::EndFree { cause: RefundCause::Expired(_) } => at("06:35:00"),
        _ => at("06:30:00"),
    }
}

/// What a command does to an execution, in a word: the next state, `present`, or the code of the refusal.
pub(crate) fn execution_outcome(execution: &Execution, command: &ExecutionCommand) -> String {
    match decide_execution(execution, command, moment(command)) {
        Ok(Decision::Moves(event)) => format!("**{}**", apply_execution(execution, &event).unwrap().state()),
        Ok(Decision::AlreadyPresent) => "present".to_owned(),
        Err(refusal) => refusal.code().to_owned(),
    }
}

pub(crate) fn acceptance(name: &str) -> Acceptance {
    Acceptance {
        contract: format!("contract:{name}").parse().unwrap(),
        hold: Some(format!("hold:{name}").parse().unwrap()),
        digest: Sha256Digest::of(name.as_bytes()),
        funding_by: at("06:10:00"),
    }
}

pub(crate) fn submitted() -> Agreement {
    Agreement::submit(order_ref(), Sha256Digest::of(b"order"), at("06:30:00"))
}

pub(crate) fn fund(name: &str, created_at: Timestamp) -> AgreementCommand {
    let Acceptance { digest, hold, .. } = acceptance(name);
    AgreementCommand::Fund { digest, hold, created_at }
}

/// Every command of the signing order, and the moment that suits it.
pub(crate) fn agreement_commands() -> Vec<(&'static str, AgreementCommand)> {
    let same = acceptance("breakfast");
    let other = acceptance("another");
    vec![
        ("`admit`", AgreementCommand::Admit { acceptance: same.clone() }),
        ("`admit`, another contract", AgreementCommand::Admit { acceptance: other.clone() }),
        ("`reject`", AgreementCommand::Reject { classifier: Classifier::QueueSaturated }),
        ("`countersign`", AgreementCommand::Countersign { digest: same.digest }),
        ("`countersign`, another contract", AgreementCommand::Countersign { digest: other.digest }),
        ("`decline`", AgreementCommand::Decline),
        ("`fund`, in time", fund("breakfast", at("06:08:00"))),
        ("`fund`, too late", fund("breakfast", at("06:10:00"))),
        ("`fund`, another contract", fund("another", at("06:08:00"))),
        ("`lapse`", AgreementCommand::Lapse),
    ]
}

pub(crate) fn agreement_moment(agreement: &Agreement, command: &AgreementCommand) -> Timestamp {
    match command {
        AgreementCommand::Lapse => agreement.deadline().unwrap_or_else(|| at("06:30:00")),
        _ => at("06:06:00"),
    }
}

pub(crate) fn agreed(agreement: Agreement, commands: &[AgreementCommand]) -> Agreement {
    commands.iter().fold(agreement, |agreement, command| {
        let now = agreement_moment(&agreement, command);
        let event = decide_agreement(&agreement, command, now).unwrap().event().unwrap();
        apply_agreement(&agreement, &event).unwrap()
    })
}

/// Every state of the signing order.
pub(crate) fn agreements() -> Vec<(&'static str, Agreement)> {
    let admit = AgreementCommand::Admit { acceptance: acceptance("breakfast") };
    let countersign = AgreementCommand::Countersign { digest: acceptance("breakfast").digest };
    let reject = AgreementCommand::Reject { classifier: Classifier::QueueSaturated };
    let funded = fund("breakfast", at("06:08:00"));
    vec![
        ("submitted", submitted()),
        ("admitted", agreed(submitted(), std::slice::from_ref(&admit))),
        ("countersigned", agreed(submitted(), &[admit.clone(), countersign.clone()])),
        ("funded", agreed(submitted(), &[admit.clone(), countersign, funded])),
        ("rejected", agreed(submitted(), &[reject])),
        ("declined", agreed(submitted(), &[AgreementCommand::Decline])),
        ("lapsed, unanswered", agreed(submitted(), &[AgreementCommand::Lapse])),
        ("lapsed, unfunded", agreed(submitted(), &[admit, AgreementCommand::Lapse])),
    ]
}

pub(crate) fn agreement_outcome(agreement: &Agreement, command: &AgreementCommand) -> String {
    match decide_agreement(agreement, command, agreement_moment(agreement, command)) {
        Ok(Decision::Moves(event)) => format!("**{}**", apply_agreement(agreement, &event).unwrap().state()),
        Ok(Decision::AlreadyPresent) => "present".to_owned(),
        Err(refusal) => refusal.code().to_owned(),
    }
}
