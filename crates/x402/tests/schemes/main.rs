//! The schemes and the signed artifacts as tests.

#![allow(clippy::unwrap_used, reason = "all of this is test code")]

#[cfg(test)]
mod artifact_samples;
#[cfg(test)]
mod eip155;
#[cfg(test)]
mod eip155_properties;
#[cfg(test)]
mod eip155_samples;
#[cfg(test)]
mod jws;
#[cfg(test)]
mod offers;
#[cfg(test)]
mod orc;
