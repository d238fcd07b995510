//! Judges a document by the published rules alone.

use std::collections::BTreeSet;

use earnest_base::Timestamp;
use earnest_signing::{Code, Error, Json, Object, Pointer};

use super::{Form, Member, Published};

/// Judges a document by its published form: members, types and rules, where ids need only match their patterns.
///
/// # Errors
/// Names the member and what is wrong with it.
pub fn check(published: &Published, document: &Json<'_>) -> Result<(), Error> {
    let Some(object) = document.as_object() else { return Err(wrong_type("an object", document)) };
    members(published.members, published.closed, ENVELOPE, object)?;
    published.rules.iter().try_for_each(|rule| rule.apply(object))
}

/// What every published form has.
const ENVELOPE: &[Member] =
    &[Member::must("schema/v", Form::IntOf(1, 1)), Member::may("policy_annotations", Form::Object)];

fn members(own: &[Member], closed: bool, shared: &[Member], object: &Object<'_>) -> Result<(), Error> {
    for member in shared.iter().chain(own) {
        match object.get(member.name) {
            Some(value) => judge(member.form, value).map_err(|error| error.below(member.name))?,
            None if member.required => return Err(Error::missing(member.name)),
            None => {}
        }
    }
    let known = |name: &str| shared.iter().chain(own).any(|member| member.name == name);
    match object.iter().find(|member| closed && !known(&member.name)) {
        Some(unknown) => {
            let message = format!("expected a member of the published form, found {:?}", unknown.name);
            Err(Error::new(Code::UNKNOWN_MEMBER, Pointer::member(&unknown.name), message))
        }
        None => Ok(()),
    }
}

fn wrong_type(expected: &str, found: &Json<'_>) -> Error {
    Error::new(Code::WRONG_TYPE, Pointer::ROOT, format!("expected {expected}, found {}", found.type_name()))
}

fn invalid(expected: &str, found: &Json<'_>) -> Error {
    Error::new(Code::INVALID_VALUE, Pointer::ROOT, format!("expected {expected}, found {}", found.canonical()))
}

fn judge(form: Form, value: &Json<'_>) -> Result<(), Error> {
    match form {
        Form::Text => text(value, "text of at least one character", |text| !text.is_empty()),
        Form::TextOf(min, max) => text(value, &format!("text of {min} to {max} characters"), |text| {
            (min..=max).contains(&text.chars().count())
        }),
        Form::AnyText => text(value, "text", |_| true),
        Form::Pattern(pattern) => text(value, &format!("text that matches {pattern}"), |text| {
            regex::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
        }),
        Form::PatternBut(pattern, but) => {
            judge(Form::Pattern(pattern), value)?;
            text(value, &format!("none of {}", but.join(", ")), |text| !but.contains(&text))
        }
        Form::OneOf(words) => text(value, &format!("one of {}", words.join(", ")), |text| words.contains(&text)),
        Form::Moment => text(value, "a moment of RFC 3339", |text| Timestamp::from_rfc3339(text).is_ok()),
        Form::Uri => text(value, "a URI", |text| {
            regex::Regex::new("^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$").is_ok_and(|uri| uri.is_match(text))
        }),
        Form::Flag if matches!(value, Json::Bool(_)) => Ok(()),
        Form::Flag => Err(wrong_type("a boolean", value)),
        Form::Int(min) => whole(value, min, i64::MAX),
        Form::IntOf(min, max) => whole(value, min, max),
        Form::IntOrNull(..) if *value == Json::Null => Ok(()),
        Form::IntOrNull(min, max) => whole(value, min, max),
        Form::NumberOf(min, max) => {
            number(value, |found| found >= min && found <= max, &format!("a number from {min} to {max}"))
        }
        Form::NumberAbove(min, max) => {
            number(value, |found| found > min && found <= max, &format!("a number above {min}, at most {max}"))
        }
        Form::Object if value.as_object().is_some() => Ok(()),
        Form::Object => Err(wrong_type("an object", value)),
        Form::SomeObject => match value.as_object() {
            Some(object) if object.is_empty() => Err(invalid("an object with members", value)),
            Some(_) => Ok(()),
            None => Err(wrong_type("an object", value)),
        },
        Form::Members(own, closed) => {
            let object = value.as_object().ok_or_else(|| wrong_type("an object", value))?;
            members(own, closed, &[], object)
        }
        Form::List(item, min) => list(*item, min, value).map(|_| ()),
        Form::Set(item, min) => {
            let count = list(*item, min, value)?;
            let Json::Array(items) = value else { return Ok(()) };
            let different: BTreeSet<String> = items.iter().map(Json::canonical).collect();
            if different.len() == count { Ok(()) } else { Err(invalid("items that all differ", value)) }
        }
        Form::Either(one, other) => judge(*one, value).or_else(|_| judge(*other, value)),
    }
}

fn text(value: &Json<'_>, expected: &str, fits: impl Fn(&str) -> bool) -> Result<(), Error> {
    let Some(text) = value.as_str() else { return Err(wrong_type("a string", value)) };
    if fits(text) { Ok(()) } else { Err(invalid(expected, value)) }
}

fn whole(value: &Json<'_>, min: i64, max: i64) -> Result<(), Error> {
    let Json::Number(number) = value else { return Err(wrong_type("a whole number", value)) };
    let bounds = if max == i64::MAX { format!("at least {min}") } else { format!("from {min} to {max}") };
    match number.to_i64() {
        Some(found) if (min..=max).contains(&found) => Ok(()),
        Some(_) => Err(invalid(&format!("a whole number {bounds}"), value)),
        None => Err(wrong_type("a whole number", value)),
    }
}

fn number(value: &Json<'_>, fits: impl Fn(f64) -> bool, expected: &str) -> Result<(), Error> {
    let Json::Number(number) = value else { return Err(wrong_type("a number", value)) };
    if fits(number.to_f64()) { Ok(()) } else { Err(invalid(expected, value)) }
}

fn list(item: Form, min: usize, value: &Json<'_>) -> Result<usize, Error> {
    let Json::Array(items) = value else { return Err(wrong_type("an array", value)) };
    if items.len() < min {
        return Err(invalid(&format!("at least {min} items"), value));
    }
    for (index, found) in items.iter().enumerate() {
        judge(item, found).map_err(|error| error.below(&index.to_string()))?;
    }
    Ok(items.len())
}
