//! A TOML file as a tree of values, each with its line.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};
use toml::de::{DeTable, DeValue};

use super::{ConfigError, Origin};

/// A layer: values, and where each comes from, by its path.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) values: Map<String, Value>,
    pub(super) origins: Origins,
}

/// Where things come from, by their paths.
#[derive(Debug, Default)]
pub(super) struct Origins {
    /// Values, arrays included.
    pub(super) values: BTreeMap<Vec<String>, Origin>,
    /// Where a table begins: its values have origins of their own, and what it leaves out is not of its making.
    pub(super) tables: BTreeMap<Vec<String>, Origin>,
}

impl Origins {
    /// Where a value comes from: its own origin, or that of the array or variable that it came in.
    pub(super) fn of(&self, path: &[String]) -> Option<&Origin> {
        (1..=path.len()).rev().find_map(|length| self.values.get(&path[..length]))
    }

    /// Where a key stands, be it a value's or a table's.
    pub(super) fn key(&self, path: &[String]) -> Option<&Origin> {
        self.values.get(path).or_else(|| self.tables.get(path))
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.values.extend(other.values);
        self.tables.extend(other.tables);
    }
}

/// Reads a TOML text.
pub(super) fn read(name: &str, text: &str) -> Result<Tree, ConfigError> {
    let origin = |offset: usize| Origin::File { name: name.to_owned(), line: line(text, offset) };
    let table = DeTable::parse(text).map_err(|error| {
        let place = error.span().map(|span| origin(span.start));
        ConfigError::one(place, format!("expected TOML: {}", error.message()))
    })?;
    let mut tree = Tree::default();
    tree.values = members(table.get_ref(), &mut Vec::new(), &mut tree.origins, &origin)?;
    Ok(tree)
}

/// Reads one TOML value, as a variable or a flag gives it.
pub(super) fn value(text: &str) -> Option<Value> {
    let parsed = DeValue::parse(text).ok()?;
    convert(parsed.get_ref(), &mut Vec::new(), &mut Origins::default(), &|_| Origin::Default, 0).ok()
}

fn members(
    table: &DeTable<'_>,
    path: &mut Vec<String>,
    origins: &mut Origins,
    origin: &dyn Fn(usize) -> Origin,
) -> Result<Map<String, Value>, ConfigError> {
    let mut members = Map::new();
    for (name, value) in table.iter() {
        path.push(name.get_ref().to_string());
        let offset = name.span().start;
        let is_table = matches!(value.get_ref(), DeValue::Table(_));
        let places = if is_table { &mut origins.tables } else { &mut origins.values };
        places.insert(path.clone(), origin(offset));
        members.insert(name.get_ref().to_string(), convert(value.get_ref(), path, origins, origin, offset)?);
        path.pop();
    }
    Ok(members)
}

fn convert(
    value: &DeValue<'_>,
    path: &mut Vec<String>,
    origins: &mut Origins,
    origin: &dyn Fn(usize) -> Origin,
    offset: usize,
) -> Result<Value, ConfigError> {
    let refuse = |expected: &str| ConfigError::one(Some(origin(offset)), format!("expected {expected}"));
    Ok(match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
            .map(Value::from)
            .map_err(|_| refuse("an integer of 64 bits"))?,
        DeValue::Float(float) => {
            let number = float.as_str().parse().ok().and_then(Number::from_f64);
            Value::Number(number.ok_or_else(|| refuse("a finite number"))?)
        }
        DeValue::Datetime(_) => return Err(refuse("a moment as a text, in quotes")),
        DeValue::Array(items) => {
            let items = items
                .iter()
                .map(|item| convert(item.get_ref(), &mut Vec::new(), &mut Origins::default(), origin, offset));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => Value::Object(members(table, path, origins, origin)?),
    })
}

fn line(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
