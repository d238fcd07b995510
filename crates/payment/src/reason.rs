//! Why a payment ended: 19 reasons in six categories, each of one terminal state (decisions P3 and P4).

use crate::{ErrorCode, Owner, State};

crate::words! {
    /// What kind of reason it is, which says who recovers and how.
    ReasonCategory {
        Validation = "validation", "The payment itself is wrong.";
        Sender = "sender", "The sender's nonces are in the way.";
        Relay = "relay", "The relay or its sponsor wallets failed.";
        Settlement = "settlement", "The rail did not take it, or did not carry it out.";
        Replacement = "replacement", "Another transaction took its place.";
        Identity = "identity", "Nothing stands under this identity.";
    }

    /// What the client does next.
    ClientAction {
        FixInput = "stop-and-fix-input", "Stop, and correct what was sent.";
        RebuildPayment = "rebuild-signed-payment", "Build the payment anew and sign it.";
        RetrySamePayment = "bounded-retry-same-payment", "Send the same payment again a few times, where the reason is retryable; else pay anew, since this one can no longer settle.";
        StopPolling = "stop-polling-old-paymentId", "Stop asking for this payment, and see what took its place.";
        Restart = "restart-higher-level-flow-with-new-payment-identity", "Begin again, under a new identity.";
    }
}

impl ReasonCategory {
    /// Who recovers.
    #[must_use]
    pub const fn owner(self) -> Owner {
        match self {
            Self::Validation | Self::Sender => Owner::Sender,
            Self::Relay | Self::Settlement => Owner::Relay,
            Self::Replacement | Self::Identity => Owner::Caller,
        }
    }

    /// What the client does.
    #[must_use]
    pub const fn client_action(self) -> ClientAction {
        match self {
            Self::Validation => ClientAction::FixInput,
            Self::Sender => ClientAction::RebuildPayment,
            Self::Relay | Self::Settlement => ClientAction::RetrySamePayment,
            Self::Replacement => ClientAction::StopPolling,
            Self::Identity => ClientAction::Restart,
        }
    }
}

/// Declares the reasons of one terminal state, with what is fixed for each.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident of $state:ident {
        $($variant:ident = $word:literal, $category:ident, $retryable:literal, $code:expr, $says:literal;)*
    })*) => {
        crate::words! {$(
            $(#[$doc])*
            $name { $($variant = $word, $says;)* }
        )*}

        $(
            impl $name {
                /// Its category.
                #[must_use]
                pub const fn category(self) -> ReasonCategory {
                    match self { $(Self::$variant => ReasonCategory::$category,)* }
                }

                /// Whether the same payment may be sent again as it is. Fixed, never said otherwise by an adapter.
                #[must_use]
                pub const fn retryable(self) -> bool {
                    match self { $(Self::$variant => $retryable,)* }
                }

                /// The error code that goes with it, where the contract has one.
                #[must_use]
                pub const fn error_code(self) -> Option<ErrorCode> {
                    match self { $(Self::$variant => $code,)* }
                }
            }

            impl From<$name> for Reason {
                fn from(reason: $name) -> Self {
                    Self::$state(reason)
                }
            }
        )*

        /// Why a payment ended: a reason of exactly one terminal state.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(untagged)]
        pub enum Reason {
            $(#[doc = concat!("Of the state `", stringify!($state), "`.")] $state($name),)*
        }

        impl Reason {
            /// All 19, in the order of the contract.
            pub const ALL: &'static [Self] = &[$($(Self::$state($name::$variant),)*)*];

            /// The terminal state that it belongs to.
            #[must_use]
            pub const fn state(self) -> State {
                match self { $(Self::$state(_) => State::$state,)* }
            }

            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$state(reason) => reason.as_str(),)* }
            }

            /// What it means, in a sentence.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self { $(Self::$state(reason) => reason.says(),)* }
            }

            /// Its category.
            #[must_use]
            pub const fn category(self) -> ReasonCategory {
                match self { $(Self::$state(reason) => reason.category(),)* }
            }

            /// Whether the same payment may be sent again as it is.
            #[must_use]
            pub const fn retryable(self) -> bool {
                match self { $(Self::$state(reason) => reason.retryable(),)* }
            }

            /// The error code that goes with it, where the contract has one.
            #[must_use]
            pub const fn error_code(self) -> Option<ErrorCode> {
                match self { $(Self::$state(reason) => reason.error_code(),)* }
            }
        }
    };
}

reasons! {
    /// Why a payment failed.
    FailedReason of Failed {
        InvalidTransaction = "invalid_transaction", Validation, false, Some(ErrorCode::InvalidTransaction), "The payment cannot be read, or is not valid.";
        NotSponsored = "not_sponsored", Validation, false, Some(ErrorCode::NotSponsored), "The transaction does not ask for a sponsor.";
        SenderNonceStale = "sender_nonce_stale", Sender, false, Some(ErrorCode::SenderNonceStale), "The sender's nonce is used up.";
        SenderNonceGap = "sender_nonce_gap", Sender, false, Some(ErrorCode::SenderNonceGap), "The sender's earlier nonces are missing, and this payment is not held for them.";
        SenderNonceDuplicate = "sender_nonce_duplicate", Sender, false, Some(ErrorCode::SenderNonceDuplicate), "The sender has another payment of this nonce under way.";
        OriginChainingLimit = "origin_chaining_limit", Sender, false, Some(ErrorCode::OriginChainingLimit), "The sender has as many unsettled payments as the rail lets it.";
        SenderHandExpired = "sender_hand_expired", Sender, false, Some(ErrorCode::SenderHandExpired), "It was held for the sender's earlier payments, and they did not come in time.";
        QueueUnavailable = "queue_unavailable", Relay, true, Some(ErrorCode::InternalError), "The relay could not queue it, or did not get to it in time.";
        SponsorFailure = "sponsor_failure", Relay, false, Some(ErrorCode::SettlementFailed), "The sponsor wallet could not sign or pay for it.";
        InternalError = "internal_error", Relay, true, Some(ErrorCode::InternalError), "The relay failed.";
        SponsorExhausted = "sponsor_exhausted", Relay, true, Some(ErrorCode::SponsorExhausted), "No sponsor wallet was free in time.";
        SponsorNonceConflict = "sponsor_nonce_conflict", Relay, true, Some(ErrorCode::SponsorNonceDuplicate), "The relay's own nonces were in conflict until the time was over.";
        BroadcastFailure = "broadcast_failure", Settlement, true, Some(ErrorCode::BroadcastFailed), "No node took it in time.";
        ChainAbort = "chain_abort", Settlement, false, Some(ErrorCode::SettlementFailed), "The rail did not carry it out: it aborted, or its authorisation lapsed.";
        BroadcastRateLimited = "broadcast_rate_limited", Settlement, true, Some(ErrorCode::BroadcastRateLimited), "The nodes asked the relay to slow down until the time was over.";
    }
    /// What took a payment's place.
    ReplacedReason of Replaced {
        NonceReplacement = "nonce_replacement", Replacement, false, Some(ErrorCode::NonceConflict), "Another transaction used the nonce of its authorisation.";
        Superseded = "superseded", Replacement, false, Some(ErrorCode::NonceConflict), "Another payment was made in its stead.";
    }
    /// Why nothing stands under an identity.
    NotFoundReason of NotFound {
        Expired = "expired", Identity, false, None, "It was refused or failed, so long ago that only its identity is kept.";
        UnknownPaymentIdentity = "unknown_payment_identity", Identity, false, None, "The relay never gave this identity.";
    }
}

impl Reason {
    /// Who recovers.
    #[must_use]
    pub const fn owner(self) -> Owner {
        self.category().owner()
    }

    /// What the client does next.
    ///
    /// ```
    /// use earnest_payment::{ClientAction, FailedReason, Reason};
    ///
    /// let reason = Reason::from(FailedReason::SenderNonceStale);
    /// assert_eq!(reason.client_action(), ClientAction::RebuildPayment);
    /// ```
    #[must_use]
    pub const fn client_action(self) -> ClientAction {
        self.category().client_action()
    }
}

impl FailedReason {
    /// Whether a relay may fail a payment of this state with this reason on its own finding. What only time can say is
    /// said by [`Cause::DeadlinePassed`](crate::Cause::DeadlinePassed), and what only the rail can say by
    /// [`Cause::Aborted`](crate::Cause::Aborted); so a payment in `mempool` takes none.
    #[must_use]
    pub const fn is_possible_in(self, state: State) -> bool {
        match self {
            Self::SenderHandExpired | Self::ChainAbort => false,
            Self::BroadcastFailure | Self::BroadcastRateLimited => matches!(state, State::Queued | State::Broadcasting),
            _ => matches!(state, State::Submitted | State::Queued | State::Broadcasting),
        }
    }
}
