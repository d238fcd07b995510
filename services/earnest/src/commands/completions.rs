//! `earnest completions SHELL`: the completion script of a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use serde_json::json;

use crate::answer::Answer;

/// Print the completion script of a shell.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest completions bash > ~/.local/share/bash-completion/completions/earnest
  earnest completions zsh > ~/.zfunc/_earnest
  earnest completions fish > ~/.config/fish/completions/earnest.fish")]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, json: bool) -> Answer {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut crate::Cli::command(), "earnest", &mut script);
        let script = String::from_utf8_lossy(&script);
        if json {
            Answer::json(&json!({ "shell": self.shell.to_string(), "script": script }))
        } else {
            Answer::text(script)
        }
    }
}
