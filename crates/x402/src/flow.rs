//! When a payment is verified and settled, in relation to the work that it pays for.

use earnest_signing::Json;

use crate::v2::PaymentRequirements;

/// When a payment is settled, in relation to the work. `extra.paymentFlow` says so; where it is absent or null, it is
/// [`PaymentFlow::Authorization`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaymentFlow {
    /// Verify, work, settle, deliver.
    Authorization,
    /// Settle, then work.
    Upfront,
    /// Settle into escrow, work, settle out of it.
    Escrow,
}

impl PaymentFlow {
    /// Every flow, the client's preference first.
    pub const ALL: &'static [Self] = &[Self::Authorization, Self::Upfront, Self::Escrow];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::Upfront => "upfront",
            Self::Escrow => "escrow",
        }
    }

    /// Whether the payment is verified before the work.
    #[must_use]
    pub const fn verifies_first(self) -> bool {
        matches!(self, Self::Authorization)
    }

    /// Whether the payment is settled before the work.
    #[must_use]
    pub const fn settles_first(self) -> bool {
        matches!(self, Self::Upfront | Self::Escrow)
    }

    /// Whether the payment is settled after the work.
    #[must_use]
    pub const fn settles_after(self) -> bool {
        matches!(self, Self::Authorization | Self::Escrow)
    }
}

impl PaymentRequirements {
    /// The flow that they ask for; `None` where they name one that is not known.
    #[must_use]
    pub fn payment_flow(&self) -> Option<PaymentFlow> {
        match self.extra("paymentFlow") {
            None | Some(Json::Null) => Some(PaymentFlow::Authorization),
            Some(flow) => PaymentFlow::ALL.iter().copied().find(|known| flow.as_str() == Some(known.as_str())),
        }
    }
}
