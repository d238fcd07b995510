//! What the terms of an escrow and of a gateway share, and how a federation is spelt in ids.

use earnest_base::{AccountId, FederationId, Timestamp};
use earnest_signing::{Breach, Cond, Lapse, Pointer, Rule, Then, Value};

use crate::vocabulary::ServiceStatus;

/// Suspended terms say since when.
pub(crate) const SUSPENDED: Rule = Rule {
    code: "suspended-needs-moment",
    says: "suspended terms say since when",
    when: &[Cond::Is("status", Value::Text("suspended"))],
    then: &[Then::Has(&["suspended-at"])],
};

/// Retired terms say since when.
pub(crate) const RETIRED: Rule = Rule {
    code: "retired-needs-moment",
    says: "retired terms say since when",
    when: &[Cond::Is("status", Value::Text("retired"))],
    then: &[Then::Has(&["retired-at"])],
};

/// Whether terms are in force: from when they were made until the moment at which their status ended them.
pub(crate) fn in_force(
    created_at: Timestamp,
    status: ServiceStatus,
    suspended_at: Option<Timestamp>,
    retired_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Lapse> {
    let end = match status {
        ServiceStatus::Active => None,
        ServiceStatus::Suspended => suspended_at,
        ServiceStatus::Retired => retired_at,
    };
    match end {
        _ if now < created_at => Err(Lapse::NotYet(created_at)),
        Some(end) if now >= end => Err(Lapse::Expired(end)),
        _ => Ok(()),
    }
}

/// Refuses a list that has no items, or one of them twice.
pub(crate) fn some_and_different<T: PartialEq>(member: &str, items: &[T]) -> Result<(), Breach> {
    if items.is_empty() {
        return Err(Breach::at(member, "expected at least one item, found none"));
    }
    all_differ(member, items)
}

/// Refuses a list in which an item stands twice, with the place of the second one.
pub(crate) fn all_differ<T: PartialEq>(member: &str, items: &[T]) -> Result<(), Breach> {
    let twice = items.iter().enumerate().find(|(place, item)| items.iter().take(*place).any(|other| other == *item));
    twice.map_or(Ok(()), |(place, _)| {
        let pointer = Pointer::member(member).join(&place.to_string());
        Err(Breach { pointer, message: "expected each item once, found it again".to_owned() })
    })
}

/// How a federation is spelt inside other ids, where a colon separates their parts: `fed:pl-main` is `fed-pl-main`.
pub(crate) fn federation_part(federation: &FederationId) -> String {
    federation.as_str().replace(':', "-")
}

/// Refuses an account that is kept by another federation.
pub(crate) fn account_of(member: &str, account: &AccountId, federation: &FederationId) -> Result<(), Breach> {
    let start = format!("account:{}:", federation_part(federation));
    if account.as_str().starts_with(&start) {
        Ok(())
    } else {
        Err(Breach::at(member, format!("expected an account that begins {start:?}, found {account}")))
    }
}
