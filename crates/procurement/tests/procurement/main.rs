//! From an offer to a receipt, as tests.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[cfg(test)]
mod agreements;
#[cfg(test)]
mod contracts;
#[cfg(test)]
mod deliveries;
#[cfg(test)]
mod executions;
#[cfg(test)]
mod listings;
#[cfg(test)]
mod model;
#[cfg(test)]
mod morning;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod receipts;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod scoring;
#[cfg(test)]
mod support;
