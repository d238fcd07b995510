//! The four deadlines of a contract, and their order (decision E3).

use earnest_signing::{Breach, Cond, Rule, Then};

use super::ProcurementContract;

/// The deadlines, in their order.
pub(super) const DEADLINES: &[&str] =
    &["deadlines/work-by", "deadlines/accept-by", "deadlines/dispute-by", "deadlines/auto-release"];

/// One deadline asks for all of them.
pub(super) const fn all_deadlines(member: &'static [Cond]) -> Rule {
    Rule {
        code: "deadlines-incomplete",
        says: "one deadline asks for all four",
        when: member,
        then: &[Then::Has(DEADLINES)],
    }
}

pub(super) fn deadlines_in_order(contract: &ProcurementContract) -> Result<(), Breach> {
    if contract.deadline_at <= contract.created_at {
        let message = format!("expected a moment after {}, found {}", contract.created_at, contract.deadline_at);
        return Err(Breach::at("deadline-at", message));
    }
    let moments = [contract.work_by, contract.accept_by, contract.dispute_by, contract.auto_release];
    for (member, pair) in DEADLINES.iter().skip(1).zip(moments.windows(2)) {
        if let [Some(earlier), Some(later)] = pair
            && later < earlier
        {
            return Err(Breach::at(member, format!("expected a moment not before {earlier}, found {later}")));
        }
    }
    Ok(())
}
