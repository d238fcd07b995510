//! The payment contract as tests: transitions, transports, schemas.

#[cfg(test)]
mod published;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod transitions;
#[cfg(test)]
mod transports;
