//! The server's side: what a request's headers claim, and whether it is so.

use earnest_base::{Subject, Timestamp};
use sfv::{BareItem, Dictionary, FieldType, InnerList, List, ListEntry, Parser};

use crate::{
    RequestError, TAG, Target, Window,
    sign::{COVERED, NONCE_FORM, base, is_nonce},
};

/// What a request's headers claim. Nobody has checked it.
#[derive(Debug, Clone)]
pub struct Claim {
    subject: Subject,
    covered: Vec<String>,
    created: i64,
    expires: i64,
    nonce: String,
    /// The parameters in the order and spelling that were signed.
    parameters: String,
    signature: [u8; 64],
}

/// A request whose signature holds. Only [`Claim::verify`] makes one; that its nonce is new is for its caller to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Who signed.
    pub subject: Subject,
    /// When it was signed, as the caller says.
    pub created: Timestamp,
    /// When the signature ends: the nonce must be kept until then.
    pub expires: Timestamp,
    /// What may be used once.
    pub nonce: String,
}

impl Claim {
    /// Reads the headers `Signature-Input` and `Signature`; where a header came in several lines, joined by a comma.
    /// Signatures with other tags are passed over.
    ///
    /// # Errors
    /// [`RequestError::SignatureMissing`], [`RequestError::SignatureMalformed`], [`RequestError::NotCovered`] or
    /// [`RequestError::KeyIdInvalid`].
    pub fn parse(signature_input: &str, signature: &str) -> Result<Self, RequestError> {
        let inputs: Dictionary = Parser::new(signature_input)
            .parse()
            .map_err(|_| RequestError::SignatureMalformed("a header Signature-Input that is a dictionary"))?;
        let mut ours = inputs.iter().filter_map(|(label, entry)| match entry {
            ListEntry::InnerList(list) if text(list, "tag") == Some(TAG) => Some((label, list)),
            _ => None,
        });
        let (label, list) = ours.next().ok_or(RequestError::SignatureMissing)?;
        if ours.next().is_some() {
            return Err(RequestError::SignatureMalformed("one signature with the tag \"earnest\", found several"));
        }
        Self::of(list, signature_of(signature, label.as_str())?)
    }

    fn of(list: &InnerList, signature: [u8; 64]) -> Result<Self, RequestError> {
        let known = ["created", "expires", "nonce", "alg", "keyid", "tag"];
        if list.params.keys().any(|name| !known.contains(&name.as_str())) {
            return Err(RequestError::SignatureMalformed(
                "no other parameters than created, expires, nonce, alg, keyid and tag",
            ));
        }
        if list.params.contains_key("alg") && text(list, "alg") != Some("ed25519") {
            return Err(RequestError::SignatureMalformed("the algorithm ed25519"));
        }
        let nonce = text(list, "nonce").filter(|nonce| is_nonce(nonce)).ok_or(NONCE_FORM)?.to_owned();
        let key_id = text(list, "keyid").ok_or(RequestError::KeyIdInvalid)?;
        Ok(Self {
            subject: key_id.parse().map_err(|_| RequestError::KeyIdInvalid)?,
            covered: covered(list)?,
            created: moment(list, "created")?,
            expires: moment(list, "expires")?,
            nonce,
            parameters: serialised(list)?,
            signature,
        })
    }

    /// Who is said to have signed.
    #[must_use]
    pub const fn unverified_subject(&self) -> &Subject {
        &self.subject
    }

    /// Checks the claim against the request: in force now, and signed by the named subject. The digest is the header
    /// `Content-Digest`; the body is compared with it by [`check_digest`](crate::check_digest).
    ///
    /// # Errors
    /// [`RequestError::SignatureExpired`], [`RequestError::SignatureNotYetValid`] or [`RequestError::SignatureInvalid`], in
    /// this order.
    pub fn verify(
        self,
        target: &Target<'_>,
        content_digest: &str,
        window: Window,
        now: Timestamp,
    ) -> Result<Verified, RequestError> {
        window.judge(self.created, self.expires, now)?;
        let timestamp = |seconds: i64| {
            seconds.checked_mul(1000).and_then(Timestamp::from_unix_millis).ok_or(RequestError::SignatureExpired)
        };
        let base = base(&self.covered, target, content_digest, &self.parameters).ok_or(UNKNOWN_COMPONENT)?;
        if !self.subject.key().verifies(base.as_bytes(), &self.signature) {
            return Err(RequestError::SignatureInvalid);
        }
        let (created, expires) = (timestamp(self.created)?, timestamp(self.expires)?);
        Ok(Verified { subject: self.subject, created, expires, nonce: self.nonce })
    }
}

const UNKNOWN_COMPONENT: RequestError = RequestError::SignatureMalformed(
    "a signature over @method, @authority, @path, @query and content-digest alone, without parameters",
);

/// The names that are covered: those that must be, each once, in any order, and no others.
fn covered(list: &InnerList) -> Result<Vec<String>, RequestError> {
    let names = list.items.iter().map(|item| match &item.bare_item {
        BareItem::String(name) if item.params.is_empty() && COVERED.contains(&name.as_str()) => Ok(name.as_str()),
        _ => Err(UNKNOWN_COMPONENT),
    });
    let names: Vec<&str> = names.collect::<Result<_, _>>()?;
    match COVERED.into_iter().find(|name| !names.contains(name)) {
        Some(missing) => Err(RequestError::NotCovered(missing)),
        None if names.len() > COVERED.len() => Err(UNKNOWN_COMPONENT),
        None => Ok(names.into_iter().map(str::to_owned).collect()),
    }
}

fn text<'l>(list: &'l InnerList, name: &str) -> Option<&'l str> {
    match list.params.get(name)? {
        BareItem::String(text) => Some(text.as_str()),
        _ => None,
    }
}

fn moment(list: &InnerList, name: &str) -> Result<i64, RequestError> {
    match list.params.get(name) {
        Some(BareItem::Integer(seconds)) => Ok((*seconds).into()),
        _ => Err(RequestError::SignatureMalformed("created and expires in seconds since 1970")),
    }
}

/// The strict serialisation of the parameters, in the order that they came in: what was signed.
fn serialised(list: &InnerList) -> Result<String, RequestError> {
    let list: List = vec![ListEntry::InnerList(list.clone())];
    list.serialize().ok_or(RequestError::SignatureMalformed("parameters that can be serialised"))
}

fn signature_of(header: &str, label: &str) -> Result<[u8; 64], RequestError> {
    let malformed = RequestError::SignatureMalformed("a header Signature with 64 bytes under the same label");
    let signatures: Dictionary = Parser::new(header).parse().map_err(|_| malformed)?;
    match signatures.get(label) {
        Some(ListEntry::Item(item)) => match &item.bare_item {
            BareItem::ByteSequence(bytes) => bytes.as_slice().try_into().map_err(|_| malformed),
            _ => Err(malformed),
        },
        _ => Err(malformed),
    }
}
