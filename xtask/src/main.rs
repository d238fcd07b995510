//! What a developer or CI types: `cargo xtask <task>`.

mod codegen;
mod languages;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The tasks of the workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Writes what is generated: schemas, test vectors, reference, types for other languages.
    Codegen {
        /// Writes nothing; fails naming each file that differs.
        #[arg(long)]
        check: bool,
    },
    /// Tests the packages for other languages over every test vector.
    Languages,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Codegen { check } => codegen::run(check),
        Task::Languages => languages::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
