//! A ledger as bytes and back, so that a restart replays only what came after. Equal ledgers make equal bytes.

mod state;

use earnest_base::{FederationId, Sha256Digest};
use sha2::{Digest, Sha256};

use super::{Known, Ledger, RESERVED};
use crate::{
    AccountNumber, DecodeError, Done, HoldNumber, IdNumber, IndexSeed,
    codec::{Reader, Writer},
    fact::{read, write},
};

/// What every snapshot begins with. The number is the version of its form.
const MAGIC: &[u8; 18] = b"earnest-ledger.v1\0";

/// How many bytes an id with what it stands for has, at least.
const LEAST: usize = 8;

impl Ledger {
    /// The ledger as bytes.
    #[must_use]
    pub fn to_snapshot(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(1 << 16);
        writer.fixed(MAGIC);
        writer.text(&self.federation);
        writer.number(self.seq);
        write::option(&mut writer, self.latest, Writer::time);
        writer.orc(self.issued);
        writer.orc(self.escrowed);
        write::list(&mut writer, &self.policies, write::policy);
        write::list(&mut writer, &self.accounts, state::write_account);
        write::list(&mut writer, &self.holds, state::write_hold);
        writer.number(self.known.len() as u64);
        for (place, known) in self.known.iter().enumerate() {
            writer.bytes(self.ids.bytes(IdNumber::new(u32::try_from(place).unwrap_or(u32::MAX))));
            write_known(&mut writer, known);
        }
        writer.into_bytes()
    }

    /// Reads a ledger from a snapshot. That the snapshot is the one that was written is the journal's to know: it keeps
    /// the digest beside it ([`Ledger::digest`]).
    ///
    /// # Errors
    /// Where the bytes are no snapshot of this version.
    pub fn from_snapshot(bytes: &[u8], seed: IndexSeed) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        if reader.fixed()? != *MAGIC {
            return Err(reader.expected("a snapshot of version 1"));
        }
        let federation: FederationId = reader.text("a federation id")?;
        let mut ledger = Self::with_index_seed(federation, seed);
        ledger.seq = reader.number()?;
        ledger.latest = read::option(&mut reader, Reader::time)?;
        ledger.issued = reader.orc()?;
        ledger.escrowed = reader.orc()?;
        ledger.policies = read::list(&mut reader, read::policy)?;
        ledger.accounts = read::list(&mut reader, state::read_account)?;
        ledger.holds = read::list(&mut reader, state::read_hold)?;
        let own = ledger.ids.len();
        let count = reader.number()?;
        // No more than there can be in the bytes that are left.
        let more = usize::try_from(count).map_or(0, |count| count.min(reader.left() / LEAST));
        ledger.ids.reserve(more);
        ledger.known.reserve(more);
        for place in 0..count {
            let id = reader.bytes()?;
            let known = read_known(&mut reader)?;
            let is_own = usize::try_from(place).is_ok_and(|place| place < own);
            let kept = is_own && ledger.known(id) == Some(&known);
            if !kept && (is_own || ledger.ids.insert_new(id).is_none()) {
                return Err(reader.expected("an id that stands once"));
            }
            if !kept {
                ledger.known.push(known);
            }
        }
        reader.end()?;
        ledger.derive().ok_or_else(|| reader.expected("holds and accounts that fit each other"))?;
        Ok(ledger)
    }

    /// What is not written because it follows: who settles with which account, and the timers.
    fn derive(&mut self) -> Option<()> {
        use earnest_artifacts::ledger_account::AccountPurpose::CommunityPool;
        for (place, account) in self.accounts.iter().enumerate() {
            if account.purpose != CommunityPool {
                let number = u32::try_from(place + RESERVED.len()).ok()?;
                self.settles.insert(account.owner, AccountNumber::new(number));
            }
        }
        for (place, hold) in self.holds.iter().enumerate() {
            let policy = self.policies.get(hold.policy.place())?;
            self.account(hold.payer)?;
            self.account(hold.payee)?;
            if let Some((at, _)) = hold.timer(policy) {
                self.timers.insert((at, HoldNumber::new(u32::try_from(place).ok()?)));
            }
        }
        Some(())
    }

    /// The SHA-256 digest of the snapshot: the same for every ledger that applied the same facts.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::from_bytes(&Sha256::digest(self.to_snapshot()).into())
    }
}

fn write_known(writer: &mut Writer, known: &Known) {
    match known {
        Known::Command { content, done, number } => {
            writer.byte(0);
            writer.fixed(&content.0);
            writer.number(done.seq);
            writer.byte(done.effect.byte());
            writer.number((*number).into());
        }
        Known::Contract(hold) => {
            writer.byte(1);
            writer.number(hold.value().into());
        }
        Known::Reserved(account) => {
            writer.byte(2);
            writer.number(account.value().into());
        }
    }
}

fn read_known(reader: &mut Reader<'_>) -> Result<Known, DecodeError> {
    Ok(match reader.byte()? {
        0 => {
            let content = read::content(reader)?;
            let seq = reader.number()?;
            let effect = read::word(reader, crate::Effect::ALL, "an effect")?;
            Known::Command { content, done: Done { seq, effect }, number: reader.small()? }
        }
        1 => Known::Contract(HoldNumber::new(reader.small()?)),
        2 => Known::Reserved(AccountNumber::new(reader.small()?)),
        _ => return Err(reader.expected("what an id stands for")),
    })
}
