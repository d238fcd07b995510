//! The statuses that ended without a payment. What follows from the reason is written from it and checked against it.

use earnest_base::{PaymentId, TransactionId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::FailureCategory;
use crate::{ClientAction, ErrorCode, FailedReason, NotFoundReason, Owner, Reason, ReasonCategory, ReplacedReason};

/// What the wire says beside a reason and must follow from it.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    category: ReasonCategory,
    owner: Owner,
    action: ClientAction,
    retryable: bool,
    code: Option<ErrorCode>,
}

impl Said {
    const fn of(reason: Reason) -> Self {
        Self {
            category: reason.category(),
            owner: reason.owner(),
            action: reason.client_action(),
            retryable: reason.retryable(),
            code: reason.error_code(),
        }
    }
}

/// A member beside a reason that the reason does not have.
#[derive(Debug, thiserror::Error)]
#[error("expected what follows from the reason {reason}: {expected:?}, found {found:?}")]
pub(crate) struct ContradictionError {
    reason: &'static str,
    expected: Said,
    found: Said,
}

/// The conditions that a schema states for each reason of a list.
fn reason_rules(reasons: impl Iterator<Item = Reason>) -> Value {
    let rules = reasons.map(|reason| {
        let said = Said::of(reason);
        let (code, required) = match said.code {
            Some(code) => (json!({ "const": code }), json!(["errorCode"])),
            None => (json!(false), json!([])),
        };
        let then = json!({
            "required": required,
            "properties": {
                "reasonCategory": { "const": said.category },
                "recoveryOwner": { "const": said.owner },
                "clientAction": { "const": said.action },
                "retryable": { "const": said.retryable },
                "errorCode": code,
            },
        });
        json!({ "if": { "properties": { "terminalReason": { "const": reason.as_str() } } }, "then": then })
    });
    rules.collect()
}

/// Declares a status that ended: the type, and the form that it has on the wire.
macro_rules! ended {
    ($($(#[$doc:meta])* $name:ident as $wire:ident ($wire_name:literal) of $reason:ident {
        $($(#[$attribute:meta])* $field:ident: $type:ty,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(into = $wire_name, try_from = $wire_name)]
        pub struct $name {
            /// The relay's id of the payment.
            pub payment_id: PaymentId,
            /// Why. Category, owner, action, error code and whether to try again follow from it.
            pub reason: $reason,
            /// What happened, in words.
            pub error: String,
            $(
                /// The transaction.
                pub $field: $type,
            )*
        }

        #[derive(Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        struct $wire {
            /// The relay's id of the payment.
            payment_id: PaymentId,
            /// The category of the status.
            category: FailureCategory,
            /// Why it ended.
            terminal_reason: $reason,
            /// The category of the reason.
            reason_category: ReasonCategory,
            /// Who recovers.
            recovery_owner: Owner,
            /// What the client does next.
            client_action: ClientAction,
            /// Whether the same payment may be sent again as it is.
            retryable: bool,
            /// What happened, in words.
            #[schemars(length(min = 1))]
            #[serde(deserialize_with = "crate::not_empty")]
            error: String,
            /// The error code of the reason, where the contract has one.
            #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
            error_code: Option<ErrorCode>,
            $($(#[$attribute])* $field: $type,)*
        }

        impl From<$name> for $wire {
            fn from(status: $name) -> Self {
                let said = Said::of(status.reason.into());
                Self {
                    payment_id: status.payment_id,
                    category: FailureCategory::TerminalFailure,
                    terminal_reason: status.reason,
                    reason_category: said.category,
                    recovery_owner: said.owner,
                    client_action: said.action,
                    retryable: said.retryable,
                    error: status.error,
                    error_code: said.code,
                    $($field: status.$field,)*
                }
            }
        }

        impl TryFrom<$wire> for $name {
            type Error = ContradictionError;

            fn try_from(wire: $wire) -> Result<Self, ContradictionError> {
                let found = Said {
                    category: wire.reason_category,
                    owner: wire.recovery_owner,
                    action: wire.client_action,
                    retryable: wire.retryable,
                    code: wire.error_code,
                };
                let reason = wire.terminal_reason;
                let expected = Said::of(reason.into());
                if found != expected {
                    return Err(ContradictionError { reason: reason.as_str(), expected, found });
                }
                Ok(Self { payment_id: wire.payment_id, reason, error: wire.error, $($field: wire.$field,)* })
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut schema = $wire::json_schema(generator);
                schema.insert("allOf".into(), reason_rules($reason::ALL.iter().map(|reason| (*reason).into())));
                schema
            }
        }
    )*};
}

ended! {
    /// The status of a payment that failed.
    FailedStatus as FailedWire ("FailedWire") of FailedReason {
        /// The transaction; absent where the rail never took one.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
        txid: Option<TransactionId>,
    }
    /// The status of a payment whose place another transaction took.
    ReplacedStatus as ReplacedWire ("ReplacedWire") of ReplacedReason {
        /// The transaction that was replaced.
        txid: TransactionId,
    }
    /// The status of an identity under which nothing stands.
    NotFoundStatus as NotFoundWire ("NotFoundWire") of NotFoundReason {}
}
