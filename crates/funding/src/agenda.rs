//! What is to be done outside, read off the state.

use earnest_base::GatewayReceiptId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::PayoutId;

/// Something that the gateway asks to be done. It stays until the state says that it is done, so after a crash it is asked
/// for again; whoever does it may do it twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Sign a receipt and send it to the escrow; answer with [`Command::Applied`](crate::Command::Applied) or
    /// [`Command::Declined`](crate::Command::Declined). The same receipt is the same bytes each time.
    Send(GatewayReceiptId),
    /// Tell the provider to pay, under the payout's id; answer with [`Command::Instructed`](crate::Command::Instructed) or
    /// [`Command::NotInstructed`](crate::Command::NotInstructed).
    Instruct(PayoutId),
    /// Ask the provider from time to time what became of a payout; answer with
    /// [`Command::ReportPayout`](crate::Command::ReportPayout).
    Ask(PayoutId),
}
