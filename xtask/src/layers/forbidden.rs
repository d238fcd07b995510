//! What code below the ports never names: the table that `source` looks things up in.

/// What no code below the ports names, by the beginnings of paths: runtimes, SQL, the clock, randomness, I/O.
pub(super) const FORBIDDEN: &[&str] = &[
    "async_std",
    "axum",
    "futures",
    "getrandom",
    "hyper",
    "rand",
    "rand_core",
    "reqwest",
    "rusqlite",
    "smol",
    "sqlx",
    "tokio",
    "chrono::Local",
    "chrono::Utc::now",
    "std::env",
    "std::fs",
    "std::future",
    "std::net",
    "std::os",
    "std::process",
    "std::task",
    "std::hash::RandomState",
    "std::collections::hash_map::RandomState",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::thread::Builder",
    "std::thread::park",
    concat!("std::thread::", "sleep"),
    "std::thread::spawn",
    "std::time::Instant::now",
    "std::time::SystemTime::now",
];
/// Macros that write where nobody asked them to.
pub(super) const FORBIDDEN_MACROS: &[&str] = &["dbg", "eprint", "eprintln", "print", "println"];
