//! The signature of a provider's message: `t=<unix seconds>,v1=<hexadecimal>`, where `v1` is HMAC-SHA256, under a secret
//! that both sides have, over the digits of `t`, a full stop, and the body as it came.

use earnest_base::Timestamp;
use earnest_kit::Secret;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderValue, header::GetAll};
use sha2::Sha256;

use super::super::CallbackError;

/// The header that carries it, once. It may hold several `v1`: while a secret is exchanged, a message is signed under both.
pub(crate) const HEADER: &str = "webhook-signature";

/// How many `v1` are tried.
const MOST: usize = 8;

/// Signs a body.
pub(crate) fn sign(secret: &Secret, body: &[u8], now: Timestamp) -> String {
    use std::fmt::Write as _;
    let seconds = now.unix_millis().div_euclid(1_000).to_string();
    let mut header = format!("t={seconds},v1=");
    if let Some(mac) = mac(secret, &seconds, body) {
        for byte in mac.finalize().into_bytes() {
            // Writing to a string does not fail.
            let _ = write!(header, "{byte:02x}");
        }
    }
    header
}

/// Whether a message is signed under one of the secrets, and sent within the window around now.
pub(crate) fn verify(
    secrets: &[Secret],
    headers: &GetAll<'_, HeaderValue>,
    body: &[u8],
    window_secs: u64,
    now: Timestamp,
) -> Result<(), CallbackError> {
    let mut headers = headers.iter();
    let (Some(header), None) = (headers.next(), headers.next()) else { return Err(CallbackError::Unsigned) };
    let header = header.to_str().map_err(|_| CallbackError::Unsigned)?;
    let (seconds, claimed) = parts(header).ok_or(CallbackError::Unsigned)?;
    let sent: i64 = seconds.parse().map_err(|_| CallbackError::Unsigned)?;
    if now.unix_millis().div_euclid(1_000).abs_diff(sent) > window_secs {
        return Err(CallbackError::Unsigned);
    }
    let mut holds = false;
    for secret in secrets {
        for claimed in &claimed {
            // Every pair is tried, each in constant time.
            holds |= mac(secret, seconds, body).is_some_and(|mac| mac.verify_slice(claimed).is_ok());
        }
    }
    if holds { Ok(()) } else { Err(CallbackError::Unsigned) }
}

fn mac(secret: &Secret, seconds: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    // HMAC takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok()?;
    mac.update(seconds.as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(mac)
}

/// The time as it is spelt, and the signatures. Parts of other versions are passed over.
fn parts(header: &str) -> Option<(&str, Vec<Vec<u8>>)> {
    let (mut seconds, mut claimed) = (None, Vec::new());
    for part in header.split(',') {
        match part.trim().split_once('=')? {
            ("t", digits) if seconds.is_none() && !digits.is_empty() && digits.bytes().all(|d| d.is_ascii_digit()) => {
                seconds = Some(digits);
            }
            ("t", _) => return None,
            ("v1", hex) if claimed.len() < MOST => claimed.push(bytes(hex)?),
            _ => {}
        }
    }
    Some((seconds?, claimed))
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    fn verdict(header: &[&str], body: &str, secrets: &[&str], now: i64) -> bool {
        let headers: HeaderMap = header.iter().fold(HeaderMap::new(), |mut headers, header| {
            headers.append(HEADER, header.parse().unwrap());
            headers
        });
        let secrets: Vec<Secret> = secrets.iter().map(|text| secret(text)).collect();
        let now = Timestamp::from_unix_millis(now * 1_000).unwrap();
        verify(&secrets, &headers.get_all(HEADER), body.as_bytes(), 300, now).is_ok()
    }

    /// As another implementation (Python's `hmac`) computes it.
    const KNOWN: &str = "t=1775023200,v1=6833a334f766b6dd396bd8d7e1fe8b323cd642adef6918b834aa563d75a34beb";

    #[test]
    fn what_is_signed_is_time_and_body_under_a_secret() {
        let sent = 1_775_023_200;
        let now = Timestamp::from_unix_millis(sent * 1_000).unwrap();
        let header = sign(&secret("Jefe"), b"what do ya want for nothing?", now);
        assert_eq!(header, KNOWN);
        let body = "what do ya want for nothing?";
        assert!(verdict(&[&header], body, &["Jefe"], sent));
        // Two secrets while one is exchanged for the other, on either side.
        assert!(verdict(&[&header], body, &["new", "Jefe"], sent));
        let both = format!("{},{}", sign(&secret("new"), body.as_bytes(), now), header.split_once(',').unwrap().1);
        assert!(verdict(&[&both], body, &["Jefe"], sent));
        for (header, body, key, now) in [
            (header.as_str(), "what do ya want for something?", "Jefe", sent),
            (&header, body, "jefe", sent),
            (&header, body, "Jefe", sent + 301),
            (&header, body, "Jefe", sent - 301),
            (&header.replace("t=1775023200", "t=1775023201"), body, "Jefe", sent),
            (&header.replace("v1", "v0"), body, "Jefe", sent),
            (&header[..header.len() - 2], body, "Jefe", sent),
            (&header.replace("t=", "t=+"), body, "Jefe", sent),
            (&format!("t=1775023200,{header}"), body, "Jefe", sent),
            ("v1", body, "Jefe", sent),
            ("", body, "Jefe", sent),
        ] {
            assert!(!verdict(&[header], body, &[key], now), "{header}");
        }
        assert!(!verdict(&[&header, &header], body, &["Jefe"], sent));
        assert!(!verdict(&[], body, &["Jefe"], sent));
        assert!(verdict(&[&header], body, &["Jefe"], sent + 300));
    }
}
