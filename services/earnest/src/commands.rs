//! The commands, one file each.

mod completions;
mod config;
mod demo;
mod doctor;
mod escrow;
mod key;
mod kinds;
mod ledger;
mod pay;
mod project;
mod schema;
mod sign;
mod verify;

use clap::Subcommand;

use crate::{answer::Answer, failure::Failure};

/// What `earnest` can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Demo),
    Kinds(kinds::Kinds),
    Schema(schema::Schema),
    #[command(subcommand)]
    Key(key::Key),
    Sign(sign::Sign),
    Verify(verify::Verify),
    Project(project::Project),
    Escrow(escrow::Escrow),
    #[command(subcommand)]
    Ledger(Box<ledger::Ledger>),
    Pay(Box<pay::Pay>),
    Doctor(doctor::Doctor),
    #[command(subcommand)]
    Config(config::Config),
    Completions(completions::Completions),
}

impl Command {
    /// Runs the command.
    pub(crate) fn run(&self, json: bool) -> Result<Answer, Failure> {
        match self {
            Self::Demo(demo) => demo.run(json),
            Self::Kinds(kinds) => Ok(kinds.run(json)),
            Self::Schema(schema) => Ok(schema.run()),
            Self::Key(key) => key.run(json),
            Self::Sign(sign) => sign.run(),
            Self::Verify(verify) => verify.run(json),
            Self::Project(project) => project.run(json),
            Self::Escrow(escrow) => escrow.run(json),
            Self::Ledger(ledger) => ledger.run(json),
            Self::Pay(pay) => pay.run(json),
            Self::Doctor(doctor) => doctor.run(json),
            Self::Config(config) => config.run(json),
            Self::Completions(completions) => Ok(completions.run(json)),
        }
    }
}
