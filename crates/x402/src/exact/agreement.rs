//! Whether what a client accepted is what was demanded.

use crate::{Verbatim, v2::PaymentRequirements};

/// The first member in which what a client accepted differs from what was demanded. `extra` and unknown members are for
/// the server's matching and for the scheme.
pub(super) fn first_difference(
    demanded: &PaymentRequirements,
    accepted: &Verbatim<PaymentRequirements>,
) -> Option<&'static str> {
    let accepted = accepted.value();
    let differing = [
        ("scheme", demanded.scheme != accepted.scheme),
        ("network", demanded.network != accepted.network),
        ("asset", demanded.asset != accepted.asset),
        ("payTo", demanded.pay_to != accepted.pay_to),
        ("amount", demanded.amount != accepted.amount),
        ("maxTimeoutSeconds", demanded.max_timeout_seconds != accepted.max_timeout_seconds),
    ];
    differing.into_iter().find(|(_, differs)| *differs).map(|(member, _)| member)
}
