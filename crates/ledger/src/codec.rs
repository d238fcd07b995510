//! Bytes: how facts and snapshots are written and read. Whole numbers are LEB128 in their shortest form, texts carry
//! their length before them; every value has one form, and what is read must end where it should.

use earnest_base::{Orc, SubjectKind, Timestamp};

use crate::SubjectKey;

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
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity) }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.byte(u8::from(flag));
    }

    pub(crate) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.byte((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.byte((number & 0x7f) as u8);
    }

    pub(crate) fn fixed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.fixed(bytes);
    }

    /// Bytes behind their length, of which nobody knows before how many they are.
    pub(crate) fn section(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.bytes.len();
        self.fixed(&[0; SECTION]);
        write(self);
        let length = (self.bytes.len() - start - SECTION) as u64;
        if let Some(place) = self.bytes.get_mut(start..start + SECTION) {
            place.copy_from_slice(&length.to_be_bytes());
        }
    }

    pub(crate) fn text(&mut self, text: impl AsRef<str>) {
        self.bytes(text.as_ref().as_bytes());
    }

    pub(crate) fn orc(&mut self, amount: Orc) {
        self.number(amount.minor());
    }

    /// Milliseconds, signed, the sign in the lowest bit.
    pub(crate) fn time(&mut self, at: Timestamp) {
        let millis = at.unix_millis();
        self.number(((millis << 1) ^ (millis >> 63)).cast_unsigned());
    }

    pub(crate) fn subject(&mut self, subject: &SubjectKey) {
        let kind = SubjectKind::ALL.iter().position(|kind| *kind == subject.kind()).unwrap_or(SubjectKind::ALL.len());
        self.number(kind as u64);
        self.fixed(subject.key());
    }
}

/// The bytes of the length of a section.
const SECTION: usize = 8;

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

    /// How many bytes are left.
    pub(crate) const fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    /// Ends the reading: nothing may be left.
    pub(crate) fn end(&self) -> Result<(), DecodeError> {
        if self.at == self.bytes.len() { Ok(()) } else { Err(self.expected("the end")) }
    }

    pub(crate) fn byte(&mut self) -> Result<u8, DecodeError> {
        let byte = *self.bytes.get(self.at).ok_or_else(|| self.expected("a byte"))?;
        self.at += 1;
        Ok(byte)
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

    pub(crate) fn small(&mut self) -> Result<u32, DecodeError> {
        u32::try_from(self.number()?).map_err(|_| self.expected("a number of at most 32 bits"))
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

    /// What reads a section, which is passed over here.
    pub(crate) fn section(&mut self) -> Result<Self, DecodeError> {
        let length = usize::try_from(u64::from_be_bytes(self.fixed::<SECTION>()?)).ok();
        let end = length.and_then(|length| self.at.checked_add(length));
        let bytes = end.and_then(|end| self.bytes.get(self.at..end));
        let bytes = bytes.ok_or_else(|| self.expected("as many bytes as were announced"))?;
        self.at += bytes.len();
        Ok(Self::new(bytes))
    }

    /// A text that is valid as its type has it.
    pub(crate) fn text<T: std::str::FromStr>(&mut self, expected: &'static str) -> Result<T, DecodeError> {
        let at = self.at;
        let text = std::str::from_utf8(self.bytes()?).ok().and_then(|text| text.parse().ok());
        text.ok_or(DecodeError { expected, at })
    }

    pub(crate) fn orc(&mut self) -> Result<Orc, DecodeError> {
        Orc::from_minor(self.number()?).map_err(|_| self.expected("an amount below 2^53"))
    }

    pub(crate) fn time(&mut self) -> Result<Timestamp, DecodeError> {
        let folded = self.number()?;
        let millis = (folded >> 1).cast_signed() ^ -(folded & 1).cast_signed();
        Timestamp::from_unix_millis(millis).ok_or_else(|| self.expected("a moment of the years 0 to 9999"))
    }

    pub(crate) fn subject(&mut self) -> Result<SubjectKey, DecodeError> {
        let place = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        let kind = *SubjectKind::ALL.get(place).ok_or_else(|| self.expected("a kind of subject"))?;
        Ok(SubjectKey::new(kind, self.fixed()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form() {
        for number in [0, 1, 127, 128, 16_383, 16_384, u64::from(u32::MAX), u64::MAX] {
            let mut writer = Writer::default();
            writer.number(number);
            let mut reader = Reader::new(writer.as_bytes());
            assert_eq!(reader.number(), Ok(number));
            assert_eq!(reader.end(), Ok(()));
        }
        for wrong in [&[0x80, 0x00][..], &[0xff; 10], &[0x80; 11], &[0x80], &[]] {
            assert!(Reader::new(wrong).number().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_moment_before_1970_is_a_moment() {
        for text in ["1969-12-31T23:59:59.999Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"] {
            let at: Timestamp = text.parse().unwrap();
            let mut writer = Writer::default();
            writer.time(at);
            assert_eq!(Reader::new(writer.as_bytes()).time(), Ok(at));
        }
    }

    #[test]
    fn what_announces_more_than_there_is_is_refused() {
        for wrong in [&[5, b'a'][..], &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]] {
            assert!(Reader::new(wrong).bytes().is_err());
        }
    }
}
