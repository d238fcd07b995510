//! Bytes: how facts and snapshots are written and read. Whole numbers are LEB128 in their shortest form, texts carry
//! their length before them; every value has one form.

use earnest_base::{Sha256Digest, Timestamp};

use super::Reserved;
use crate::{
    BoundTo, Failure, Identified, IdentifierKey, Kept, KeptBody, PayerKey, PayloadKey, PaymentKey, RequestKey, Settled,
    Step, Underway, Worker, record::Second,
};

/// Bytes that are no value of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at byte {at}")]
pub struct DecodeError {
    /// What should stand there.
    pub expected: &'static str,
    /// Where, from the start of the bytes.
    pub at: usize,
}

/// Writes values one after the other.
pub(crate) struct Writer<'b>(&'b mut Vec<u8>);

impl<'b> Writer<'b> {
    pub(crate) const fn new(bytes: &'b mut Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(crate) fn byte(&mut self, byte: u8) -> &mut Self {
        self.0.push(byte);
        self
    }

    pub(crate) fn flag(&mut self, flag: bool) -> &mut Self {
        self.byte(u8::from(flag))
    }

    pub(crate) fn number(&mut self, mut number: u64) -> &mut Self {
        while number >= 0x80 {
            self.0.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.byte((number & 0x7f) as u8)
    }

    pub(crate) fn fixed(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.number(bytes.len() as u64).fixed(bytes)
    }

    /// Signed, the sign in the lowest bit.
    fn signed(&mut self, number: i64) -> &mut Self {
        self.number(((number << 1) ^ (number >> 63)).cast_unsigned())
    }

    pub(crate) fn time(&mut self, at: Timestamp) -> &mut Self {
        self.signed(at.unix_millis())
    }

    pub(crate) fn second(&mut self, second: Second) -> &mut Self {
        self.signed(second.0)
    }

    pub(crate) fn worker(&mut self, worker: Worker) -> &mut Self {
        self.fixed(&worker.0.to_be_bytes())
    }

    pub(crate) fn step(&mut self, step: &Step) -> &mut Self {
        self.fixed(step.payment.as_bytes()).worker(step.worker)
    }

    pub(crate) fn identified(&mut self, identified: Option<&Identified>) -> &mut Self {
        match identified {
            None => self.flag(false),
            Some(Identified { key, bound }) => self.flag(true).fixed(key.as_bytes()).fixed(bound.as_bytes()),
        }
    }

    pub(crate) fn reserved(&mut self, reserved: &Reserved) -> &mut Self {
        self.fixed(reserved.payment.as_bytes())
            .fixed(reserved.request.as_bytes())
            .fixed(reserved.payload.as_bytes())
            .fixed(reserved.payer.as_bytes())
            .time(reserved.at)
            .time(reserved.lapses_at)
            .identified(reserved.identified.as_ref())
            .worker(reserved.worker)
            .time(reserved.until)
    }

    pub(crate) fn kept(&mut self, kept: &Kept) -> &mut Self {
        self.number(kept.status().into()).number(kept.headers().len() as u64);
        for (name, value) in kept.headers() {
            self.bytes(name.as_bytes()).bytes(value);
        }
        match kept.body() {
            KeptBody::Inline(body) => self.flag(false).bytes(body),
            KeptBody::Blob { digest, size } => self.flag(true).fixed(&digest.to_bytes()).number(*size),
        }
    }

    /// A settlement under way is rare, so that its text costs little.
    pub(crate) fn underway(&mut self, underway: Option<&Underway>) -> &mut Self {
        // An empty text stands for none, and for one that cannot be written, which there is not.
        let text = underway.and_then(|underway| serde_json::to_vec(underway.status()).ok()).unwrap_or_default();
        self.bytes(&text)
    }

    pub(crate) fn settled(&mut self, settled: &Settled) -> &mut Self {
        self.bytes(settled.transaction.as_bytes()).time(settled.at)
    }

    pub(crate) fn failure(&mut self, failure: &Failure) -> &mut Self {
        self.bytes(failure.reason.as_bytes()).bytes(failure.transaction.as_bytes())
    }
}

/// Reads values one after the other.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) const fn expected(&self, expected: &'static str) -> DecodeError {
        DecodeError { expected, at: self.at }
    }

    /// Ends the reading: nothing may be left.
    pub(crate) fn end(&self) -> Result<(), DecodeError> {
        if self.at == self.bytes.len() { Ok(()) } else { Err(self.expected("the end")) }
    }

    pub(crate) fn byte(&mut self) -> Result<u8, DecodeError> {
        self.fixed::<1>().map(|[byte]| byte)
    }

    pub(crate) fn flag(&mut self) -> Result<bool, DecodeError> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.expected("0 or 1")),
        }
    }

    pub(crate) fn number(&mut self) -> Result<u64, DecodeError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if (part << shift) >> shift != part {
                break;
            }
            number |= part << shift;
            if byte < 0x80 {
                let shortest = byte != 0 || shift == 0;
                return if shortest { Ok(number) } else { Err(self.expected("a number in its shortest form")) };
            }
        }
        Err(self.expected("a number of at most 64 bits"))
    }

    pub(crate) fn fixed<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], DecodeError> {
        let bytes = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<LENGTH>());
        let bytes = *bytes.ok_or_else(|| self.expected("more bytes"))?;
        self.at += LENGTH;
        Ok(bytes)
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = usize::try_from(self.number()?).map_err(|_| self.expected("a length"))?;
        let end = self.at.checked_add(length).ok_or_else(|| self.expected("a length"))?;
        let bytes = self.bytes.get(self.at..end).ok_or_else(|| self.expected("as many bytes as were announced"))?;
        self.at = end;
        Ok(bytes)
    }

    fn text(&mut self) -> Result<Box<str>, DecodeError> {
        let at = self.at;
        let text = std::str::from_utf8(self.bytes()?).map_err(|_| DecodeError { expected: "UTF-8", at })?;
        Ok(text.into())
    }

    fn signed(&mut self) -> Result<i64, DecodeError> {
        let folded = self.number()?;
        Ok((folded >> 1).cast_signed() ^ -(folded & 1).cast_signed())
    }

    pub(crate) fn time(&mut self) -> Result<Timestamp, DecodeError> {
        let millis = self.signed()?;
        Timestamp::from_unix_millis(millis).ok_or_else(|| self.expected("a moment of the years 0 to 9999"))
    }

    pub(crate) fn second(&mut self) -> Result<Second, DecodeError> {
        self.signed().map(Second)
    }

    pub(crate) fn worker(&mut self) -> Result<Worker, DecodeError> {
        self.fixed().map(|bytes| Worker(u64::from_be_bytes(bytes)))
    }

    pub(crate) fn step(&mut self) -> Result<Step, DecodeError> {
        Ok(Step { payment: PaymentKey::from_bytes(self.fixed()?), worker: self.worker()? })
    }

    pub(crate) fn identified(&mut self) -> Result<Option<Identified>, DecodeError> {
        if !self.flag()? {
            return Ok(None);
        }
        let key = IdentifierKey::from_bytes(self.fixed()?);
        Ok(Some(Identified { key, bound: BoundTo::from_bytes(self.fixed()?) }))
    }

    pub(crate) fn reserved(&mut self) -> Result<Reserved, DecodeError> {
        Ok(Reserved {
            payment: PaymentKey::from_bytes(self.fixed()?),
            request: RequestKey::from_bytes(self.fixed()?),
            payload: PayloadKey::from_bytes(self.fixed()?),
            payer: PayerKey::from_bytes(self.fixed()?),
            at: self.time()?,
            lapses_at: self.time()?,
            identified: self.identified()?,
            worker: self.worker()?,
            until: self.time()?,
        })
    }

    pub(crate) fn kept(&mut self) -> Result<Kept, DecodeError> {
        let status = u16::try_from(self.number()?).map_err(|_| self.expected("a status"))?;
        let count = self.number()?;
        let mut headers = Vec::new();
        for _ in 0..count {
            headers.push((self.text()?, self.bytes()?.into()));
        }
        let body = if self.flag()? {
            let digest = Sha256Digest::from_bytes(&self.fixed()?);
            KeptBody::Blob { digest, size: self.number()? }
        } else {
            KeptBody::Inline(self.bytes()?.into())
        };
        Kept::new(status, headers, body).map_err(|_| self.expected("an answer within its bounds"))
    }

    pub(crate) fn underway(&mut self) -> Result<Option<Underway>, DecodeError> {
        let at = self.at;
        let text = self.bytes()?;
        if text.is_empty() {
            return Ok(None);
        }
        let underway = serde_json::from_slice(text).ok().and_then(Underway::new);
        underway.map(Some).ok_or(DecodeError { expected: "a status in flight", at })
    }

    pub(crate) fn settled(&mut self) -> Result<Settled, DecodeError> {
        Ok(Settled { transaction: self.text()?, at: self.time()? })
    }

    pub(crate) fn failure(&mut self) -> Result<Failure, DecodeError> {
        Ok(Failure { reason: self.text()?, transaction: self.text()? })
    }
}
