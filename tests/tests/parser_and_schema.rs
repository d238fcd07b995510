//! Parser and exported schema say the same: what the schema refuses the parser refuses; what the parser refuses beyond
//! it is a check that the kind lists, or of a class that a schema cannot state.

use earnest_artifacts::{Kind, example};
use earnest_base::PublicKey;
use earnest_signing::{Code, Error, Fault, Slot, in_parallel};
use earnest_tests::{Mutant, faults, mutants, object, parse_verdict, validator, words};
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
    let no_key = found.and_then(Value::as_str).and_then(|text| text.split_once("did:key:")).is_some_and(|(_, key)| {
        PublicKey::from_multibase(key).is_err()
    });
    match code {
        Code::NUMBER_RANGE | Code::NUMBER_PRECISION => Some("a number that readers would round"),
        Code::TOO_LARGE => Some("more bytes than a document may have"),
        Code::INVALID_VALUE if no_key => Some("48 characters that are no key of large order"),
        Code::INVALID_VALUE if listed => Some("one signer twice in a list"),
        Code::SIGNER_UNNAMED => Some("none of the members that may name the signer names one who may sign"),
        _ => None,
    }
}

/// Judges a document by both; the name of a difference that nothing explains.
fn difference(kind: &Kind, validator: &Validator, mutant: &Mutant) -> Option<String> {
    let parser = parse_verdict(&serde_json::to_vec(&mutant.value).unwrap());
    let schema = faults(validator, &mutant.value);
    match parser {
        Ok(()) if !schema.is_empty() => Some(format!("{}: the schema alone refuses: {schema:?}", mutant.name)),
        Err(error) if schema.is_empty() && beyond_schema(kind, &mutant.value, &error).is_none() => {
            Some(format!("{}: the parser alone refuses: {error}", mutant.name))
        }
        _ => None,
    }
}

fn check(name: &str, mutate: impl Fn(&Value, &[String]) -> Vec<Mutant>) {
    let mut differences = Vec::new();
    for kind in Kind::ALL {
        let schema = kind.schema();
        let validator = validator(&schema);
        let document: Value = serde_json::from_str(&example(kind.name()).unwrap()).unwrap();
        let mutants = mutate(&document, &words(&schema));
        assert!(!mutants.is_empty(), "{name}: {}", kind.name());
        let found = in_parallel(&mutants, None, |mutant| difference(kind, &validator, mutant));
        differences.extend(found.into_iter().flatten().map(|difference| format!("{} {difference}", kind.name())));
    }
    let shown: Vec<&String> = differences.iter().take(40).collect();
    assert!(differences.is_empty(), "{} differences, the first: {shown:#?}", differences.len());
}

#[test]
fn they_agree_on_every_single_mutation_of_every_example() {
    check("single", mutants);
}

#[test]
fn they_agree_on_documents_mutated_many_times() {
    check("many", |document, words| {
        let mut chance = Chance(0x2545_f491_4f6c_dd1d);
        let singles = mutants(document, words);
        let mut many = Vec::new();
        for _ in 0..60 {
            // Only a mutation that both accept is a fruitful start for the next one.
            let first = &singles[chance.below(singles.len())];
            if parse_verdict(&serde_json::to_vec(&first.value).unwrap()).is_ok() || chance.below(8) == 0 {
                let seconds = mutants(&first.value, words);
                for _ in 0..20 {
                    let second = &seconds[chance.below(seconds.len())];
                    many.push(Mutant { name: format!("{}, {}", first.name, second.name), value: second.value.clone() });
                }
            }
        }
        many.push(Mutant { name: "none".to_owned(), value: document.clone() });
        many
    });
}

#[test]
fn what_the_parser_accepts_is_written_anew_to_something_that_it_accepts() {
    for kind in Kind::ALL {
        let document: Value = serde_json::from_str(&example(kind.name()).unwrap()).unwrap();
        let mutants = mutants(&document, &words(&kind.schema()));
        let faults = in_parallel(&mutants, None, |mutant| {
            let text = serde_json::to_vec(&mutant.value).unwrap();
            if parse_verdict(&text).is_err() {
                return None;
            }
            let once = kind.rewrite(object(&text)).map(|json| json.canonical());
            let twice = once.clone().and_then(|text| kind.rewrite(object(text.as_bytes()))).map(|json| json.canonical());
            (once.is_err() || once != twice).then(|| format!("{}: {once:?}, then {twice:?}", mutant.name))
        });
        let faults: Vec<String> = faults.into_iter().flatten().collect();
        assert!(faults.is_empty(), "{}: {faults:#?}", kind.name());
    }
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
