//! Accounts and holds of a snapshot.

use earnest_base::Timestamp;

use crate::{
    AccountNumber, Balance, DecodeError, IdNumber, PolicyNumber, Why,
    account::Account,
    codec::{Reader, Writer},
    fact::{read, write},
    hold::{AwaitingAcceptance, AwaitingArbiter, Disputed, Ended, Hold, PartiallyReleased, State},
};

pub(super) fn write_account(writer: &mut Writer, account: &Account) {
    writer.number(account.id.value().into());
    writer.orc(account.balance.available);
    writer.orc(account.balance.held);
    writer.number(account.payer_seq);
    writer.subject(&account.owner);
    writer.byte(write::purpose(account.purpose));
    write::option(writer, account.council.as_ref(), Writer::subject);
    write::option(writer, account.gateway_policy.as_ref(), Writer::text);
    writer.time(account.opened_at);
    writer.number(account.facts.len() as u64);
    let mut before = 0;
    for seq in &account.facts {
        writer.number(seq - before);
        before = *seq;
    }
}

pub(super) fn read_account(reader: &mut Reader<'_>) -> Result<Account, DecodeError> {
    let id = IdNumber::new(reader.small()?);
    let balance = Balance { available: reader.orc()?, held: reader.orc()? };
    let payer_seq = reader.number()?;
    let owner = reader.subject()?;
    let purpose = read::purpose(reader)?;
    let council = read::option(reader, Reader::subject)?;
    let gateway_policy = read::option(reader, |reader| reader.text("a gateway policy id"))?;
    let opened_at = reader.time()?;
    let (mut facts, mut seq) = (Vec::new(), 0_u64);
    for _ in 0..reader.number()? {
        seq = seq.checked_add(reader.number()?).ok_or_else(|| reader.expected("the number of a fact"))?;
        facts.push(seq);
    }
    Ok(Account { id, balance, payer_seq, owner, purpose, council, gateway_policy, opened_at, facts })
}

pub(super) fn write_hold(writer: &mut Writer, hold: &Hold) {
    for number in [hold.id.value(), hold.contract.value(), hold.payer.value(), hold.payee.value(), hold.policy.value()]
    {
        writer.number(number.into());
    }
    writer.byte(write::mode(hold.mode));
    writer.orc(hold.amount);
    writer.time(hold.created_at);
    write::deadlines(writer, &hold.deadlines);
    write::option(writer, hold.arbiters.as_deref(), |writer, arbiters| write::list(writer, arbiters, Writer::subject));
    write::option(writer, hold.response, |writer, response| writer.number(response.value().into()));
    writer.number(hold.seq);
    write_state(writer, &hold.state);
}

pub(super) fn read_hold(reader: &mut Reader<'_>) -> Result<Hold, DecodeError> {
    Ok(Hold {
        id: IdNumber::new(reader.small()?),
        contract: IdNumber::new(reader.small()?),
        payer: AccountNumber::new(reader.small()?),
        payee: AccountNumber::new(reader.small()?),
        policy: PolicyNumber::new(reader.small()?),
        mode: read::mode(reader)?,
        amount: reader.orc()?,
        created_at: reader.time()?,
        deadlines: read::deadlines(reader)?,
        arbiters: read::option(reader, |reader| read::list(reader, Reader::subject).map(Vec::into_boxed_slice))?,
        response: read::option(reader, |reader| reader.small().map(IdNumber::new))?,
        seq: reader.number()?,
        state: read_state(reader)?,
    })
}

fn write_state(writer: &mut Writer, state: &State) {
    writer.byte(state.phase().byte());
    match state {
        State::Funded | State::Dispatched | State::AwaitingManualRelease => {}
        State::AwaitingAcceptance(waiting) => {
            writer.flag(waiting.overdue);
        }
        State::AwaitingArbiter(waiting) => {
            writer.flag(waiting.reviewed);
        }
        State::Disputed(disputed) => {
            writer.number(disputed.dispute.value().into());
            writer.time(disputed.decision_by);
        }
        State::Released(ended) | State::Refunded(ended) | State::Voided(ended) => write_ended(writer, ended),
        State::PartiallyReleased(split) => {
            write_ended(writer, &split.ended);
            writer.orc(split.released);
        }
    }
}

fn read_state(reader: &mut Reader<'_>) -> Result<State, DecodeError> {
    use crate::Phase;
    let id = |reader: &mut Reader<'_>| reader.small().map(IdNumber::new);
    Ok(match read::word(reader, Phase::ALL, "a state")? {
        Phase::Funded => State::Funded,
        Phase::Dispatched => State::Dispatched,
        Phase::AwaitingAcceptance => State::AwaitingAcceptance(AwaitingAcceptance { overdue: reader.flag()? }),
        Phase::AwaitingArbiter => State::AwaitingArbiter(AwaitingArbiter { reviewed: reader.flag()? }),
        Phase::AwaitingManualRelease => State::AwaitingManualRelease,
        Phase::Disputed => State::Disputed(Disputed { dispute: id(reader)?, decision_by: reader.time()? }),
        Phase::Released => State::Released(read_ended(reader)?),
        Phase::Refunded => State::Refunded(read_ended(reader)?),
        Phase::Voided => State::Voided(read_ended(reader)?),
        Phase::PartiallyReleased => {
            State::PartiallyReleased(PartiallyReleased { ended: read_ended(reader)?, released: reader.orc()? })
        }
    })
}

fn write_ended(writer: &mut Writer, ended: &Ended) {
    writer.time(ended.at);
    writer.byte(ended.why.byte());
    write::option(writer, ended.dispute, |writer, dispute| writer.number(dispute.value().into()));
}

fn read_ended(reader: &mut Reader<'_>) -> Result<Ended, DecodeError> {
    let at: Timestamp = reader.time()?;
    let why = read::word(reader, Why::ALL, "why a hold ended")?;
    Ok(Ended { at, why, dispute: read::option(reader, |reader| reader.small().map(IdNumber::new))? })
}
