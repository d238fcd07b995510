//! The shapes that published clients parse (payment contract, sections on HTTP and RPC), restated as JSON Schema: what
//! we emit must fit them. They strip members that they do not know, so these are open.

use serde_json::{Value, json};

const PAYMENT_ID: &str = "^pay_[A-Za-z0-9_-]+$";
const TXID: &str = "^(?:0x)?[0-9a-fA-F]{64}$";

fn text() -> Value {
    json!({ "type": "string", "minLength": 1 })
}

fn whole() -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64 })
}

/// `PaymentStatusResponse` over HTTP, and the result of `checkPayment`, whose URL is absolute.
pub(crate) fn status() -> Value {
    json!({
        "type": "object",
        "required": ["paymentId", "status"],
        "properties": {
            "paymentId": { "type": "string", "pattern": PAYMENT_ID },
            "status": { "enum": ["queued", "broadcasting", "mempool", "confirmed", "failed", "replaced", "not_found"] },
            "txid": { "type": "string", "pattern": TXID },
            "blockHeight": whole(),
            "confirmedAt": { "type": "string", "format": "date-time" },
            "explorerUrl": { "type": "string", "format": "uri" },
            "terminalReason": { "enum": earnest_payment::Reason::ALL },
            "error": text(),
            "errorCode": { "enum": earnest_payment::ErrorCode::ALL },
            "retryable": { "type": "boolean" },
            "checkStatusUrl": { "type": "string", "format": "uri" },
        },
    })
}

/// The result of `submitPayment`, refused, or taken and under way.
pub(crate) fn submission() -> Value {
    json!({ "oneOf": [
        {
            "required": ["accepted", "paymentId", "status"],
            "properties": {
                "accepted": { "const": true },
                "paymentId": { "type": "string", "pattern": PAYMENT_ID },
                "status": { "enum": ["queued", "broadcasting", "mempool", "queued_with_warning"] },
                "senderNonce": {
                    "type": "object",
                    "required": ["provided", "expected", "healthy"],
                    "properties": { "provided": whole(), "expected": whole(), "healthy": { "type": "boolean" } },
                },
                "checkStatusUrl": { "type": "string", "format": "uri" },
            },
        },
        {
            "required": ["accepted", "error"],
            "properties": {
                "accepted": { "const": false },
                "error": text(),
                "code": { "enum": earnest_payment::ErrorCode::ALL },
                "retryable": { "type": "boolean" },
                "help": text(),
            },
        },
    ] })
}

/// `ErrorResponse` over HTTP.
pub(crate) fn error() -> Value {
    json!({
        "type": "object",
        "required": ["error"],
        "properties": { "error": text(), "code": text(), "retryable": { "type": "boolean" }, "hint": text() },
    })
}
