//! What a command says, as bytes, and the digest by which the same content is known again.

use earnest_base::{HoldId, ResponseId, Sha256Digest};
use sha2::{Digest, Sha256};

use super::{
    Act, Action, Adjust, Award, Crossing, Delivered, Dispute, Fee, Finding, OpenAccount, OpenHold, Pay, Resolve,
};
use crate::{Actor, Policy, codec::Writer, fact::write};

/// The first 128 bits of the SHA-256 digest of what a command says. Two commands of one id are the same where these
/// are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentDigest(pub(crate) [u8; 16]);

impl serde::Serialize for ContentDigest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", u128::from_be_bytes(self.0)))
    }
}

impl<'de> serde::Deserialize<'de> for ContentDigest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom("expected 32 hexadecimal digits");
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase()) {
            return Err(wrong());
        }
        u128::from_str_radix(&text, 16).map(|number| Self(number.to_be_bytes())).map_err(|_| wrong())
    }
}

/// The digest of what is written, under the name of a command, so that no two commands have one content.
fn digest(name: &'static str, write: impl FnOnce(&mut Writer)) -> ContentDigest {
    let mut writer = Writer::with_capacity(256);
    writer.text(name);
    write(&mut writer);
    let hash: [u8; 32] = Sha256::digest(writer.as_bytes()).into();
    let mut first = [0; 16];
    first.copy_from_slice(&hash[..16]);
    ContentDigest(first)
}

fn actor(writer: &mut Writer, actor: &Actor) {
    writer.subject(&actor.participant.into());
    writer.subject(&actor.acts_for.into());
}

fn award(writer: &mut Writer, award: &Award) {
    writer.orc(award.released);
    writer.orc(award.refunded);
    writer.text(&award.reason);
}

impl OpenAccount {
    pub(crate) fn digest(&self) -> ContentDigest {
        digest("open-account", |writer| {
            writer.text(&self.account);
            writer.subject(&self.owner.into());
            writer.byte(write::purpose(self.purpose));
            write::option(writer, self.council, |writer, council| {
                writer.subject(&earnest_base::Subject::from(council).into());
            });
            write::option(writer, self.gateway_policy.as_ref(), Writer::text);
        })
    }
}

impl Policy {
    pub(crate) fn digest(&self) -> ContentDigest {
        digest("adopt-policy", |writer| write::policy(writer, self))
    }
}

impl Crossing {
    pub(crate) fn digest(&self, name: &'static str) -> ContentDigest {
        digest(name, |writer| {
            writer.text(&self.receipt);
            writer.text(&self.account);
            writer.orc(self.amount);
            write::option(writer, self.fee.as_ref(), |writer, Fee { amount, account }| {
                writer.orc(*amount);
                writer.text(account);
            });
        })
    }
}

impl Adjust {
    pub(crate) fn digest(&self) -> ContentDigest {
        digest("adjust", |writer| {
            writer.text(&self.transfer);
            writer.text(&self.from);
            writer.text(&self.to);
            writer.orc(self.amount);
            writer.subject(&self.author.into());
            writer.text(&self.reason);
        })
    }
}

impl Pay {
    pub(crate) fn digest(&self) -> ContentDigest {
        digest("pay", |writer| {
            actor(writer, &self.actor);
            writer.text(&self.payer_account);
            writer.text(&self.nonce);
            writer.text(&self.payee_account);
            writer.orc(self.amount);
            writer.text(&self.authorization);
            write::option(writer, self.payment.as_ref(), Writer::text);
            write::option(writer, self.payer_seq, Writer::number);
            writer.time(self.valid_after);
            writer.time(self.valid_before);
        })
    }
}

impl OpenHold {
    pub(crate) fn digest(&self) -> ContentDigest {
        digest("open-hold", |writer| {
            writer.text(&self.hold);
            writer.text(&self.contract);
            writer.text(&self.payer_account);
            writer.text(&self.payee_account);
            writer.orc(self.amount);
            writer.text(&self.policy);
            writer.byte(write::mode(self.mode));
            write::list(writer, &self.arbiters, Writer::subject);
            writer.time(self.accepted_at);
            write::deadlines(writer, &self.deadlines);
        })
    }
}

/// The content of a delivery. It leaves out who delivered: the payee alone can, and a buyer's decision, which names
/// hold, response and digest, is held against this.
pub(crate) fn delivery(hold: &HoldId, response: &ResponseId, content: &Sha256Digest) -> ContentDigest {
    digest("deliver", |writer| {
        writer.text(hold);
        writer.text(response);
        writer.text(content);
    })
}

impl Delivered {
    /// The content that the delivery had, if this is what was delivered under this hold.
    pub(crate) fn digest(&self, hold: &HoldId) -> ContentDigest {
        delivery(hold, &self.response, &self.digest)
    }
}

impl Act {
    pub(crate) fn digest(&self) -> ContentDigest {
        digest(self.action.name(), |writer| {
            writer.text(&self.decision);
            writer.text(&self.hold);
            actor(writer, &self.actor);
            match &self.action {
                Action::Accept(delivered) => {
                    writer.text(&delivered.response);
                    writer.text(&delivered.digest);
                }
                Action::Reject { delivered, criterion, finding } => {
                    writer.text(&delivered.response);
                    writer.text(&delivered.digest);
                    writer.byte(write::criterion(*criterion));
                    writer.flag(*finding == Finding::Met);
                }
                Action::Confirm(what) => award(writer, what),
                Action::Release { reason } => writer.text(reason),
                Action::Dispatch
                | Action::Cancel
                | Action::EndWorkflow
                | Action::Fail
                | Action::Decline
                | Action::Void => {}
            }
        })
    }
}

impl Action {
    /// Its name, as the tables have it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Dispatch => "dispatch",
            Self::Accept(_) => "accept",
            Self::Reject { .. } => "reject",
            Self::Cancel => "cancel",
            Self::EndWorkflow => "end-workflow",
            Self::Fail => "fail",
            Self::Decline => "decline",
            Self::Void => "void",
            Self::Confirm(_) => "confirm",
            Self::Release { .. } => "release",
        }
    }
}

impl Dispute {
    pub(crate) fn digest(&self) -> ContentDigest {
        digest("dispute", |writer| {
            writer.text(&self.dispute);
            writer.text(&self.hold);
            actor(writer, &self.actor);
        })
    }
}

impl Resolve {
    pub(crate) fn digest(&self) -> ContentDigest {
        digest("resolve", |writer| {
            writer.text(&self.decision);
            writer.text(&self.dispute);
            writer.text(&self.hold);
            actor(writer, &self.actor);
            award(writer, &self.award);
        })
    }
}
