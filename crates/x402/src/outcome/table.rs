//! The outcomes as a table, for the reference.

/// One outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutcomeRow {
    /// The outcome's name.
    pub outcome: &'static str,
    /// The status; nothing where the route's own stays.
    pub status: Option<u16>,
    /// The headers beside `Cache-Control` and `Content-Type`.
    pub headers: &'static str,
    /// `Cache-Control`.
    pub cache_control: &'static str,
    /// The body.
    pub body: &'static str,
    /// When it comes.
    pub says: &'static str,
}

const fn row(
    outcome: &'static str,
    status: Option<u16>,
    headers: &'static str,
    body: &'static str,
    says: &'static str,
) -> OutcomeRow {
    let cache_control = if status.is_none() { "the route's own, and `private`" } else { "`no-store`" };
    OutcomeRow { outcome, status, headers, cache_control, body, says }
}

const DEMAND: &str = "the same demand for clients of version 1, or `{}`";

/// Every outcome of a request to a paid route.
pub const OUTCOMES: &[OutcomeRow] = &[
    row("demand", Some(402), "`PAYMENT-REQUIRED`", DEMAND, "No payment, or one that cannot be read."),
    row(
        "demand, not valid",
        Some(402),
        "`PAYMENT-REQUIRED` with `error`",
        DEMAND,
        "The payment answers none of the requirements, changed an extension, or did not verify.",
    ),
    row(
        "demand, allowance",
        Some(412),
        "`PAYMENT-REQUIRED` with `error`",
        DEMAND,
        "The payer must let Permit2 spend the token first.",
    ),
    row("confused", Some(400), "–", "problem", "Payments of both versions, or a payment header twice."),
    row(
        "identifier",
        Some(400),
        "–",
        "problem",
        "The payment identifier is missing where it is required, or malformed.",
    ),
    row("identifier conflict", Some(409), "–", "problem", "The payment identifier belongs to another payment."),
    row("aborted", Some(403), "–", "problem", "The route's own rules refuse the request before any payment."),
    row(
        "settle failed",
        Some(402),
        "`PAYMENT-RESPONSE`, or `X-PAYMENT-RESPONSE` for version 1",
        "`{}`",
        "The payment did not settle. Nothing is delivered, and no new demand is made.",
    ),
    row("facilitator failed", Some(502), "–", "problem", "The facilitator did not answer, or not as one."),
    row("failed", Some(500), "–", "problem", "The server failed."),
    row(
        "settled",
        None,
        "`PAYMENT-RESPONSE`, or `X-PAYMENT-RESPONSE` for version 1",
        "the route's own",
        "The payment is settled.",
    ),
];
