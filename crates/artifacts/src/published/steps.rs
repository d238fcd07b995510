//! Steps that several conversions take.

use std::borrow::Cow;

use earnest_base::{Seconds, Timestamp};
use earnest_signing::{Code, Error, Json, Number, Object, Pointer};

use super::{Form, Member};

/// A signature, as most published forms have it.
pub(super) const SIGNATURE: Form =
    Form::Members(&[Member::must("alg", Form::OneOf(&["ed25519"])), Member::must("value", Form::Text)], false);

/// The pattern of a published subject of one kind.
pub(super) const fn text(value: String) -> Json<'static> {
    Json::String(Cow::Owned(value))
}

/// Reads a member that holds a moment.
pub(super) fn moment(object: &Object<'_>, member: &str) -> Result<Timestamp, Error> {
    let found = object.get(member).and_then(Json::as_str).unwrap_or_default();
    Timestamp::from_rfc3339(found)
        .map_err(|error| Error::new(Code::INVALID_VALUE, Pointer::member(member), error.to_string()))
}

/// Replaces a span in seconds by the moment at which it ends.
pub(super) fn span_to_end(
    object: &mut Object<'static>,
    span: &'static str,
    start: &str,
    end: &'static str,
) -> Result<(), Error> {
    let from = moment(object, start)?;
    let seconds = match object.remove(span) {
        Some(Json::Number(number)) => number.to_i64().and_then(|seconds| u64::try_from(seconds).ok()),
        _ => None,
    };
    let until = seconds.and_then(|seconds| Seconds::<0>::new(seconds).ok()).and_then(|seconds| from.after(seconds));
    let unfit =
        || Error::new(Code::INVALID_VALUE, Pointer::member(span), "expected a span that ends within the calendar");
    object.insert(end, text(until.ok_or_else(unfit)?.to_string()));
    Ok(())
}

/// Replaces the moment at which a span ends by the span, in whole seconds.
pub(super) fn end_to_span(
    object: &mut Object<'static>,
    end: &str,
    start: &str,
    span: &'static str,
) -> Result<(), Error> {
    let (from, until) = (moment(object, start)?, moment(object, end)?);
    let whole = (until.unix_millis() - from.unix_millis()) % 1000 == 0;
    let seconds = until.seconds_since(from).filter(|_| whole).and_then(|seconds| i64::try_from(seconds).ok());
    let Some(number) = seconds.and_then(Number::from_i64) else {
        let message = format!("expected a moment whole seconds after {from}, found {until}");
        return Err(Error::new(Code::INVALID_VALUE, Pointer::member(end), message));
    };
    object.remove(end);
    object.insert(span, Json::Number(number));
    Ok(())
}

/// Gives moments with an offset their form in UTC.
pub(super) fn moments_in_utc(object: &mut Object<'static>, members: &[&'static str]) -> Result<(), Error> {
    for member in members {
        if object.get(member).is_some() {
            let moment = moment(object, member)?;
            object.insert(*member, text(moment.to_string()));
        }
    }
    Ok(())
}

/// Drops what a closed form does not know.
pub(super) fn keep_known(object: &mut Object<'static>, members: &[Member]) {
    let known = |name: &str| {
        matches!(name, "schema/v" | "policy_annotations") || members.iter().any(|member| member.name == name)
    };
    let unknown: Vec<String> =
        object.iter().filter(|member| !known(&member.name)).map(|member| member.name.clone().into_owned()).collect();
    for name in unknown {
        object.remove(&name);
    }
}
