//! A server's side of a payment: which of its requirements the client accepted, and whether it sent the extensions back
//! as they were.

use earnest_signing::{Json, JsonObject, Object};

use crate::{Extensions, v2::PaymentRequirements};

/// Finds the requirements that a client accepted among those that the server offers now: the first that match.
///
/// A server builds its requirements anew for the paid request, so a price must come out the same for both.
#[must_use]
pub fn find_accepted<'r>(
    offered: &'r [PaymentRequirements],
    accepted: &JsonObject,
    dynamic_extra: &[&str],
) -> Option<&'r PaymentRequirements> {
    offered.iter().find(|requirements| is_accepted(requirements, accepted, dynamic_extra))
}

/// Whether a client accepted these requirements: without `extra` both are equal, and the `extra` that the server asks for
/// is part of the client's. `dynamic_extra` names members of `extra` that a scheme makes anew each time.
///
/// ```
/// use earnest_signing::JsonObject;
/// use earnest_x402::{is_accepted, v2::PaymentRequirements};
///
/// let text = r#"{"scheme": "exact", "network": "orc:main", "amount": "10", "asset": "ORC", "payTo": "account:main:adam",
///     "maxTimeoutSeconds": 60}"#;
/// let offered: PaymentRequirements = serde_json::from_str(text)?;
/// let accepted: JsonObject = serde_json::from_str(text)?;
/// assert!(is_accepted(&offered, &accepted, &[]));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn is_accepted(offered: &PaymentRequirements, accepted: &JsonObject, dynamic_extra: &[&str]) -> bool {
    let (mut ours, mut theirs) = (offered.to_object().members().clone(), accepted.members().clone());
    let (asked, given) = (ours.remove("extra"), theirs.remove("extra"));
    if ours != theirs {
        return false;
    }
    match asked {
        None => true,
        Some(asked) => contains(&without(asked, dynamic_extra), &without(given.unwrap_or(Json::Null), dynamic_extra)),
    }
}

/// Members of `info` that a server makes anew in each demand, by extension: they need not come back as they are now.
pub const DYNAMIC_INFO: &[(&str, &[&str])] = &[("offer-receipt", &["offers"])];

/// An extension that a client changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected the extension {key:?} as it was declared, with members added at most, found it changed")]
pub struct EchoError {
    /// The extension's key.
    pub key: String,
}

/// Checks that a client sent back each declared extension that it sends at all, with members added at most. An
/// extension may stay out, and one that was not declared may come in.
///
/// # Errors
/// Names the first extension that was changed. The answer is a demand with the error
/// [`ErrorReason::EXTENSION_ECHO_MISMATCH`](crate::ErrorReason::EXTENSION_ECHO_MISMATCH).
pub fn check_echo(declared: Option<&Extensions>, sent: Option<&Extensions>) -> Result<(), EchoError> {
    let (Some(declared), Some(sent)) = (declared, sent) else { return Ok(()) };
    for member in sent.members() {
        let Some(ours) = declared.get(&member.name) else { continue };
        let dynamic = DYNAMIC_INFO.iter().find(|(key, _)| *key == member.name).map_or(&[][..], |(_, names)| *names);
        let (ours, theirs) = (info(ours).clone(), info(&member.value).clone());
        if !contains(&without(ours, dynamic), &without(theirs, dynamic)) {
            return Err(EchoError { key: member.name.clone().into_owned() });
        }
    }
    Ok(())
}

/// The member `info`, or the whole where there is none.
fn info<'j>(extension: &'j Json<'static>) -> &'j Json<'static> {
    match extension {
        Json::Object(members) => members.get("info").unwrap_or(extension),
        _ => extension,
    }
}

/// A value less members that are not compared.
fn without(value: Json<'static>, names: &[&str]) -> Json<'static> {
    let Json::Object(members) = value else { return value };
    let kept: Vec<_> = members.into_iter().filter(|member| !names.contains(&&*member.name)).collect();
    // Members of an object, some left out: still no name twice.
    Json::Object(Object::new(kept).unwrap_or_default())
}

/// Whether all of the expected stands in the actual: members of objects at any depth; all else must be equal.
fn contains(expected: &Json<'_>, actual: &Json<'_>) -> bool {
    match (expected, actual) {
        (Json::Object(expected), Json::Object(actual)) => {
            expected.iter().all(|member| actual.get(&member.name).is_some_and(|value| contains(&member.value, value)))
        }
        _ => expected == actual,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERED: &str = r#"{"scheme": "exact", "network": "eip155:84532", "amount": "10000", "asset": "0xaB",
        "payTo": "0x20", "maxTimeoutSeconds": 60, "extra": {"name": "USDC", "version": "2", "deep": {"a": 1}}}"#;

    fn edited(edit: impl FnOnce(&mut serde_json::Value)) -> JsonObject {
        let mut value: serde_json::Value = serde_json::from_str(OFFERED).unwrap();
        edit(&mut value);
        serde_json::from_value(value).unwrap()
    }

    fn taken(edit: impl FnOnce(&mut serde_json::Value)) -> bool {
        let offered: PaymentRequirements = serde_json::from_str(OFFERED).unwrap();
        let accepted = edited(edit);
        let found = find_accepted(std::slice::from_ref(&offered), &accepted, &["dynamic"]);
        assert_eq!(found.is_some(), is_accepted(&offered, &accepted, &["dynamic"]));
        found.is_some()
    }

    #[test]
    fn a_client_may_add_to_extra_and_change_nothing() {
        assert!(taken(|_| {}));
        assert!(taken(|value| value["extra"]["more"] = 1.into()));
        assert!(taken(|value| value["extra"]["deep"]["b"] = 1.into()));
        assert!(taken(|value| value["extra"]["dynamic"] = "mine".into()));
        assert!(taken(|value| value["maxTimeoutSeconds"] = 60.0.into()));
        assert!(!taken(|value| value["amount"] = "9999".into()));
        assert!(!taken(|value| value["asset"] = "0xab".into()));
        assert!(!taken(|value| value["network"] = "eip155:8453".into()));
        assert!(!taken(|value| value["payTo"] = "0x21".into()));
        assert!(!taken(|value| value["maxTimeoutSeconds"] = 61.into()));
        assert!(!taken(|value| value["surprise"] = 1.into()));
        assert!(!taken(|value| value["extra"]["deep"]["a"] = 2.into()));
        assert!(!taken(|value| value["extra"] = serde_json::Value::Null));
        assert!(!taken(|value| drop(value["extra"].as_object_mut().unwrap().remove("name"))));
        assert!(!taken(|value| drop(value.as_object_mut().unwrap().remove("extra"))));
    }

    #[test]
    fn extensions_come_back_whole_or_not_at_all() {
        let read = |text: &str| serde_json::from_str::<Extensions>(text).unwrap();
        let declared = read(
            r#"{"payment-identifier": {"info": {"required": true}, "schema": {}},
                "offer-receipt": {"info": {"offers": [1]}, "schema": {}}, "flat": {"a": 1}}"#,
        );
        for (sent, taken) in [
            ("{}", true),
            (r#"{"payment-identifier": {"info": {"required": true, "id": "0123456789abcdef"}}}"#, true),
            (r#"{"payment-identifier": {"info": {"required": true}, "schema": {"other": 1}}}"#, true),
            (r#"{"payment-identifier": {"info": {"required": false, "id": "0123456789abcdef"}}}"#, false),
            (r#"{"payment-identifier": {"info": {"id": "0123456789abcdef"}}}"#, false),
            (r#"{"payment-identifier": null}"#, false),
            (r#"{"offer-receipt": {"info": {"offers": [2]}}}"#, true),
            (r#"{"offer-receipt": {"info": {}}}"#, true),
            (r#"{"flat": {"a": 1, "b": 2}}"#, true),
            (r#"{"flat": {"a": 2}}"#, false),
            (r#"{"never-declared": {"info": {"a": 1}}}"#, true),
        ] {
            let answer = check_echo(Some(&declared), Some(&read(sent)));
            assert_eq!(answer.is_ok(), taken, "{sent}");
        }
        assert_eq!(check_echo(None, Some(&declared)), Ok(()));
        assert_eq!(check_echo(Some(&declared), None), Ok(()));
    }
}
