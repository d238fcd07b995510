//! Parser and exported schema say the same: what the schema refuses the parser refuses; what the parser refuses beyond
//! it is a check that the kind lists, or of a class that a schema cannot state.

use earnest_artifacts::{Kind, example};
use earnest_base::PublicKey;
use earnest_signing::{Code, Error, Fault, Slot, in_parallel};
use earnest_tests::{faults, mutations, object, parse_verdict, validator, words};
use jsonschema::Validator;
use serde_json::Value;

/// Which class of refusals that no schema can state this one is of.
fn beyond_schema(kind: &Kind, document: &Value, error: &Error) -> Option<&'static str> {
    let found = document.pointer(error.pointer().as_str());
    let code = error.code();
    if code.fault() == Fault::Check {
        return kind.checks().iter().any(|(check, _)| *check == code.as_str()).then_some("a check of the kind");
    }
    let listed = kind.signers().iter().any(|signer| {
        matches!(signer.slot, Slot::Each(..))
            && error.pointer().tokens().next().as_deref() == Some(signer.member())
            && error.message().contains("each signer once")
    });
    let no_key = found
        .and_then(Value::as_str)
        .and_then(|text| text.split_once("did:key:"))
        .is_some_and(|(_, key)| PublicKey::from_multibase(key).is_err());
    match code {
        Code::NUMBER_RANGE | Code::NUMBER_PRECISION => Some("a number that readers would round"),
        Code::NOT_CANONICAL if kind.canonical() => Some("another spelling of the value"),
        Code::INVALID_VALUE if error.message().contains("15 significant digits") => Some("a decimal of 16 digits"),
        Code::TOO_LARGE => Some("more bytes than a document may have"),
        Code::INVALID_VALUE if no_key => Some("48 characters that are no key of large order"),
        Code::INVALID_VALUE if listed => Some("one signer twice in a list"),
        Code::SIGNER_UNNAMED => Some("none of the members that may name the signer names one who may sign"),
        _ => None,
    }
}

/// Judges a document by both; a difference that nothing explains.
fn difference(kind: &Kind, validator: &Validator, document: &Value) -> Option<String> {
    let parser = parse_verdict(&serde_json::to_vec(document).unwrap());
    let schema = faults(validator, document);
    match parser {
        Ok(()) if !schema.is_empty() => Some(format!("the schema alone refuses: {schema:?}")),
        Err(error) if schema.is_empty() && beyond_schema(kind, document, &error).is_none() => {
            Some(format!("the parser alone refuses: {error}"))
        }
        _ => None,
    }
}

/// The signed example of a kind, and the words of its schema.
fn subject(kind: &Kind) -> (Value, Vec<String>) {
    (serde_json::from_str(&example(kind.name()).unwrap()).unwrap(), words(&kind.schema()))
}

/// Fails with the first differences, where there are any.
fn check(differences: &[String]) {
    let shown: Vec<&String> = differences.iter().take(40).collect();
    assert!(differences.is_empty(), "{} differences, the first: {shown:#?}", differences.len());
}

#[test]
fn they_agree_on_every_single_mutation_of_every_example() {
    let mut differences = Vec::new();
    for kind in Kind::ALL {
        let validator = validator(&kind.schema());
        let (document, words) = subject(kind);
        let found = in_parallel(&mutations(&document, &words), None, |mutation| {
            let difference = difference(kind, &validator, &mutation.of(&document))?;
            Some(format!("{} {mutation}: {difference}", kind.name()))
        });
        differences.extend(found.into_iter().flatten());
    }
    check(&differences);
}

#[test]
fn they_agree_on_documents_mutated_twice() {
    let mut differences = Vec::new();
    for kind in Kind::ALL {
        let validator = validator(&kind.schema());
        let (document, words) = subject(kind);
        assert_eq!(difference(kind, &validator, &document), None);
        let mut chance = Chance(0x2545_f491_4f6c_dd1d);
        let firsts = mutations(&document, &words);
        for _ in 0..60 {
            let first = &firsts[chance.below(firsts.len())];
            let once = first.of(&document);
            // Mostly from what is still accepted: from there a second mutation can still make a difference.
            if parse_verdict(&serde_json::to_vec(&once).unwrap()).is_err() && chance.below(8) > 0 {
                continue;
            }
            let seconds = mutations(&once, &words);
            for _ in 0..20 {
                let second = &seconds[chance.below(seconds.len())];
                let found = difference(kind, &validator, &second.of(&once));
                differences.extend(found.map(|found| format!("{} {first}, {second}: {found}", kind.name())));
            }
        }
    }
    check(&differences);
}

#[test]
fn what_the_parser_accepts_is_written_anew_to_something_that_it_accepts() {
    let mut faults = Vec::new();
    for kind in Kind::ALL {
        let (document, words) = subject(kind);
        let found = in_parallel(&mutations(&document, &words), None, |mutation| {
            let text = serde_json::to_vec(&mutation.of(&document)).unwrap();
            if parse_verdict(&text).is_err() {
                return None;
            }
            let once = kind.rewrite(object(&text)).map(|json| json.canonical());
            let twice =
                once.clone().and_then(|text| kind.rewrite(object(text.as_bytes()))).map(|json| json.canonical());
            (once.is_err() || once != twice).then(|| format!("{} {mutation}: {once:?}, then {twice:?}", kind.name()))
        });
        faults.extend(found.into_iter().flatten());
    }
    check(&faults);
}

/// Numbers without pattern and without a clock (xorshift64), the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}
