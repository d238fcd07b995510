//! What payments, requests, payers and identifiers are known by: digests, so that a record is small whatever was signed.

use earnest_base::{PaymentIdentifier, Sha256Digest};
use earnest_x402::scheme::{PaidRequest, Payer, ReservationKey};
use sha2::{Digest, Sha256};

/// Declares digests of so many bytes, each of its own domain.
macro_rules! digests {
    ($($(#[$doc:meta])* $name:ident: $length:literal of $domain:literal)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            /// The digest whose bytes these are.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }

            /// The digest of parts, each with its length before it.
            fn of_parts(parts: &[&[u8]]) -> Self {
                let mut hash = Sha256::new().chain_update(concat!($domain, "\0"));
                for part in parts {
                    hash.update((part.len() as u64).to_be_bytes());
                    hash.update(part);
                }
                let mut bytes = [0; $length];
                for (to, from) in bytes.iter_mut().zip(hash.finalize()) {
                    *to = from;
                }
                Self(bytes)
            }
        }

        impl std::fmt::Debug for $name {
            /// The first bytes are enough to tell two apart.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}(", stringify!($name))?;
                self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str(")")
            }
        }
    )*};
}

digests! {
    /// A payment, by what its payer signed: one authorisation has one key, however it is spelt.
    PaymentKey: 32 of "earnest-grant-payment.v1"
    /// The request that a payment was shown for: method, URL and body.
    RequestKey: 32 of "earnest-grant-request.v1"
    /// A payment identifier within a tenant.
    IdentifierKey: 32 of "earnest-grant-identifier.v1"
    /// What an identifier is bound to.
    BoundTo: 32 of "earnest-grant-bound.v1"
    /// Who pays, for counting.
    PayerKey: 16 of "earnest-grant-payer.v1"
    /// The payload as it arrived, for finding its record: never for deciding.
    PayloadKey: 16 of "earnest-grant-payload.v1"
}

impl From<&ReservationKey> for PaymentKey {
    fn from(key: &ReservationKey) -> Self {
        let ReservationKey { network, asset, payer, nonce } = key;
        let parts = [network.as_str(), asset.as_str(), payer.as_str(), nonce.as_str()];
        Self::of_parts(&parts.map(str::as_bytes))
    }
}

impl From<&PaidRequest> for RequestKey {
    fn from(request: &PaidRequest) -> Self {
        let parts = [request.method().as_str(), request.url().as_str(), request.body().as_str()];
        Self::of_parts(&parts.map(str::as_bytes))
    }
}

impl PayerKey {
    /// The key of a payer on a network.
    #[must_use]
    pub fn of(network: &earnest_x402::Network, payer: &Payer) -> Self {
        Self::of_parts(&[network.as_str().as_bytes(), payer.as_str().as_bytes()])
    }
}

impl PayloadKey {
    /// The key of a payload, by its canonical form.
    #[must_use]
    pub fn of(canonical: &str) -> Self {
        Self::of_parts(&[canonical.as_bytes()])
    }
}

/// A payment identifier, and what it is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identified {
    /// The identifier within its tenant.
    pub key: IdentifierKey,
    /// What it names: what is paid, by whom, and for which request. A payer who signs again for the same keeps the
    /// identifier; anything else is another payment.
    pub bound: BoundTo,
}

impl Identified {
    /// The identifier that a payer sends to a tenant, with the fingerprint of what is paid and the request.
    ///
    /// ```
    /// use earnest_base::Sha256Digest;
    /// use earnest_grant::{Identified, PayerKey, RequestKey};
    ///
    /// let (payer, request) = (PayerKey::from_bytes([1; 16]), RequestKey::from_bytes([2; 32]));
    /// let of = |tenant| -> Result<Identified, earnest_base::InvalidError> {
    ///     Ok(Identified::new(tenant, &"report-2026-04-01".parse()?, &Sha256Digest::of(b"10"), payer, request))
    /// };
    /// assert_ne!(of("a")?.key, of("b")?.key);
    /// # Ok::<(), earnest_base::InvalidError>(())
    /// ```
    #[must_use]
    pub fn new(
        tenant: &str,
        identifier: &PaymentIdentifier,
        fingerprint: &Sha256Digest,
        payer: PayerKey,
        request: RequestKey,
    ) -> Self {
        Self {
            key: IdentifierKey::of_parts(&[tenant.as_bytes(), identifier.as_str().as_bytes()]),
            bound: BoundTo::of_parts(&[fingerprint.as_str().as_bytes(), payer.as_bytes(), request.as_bytes()]),
        }
    }
}

/// Who works on a payment: a number that whoever begins chooses at random, so that what comes late is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Worker(pub u64);
