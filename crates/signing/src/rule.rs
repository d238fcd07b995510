//! Conditional rules as data: the reader applies them and the exported JSON Schema states them, from one place.

use crate::{Code, Error, Json, Object, Pointer};

/// A value that a rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A word.
    Text(&'static str),
    /// A flag.
    Bool(bool),
}

impl Value {
    fn is(self, value: &Json<'_>) -> bool {
        match self {
            Self::Text(text) => value.as_str() == Some(text),
            Self::Bool(flag) => *value == Json::Bool(flag),
        }
    }

    fn to_json(self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.into(),
            Self::Bool(flag) => flag.into(),
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "`{text}`"),
            Self::Bool(flag) => write!(f, "{flag}"),
        }
    }
}

/// When a rule holds. All names are of members of the document itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cond {
    /// The member is there and has this value.
    Is(&'static str, Value),
    /// The member is there and has one of these values.
    OneOf(&'static str, &'static [Value]),
    /// The member is there and its text begins so.
    StartsWith(&'static str, &'static str),
    /// The member is there.
    Has(&'static str),
    /// The member is not there.
    Lacks(&'static str),
    /// Every one of these holds.
    All(&'static [Cond]),
}

/// What a rule asks for where it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// These members are there.
    Has(&'static [&'static str]),
    /// None of these members is there.
    Lacks(&'static [&'static str]),
    /// The member, where it is there, has this value.
    Is(&'static str, Value),
    /// The member, where it is there, has one of these values.
    OneOf(&'static str, &'static [Value]),
    /// The member, where it is there, has another value than this.
    IsNot(&'static str, Value),
    /// The text of the member, where it is there, begins so.
    StartsWith(&'static str, &'static str),
    /// The text of the member, where it is there, begins otherwise.
    StartsOtherwise(&'static str, &'static str),
    /// The text of the member, where it is there, is a subject of this kind in form: the prefix and a did:key's alphabet.
    Subject(&'static str, &'static str),
    /// Every item of the member, where it is there, has one of these values.
    Each(&'static str, &'static [Value]),
    /// Some item of the member, where it is there, has one of these values.
    Any(&'static str, &'static [Value]),
}

/// A rule between members: where every condition holds, every demand is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The stable code of its refusal.
    pub code: &'static str,
    /// What it says, as a sentence.
    pub says: &'static str,
    /// When it holds; always, where this is empty.
    pub when: &'static [Cond],
    /// What it asks for.
    pub then: &'static [Then],
}

impl Cond {
    /// Whether the document is of this kind.
    pub(crate) fn holds(self, object: &Object<'_>) -> bool {
        match self {
            Self::Is(member, value) => object.get(member).is_some_and(|found| value.is(found)),
            Self::OneOf(member, values) => object.get(member).is_some_and(|found| is_one_of(values, found)),
            Self::StartsWith(member, start) => {
                object.get(member).and_then(Json::as_str).is_some_and(|text| text.starts_with(start))
            }
            Self::Has(member) => object.get(member).is_some(),
            Self::Lacks(member) => object.get(member).is_none(),
            Self::All(conds) => conds.iter().all(|cond| cond.holds(object)),
        }
    }

    /// The condition as JSON Schema.
    #[must_use]
    pub fn to_schema(self) -> serde_json::Value {
        let with = |member: &str, schema: serde_json::Value| serde_json::json!({ "properties": { member: schema }, "required": [member] });
        match self {
            Self::Is(member, value) => with(member, serde_json::json!({ "const": value.to_json() })),
            Self::OneOf(member, values) => with(member, one_of(values)),
            Self::StartsWith(member, start) => with(member, begins(start)),
            Self::Has(member) => serde_json::json!({ "required": [member] }),
            Self::Lacks(member) => serde_json::json!({ "not": { "required": [member] } }),
            Self::All(conds) => {
                let all: Vec<_> = conds.iter().map(|cond| cond.to_schema()).collect();
                serde_json::json!({ "allOf": all })
            }
        }
    }
}

impl Then {
    fn breach(self, object: &Object<'_>) -> Option<(&'static str, String)> {
        let unless = |member, asks: String, met: &dyn Fn(&Json<'_>) -> bool| match object.get(member) {
            Some(found) if !met(found) => Some((member, format!("expected {asks}, found {}", found.canonical()))),
            _ => None,
        };
        match self {
            Self::Has(members) => {
                let missing = members.iter().find(|member| object.get(member).is_none())?;
                Some((missing, format!("expected the member {missing:?}, found none")))
            }
            Self::Lacks(members) => {
                let present = members.iter().find(|member| object.get(member).is_some())?;
                Some((present, format!("expected no member {present:?}, found one")))
            }
            Self::Is(member, value) => unless(member, value.to_string(), &|found| value.is(found)),
            Self::OneOf(member, values) => {
                unless(member, format!("one of {}", words(values)), &|found| is_one_of(values, found))
            }
            Self::IsNot(member, value) => {
                unless(member, format!("another value than {value}"), &|found| !value.is(found))
            }
            Self::StartsWith(member, start) => unless(member, format!("text that begins with `{start}`"), &|found| {
                found.as_str().is_none_or(|text| text.starts_with(start))
            }),
            Self::StartsOtherwise(member, start) => {
                unless(member, format!("text that does not begin with `{start}`"), &|found| {
                    found.as_str().is_none_or(|text| !text.starts_with(start))
                })
            }
            Self::Subject(member, kind) => unless(member, format!("a {kind}:did:key:z…"), &|found| {
                found.as_str().is_none_or(|text| is_subject(text, kind))
            }),
            Self::Each(member, values) => unless(member, format!("only items of {}", words(values)), &|found| {
                items(found).iter().all(|item| is_one_of(values, item))
            }),
            Self::Any(member, values) => unless(member, format!("an item of {}", words(values)), &|found| {
                items(found).iter().any(|item| is_one_of(values, item))
            }),
        }
    }

    fn to_schema(self) -> serde_json::Value {
        let property =
            |member: &str, schema: serde_json::Value| serde_json::json!({ "properties": { member: schema } });
        match self {
            Self::Has(members) => serde_json::json!({ "required": members }),
            Self::Lacks(members) => {
                let any: Vec<_> = members.iter().map(|member| serde_json::json!({ "required": [member] })).collect();
                serde_json::json!({ "not": { "anyOf": any } })
            }
            Self::Is(member, value) => property(member, serde_json::json!({ "const": value.to_json() })),
            Self::OneOf(member, values) => property(member, one_of(values)),
            Self::IsNot(member, value) => property(member, serde_json::json!({ "not": { "const": value.to_json() } })),
            Self::StartsWith(member, start) => property(member, begins(start)),
            Self::StartsOtherwise(member, start) => property(member, serde_json::json!({ "not": begins(start) })),
            Self::Subject(member, kind) => property(
                member,
                serde_json::json!({ "type": "string", "pattern": format!("^{kind}:did:key:z[1-9A-HJ-NP-Za-km-z]+$") }),
            ),
            Self::Each(member, values) => {
                property(member, serde_json::json!({ "type": "array", "items": one_of(values) }))
            }
            Self::Any(member, values) => {
                property(member, serde_json::json!({ "type": "array", "contains": one_of(values) }))
            }
        }
    }
}

impl Rule {
    /// Applies the rule.
    ///
    /// # Errors
    /// Names the member that breaks it.
    pub fn apply(&self, object: &Object<'_>) -> Result<(), Error> {
        if !self.when.iter().all(|cond| cond.holds(object)) {
            return Ok(());
        }
        match self.then.iter().find_map(|then| then.breach(object)) {
            Some((member, found)) => {
                Err(Error::new(Code::check(self.code), Pointer::member(member), format!("{found} ({})", self.says)))
            }
            None => Ok(()),
        }
    }

    /// The rule as JSON Schema: `if` and `then`, or what it asks for alone where it always holds.
    #[must_use]
    pub fn to_schema(&self) -> serde_json::Value {
        let all = |mut schemas: Vec<serde_json::Value>| match schemas.len() {
            1 => schemas.swap_remove(0),
            _ => serde_json::json!({ "allOf": schemas }),
        };
        let then = all(self.then.iter().map(|then| then.to_schema()).collect());
        match self.when {
            [] => then,
            conds => {
                let conditions = all(conds.iter().map(|cond| cond.to_schema()).collect());
                serde_json::json!({ "if": conditions, "then": then, "$comment": self.says })
            }
        }
    }
}

/// Whether a text has the form of a subject: whether its key is one is for its type to say.
fn is_subject(text: &str, kind: &str) -> bool {
    let key = text.strip_prefix(kind).and_then(|rest| rest.strip_prefix(":did:key:z")).unwrap_or_default();
    let base58 = |byte: u8| byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'I' | b'O' | b'l');
    !key.is_empty() && key.bytes().all(base58)
}

fn is_one_of(values: &[Value], found: &Json<'_>) -> bool {
    values.iter().any(|value| value.is(found))
}

fn words(values: &[Value]) -> String {
    let words: Vec<String> = values.iter().map(ToString::to_string).collect();
    words.join(", ")
}

fn items<'j, 'a>(value: &'j Json<'a>) -> &'j [Json<'a>] {
    match value {
        Json::Array(items) => items,
        _ => &[],
    }
}

fn one_of(values: &[Value]) -> serde_json::Value {
    let values: Vec<_> = values.iter().map(|value| value.to_json()).collect();
    serde_json::json!({ "enum": values })
}

fn begins(start: &str) -> serde_json::Value {
    serde_json::json!({ "type": "string", "pattern": format!("^{start}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, read};

    const NODE: &[Value] = &[Value::Text("node")];

    fn keeps(then: &'static [Then], document: &str) -> bool {
        let when = &[Cond::All(&[Cond::Is("flag", Value::Bool(true)), Cond::Lacks("waived")])];
        let rule = Rule { code: "test", says: "a test", when, then };
        let json = read(document.as_bytes(), Limits::DOCUMENT).unwrap();
        rule.apply(json.as_object().unwrap()).is_ok()
    }

    #[test]
    fn a_rule_over_items_asks_each_or_any_of_them() {
        for (items, each, any) in
            [(r#"["node"]"#, true, true), (r#"["node", "live"]"#, false, true), (r#"["live"]"#, false, false)]
        {
            let document = format!(r#"{{"flag": true, "from": {items}}}"#);
            assert_eq!(keeps(&[Then::Each("from", NODE)], &document), each, "{items}");
            assert_eq!(keeps(&[Then::Any("from", NODE)], &document), any, "{items}");
        }
    }

    #[test]
    fn a_condition_of_several_holds_where_all_of_them_do() {
        const NEEDS: &[Then] = &[Then::Has(&["named"])];
        assert!(!keeps(NEEDS, r#"{"flag": true}"#));
        assert!(keeps(NEEDS, r#"{"flag": true, "waived": 1}"#));
        assert!(keeps(NEEDS, r#"{"flag": false}"#));
        assert!(keeps(NEEDS, r#"{"flag": true, "named": 1}"#));
    }
}
