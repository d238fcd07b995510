//! The text of a key file.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use earnest_signing::SecretKey;
use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use super::KeyFileError;

/// The members of a key file; the seed is wiped when it goes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyText {
    #[serde(rename = "earnest-key")]
    version: u64,
    public: String,
    seed: String,
}

impl Drop for KeyText {
    fn drop(&mut self) {
        self.seed.zeroize();
    }
}

/// The text of a key.
pub(super) fn of(key: &SecretKey) -> Zeroizing<String> {
    // Long enough from the start, so that no shorter copy with the seed is left behind.
    let mut text = Zeroizing::new(String::with_capacity(256));
    text.push_str("{\n  \"earnest-key\": 1,\n  \"public\": \"did:key:");
    text.push_str(&key.public().to_multibase());
    text.push_str("\",\n  \"seed\": \"");
    URL_SAFE_NO_PAD.encode_string(key.seed(), &mut text);
    text.push_str("\"\n}\n");
    text
}

/// The key of a text.
pub(super) fn parse(text: &[u8]) -> Result<SecretKey, KeyFileError> {
    let invalid = |message: String| KeyFileError::new("key-file-invalid", message);
    // What the reader found is not repeated: it may be a part of the seed.
    let key: KeyText = serde_json::from_slice(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        invalid(format!(
            "expected a key file that `earnest key new` wrote, found another text (line {line}, column {column})"
        ))
    })?;
    if key.version != 1 {
        return Err(invalid(format!("expected version 1 of key files, found {}", key.version)));
    }
    let mut seed = Zeroizing::new([0_u8; 32]);
    let length = URL_SAFE_NO_PAD.decode_slice(&key.seed, &mut *seed).ok();
    if length != Some(seed.len()) {
        return Err(invalid("expected a seed of 32 bytes in base64url without padding".to_owned()));
    }
    let secret = SecretKey::from_seed(&seed);
    let public = format!("did:key:{}", secret.public());
    if key.public == public {
        Ok(secret)
    } else {
        Err(invalid(format!("expected the public key of the seed, {public}, found {:?}", key.public)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

    #[test]
    fn a_key_comes_back_from_its_text() {
        let key = SecretKey::from_seed(&[1; 32]);
        let text = of(&key);
        assert!(text.contains(SEED));
        assert_eq!(parse(text.as_bytes()).unwrap().public(), key.public());
    }

    #[test]
    fn a_text_that_is_no_key_is_refused_without_repeating_it() {
        let good = of(&SecretKey::from_seed(&[1; 32]));
        for (from, to) in [
            ("\"earnest-key\": 1", "\"earnest-key\": 2"),
            ("z6Mkon3N", "z6Mko9hT"),
            (SEED, "AQEB"),
            ("\"seed\": \"", "\"seed\": "),
            ("\"seed\"", "\"x\": 1, \"seed\""),
        ] {
            let text = good.replacen(from, to, 1);
            assert_ne!(text, **good);
            let failure = parse(text.as_bytes()).err().unwrap();
            assert!(!failure.to_string().contains("AQEB"), "{failure}");
        }
    }
}
