//! Who signs: derived from the document, never named beside it.

use earnest_base::{Subject, SubjectKind};

use crate::{Code, Cond, Error, Json, Object, Pointer};

/// Where a signature stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// A member that holds one signature.
    One(&'static str),
    /// A member that holds an array of signatures, each with its signer beside `alg` and `value` under this name.
    Each(&'static str, &'static str),
}

/// When a signature has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// In every document.
    Always,
    /// Where the document is so.
    When(Cond),
    /// Where the document is not so; it may be there all the same.
    Unless(Cond),
}

/// One who signs: in which role, where the signature stands, and which member names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signer {
    /// Where the signature stands.
    pub slot: Slot,
    /// The role, where the document has several signers: a part of what is signed.
    pub role: Option<&'static str>,
    /// The members that may name the signer; the first one that holds a subject of an admitted kind counts. Of a member
    /// that is an array, its first item names.
    pub by: &'static [&'static str],
    /// The kinds of subject that may sign.
    pub kinds: &'static [SubjectKind],
    /// When the signature has to be there.
    pub need: Need,
}

impl Signer {
    /// The single signer of most documents: `signature`, always, by the subject that one member names.
    #[must_use]
    pub const fn sole(by: &'static [&'static str], kinds: &'static [SubjectKind]) -> Self {
        Self { slot: Slot::One("signature"), role: None, by, kinds, need: Need::Always }
    }

    /// The member that holds the signature or signatures.
    #[must_use]
    pub const fn member(&self) -> &'static str {
        match self.slot {
            Slot::One(member) | Slot::Each(member, _) => member,
        }
    }

    /// What the signature is tagged with: the kind, and the role where there is one.
    pub(crate) fn tag(&self, kind: &str) -> String {
        self.role.map_or_else(|| kind.to_owned(), |role| format!("{kind}:{role}"))
    }

    /// Whether a document needs the signature.
    #[must_use]
    pub fn needed(&self, object: &Object<'_>) -> bool {
        match self.need {
            Need::Always => true,
            Need::When(cond) => cond.holds(object),
            Need::Unless(cond) => !cond.holds(object),
        }
    }

    /// The subject that the document names for a single signature.
    ///
    /// # Errors
    /// [`Code::SIGNER_UNNAMED`] where it names none of an admitted kind.
    pub fn subject(&self, object: &Object<'_>) -> Result<Subject, Error> {
        let named = self.by.iter().filter_map(|name| member_at(object, name).and_then(Json::as_str));
        let subject =
            named.filter_map(|text| text.parse::<Subject>().ok()).find(|subject| self.kinds.contains(&subject.kind()));
        subject.ok_or_else(|| {
            let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.as_str()).collect();
            let message = format!("expected a {} in {}, found none", kinds.join(" or "), self.by.join(" or "));
            Error::new(Code::SIGNER_UNNAMED, Pointer::member(self.by.first().unwrap_or(&"")), message)
        })
    }
}

/// The value of a member, or of the first item of a member that is an array.
fn member_at<'o>(object: &'o Object<'_>, name: &str) -> Option<&'o Json<'o>> {
    match object.get(name)? {
        Json::Array(items) => items.first(),
        value => Some(value),
    }
}
