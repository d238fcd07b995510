//! Outages and refusals as problems of the routes that speak no payment contract.

use earnest_kit::{Problem, ServiceCode};
use earnest_payment::Outage;

/// The journal is out of reach, or another process writes it. It says nothing about any payment.
pub(crate) fn outage(_: Outage) -> Problem {
    ServiceCode::Outage
        .problem()
        .detail("expected the journal of payments within reach; nothing is known")
        .retry_after(10)
}

/// A rail is out of reach: neither the payment's nor the payer's fault.
pub(crate) fn rail_outage() -> Problem {
    ServiceCode::Outage
        .problem()
        .detail("expected the payment's network within reach; nothing is known")
        .retry_after(10)
}
