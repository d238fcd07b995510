//! Ids as they are kept: a name and a UUID take 17 bytes instead of 41 and more; every other id is kept as it is.

/// The names whose UUIDs are packed. Snapshots hold their places: new ones come last.
const NAMES: [&[u8]; 7] = [b"hold:", b"contract:", b"decision:", b"response:", b"dispute:", b"gw:", b"transfer:"];
/// What the first byte of a packed id begins with. No text begins so in UTF-8, and so no id does.
const MARK: u8 = 0x80;
/// A mark with the name's place, and the UUID.
const PACKED: usize = 17;
/// The characters of a UUID.
const UUID: usize = 36;
/// Before which of its bytes a UUID has a dash.
const DASHES: [usize; 4] = [4, 6, 8, 10];

/// An id as it is kept.
pub(super) enum Packed<'a> {
    Uuid([u8; PACKED]),
    Text(&'a [u8]),
}

impl<'a> Packed<'a> {
    pub(super) fn of(id: &'a [u8]) -> Self {
        let packed = || {
            let (name, uuid) = id.split_at_checked(id.len().checked_sub(UUID)?)?;
            let place = NAMES.iter().position(|known| *known == name)?;
            let mut packed = [0; PACKED];
            let (mark, bytes) = packed.split_first_mut()?;
            *mark = MARK | u8::try_from(place).ok()?;
            read_uuid(uuid, bytes)?;
            Some(packed)
        };
        packed().map_or(Self::Text(id), Self::Uuid)
    }

    pub(super) const fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Uuid(packed) => packed,
            Self::Text(text) => text,
        }
    }
}

/// Whether an id is packed to these bytes.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    match bytes.first() {
        Some(first) if first & 0xc0 == MARK => name_of(bytes).is_some(),
        _ => matches!(Packed::of(bytes), Packed::Text(_)),
    }
}

/// The id.
pub(super) fn unpacked(bytes: &[u8]) -> String {
    let Some((name, uuid)) = name_of(bytes) else { return String::from_utf8_lossy(bytes).into_owned() };
    let mut id = String::with_capacity(name.len() + UUID);
    id.extend(name.iter().map(|byte| char::from(*byte)));
    for (place, byte) in uuid.iter().enumerate() {
        if DASHES.contains(&place) {
            id.push('-');
        }
        id.extend([byte >> 4, byte & 0xf].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')));
    }
    id
}

/// The name and the UUID of a packed id.
fn name_of(bytes: &[u8]) -> Option<(&'static [u8], &[u8])> {
    let (mark, uuid) = bytes.split_first().filter(|_| bytes.len() == PACKED)?;
    let name = NAMES.get(usize::from(mark.checked_sub(MARK)?))?;
    Some((name, uuid))
}

/// Reads a UUID in its one form: lower case, with dashes.
fn read_uuid(text: &[u8], bytes: &mut [u8]) -> Option<()> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut text = text.iter().copied();
    for (place, byte) in bytes.iter_mut().enumerate() {
        if DASHES.contains(&place) && text.next()? != b'-' {
            return None;
        }
        *byte = digit(text.next()?)? << 4 | digit(text.next()?)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_as_it_was_and_two_ids_are_never_packed_alike() {
        let uuid = "0195f0c2-7c5f-7d0f-8a3b-0123456789ab";
        let mut ids: Vec<String> = NAMES.map(|name| format!("{}{uuid}", String::from_utf8_lossy(name))).to_vec();
        for other in [
            "",
            "hold:",
            "hold:1",
            "0195f0c2-7c5f-7d0f-8a3b-0123456789ab",
            "order:0195f0c2-7c5f-7d0f-8a3b-0123456789ab",
            "hold:0195F0C2-7c5f-7d0f-8a3b-0123456789ab",
            "hold:0195f0c27c5f7d0f8a3b0123456789abcdef",
            "hold:0195f0c2:7c5f-7d0f-8a3b-0123456789ab",
            "hold:0195f0c2-7c5f-7d0f-8a3b-0123456789ag",
            "hold:0195f0c2-7c5f-7d0f-8a3b-0123456789ab1",
            "hold:x0195f0c2-7c5f-7d0f-8a3b-0123456789ab",
            "zażółć:0195f0c2-7c5f-7d0f-8a3b-0123456789a",
        ] {
            ids.push(other.to_owned());
        }
        let packed: Vec<Vec<u8>> = ids.iter().map(|id| Packed::of(id.as_bytes()).as_bytes().to_vec()).collect();
        for (place, (id, packed)) in ids.iter().zip(&packed).enumerate() {
            assert_eq!((unpacked(packed), is_packed(packed)), (id.clone(), true), "{id}");
            assert_eq!(packed.len() == PACKED && packed[0] >= MARK, place < NAMES.len(), "{id}");
        }
        let mut unique = packed.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), packed.len());
    }

    #[test]
    fn bytes_that_no_id_is_packed_to_are_told() {
        let mut beyond = [7; PACKED];
        beyond[0] = MARK + 7;
        let uuid = b"hold:0195f0c2-7c5f-7d0f-8a3b-0123456789ab";
        for wrong in [beyond.as_slice(), &[MARK; 16], &[MARK; 18], &[MARK], uuid] {
            assert!(!is_packed(wrong), "{wrong:?}");
        }
    }
}
