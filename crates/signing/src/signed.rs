//! Documents that arrived, and documents that were verified.

use std::{ops::Deref, sync::Arc};

use earnest_base::{Sha256Digest, Subject};

use crate::{
    Code, Document, Error, Object, Pointer, Position, Reading,
    envelope::{self, Claim},
};

/// A document that arrived with its signatures: read, judged by its schema and its own rules, not yet verified.
///
/// It keeps the bytes that arrived, and what the signatures cover is taken from those bytes.
#[derive(Debug, Clone)]
pub struct Signed<T> {
    bytes: Arc<[u8]>,
    document: T,
    covered: String,
    claims: Vec<Claim>,
    extensions: Object<'static>,
}

impl<T: Document> Signed<T> {
    /// Reads a document.
    ///
    /// # Errors
    /// Names code, member, line and column of the first fault: of the text, of the schema, of a rule or check, or of a
    /// signature that is absent or malformed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        Self::from_reading(&Reading::new(bytes, T::LIMITS)?)
    }

    /// Takes a document from a text that was read already, to learn its kind.
    ///
    /// # Errors
    /// As [`Signed::parse`].
    pub fn from_reading(reading: &Reading<'_>) -> Result<Self, Error> {
        Self::open(reading).map_err(|error| error.located_in(reading.bytes()))
    }

    fn open(reading: &Reading<'_>) -> Result<Self, Error> {
        let opened = envelope::open::<T>(reading.json())?;
        if T::CANONICAL {
            canonical(reading)?;
        }
        let empty = Object::default();
        let object = reading.json().as_object().unwrap_or(&empty);
        envelope::complete::<T>(object)?;
        Ok(Self {
            bytes: reading.bytes().into(),
            document: opened.document,
            covered: envelope::covered::<T>(object),
            claims: opened.claims,
            extensions: envelope::extensions(object),
        })
    }

    /// Verifies every signature that stands in the document.
    ///
    /// # Errors
    /// [`Code::SIGNATURE_INVALID`] with the member of the first one that is not its
    /// signer's.
    pub fn verify(self) -> Result<Verified<T>, Error> {
        for claim in &self.claims {
            claim.verify(T::KIND, &self.covered).map_err(|error| error.located_in(&self.bytes))?;
        }
        Ok(Verified { signed: self })
    }

    /// What the document says, while nobody has verified it: for showing, never for deciding.
    #[must_use]
    pub const fn unverified(&self) -> &T {
        &self.document
    }
}

/// Sees to it that a text is the canonical form of what it says.
fn canonical(reading: &Reading<'_>) -> Result<(), Error> {
    let form = reading.json().canonical();
    if form.as_bytes() == reading.bytes() {
        return Ok(());
    }
    let same = form.bytes().zip(reading.bytes()).take_while(|(one, other)| one == *other).count();
    let message = "expected the canonical form (RFC 8785), found another spelling from here on";
    Err(Error::new(Code::NOT_CANONICAL, Pointer::ROOT, message).at(Position::of(reading.bytes(), same)))
}

/// One who signed, and in which role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signing {
    /// The role, where the kind has several signers.
    pub role: Option<&'static str>,
    /// Who signed.
    pub subject: Subject,
}

/// A document whose every signature was verified. Only [`Signed::verify`] makes one, and only this is what decisions
/// take.
#[derive(Debug, Clone)]
pub struct Verified<T> {
    signed: Signed<T>,
}

impl<T: Document> Verified<T> {
    /// Reads and verifies a document.
    ///
    /// # Errors
    /// As [`Signed::parse`] and [`Signed::verify`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        Signed::parse(bytes)?.verify()
    }

    /// Who signed, in the order in which the kind lists its signers.
    pub fn signings(&self) -> impl Iterator<Item = Signing> + '_ {
        self.signed.claims.iter().map(|claim| Signing { role: claim.signer.role, subject: claim.subject })
    }

    /// Who signed in a role.
    pub fn signers_in(&self, role: Option<&str>) -> impl Iterator<Item = Subject> {
        self.signings().filter(move |signing| signing.role == role).map(|signing| signing.subject)
    }

    /// The bytes that arrived.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.signed.bytes
    }

    /// The digest of what the signatures cover: the same for the same content, whoever signed it and however it was
    /// spelt.
    #[must_use]
    pub fn content_digest(&self) -> Sha256Digest {
        Sha256Digest::of(self.signed.covered.as_bytes())
    }

    /// The members that the maker added: `policy_annotations` and names that begin `x-`. The signatures cover them.
    #[must_use]
    pub const fn extensions(&self) -> &Object<'static> {
        &self.signed.extensions
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.signed.document
    }
}

#[cfg(test)]
mod tests {
    use earnest_base::{OrgId, SubjectKind};
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::{Draft, SecretKey, Signer};

    #[derive(Debug, Clone, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Container {
        org: OrgId,
    }

    impl Document for Container {
        const KIND: &'static str = "container.v1";
        const SIGNERS: &'static [Signer] = &[Signer::sole(&["org"], &[SubjectKind::Org])];
        const CANONICAL: bool = true;

        fn id(&self) -> String {
            self.org.to_string()
        }
    }

    #[test]
    fn a_kind_that_must_be_canonical_is_refused_in_any_other_spelling() {
        let key = SecretKey::from_seed(&[1; 32]);
        let document = Container { org: OrgId::new(*key.public()) };
        let text = Draft::new(&document).unwrap().sign(None, &key).unwrap().to_json().canonical();
        assert!(Verified::<Container>::parse(text.as_bytes()).is_ok());
        for (other, column) in [(format!("{text}\n"), text.len() + 1), (text.replacen(':', ": ", 1), 8)] {
            let error = Verified::<Container>::parse(other.as_bytes()).unwrap_err();
            assert_eq!(error.code(), Code::NOT_CANONICAL);
            assert_eq!(error.position(), Some(Position { line: 1, column }));
        }
    }
}
