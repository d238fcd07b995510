//! A ledger as bytes and back, so that a restart replays only what came after. Equal ledgers make equal bytes.

mod state;

use std::thread;

use earnest_base::{FederationId, Sha256Digest};
use sha2::{Digest, Sha256};

use super::{Book, Ledger, RESERVED};
use crate::{
    AccountNumber, DecodeError, HoldNumber, IdNumber, IndexSeed,
    codec::{Reader, Writer},
    fact::{read, write},
};

/// What every snapshot begins with. The number is the version of its form.
const MAGIC: &[u8; 18] = b"earnest-ledger.v2\0";

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
        writer.section(|writer| self.names.write(writer));
        writer.section(|writer| self.ids.write(writer));
        write::list(&mut writer, &self.accounts, state::write_account);
        write::list(&mut writer, &self.holds, state::write_hold);
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
            return Err(reader.expected("a snapshot of version 2"));
        }
        let federation: FederationId = reader.text("a federation id")?;
        let mut ledger = Self::new(federation);
        ledger.seq = reader.number()?;
        ledger.latest = read::option(&mut reader, Reader::time)?;
        ledger.issued = reader.orc()?;
        ledger.escrowed = reader.orc()?;
        ledger.policies = read::list(&mut reader, read::policy)?;
        let (names, ids) = (reader.section()?, reader.section()?);
        // The ids take longer than all the rest, and nothing of the rest depends on them.
        let (ids, rest) = thread::scope(|scope| {
            let ids = scope.spawn(|| Book::read(ids, seed));
            let rest = ledger.read_state(&mut reader);
            (ids.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), rest)
        });
        rest?;
        let names = Book::read(names, seed)?;
        for (number, _) in RESERVED {
            let place = IdNumber::new(number.value());
            if (names.at(place), names.text(place)) != (ledger.names.at(place), ledger.names.text(place)) {
                return Err(reader.expected("the ledger's own accounts"));
            }
        }
        (ledger.names, ledger.ids) = (names, ids?);
        reader.end()?;
        ledger.derive().ok_or_else(|| reader.expected("holds and accounts that fit each other"))?;
        Ok(ledger)
    }

    fn read_state(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        self.accounts = read::list(reader, state::read_account)?;
        self.holds = read::list(reader, state::read_hold)?;
        Ok(())
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
