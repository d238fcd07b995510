//! The published test keys, and an example of every kind signed with them.

use earnest_base::{PublicKey, Subject};
use earnest_signing::{Code, Error, Json, Pointer, Reading, SecretKey, Signer, Slot};

use crate::Kind;

/// A subject of the examples and test vectors. Its secret key is public: the seed is one byte, 32 times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fixture {
    /// The byte that the seed repeats.
    pub seed: u8,
    /// Who it stands for.
    pub name: &'static str,
    /// The subject's did:key, without prefix.
    pub did_key: &'static str,
}

/// The subjects of the examples. Never trust a signature of theirs: everybody holds the keys.
pub const FIXTURES: &[Fixture] = &[
    Fixture { seed: 1, name: "Ola, a provider", did_key: "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX" },
    Fixture { seed: 2, name: "Ola's node", did_key: "did:key:z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH" },
    Fixture { seed: 3, name: "Adam, a provider", did_key: "did:key:z6MkvRXNYcE7MMduynWTgeKbDaT1iijDSC8pZqXZc8rHPrf2" },
    Fixture { seed: 4, name: "Adam's node", did_key: "did:key:z6Mkt6316e2PN3mZdB6N9CrzomJYUd1s5yBZi1XYHmwT9TUP" },
    Fixture {
        seed: 5,
        name: "Roman, custodian of CasualFeeders",
        did_key: "did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2",
    },
    Fixture { seed: 6, name: "Roman's node", did_key: "did:key:z6Mkon22vwz9JoNpGDxCrGZRgeNFTdRTwXYYN3fvAhA3K19x" },
    Fixture {
        seed: 7,
        name: "CasualFeeders, an organisation",
        did_key: "did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z",
    },
    Fixture { seed: 8, name: "the gateway node", did_key: "did:key:z6Mkfmm57fsb6VL7zVusP8zeA9SYkCKdvUhby2G7Yh8vvQ1P" },
    Fixture { seed: 9, name: "the escrow node", did_key: "did:key:z6MkwVDfCg9LbbY6xjH3EZk8YSFQZujV5Y4y1ZWeER9tDiN3" },
    Fixture { seed: 10, name: "Ewa, an arbiter", did_key: "did:key:z6Mkj1MDZKcfx9AX5CeXHdysiGkRLzBbALyFuShD6wNeY1E3" },
    Fixture { seed: 11, name: "the council", did_key: "did:key:z6MkmNL6xksdEJENGk9Z1qqGsY5njKQdjU1UhnUEUvWyQUVX" },
    Fixture {
        seed: 12,
        name: "the federation's organisation",
        did_key: "did:key:z6MkfDSNRs2i9S6LZ5vd4RbpZ6754H7R3btDqRTeHhamqvuJ",
    },
];

impl Fixture {
    /// The secret key, which everybody holds.
    #[must_use]
    pub fn secret_key(&self) -> SecretKey {
        SecretKey::from_seed(&[self.seed; 32])
    }

    /// The fixture with this key.
    #[must_use]
    pub fn of(key: &PublicKey) -> Option<&'static Self> {
        let multibase = key.to_multibase();
        FIXTURES.iter().find(|fixture| fixture.did_key.strip_prefix("did:key:") == Some(&multibase))
    }
}

/// The example of a kind, signed by everybody who must, in canonical form.
///
/// # Errors
/// Where there is no such kind, or its example does not keep its own rules.
pub fn example(kind: &str) -> Result<String, Error> {
    let kind = Kind::named(kind).ok_or_else(|| {
        Error::new(
            Code::KIND_UNKNOWN,
            Pointer::ROOT,
            format!("expected a kind that `earnest kinds` lists, found {kind:?}"),
        )
    })?;
    sign_with_fixtures(kind, kind.example().as_bytes())
}

/// A document signed by everybody who must sign it, so far as they are fixtures.
///
/// # Errors
/// Where it does not keep its rules, or names a signer who is no fixture.
pub fn sign_with_fixtures(kind: &Kind, document: &[u8]) -> Result<String, Error> {
    let mut text = document.to_vec();
    for signer in kind.signers() {
        let reading = Reading::new(&text, kind.limits())?;
        let Some(object) = reading.json().as_object() else { continue };
        if !signer.needed(object) || object.get(signer.member()).is_some() {
            continue;
        }
        let key = fixture_key(signer, reading.json())?;
        text = kind.sign(&text, signer.role, &key)?.canonical().into_bytes();
    }
    String::from_utf8(text).map_err(unreadable)
}

fn fixture_key(signer: &Signer, document: &Json<'_>) -> Result<SecretKey, Error> {
    let object = document.as_object();
    let subject = match (signer.slot, object) {
        (Slot::One(_), Some(object)) => Some(signer.subject(object)?),
        _ => None,
    };
    let key = subject.as_ref().map(Subject::key);
    let fixture = key.map_or_else(|| FIXTURES.iter().find(|fixture| fixture.name.contains("arbiter")), Fixture::of);
    let unknown = || {
        let message = "expected a signer of the published test keys, found another";
        Error::new(Code::KEY_MISMATCH, Pointer::member(signer.by.first().unwrap_or(&"")), message)
    };
    fixture.map(Fixture::secret_key).ok_or_else(unknown)
}

pub(crate) fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::new(Code::INVALID_VALUE, Pointer::ROOT, error.to_string())
}
