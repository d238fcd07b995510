//! When paid work is delivered (decision P10): on `confirmed`, and on nothing else unless a route says so aloud.

use earnest_base::{Name, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Category, State};

crate::words! {
    /// What a route does with the work that a payment is for.
    Delivery {
        Ask = "ask", "Ask for a payment; do no work.";
        Stage = "stage", "Keep the result under the payment's id, and give it to nobody yet.";
        Deliver = "deliver", "Give the result out.";
        Discard = "discard", "Throw a kept result away, and do not deliver.";
    }

    /// A state on which a route may deliver before the payment is final.
    EarlyState {
        Queued = "queued", "The relay has queued the payment.";
        Broadcasting = "broadcasting", "The relay is sending it.";
        Mempool = "mempool", "The rail has taken it.";
    }
}

/// What a state lets a route do, where the route declares nothing.
///
/// ```
/// use earnest_payment::{Delivery, State, delivery};
///
/// assert_eq!(delivery(State::Mempool), Delivery::Stage);
/// assert_eq!(delivery(State::Confirmed), Delivery::Deliver);
/// ```
#[must_use]
pub const fn delivery(state: State) -> Delivery {
    match state.category() {
        Category::PrePayment => Delivery::Ask,
        Category::InFlight => Delivery::Stage,
        Category::TerminalSuccess => Delivery::Deliver,
        Category::TerminalFailure => Delivery::Discard,
    }
}

/// A route that delivers before its payments are final: declared by name, with the reason why that is safe. The seller
/// bears what is not paid in the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EarlyDelivery {
    /// The route.
    pub route: Name,
    /// The first state on which it delivers.
    pub from: EarlyState,
    /// Why that is safe there.
    pub because: Text,
}

/// When a route delivers. The default is the rule; the exception has to be written out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RoutePolicy {
    /// Only on `confirmed`.
    #[default]
    OnlyOnConfirmed,
    /// Before it, as declared.
    Early(EarlyDelivery),
}

impl RoutePolicy {
    /// What the route does on a state. An exception moves the moment of delivery; a failure discards under every
    /// policy.
    ///
    /// ```
    /// use earnest_payment::{Delivery, EarlyDelivery, EarlyState, RoutePolicy, State};
    ///
    /// assert_eq!(RoutePolicy::default().delivery(State::Mempool), Delivery::Stage);
    ///
    /// let because = "a weather report of one cent, at most ten a minute".parse()?;
    /// let early = RoutePolicy::Early(EarlyDelivery { route: "/weather".parse()?, from: EarlyState::Mempool, because });
    /// assert_eq!(early.delivery(State::Broadcasting), Delivery::Stage);
    /// assert_eq!(early.delivery(State::Mempool), Delivery::Deliver);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn delivery(&self, state: State) -> Delivery {
        match (self, state) {
            (Self::Early(early), State::Queued | State::Broadcasting | State::Mempool)
                if early.from.rank() <= rank(state) =>
            {
                Delivery::Deliver
            }
            _ => delivery(state),
        }
    }
}

impl EarlyState {
    const fn rank(self) -> u8 {
        match self {
            Self::Queued => rank(State::Queued),
            Self::Broadcasting => rank(State::Broadcasting),
            Self::Mempool => rank(State::Mempool),
        }
    }
}

/// How far a state is on the way to `confirmed`.
const fn rank(state: State) -> u8 {
    match state {
        State::Queued => 1,
        State::Broadcasting => 2,
        State::Mempool => 3,
        _ => 0,
    }
}
