//! A program that says what it has to say in lines of JSON, and ends when its input does.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, ensure};
use serde_json::Value;

/// A program that runs.
pub(super) struct Program {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Program {
    /// Starts a program, and waits for what it says first.
    pub(super) fn start(name: &str, command: &mut Command) -> anyhow::Result<(Self, Value)> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("expected the program's output")?);
        let mut program = Self { name: name.to_owned(), child, input, output };
        let said = program.line()?;
        Ok((program, said))
    }

    /// Runs a program to its end; what it said.
    pub(super) fn once(name: &str, command: &mut Command) -> anyhow::Result<Value> {
        let (mut program, said) = Self::start(name, command)?;
        program.input = None;
        let ended = program.child.wait()?;
        ensure!(ended.success(), "expected {name} to end well, found {ended}");
        Ok(said)
    }

    /// Asks the program in a line; what it answers in one.
    pub(super) fn ask(&mut self, question: &str) -> anyhow::Result<Value> {
        let input = self.input.as_mut().context("expected the program's input")?;
        writeln!(input, "{question}")?;
        input.flush()?;
        self.line()
    }

    /// Ends the program in good order.
    pub(super) fn end(mut self) -> anyhow::Result<()> {
        self.input = None;
        let ended = self.child.wait()?;
        ensure!(ended.success(), "expected {} to end well, found {ended}", self.name);
        Ok(())
    }

    fn line(&mut self) -> anyhow::Result<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        serde_json::from_str(&line)
            .with_context(|| format!("expected {} to say a line of JSON, found {line:?}", self.name))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Where it has ended already there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
