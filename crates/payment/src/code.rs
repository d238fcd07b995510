//! The codes of a refused submission, shared by HTTP and RPC: whose fault, whether to try again, which HTTP status.

crate::words! {
    /// What went wrong, in one of 22 words.
    ErrorCode {
        InvalidTransaction = "INVALID_TRANSACTION", "The payment cannot be read, or is not valid.";
        NotSponsored = "NOT_SPONSORED", "The transaction does not ask for a sponsor.";
        SenderNonceStale = "SENDER_NONCE_STALE", "The sender's nonce is used up.";
        SenderNonceDuplicate = "SENDER_NONCE_DUPLICATE", "The sender has another payment of this nonce under way.";
        SenderNonceGap = "SENDER_NONCE_GAP", "The sender's earlier nonces are missing.";
        NonceConflict = "NONCE_CONFLICT", "Another transaction of the sender holds this nonce.";
        SponsorNonceStale = "SPONSOR_NONCE_STALE", "The relay's own nonce was used up.";
        SponsorNonceDuplicate = "SPONSOR_NONCE_DUPLICATE", "The relay's own nonce was given twice.";
        BroadcastFailed = "BROADCAST_FAILED", "No node took the transaction.";
        TxBroadcastError = "TX_BROADCAST_ERROR", "The node answered with an error of its own.";
        SettlementFailed = "SETTLEMENT_FAILED", "The rail did not carry out the payment.";
        InternalError = "INTERNAL_ERROR", "The relay failed; nothing is known to be lost.";
        InsufficientFunds = "INSUFFICIENT_FUNDS", "The sender has too little.";
        ClientNonceConflict = "CLIENT_NONCE_CONFLICT", "The node holds another transaction of the sender's nonce.";
        ClientBadNonce = "CLIENT_BAD_NONCE", "The node refuses the sender's nonce.";
        TooMuchChaining = "TOO_MUCH_CHAINING", "The relay's wallets carry as much as the chain lets them.";
        SponsorExhausted = "SPONSOR_EXHAUSTED", "No sponsor wallet is free.";
        OriginChainingLimit = "ORIGIN_CHAINING_LIMIT", "The sender has as many unsettled payments as the rail lets it.";
        BroadcastRateLimited = "BROADCAST_RATE_LIMITED", "The node asks the relay to slow down.";
        SenderHandExpired = "SENDER_HAND_EXPIRED", "The payment waited for earlier ones, and they did not come.";
        NonceOccupied = "NONCE_OCCUPIED", "Another transaction holds the relay's own nonce.";
        PaymentIdentifierConflict = "PAYMENT_IDENTIFIER_CONFLICT", "The payment identifier belongs to another payment.";
    }

    /// Who has to act.
    Owner {
        Sender = "sender", "The client whose wallet signed.";
        Relay = "relay", "The relay, or the sponsor wallets that it holds.";
        Caller = "caller", "Whoever asked: the next step is its decision.";
    }
}

impl ErrorCode {
    /// Whose fault it is. A sponsor's conflict is never shown as the sender's (decision P5).
    #[must_use]
    pub const fn owner(self) -> Owner {
        match self {
            Self::InvalidTransaction
            | Self::NotSponsored
            | Self::SenderNonceStale
            | Self::SenderNonceDuplicate
            | Self::SenderNonceGap
            | Self::NonceConflict
            | Self::InsufficientFunds
            | Self::ClientNonceConflict
            | Self::ClientBadNonce
            | Self::OriginChainingLimit
            | Self::SenderHandExpired => Owner::Sender,
            Self::PaymentIdentifierConflict => Owner::Caller,
            Self::SponsorNonceStale
            | Self::SponsorNonceDuplicate
            | Self::BroadcastFailed
            | Self::TxBroadcastError
            | Self::SettlementFailed
            | Self::InternalError
            | Self::TooMuchChaining
            | Self::SponsorExhausted
            | Self::BroadcastRateLimited
            | Self::NonceOccupied => Owner::Relay,
        }
    }

    /// Whether the same submission may be sent again as it is: where the relay is at fault, save that a settlement
    /// which failed has failed.
    #[must_use]
    pub const fn retryable(self) -> bool {
        matches!(self.owner(), Owner::Relay) && !matches!(self, Self::SettlementFailed)
    }

    /// The status of the HTTP answer that refuses a submission with this code.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Self::InvalidTransaction => 400,
            Self::InsufficientFunds => 402,
            Self::NotSponsored | Self::SettlementFailed => 422,
            Self::SenderNonceStale
            | Self::SenderNonceDuplicate
            | Self::SenderNonceGap
            | Self::NonceConflict
            | Self::ClientNonceConflict
            | Self::ClientBadNonce
            | Self::SenderHandExpired
            | Self::PaymentIdentifierConflict => 409,
            Self::OriginChainingLimit => 429,
            Self::InternalError => 500,
            Self::BroadcastFailed | Self::TxBroadcastError => 502,
            Self::SponsorNonceStale
            | Self::SponsorNonceDuplicate
            | Self::TooMuchChaining
            | Self::SponsorExhausted
            | Self::BroadcastRateLimited
            | Self::NonceOccupied => 503,
        }
    }
}
