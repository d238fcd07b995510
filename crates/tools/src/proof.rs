//! A proof-reader of Polish typography: spaces, dashes, quotation marks, one-letter words that may not end a line, words that
//! stand twice. It changes no wording; what it changed it tells.

use serde::{Deserialize, Serialize};

/// A text, proof-read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The text.
    pub text: String,
    /// What was changed, each rule with how often.
    pub changes: Vec<Change>,
}

/// A rule, and how often it changed something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The rule.
    pub rule: String,
    /// How often.
    pub count: usize,
}

/// A rule: the text after it, and how many places it changed.
type Rule = fn(&str) -> (String, usize);

/// The rules in their order: later ones rely on what earlier ones leave.
const RULES: &[(&str, Rule)] = &[
    ("spaces", spaces),
    ("space-before-mark", space_before_mark),
    ("quotation-marks", quotation_marks),
    ("ellipsis", |text| replaced(text, "...", "…")),
    ("dash", |text| replaced(text, " - ", " – ")),
    ("word-twice", word_twice),
    ("sentence-capital", sentence_capital),
    ("final-stop", final_stop),
    ("one-letter-word", one_letter_word),
];

const NO_BREAK: char = '\u{a0}';

/// Proof-reads a text. A proof of a proof changes nothing.
#[must_use]
pub fn proof(text: &str) -> Proof {
    let mut proof = Proof { text: text.to_owned(), changes: Vec::new() };
    for (rule, apply) in RULES {
        let (text, count) = apply(&proof.text);
        if count > 0 {
            proof.changes.push(Change { rule: (*rule).to_owned(), count });
        }
        proof.text = text;
    }
    proof
}

fn replaced(text: &str, from: &str, to: &str) -> (String, usize) {
    (text.replace(from, to), text.matches(from).count())
}

/// One space between words, none at the ends; paragraphs stay.
fn spaces(text: &str) -> (String, usize) {
    let tidy = |line: &str| line.split([' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = text.trim().lines().map(tidy).collect();
    let tidied = lines.join("\n");
    let changed = text.lines().zip(tidied.lines()).filter(|(before, after)| before != after).count();
    let count = if changed == 0 && tidied != text { 1 } else { changed };
    (tidied, count)
}

fn space_before_mark(text: &str) -> (String, usize) {
    let (mut tidied, mut count) = (String::with_capacity(text.len()), 0);
    for letter in text.chars() {
        if matches!(letter, ',' | '.' | ';' | ':' | '!' | '?') && tidied.ends_with(' ') {
            tidied.pop();
            count += 1;
        }
        tidied.push(letter);
    }
    (tidied, count)
}

/// Straight quotation marks in pairs become Polish ones; one without its pair stays.
fn quotation_marks(text: &str) -> (String, usize) {
    let pairs = text.matches('"').count() / 2;
    let (mut tidied, mut seen) = (String::with_capacity(text.len()), 0);
    for letter in text.chars() {
        if letter == '"' && seen < pairs * 2 {
            tidied.push(if seen % 2 == 0 { '„' } else { '”' });
            seen += 1;
        } else {
            tidied.push(letter);
        }
    }
    (tidied, pairs)
}

fn word_twice(text: &str) -> (String, usize) {
    let mut count = 0;
    let lines = text.lines().map(|line| {
        let mut kept: Vec<&str> = Vec::new();
        for word in line.split(' ') {
            let is_word = word.chars().count() > 1 && word.chars().all(char::is_alphabetic);
            if is_word && kept.last().is_some_and(|last| last.eq_ignore_ascii_case(word)) {
                count += 1;
            } else {
                kept.push(word);
            }
        }
        kept.join(" ")
    });
    let tidied = lines.collect::<Vec<_>>().join("\n");
    (tidied, count)
}

/// A sentence begins with a capital: at the beginning of a line.
fn sentence_capital(text: &str) -> (String, usize) {
    let mut count = 0;
    let lines = text.lines().map(|line| {
        let mut letters = line.chars();
        match letters.next() {
            Some(first) if first.is_lowercase() => {
                count += 1;
                first.to_uppercase().chain(letters).collect()
            }
            _ => line.to_owned(),
        }
    });
    let tidied = lines.collect::<Vec<_>>().join("\n");
    (tidied, count)
}

/// The last sentence ends with a mark.
fn final_stop(text: &str) -> (String, usize) {
    let ends = text.is_empty() || text.ends_with(['.', '!', '?', '…', '”', ':']);
    if ends { (text.to_owned(), 0) } else { (format!("{text}."), 1) }
}

/// A word of one letter does not end a line: `w domu` stays together.
fn one_letter_word(text: &str) -> (String, usize) {
    let letters: Vec<char> = text.chars().collect();
    let (mut tidied, mut count) = (String::with_capacity(text.len()), 0);
    for (place, letter) in letters.iter().enumerate() {
        let alone = place >= 1
            && "aiouwzAIOUWZ".contains(letters[place - 1])
            && (place == 1 || matches!(letters[place - 2], ' ' | '\n' | '(' | '„' | NO_BREAK));
        if *letter == ' ' && alone {
            tidied.push(NO_BREAK);
            count += 1;
        } else {
            tidied.push(*letter);
        }
    }
    (tidied, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_changes_what_it_is_for() {
        for (rule, before, after) in [
            ("spaces", "Ala  ma\tkota. ", "Ala ma kota."),
            ("space-before-mark", "Ala , nie ola !", "Ala, nie ola!"),
            ("quotation-marks", "Nazwa \"Orzeł\" jest.", "Nazwa „Orzeł” jest."),
            ("ellipsis", "No tak...", "No tak…"),
            ("dash", "Kawa - gorąca.", "Kawa – gorąca."),
            ("word-twice", "Nie ma ma mleka.", "Nie ma mleka."),
            ("sentence-capital", "śniadanie jest.", "Śniadanie jest."),
            ("final-stop", "Zupa gotowa", "Zupa gotowa."),
            ("one-letter-word", "Jest w domu i śpi.", "Jest w\u{a0}domu i\u{a0}śpi."),
        ] {
            let found = proof(before);
            assert_eq!(found.text, after, "{rule}");
            assert_eq!(found.changes.iter().map(|change| change.rule.as_str()).collect::<Vec<_>>(), [rule], "{before}");
        }
    }

    #[test]
    fn a_proof_of_a_proof_changes_nothing() {
        for text in ["ala  , ma ma \"kota\" - w domu...\n\nnowy akapit", "", "\"", "a i o", "Dobrze."] {
            let once = proof(text).text;
            assert_eq!(proof(&once), Proof { text: once.clone(), changes: Vec::new() }, "{text:?}");
        }
    }
}
