//! The lines of a file: how many, and what stands in them.

use super::{Findings, Source};

/// A file of more lines is listed.
const LONG: usize = 300;
/// A file of more lines is refused.
const TOO_LONG: usize = 500;
/// What stands in no source. In pieces, so that it does not stand in this one.
const UNFINISHED: &[&str] = &[concat!("to", "do!"), concat!("un", "implemented!"), concat!("db", "g!")];
/// Notes to oneself.
const NOTES: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];
/// What no test does: be left out, or wait for time to pass.
const NOT_IN_TESTS: &[&str] = &[concat!("#[ign", "ore"), concat!("thread::", "sleep")];
/// Where one machine keeps things.
const MACHINE_PATHS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/")];

/// Judges a file by its lines.
pub(super) fn judge(source: &Source, findings: &mut Findings) {
    let path = source.path.display();
    let is_prose_or_code = ["rs", "md", "toml", "mjs", "js", "ts", "py", "sh"].iter().any(|ending| source.is(ending));
    if source.is("rs") {
        let count = source.text.lines().count();
        if count > TOO_LONG {
            findings.faults.push(format!("{path}: expected at most {TOO_LONG} lines, found {count}"));
        } else if count > LONG {
            findings.long.push(format!("{path}: {count} lines"));
        }
        if !source.text.starts_with("//!") {
            findings.faults.push(format!("{path}:1: expected `//!` and what the file is"));
        }
        if source.path.ends_with("mod.rs") {
            findings.faults.push(format!("{path}: expected `folder.rs` beside `folder/`, found mod.rs"));
        }
    }
    for (index, line) in source.text.lines().enumerate() {
        let mut refuse = |found: &str| findings.faults.push(format!("{path}:{}: {found}", index + 1));
        for machine in MACHINE_PATHS.iter().filter(|machine| is_absolute(line, machine)) {
            refuse(&format!("expected no path of one machine, found {machine}"));
        }
        if !is_prose_or_code {
            continue;
        }
        if line.ends_with([' ', '\t']) {
            refuse("expected no white space at the end of a line");
        }
        for word in NOTES.iter().filter(|word| has_word(line, word)) {
            refuse(&format!("expected finished work, found {word}"));
        }
        if source.is("rs") {
            for found in UNFINISHED.iter().filter(|word| has_word(line, word)) {
                refuse(&format!("expected finished work, found {found}"));
            }
            for found in NOT_IN_TESTS.iter().filter(|found| line.contains(**found)) {
                refuse(&format!("expected no {found}"));
            }
        }
    }
}

/// Whether a line has a word that is not a part of another one.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(place, _)| {
        let part = |character: char| character.is_alphanumeric() || character == '_';
        !line[..place].ends_with(part) && (word.ends_with('!') || !line[place + word.len()..].starts_with(part))
    })
}

/// Whether a line has a path that begins so, and not merely one that goes through a folder of that name.
fn is_absolute(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(place, _)| {
        !line[..place]
            .ends_with(|before: char| before.is_alphanumeric() || matches!(before, '.' | '_' | '-' | '}' | '>' | '*'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        let mut findings = Findings::default();
        judge(&Source { path: path.into(), text: text.to_owned() }, &mut findings);
        findings.faults.len()
    }

    #[test]
    fn a_tidy_file_has_no_fault() {
        assert_eq!(faults("src/a.rs", "//! A file.\n\nfn todos() {}\n"), 0);
        assert_eq!(faults("docs/a.md", "See https://example.org/work/one and `../work/two`.\n"), 0);
    }

    #[test]
    fn each_fault_is_found() {
        let notes = NOTES.iter().map(|word| format!("//! A.\n// {word}: later\n"));
        let calls = UNFINISHED.iter().map(|word| format!("//! A.\nfn f() {{ {word}() }}\n"));
        let tests = NOT_IN_TESTS.iter().map(|word| format!("//! A.\n{word}]\n"));
        let paths = MACHINE_PATHS.iter().map(|path| format!("//! A.\n// {path}main\n"));
        for text in notes.chain(calls).chain(tests).chain(paths) {
            assert_eq!(faults("src/a.rs", &text), 1, "{text}");
        }
        assert_eq!(faults("src/a.rs", "fn f() {}\n"), 1);
        assert_eq!(faults("src/a/mod.rs", "//! A.\n"), 1);
        assert_eq!(faults("docs/a.md", "two spaces  \n"), 1);
        assert_eq!(faults("src/a.rs", &format!("//! A.\n{}", "\n".repeat(TOO_LONG))), 1);
    }
}
