//! The parts of facts, commands and snapshots as bytes.

use earnest_artifacts::{
    escrow_policy::UndecidedOutcome, ledger_account::AccountPurpose, response_decision::Criterion,
    vocabulary::ConfirmationMode,
};

use crate::{Deadlines, Policy, codec::Writer};

pub(crate) const PURPOSES: [AccountPurpose; 3] =
    [AccountPurpose::ParticipantSettlement, AccountPurpose::OrgSettlement, AccountPurpose::CommunityPool];
pub(crate) const MODES: [ConfirmationMode; 3] =
    [ConfirmationMode::SelfConfirmed, ConfirmationMode::ArbiterConfirmed, ConfirmationMode::ManualReviewOnly];
pub(crate) const CRITERIA: [Criterion; 4] =
    [Criterion::AnswerFormat, Criterion::MinLength, Criterion::MaxLength, Criterion::OutputConstraints];

/// The place of a word in its table, which is its byte for ever.
macro_rules! byte_of {
    ($($name:ident: $type:ty = $($variant:path => $byte:literal),*;)*) => {$(
        pub(crate) const fn $name(word: $type) -> u8 {
            match word { $($variant => $byte),* }
        }
    )*};
}

byte_of! {
    purpose: AccountPurpose = AccountPurpose::ParticipantSettlement => 0, AccountPurpose::OrgSettlement => 1,
        AccountPurpose::CommunityPool => 2;
    mode: ConfirmationMode = ConfirmationMode::SelfConfirmed => 0, ConfirmationMode::ArbiterConfirmed => 1,
        ConfirmationMode::ManualReviewOnly => 2;
    criterion: Criterion = Criterion::AnswerFormat => 0, Criterion::MinLength => 1, Criterion::MaxLength => 2,
        Criterion::OutputConstraints => 3;
}

pub(crate) fn option<T>(writer: &mut Writer, value: Option<T>, write: impl FnOnce(&mut Writer, T)) {
    writer.flag(value.is_some());
    if let Some(value) = value {
        write(writer, value);
    }
}

pub(crate) fn list<T>(writer: &mut Writer, items: &[T], write: impl Fn(&mut Writer, &T)) {
    writer.number(items.len() as u64);
    for item in items {
        write(writer, item);
    }
}

pub(crate) fn deadlines(writer: &mut Writer, deadlines: &Deadlines) {
    let Deadlines { work_by, accept_by, dispute_by, auto_release_after } = *deadlines;
    for moment in [work_by, accept_by, dispute_by, auto_release_after] {
        writer.time(moment);
    }
}

pub(crate) fn policy(writer: &mut Writer, policy: &Policy) {
    writer.text(&policy.id);
    writer.subject(&policy.operator);
    list(writer, &policy.modes, |writer, word| writer.byte(mode(*word)));
    writer.number(policy.funding_by.value());
    writer.number(policy.dispute_window.value());
    writer.number(policy.auto_release.value());
    writer.number(policy.decision_by.value());
    writer.flag(policy.undecided == UndecidedOutcome::Release);
    writer.flag(policy.partial_release);
    list(writer, &policy.arbiters, Writer::subject);
}
