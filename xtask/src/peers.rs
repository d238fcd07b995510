//! `cargo xtask peers`: published clients, servers and facilitators of x402, as npm and PyPI have them, pay and charge
//! beside ours.

mod deals;
mod install;
mod judge;
mod market;
mod program;

use std::process::Command;

use crate::step;
pub(crate) use judge::run as judge;

/// Runs every peer.
///
/// # Errors
/// The first that did not do what it has to.
pub(crate) fn run() -> anyhow::Result<()> {
    let installed = install::install()?;
    let mut plugins = Command::new("node");
    plugins.args(["--test", "--test-reporter=dot", "plugins.test.mjs"]).current_dir(&installed.programs);
    plugins.env("EARNEST_JUDGE", std::env::current_exe()?).env("EARNEST_PYTHON", &installed.python);
    plugins.env("PYTHONPATH", &installed.python_path);
    step::run(&mut plugins)?;

    let mut market = market::Market::open(installed)?;
    let at_our_shop = deals::at_our_shop(&mut market)?;
    let in_orc = deals::in_orc(&mut market)?;
    let on_chain = deals::on_chain(&market)?;
    let by_us = deals::by_us(&mut market)?;
    market.close()?;
    println!("{at_our_shop} deals of published clients at our shop, {by_us} of our client at published servers");
    println!("{in_orc} deals among published peers in ORC through our facilitator, {on_chain} on a chain");
    Ok(())
}
