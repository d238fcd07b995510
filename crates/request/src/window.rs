//! How long a signature is in force.

use earnest_base::Timestamp;

use crate::RequestError;

/// How long a signature may be in force, and how far ahead a caller's clock may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The longest time from `created` to `expires`, in seconds.
    pub longest_secs: u32,
    /// How far `created` may lie ahead of now, in seconds.
    pub ahead_secs: u32,
}

impl Default for Window {
    /// A minute, and ten seconds ahead.
    fn default() -> Self {
        Self { longest_secs: 60, ahead_secs: 10 }
    }
}

impl Window {
    /// Whether a signature that says so is in force: `created` not ahead by more than the window allows, `expires` after
    /// now, and not too long after `created`.
    pub(crate) fn judge(self, created: i64, expires: i64, now: Timestamp) -> Result<(), RequestError> {
        let now = now.unix_millis().div_euclid(1000);
        let lasts = expires.checked_sub(created).ok_or(RequestError::SignatureExpired)?;
        if lasts < 0 || lasts > i64::from(self.longest_secs) || expires <= now {
            return Err(RequestError::SignatureExpired);
        }
        if created.saturating_sub(now) > i64::from(self.ahead_secs) {
            return Err(RequestError::SignatureNotYetValid);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_in_force_from_a_little_before_to_its_end() {
        let window = Window::default();
        let now = Timestamp::from_unix_millis(1_000_000_000).unwrap();
        let judge = |created: i64, expires: i64| window.judge(1_000_000 + created, 1_000_000 + expires, now);
        for (created, expires, verdict) in [
            (0, 60, Ok(())),
            (-59, 1, Ok(())),
            (10, 60, Ok(())),
            (11, 60, Err(RequestError::SignatureNotYetValid)),
            (-60, 0, Err(RequestError::SignatureExpired)),
            (-61, -1, Err(RequestError::SignatureExpired)),
            (0, 61, Err(RequestError::SignatureExpired)),
            (5, 4, Err(RequestError::SignatureExpired)),
        ] {
            assert_eq!(judge(created, expires), verdict, "{created} to {expires}");
        }
        assert_eq!(window.judge(i64::MIN, i64::MAX, now), Err(RequestError::SignatureExpired));
    }
}
