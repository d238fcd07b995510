//! Facts and states of a tally in bytes: numbers of 8 bytes, little-endian.

use earnest_base::Timestamp;

use super::tally::{Amount, Done, Tally, TallyFact, Told};

const ADDED: u8 = 1;
const SET: u8 = 2;
const RANG: u8 = 3;

pub(super) fn write_fact(fact: &TallyFact, bytes: &mut Vec<u8>) {
    match fact {
        TallyFact::Added { id, amount, sum, note } => {
            bytes.push(ADDED);
            bytes.extend_from_slice(&id.to_le_bytes());
            bytes.extend_from_slice(&amount.0.to_le_bytes());
            bytes.extend_from_slice(&sum.to_le_bytes());
            bytes.extend_from_slice(note);
        }
        TallyFact::Set { id, at } | TallyFact::Rang { id, at } => {
            bytes.push(if matches!(fact, TallyFact::Set { .. }) { SET } else { RANG });
            bytes.extend_from_slice(&id.to_le_bytes());
            bytes.extend_from_slice(&at.unix_millis().to_le_bytes());
        }
    }
}

pub(super) fn read_fact(bytes: &[u8]) -> Option<TallyFact> {
    let (tag, mut rest) = bytes.split_first()?;
    let id = u64::from_le_bytes(number(&mut rest)?);
    match *tag {
        ADDED => {
            let amount = Amount(i64::from_le_bytes(number(&mut rest)?));
            let sum = i64::from_le_bytes(number(&mut rest)?);
            Some(TallyFact::Added { id, amount, sum, note: rest.to_vec() })
        }
        SET | RANG => {
            let at = Timestamp::from_unix_millis(i64::from_le_bytes(number(&mut rest)?))?;
            let fact = if *tag == SET { TallyFact::Set { id, at } } else { TallyFact::Rang { id, at } };
            rest.is_empty().then_some(fact)
        }
        _ => None,
    }
}

pub(super) fn write_state(tally: &Tally) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(24 + 24 * tally.done.len() + 16 * tally.timers.len());
    bytes.extend_from_slice(&tally.sum.to_le_bytes());
    bytes.extend_from_slice(&tally.rang.to_le_bytes());
    bytes.extend_from_slice(&(tally.timers.len() as u64).to_le_bytes());
    for (at, id) in &tally.timers {
        bytes.extend_from_slice(&at.unix_millis().to_le_bytes());
        bytes.extend_from_slice(&id.to_le_bytes());
    }
    for (id, done) in &tally.done {
        bytes.extend_from_slice(&id.to_le_bytes());
        bytes.extend_from_slice(&done.amount.to_le_bytes());
        bytes.extend_from_slice(&done.told.sum.to_le_bytes());
    }
    bytes
}

pub(super) fn read_state(bytes: &[u8]) -> Option<Tally> {
    let mut rest = bytes;
    let mut tally = Tally {
        sum: i64::from_le_bytes(number(&mut rest)?),
        rang: u64::from_le_bytes(number(&mut rest)?),
        ..Tally::default()
    };
    for _ in 0..u64::from_le_bytes(number(&mut rest)?) {
        let at = Timestamp::from_unix_millis(i64::from_le_bytes(number(&mut rest)?))?;
        tally.timers.insert((at, u64::from_le_bytes(number(&mut rest)?)));
    }
    let mut done = Vec::with_capacity(rest.len() / 24);
    while !rest.is_empty() {
        let id = u64::from_le_bytes(number(&mut rest)?);
        let amount = i64::from_le_bytes(number(&mut rest)?);
        let sum = i64::from_le_bytes(number(&mut rest)?);
        done.push((id, Done { amount, told: Told { sum } }));
    }
    tally.done = done.into_iter().collect();
    Some(tally)
}

fn number(bytes: &mut &[u8]) -> Option<[u8; 8]> {
    let (number, rest) = bytes.split_first_chunk::<8>()?;
    *bytes = rest;
    Some(*number)
}
