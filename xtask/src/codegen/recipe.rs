//! Recipes: how a family's test vectors differ from its example (`tests/vectors/<kind>/recipe.json`).

use std::{collections::BTreeMap, error::Error};

use serde::Deserialize;
use serde_json::Value;

/// What one family's vectors are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recipe {
    /// The kind, where the folder is not named after it.
    pub(super) kind: Option<String>,
    /// Documents that verify, by name.
    pub(super) valid: BTreeMap<String, Vec<Op>>,
    /// Documents that are refused, by the name of their fault.
    pub(super) invalid: BTreeMap<String, Refused>,
}

/// A document that is refused: with which code, at which member, and what makes it so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refused {
    pub(super) code: String,
    pub(super) at: String,
    pub(super) ops: Vec<Op>,
}

/// A step from the example to the vector. Steps with `after` are done once the signatures stand.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Op {
    /// Sets a member; makes it where there is none.
    Set {
        set: String,
        to: Value,
        #[serde(default)]
        after: bool,
    },
    /// Sets a member to a text, repeated: for what is too large.
    Fill {
        set: String,
        repeat: String,
        times: usize,
        #[serde(default)]
        after: bool,
    },
    /// Takes a member out.
    Remove {
        remove: String,
        #[serde(default)]
        after: bool,
    },
    /// Gives a member another name.
    Rename {
        rename: String,
        to: String,
        #[serde(default)]
        after: bool,
    },
    /// Signs in a member with another test key, in another role, or (in a list of signatures) as another signer.
    Sign { sign: String, seed: u8, role: Option<String>, by: Option<String> },
    /// Replaces the first occurrence of a text in the finished text.
    Text { text: String, with: String },
}

impl Op {
    /// Whether it is done once the signatures stand.
    pub(super) const fn is_after(&self) -> bool {
        match self {
            Self::Set { after, .. }
            | Self::Fill { after, .. }
            | Self::Remove { after, .. }
            | Self::Rename { after, .. } => *after,
            Self::Sign { .. } | Self::Text { .. } => false,
        }
    }

    /// Applies a step that changes members; the others leave the document alone.
    pub(super) fn change(&self, document: &mut Value) -> Result<(), Box<dyn Error>> {
        match self {
            Self::Set { set: place, to, .. } => set(document, place, to.clone()),
            Self::Fill { set: place, repeat, times, .. } => set(document, place, repeat.repeat(*times).into()),
            Self::Remove { remove, .. } => take(document, remove).map(|_| ()),
            Self::Rename { rename, to, .. } => {
                let value = take(document, rename)?;
                let parent = rename.rsplit_once('/').map_or("", |(parent, _)| parent);
                set(document, &format!("{parent}/{}", to.replace('~', "~0").replace('/', "~1")), value)
            }
            Self::Sign { .. } | Self::Text { .. } => Ok(()),
        }
    }

    /// Applies a step that changes the finished text; the others leave it alone.
    pub(super) fn rewrite(&self, finished: String) -> Result<String, Box<dyn Error>> {
        match self {
            Self::Text { text, .. } if !finished.contains(text.as_str()) => {
                Err(format!("expected the text {text:?} in the document, found none").into())
            }
            Self::Text { text, with } => Ok(finished.replacen(text.as_str(), with, 1)),
            _ => Ok(finished),
        }
    }
}

/// The value around a place, and the last step to the place.
fn around<'d>(document: &'d mut Value, place: &str) -> Result<(&'d mut Value, String), Box<dyn Error>> {
    let missing = || format!("expected a place in the document, found {place:?}");
    let (parent, last) = place.rsplit_once('/').ok_or_else(missing)?;
    let parent = document.pointer_mut(parent).ok_or_else(missing)?;
    Ok((parent, last.replace("~1", "/").replace("~0", "~")))
}

fn set(document: &mut Value, place: &str, value: Value) -> Result<(), Box<dyn Error>> {
    if place.is_empty() {
        *document = value;
        return Ok(());
    }
    let (parent, last) = around(document, place)?;
    match parent {
        Value::Object(members) => {
            members.insert(last, value);
        }
        Value::Array(items) => match last.parse::<usize>() {
            Ok(index) if index < items.len() => items[index] = value,
            Ok(index) if index == items.len() => items.push(value),
            _ => return Err(format!("expected an item or the end of the array, found {place:?}").into()),
        },
        _ => return Err(format!("expected an object or array around {place:?}").into()),
    }
    Ok(())
}

fn take(document: &mut Value, place: &str) -> Result<Value, Box<dyn Error>> {
    let (parent, last) = around(document, place)?;
    let taken = match parent {
        Value::Object(members) => members.remove(&last),
        Value::Array(items) => last.parse().ok().filter(|index| *index < items.len()).map(|index| items.remove(index)),
        _ => None,
    };
    taken.ok_or_else(|| format!("expected a member at {place:?}, found none").into())
}
