//! Base58btc at the one length that did:key has: the same answer as the general decoder, in a tenth of its time.

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// The value of each character; 255 where it has none.
const VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut value = 0;
    while value < 58 {
        values[ALPHABET[value as usize] as usize] = value;
        value += 1;
    }
    values
};
/// So many digits fit a limb together.
const DIGITS: usize = 5;

/// The 34 bytes that 47 characters stand for; `None` where they stand for another number of bytes, or for none.
pub(crate) fn decode_34(text: &str) -> Option<[u8; 34]> {
    let text: &[u8; 47] = text.as_bytes().try_into().ok()?;
    if text[0] == ALPHABET[0] {
        return None;
    }
    // 272 bits, the lowest limb first; the highest is half full.
    let mut limbs = [0_u32; 9];
    for digits in text.chunks(DIGITS) {
        let (mut factor, mut carry) = (1_u64, 0_u64);
        for digit in digits {
            let value = VALUES[usize::from(*digit)];
            if value == 255 {
                return None;
            }
            factor *= 58;
            carry = carry * 58 + u64::from(value);
        }
        for limb in &mut limbs {
            let sum = u64::from(*limb) * factor + carry;
            *limb = low(sum);
            carry = sum >> 32;
        }
    }
    let mut bytes = [0; 36];
    for (place, limb) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(limbs.iter().rev()) {
        *place = limb.to_be_bytes();
    }
    let (beyond, bytes) = bytes.split_first_chunk::<2>()?;
    (*beyond == [0; 2] && bytes[0] != 0).then(|| bytes.try_into().ok()).flatten()
}

/// The lower half.
#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is asked for")]
const fn low(sum: u64) -> u32 {
    sum as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_the_general_decoder() {
        let mut bytes = [0_u8; 34];
        for round in 0..2_000_u32 {
            for (place, byte) in bytes.iter_mut().enumerate() {
                *byte = byte.wrapping_mul(31).wrapping_add((round as usize * 7 + place * 13) as u8);
            }
            let text = bs58::encode(bytes).into_string();
            let expected = (text.len() == 47 && bytes[0] != 0).then_some(bytes);
            assert_eq!(decode_34(&text), expected, "{text}");
        }
        assert_eq!(decode_34(&bs58::encode([255_u8; 34]).into_string()), Some([255; 34]));
    }

    #[test]
    fn what_is_not_34_bytes_is_left_to_the_general_decoder() {
        for text in ["", "z", &"z".repeat(47), &"1".repeat(47), &format!("1{}", "2".repeat(46)), &"2".repeat(48)] {
            assert_eq!(decode_34(text), None, "{text}");
        }
        let key = "6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX";
        assert!(decode_34(key).is_some());
        for wrong in ["0", "O", "I", "l", " ", "\u{7f}"] {
            assert_eq!(decode_34(&key.replacen('k', wrong, 1)), None);
        }
    }
}
