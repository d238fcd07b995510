//! The binary `earnest`: signs, verifies and projects documents, holds the keys that sign them, and runs the services.
//!
//! Each command is one file below `commands`, and answers with a text and an exit code; only this file writes to the
//! terminal.

mod answer;
mod commands;
mod failure;
mod input;
mod kept_head;
mod key_file;
mod kind_name;
mod passphrase;
mod plain;
mod pretty;
mod remote;
mod runtime;
mod settings;
mod subject;

use std::{
    borrow::Cow,
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use clap::Parser;

use crate::{
    answer::Answer,
    commands::Command,
    failure::{Failure, USAGE},
};

const AFTER_HELP: &str = "\
Begin with `earnest demo`: it signs a document, tampers with it, and shows the refusal.

Exit codes: 0 done; 1 a document or a request was refused, or a check failed; 2 wrong usage, a file
that cannot be read or written, or a service out of reach.";

/// Signs and verifies the documents by which work is bought and sold, and runs the services that they go through.
#[derive(Debug, Parser)]
#[command(name = "earnest", version, after_help = AFTER_HELP, max_term_width = 100)]
struct Cli {
    /// Answer in JSON, and report errors as JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    match cli.command.run(cli.json) {
        Ok(answer) => write(&answer, cli.json),
        Err(failure) => {
            report(&[failure.to_text(cli.json)]);
            ExitCode::from(failure.exit())
        }
    }
}

/// Shows help, or what is wrong with the arguments.
fn misused(error: &clap::Error) -> ExitCode {
    let asked_for_json = std::env::args_os().any(|argument| argument == "--json");
    if error.use_stderr() && asked_for_json {
        let text = error.to_string();
        let about = text.trim_start_matches("error: ").lines().map(str::trim).filter(|line| !line.is_empty());
        let lines: Vec<&str> = about.take_while(|line| !line.starts_with("Usage: ")).collect();
        report(&[Failure::usage("usage", lines.join("; ")).to_text(true)]);
    } else if error.print().is_err() {
        return ExitCode::from(USAGE);
    }
    ExitCode::from(if error.use_stderr() { USAGE } else { 0 })
}

fn write(answer: &Answer, json: bool) -> ExitCode {
    let notes: Vec<String> = answer.failures.iter().map(|failure| failure.to_text(json)).collect();
    report(&notes);
    let mut out = io::stdout().lock();
    let bytes: Cow<'_, [u8]> = match &answer.raw {
        _ if out.is_terminal() => answer.for_terminal().into_owned().into_bytes().into(),
        Some(raw) => raw.into(),
        None => answer.text.as_bytes().into(),
    };
    match out.write_all(&bytes).and_then(|()| out.flush()) {
        // Whoever read the answer has read enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            report(&[Failure::usage("output-unwritable", format!("cannot write the answer: {error}")).to_text(json)]);
            ExitCode::from(USAGE)
        }
        _ => ExitCode::from(answer.exit),
    }
}

/// Shows, while a command goes on, that it is under way: JSON on standard output, or lines for people on standard error.
fn announce(text: &str, json: bool) {
    if json {
        let mut out = io::stdout().lock();
        // Where standard output is closed there is nobody to tell.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    } else {
        report(&[text.to_owned()]);
    }
}

fn report(notes: &[String]) {
    let mut err = io::stderr().lock();
    for note in notes {
        // Where standard error is closed there is nobody to tell.
        if err.write_all(note.as_bytes()).is_err() {
            return;
        }
    }
}
