//! Ids with what each stands for, as small as they can be kept.

use crate::{
    AccountNumber, ContentDigest, DecodeError, Done, Effect, HoldNumber, IdNumber, IndexSeed,
    codec::{Reader, Writer},
    fact::read,
    index::{Ids, Texts},
};

/// What an id stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// A command that was carried out: what it said, what it was answered, and the account, policy or hold that it
    /// opened, or is about.
    Command { content: ContentDigest, done: Done, number: u32 },
    /// A contract, by its hold.
    Contract(HoldNumber),
    /// One of the ledger's own accounts.
    Reserved(AccountNumber),
}

/// Ids with what each stands for.
#[derive(Debug, Clone)]
pub(crate) struct Book {
    ids: Ids,
    slots: Vec<Slot>,
}

/// What an id stands for, in 28 bytes.
#[derive(Debug, Clone, Copy)]
struct Slot {
    content: [u8; 16],
    /// The number of the fact above the lowest byte, in two halves; that byte says what the id stands for: a contract, one
    /// of the ledger's own accounts, or a command of an effect.
    stamp: [u32; 2],
    number: u32,
}

const CONTRACT: u8 = 0;
const RESERVED: u8 = 1;
const COMMAND: u8 = 2;

impl From<Known> for Slot {
    #[expect(clippy::cast_possible_truncation, reason = "a number is taken apart in two halves")]
    fn from(known: Known) -> Self {
        let (content, seq, what, number) = match known {
            Known::Contract(hold) => ([0; 16], 0, CONTRACT, hold.value()),
            Known::Reserved(account) => ([0; 16], 0, RESERVED, account.value()),
            Known::Command { content, done, number } => (content.0, done.seq, COMMAND + done.effect.byte(), number),
        };
        let stamp = seq << 8 | u64::from(what);
        Self { content, stamp: [(stamp >> 32) as u32, stamp as u32], number }
    }
}

impl Slot {
    fn known(self) -> Option<Known> {
        let stamp = u64::from(self.stamp[0]) << 32 | u64::from(self.stamp[1]);
        Some(match (stamp & 0xff) as u8 {
            CONTRACT => Known::Contract(HoldNumber::new(self.number)),
            RESERVED => Known::Reserved(AccountNumber::new(self.number)),
            command => {
                let done = Done { seq: stamp >> 8, effect: Effect::of_byte(command - COMMAND)? };
                Known::Command { content: ContentDigest(self.content), done, number: self.number }
            }
        })
    }
}

impl Book {
    pub(crate) fn new(seed: IndexSeed) -> Self {
        Self { ids: Ids::new(seed), slots: Vec::new() }
    }

    pub(crate) fn find(&self, id: &[u8]) -> Option<Known> {
        self.slots.get(self.ids.find(id)?.place())?.known()
    }

    pub(crate) fn has(&self, id: &[u8]) -> bool {
        self.ids.find(id).is_some()
    }

    /// Adds an id that is not there.
    pub(crate) fn add(&mut self, id: &[u8], known: Known) -> IdNumber {
        let Some(number) = self.ids.insert(id) else { return IdNumber::new(u32::MAX) };
        self.slots.push(known.into());
        number
    }

    /// An id, by its number.
    pub(crate) fn text(&self, number: IdNumber) -> String {
        self.ids.text(number)
    }

    /// What stands at a place, in the order of the facts.
    pub(crate) fn at(&self, number: IdNumber) -> Option<Known> {
        self.slots.get(number.place())?.known()
    }

    pub(crate) const fn len(&self) -> usize {
        self.slots.len()
    }

    /// The bytes that it takes, about.
    pub(crate) fn memory(&self) -> usize {
        self.ids.memory() + self.slots.capacity() * size_of::<Slot>()
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.number(self.len() as u64);
        for (place, slot) in self.slots.iter().enumerate() {
            writer.bytes(self.ids.texts().at(place));
            let Some(known) = slot.known() else { continue };
            write_known(writer, &known);
        }
    }

    /// Reads a book to its end.
    pub(super) fn read(mut reader: Reader<'_>, seed: IndexSeed) -> Result<Self, DecodeError> {
        let count = reader.number()?;
        // No more than there can be in the bytes that are left.
        let room = usize::try_from(count).map_or(0, |count| count.min(reader.left() / LEAST));
        let mut texts = Texts::with_room(room, reader.left().saturating_sub(room.saturating_mul(MOST)));
        let mut slots = Vec::with_capacity(room);
        for _ in 0..count {
            if !texts.push_read(reader.bytes()?) {
                return Err(reader.expected("an id as it is kept"));
            }
            slots.push(read_known(&mut reader)?.into());
        }
        reader.end()?;
        let ids = Ids::of(texts, seed).ok_or_else(|| reader.expected("an id that stands once"))?;
        Ok(Self { ids, slots })
    }
}

/// How many bytes an id with what it stands for has, at least.
const LEAST: usize = 3;
/// How many of them are not the id's own, at most in a ledger of some size.
const MOST: usize = 28;

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
            if seq >> 56 != 0 {
                return Err(reader.expected("the number of a fact"));
            }
            let effect = read::word(reader, Effect::ALL, "an effect")?;
            Known::Command { content, done: Done { seq, effect }, number: reader.small()? }
        }
        1 => Known::Contract(HoldNumber::new(reader.small()?)),
        2 => Known::Reserved(AccountNumber::new(reader.small()?)),
        _ => return Err(reader.expected("what an id stands for")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_id_stands_for_comes_back_as_it_was() {
        let commands = Effect::ALL.iter().zip(0..).map(|(effect, number)| Known::Command {
            content: ContentDigest([*effect as u8; 16]),
            done: Done { seq: (1 << 53) - u64::from(number), effect: *effect },
            number: u32::MAX - number,
        });
        let own = [Known::Contract(HoldNumber::new(u32::MAX)), Known::Reserved(AccountNumber::CLEARING)];
        let mut book = Book::new(IndexSeed(0));
        for (place, known) in commands.chain(own).enumerate() {
            let id = format!("decision:{place}");
            assert_eq!(book.add(id.as_bytes(), known).place(), place);
            assert_eq!((book.find(id.as_bytes()), book.at(IdNumber::new(place as u32))), (Some(known), Some(known)));
        }
        let mut writer = Writer::default();
        book.write(&mut writer);
        let read = Book::read(Reader::new(writer.as_bytes()), IndexSeed(1)).unwrap();
        assert!((0..read.len() as u32).all(|place| read.at(IdNumber::new(place)) == book.at(IdNumber::new(place))));
        assert_eq!((read.len(), size_of::<Slot>()), (book.len(), 28));
    }
}
