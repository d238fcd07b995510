//! The size of an image, read from its header: PNG, JPEG and GIF.

/// What an image's header states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Image {
    /// The media type that the bytes are of.
    pub(crate) media_type: &'static str,
    /// In pixels.
    pub(crate) width: u64,
    /// In pixels.
    pub(crate) height: u64,
}

/// Reads the header of an image. `None` where the bytes are no PNG, JPEG or GIF, or end too early.
pub(crate) fn header(bytes: &[u8]) -> Option<Image> {
    png(bytes).or_else(|| gif(bytes)).or_else(|| jpeg(bytes))
}

fn png(bytes: &[u8]) -> Option<Image> {
    let rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let header = rest.get(4..16).filter(|_| rest.get(..4) == Some(&[0, 0, 0, 13]))?.strip_prefix(b"IHDR")?;
    Some(Image { media_type: "image/png", width: big(header.get(..4)?), height: big(header.get(4..8)?) })
}

fn gif(bytes: &[u8]) -> Option<Image> {
    let rest = bytes.strip_prefix(b"GIF87a").or_else(|| bytes.strip_prefix(b"GIF89a"))?;
    let little = |part: &[u8]| part.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    Some(Image { media_type: "image/gif", width: little(rest.get(..2)?), height: little(rest.get(2..4)?) })
}

/// Walks the segments of a JPEG up to the first frame header, which states the size.
fn jpeg(bytes: &[u8]) -> Option<Image> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        rest = rest.strip_prefix(b"\xff")?;
        let (marker, after) = rest.split_first()?;
        match marker {
            // Fill bytes before a marker.
            0xff => {}
            // Frame headers, without the three other markers of their range.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let (height, width) = (big(after.get(3..5)?), big(after.get(5..7)?));
                return Some(Image { media_type: "image/jpeg", width, height });
            }
            // The end, and what stands alone: no frame comes after it.
            0xd0..=0xda => return None,
            _ => {
                let length = usize::try_from(big(after.get(..2)?)).ok().filter(|length| *length >= 2)?;
                rest = after.get(length..)?;
            }
        }
    }
}

fn big(part: &[u8]) -> u64 {
    part.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(media_type: &'static str, width: u64, height: u64) -> Option<Image> {
        Some(Image { media_type, width, height })
    }

    #[test]
    fn a_header_states_the_size() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x07\x80\0\0\x04\x38\x08\x02\0\0\0";
        assert_eq!(header(png), of("image/png", 1_920, 1_080));
        assert_eq!(header(b"GIF89a\x80\x02\xe0\x01\0\0\0"), of("image/gif", 640, 480));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc0\0\x11\x08\x04\x38\x07\x80\x03";
        assert_eq!(header(jpeg), of("image/jpeg", 1_920, 1_080));
    }

    #[test]
    fn what_is_cut_short_or_something_else_has_no_size() {
        for bytes in [
            &b""[..],
            b"hello",
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0",
            b"\x89PNG\r\n\x1a\n\0\0\0\x0cIHDR\0\0\x07\x80\0\0\x04\x38",
            b"GIF89a\x80",
            b"\xff\xd8\xff\xe0\0\x00ab",
            b"\xff\xd8\xff\xda\0\x04ab\xff\xc0\0\x11\x08\x04\x38\x07\x80",
            b"\xff\xd8\xff\xc4\0\x04ab",
        ] {
            assert_eq!(header(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn every_beginning_of_an_image_is_read_without_a_fault() {
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc0\0\x11\x08\x04\x38\x07\x80\x03";
        for end in 0..18 {
            assert_eq!(header(&jpeg[..end]), None, "{end}");
        }
    }
}
