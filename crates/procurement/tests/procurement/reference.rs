//! The reference page: written from the code, and compared with what stands in `docs/reference/procurement.md`.

use std::{env, fmt::Display, fmt::Write, fs, path::Path};

use earnest_procurement::{
    AgreementState, Classifier, Constraint, ContractCode, ContractStatus, DeliveryCode, EXECUTION_COMMANDS,
    ExecutionState, ReceiptCode, RejectionCode, Role, TraceEvent,
};

use crate::samples::{
    agreement_commands, agreement_outcome, agreements, execution_commands, execution_outcome, executions,
};

/// Set it, and the page is written anew instead of compared.
const WRITE: &str = "EARNEST_WRITE_REFERENCE";

fn words(head: &str, rows: impl Iterator<Item = (impl Display, &'static str)>) -> String {
    let mut out = format!("| {head} | means |\n| --- | --- |\n");
    rows.for_each(|(word, says)| writeln!(out, "| `{word}` | {says} |").unwrap());
    out
}

/// What each command (a row) does in each state (a column).
fn matrix<S, C>(states: &[(&str, S)], commands: &[(String, C)], outcome: impl Fn(&S, &C) -> String) -> String {
    let mut out = String::from("| command |");
    states.iter().for_each(|(name, _)| write!(out, " {name} |").unwrap());
    writeln!(out, "\n| --- |{}", " --- |".repeat(states.len())).unwrap();
    for (name, command) in commands {
        write!(out, "| {name} |").unwrap();
        states.iter().for_each(|(_, state)| write!(out, " {} |", outcome(state, command)).unwrap());
        out.push('\n');
    }
    out
}

macro_rules! word_table {
    ($head:literal, $words:ident) => {
        words($head, $words::ALL.iter().map(|word| (word, word.says())))
    };
}

fn page() -> String {
    let agreement: Vec<(String, _)> =
        agreement_commands().into_iter().map(|(name, command)| (name.to_owned(), command)).collect();
    let commands = words("command", EXECUTION_COMMANDS.iter().map(|(word, says)| (*word, *says)));
    [
        "<!-- Written by `EARNEST_WRITE_REFERENCE=1 cargo test -p earnest-procurement`. Do not edit. -->".to_owned(),
        "# From an offer to a receipt".to_owned(),
        "How an order is checked, signed, carried out and concluded. In the tables of states and commands, what is \
         taken shows the next state in bold, `present` is what was taken before and moves nothing, and anything else is \
         the code of the refusal."
            .to_owned(),
        "## The checks of an order\n\nThe first that fails answers.".to_owned(),
        word_table!("classifier", Classifier),
        "## Constraints that programs check\n\nOther names are kept for people. An order may ask for what its offer \
         promises, or for less."
            .to_owned(),
        word_table!("constraint", Constraint),
        "## The signing order".to_owned(),
        word_table!("state", AgreementState),
        matrix(&agreements(), &agreement, agreement_outcome),
        "## The execution".to_owned(),
        word_table!("state", ExecutionState),
        commands,
        matrix(&executions(), &execution_commands(), execution_outcome),
        "## Contracts, deliveries, rejections, receipts".to_owned(),
        word_table!("a contract is refused", ContractCode),
        word_table!("a delivery is refused", DeliveryCode),
        word_table!("a rejection is refused", RejectionCode),
        word_table!("a receipt is refused", ReceiptCode),
        word_table!("a receipt is signed as", Role),
        word_table!("a contract is", ContractStatus),
        "## Trace events\n\nEach derives from one transition, and is written once.".to_owned(),
        word_table!("event", TraceEvent),
    ]
    .iter()
    .map(|part| part.trim_end())
    .collect::<Vec<_>>()
    .join("\n\n")
        + "\n"
}

#[test]
fn the_reference_says_what_the_code_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/procurement.md");
    if env::var_os(WRITE).is_some() {
        fs::write(&path, page()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(page().lines().map(str::to_owned)).find(|(found, expected)| *found != expected);
    assert!(written == page(), "docs/reference/procurement.md is out of date (set {WRITE}): {differs:?}");
}
