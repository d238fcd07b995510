//! Documents in the making: they collect signatures until they have all that they need.

use earnest_base::{Sha256Digest, Subject};

use crate::{
    Code, Document, Error, Json, Object, Pointer, Reading, SecretKey, Signed, Signer, Slot,
    envelope::{self, Claim},
    read,
};

/// A document on its way to its signatures: it keeps its own schema, rules and checks from the start.
#[derive(Debug, Clone)]
pub struct Draft<T> {
    document: T,
    members: Object<'static>,
    claims: Vec<Claim>,
}

impl<T: Document> Draft<T> {
    /// Takes what a document is to say.
    ///
    /// # Errors
    /// Names the rule or check that it breaks.
    pub fn new(document: &T) -> Result<Self, Error> {
        Self::from_members(Self::members_of(document)?)
    }

    /// The members of a document that says this, its kind among them, unjudged: to be compared with those of one that was
    /// judged.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn members_of(document: &T) -> Result<Object<'static>, Error> {
        let unreadable = |error: serde_json::Error| Error::new(Code::INVALID_VALUE, Pointer::ROOT, error.to_string());
        let text = serde_json::to_vec(document).map_err(unreadable)?;
        let mut members = match read(&text, T::LIMITS)?.into_owned() {
            Json::Object(members) => members,
            other => return Err(not_an_object(&other)),
        };
        members.insert("schema", Json::String(T::KIND.into()));
        members.insert("schema/v", Json::Number(crate::Number::ONE));
        Ok(members)
    }

    /// Reads a document with none, some or all of its signatures.
    ///
    /// # Errors
    /// As [`Signed::parse`], save that no signature has to be there.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        Self::from_reading(Reading::new(bytes, T::LIMITS)?)
    }

    /// Takes a draft from a text that was read already, to learn its kind.
    ///
    /// # Errors
    /// As [`Draft::parse`].
    pub fn from_reading(reading: Reading<'_>) -> Result<Self, Error> {
        let bytes = reading.bytes();
        match reading.into_json() {
            Json::Object(members) => Self::from_members(members.into_owned()).map_err(|error| error.located_in(bytes)),
            other => Err(not_an_object(&other)),
        }
    }

    /// Takes all members of a document, the kind among them.
    ///
    /// # Errors
    /// As [`Draft::parse`].
    pub fn from_members(members: Object<'static>) -> Result<Self, Error> {
        let json = Json::Object(members);
        let opened = envelope::open::<T>(&json)?;
        match json {
            Json::Object(members) => Ok(Self { document: opened.document, members, claims: opened.claims }),
            other => Err(not_an_object(&other)),
        }
    }

    /// Adds a member that the maker is free to add: `policy_annotations`, or a name that begins `x-`.
    ///
    /// # Errors
    /// Where the name is another one, or where a signature already stands that would not cover it.
    pub fn extend(mut self, name: &str, value: Json<'static>) -> Result<Self, Error> {
        if let Some(claim) = self.claims.first() {
            let message = "expected a draft without signatures, which could not cover a new member";
            return Err(Error::new(Code::SIGNATURE_UNEXPECTED, claim.pointer.clone(), message));
        }
        if !envelope::is_extension(name) {
            let message = format!("expected `policy_annotations` or a name that begins `x-`, found {name:?}");
            return Err(Error::new(Code::UNKNOWN_MEMBER, Pointer::member(name), message));
        }
        self.members.insert(name.to_owned(), value);
        Self::from_members(self.members)
    }

    /// Signs in a role, or as the only signer where the kind has one.
    ///
    /// # Errors
    /// [`Code::ROLE_UNKNOWN`] where the kind has no such role, [`Code::SIGNER_UNNAMED`] where the document names nobody
    /// in it, [`Code::KEY_MISMATCH`] where it names somebody else.
    pub fn sign(mut self, role: Option<&str>, key: &SecretKey) -> Result<Self, Error> {
        let signer = Self::signer(role)?;
        let subject = match signer.slot {
            Slot::One(_) => signer.subject(&self.members)?,
            Slot::Each(..) => Subject::new(signer.kinds[0], *key.public()),
        };
        if subject.key() != key.public() {
            let named = signer.by.first().copied().unwrap_or_default();
            let message = format!("expected the key of {subject}, found did:key:{}", key.public());
            return Err(Error::new(Code::KEY_MISMATCH, Pointer::member(named), message));
        }
        let covered = envelope::covered::<T>(&self.members);
        let signature = key.sign(&envelope::signing_input(signer, T::KIND, &covered));
        match signer.slot {
            Slot::One(member) => self.members.insert(member, envelope::to_json(signature, None)),
            Slot::Each(member, by) => self.add_to_list(member, envelope::to_json(signature, Some((by, &subject)))),
        }
        Self::from_members(self.members)
    }

    fn add_to_list(&mut self, member: &'static str, entry: Json<'static>) {
        let mut entries = match self.members.remove(member) {
            Some(Json::Array(entries)) => entries,
            _ => Vec::new(),
        };
        entries.push(entry);
        self.members.insert(member, Json::Array(entries));
    }

    fn signer(role: Option<&str>) -> Result<&'static Signer, Error> {
        T::SIGNERS.iter().find(|signer| signer.role == role).ok_or_else(|| {
            let roles: Vec<&str> = T::SIGNERS.iter().filter_map(|signer| signer.role).collect();
            let expected =
                if roles.is_empty() { "no role".to_owned() } else { format!("one of the roles {}", roles.join(", ")) };
            let found = role.map_or_else(|| "none".to_owned(), |role| format!("{role:?}"));
            Error::new(Code::ROLE_UNKNOWN, Pointer::ROOT, format!("expected {expected} for {}, found {found}", T::KIND))
        })
    }

    /// Verifies the signatures that stand in a role already: what a second signer asks before signing too.
    ///
    /// # Errors
    /// Where there is none, or one that is not its signer's.
    pub fn verify_role(&self, role: Option<&str>) -> Result<Vec<Subject>, Error> {
        let signer = Self::signer(role)?;
        let covered = envelope::covered::<T>(&self.members);
        let claims: Vec<&Claim> = self.claims.iter().filter(|claim| claim.signer == signer).collect();
        if claims.is_empty() {
            let message = format!("expected the signature {:?}, found none", signer.member());
            return Err(Error::new(Code::SIGNATURE_MISSING, Pointer::member(signer.member()), message));
        }
        claims.into_iter().map(|claim| claim.verify(T::KIND, &covered).map(|()| claim.subject)).collect()
    }

    /// What the document says.
    #[must_use]
    pub const fn document(&self) -> &T {
        &self.document
    }

    /// The digest of what the signatures cover: that of the signed document, before it is signed.
    #[must_use]
    pub fn content_digest(&self) -> Sha256Digest {
        Sha256Digest::of(envelope::covered::<T>(&self.members).as_bytes())
    }

    /// The document as it stands, with the signatures that it has.
    #[must_use]
    pub fn to_json(&self) -> Json<'static> {
        Json::Object(self.members.clone())
    }

    /// Ends the collection: every signature that the document needs stands in it.
    ///
    /// # Errors
    /// [`Code::SIGNATURE_MISSING`] with the member of the first one that does not.
    pub fn finish(self) -> Result<Signed<T>, Error> {
        Signed::parse(Json::Object(self.members).canonical().as_bytes())
    }
}

fn not_an_object(found: &Json<'_>) -> Error {
    Error::new(Code::NOT_AN_OBJECT, Pointer::ROOT, format!("expected an object, found {}", found.type_name()))
}
