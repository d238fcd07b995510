//! Objects: members in canonical order, no name twice.

use std::{borrow::Cow, cmp::Ordering, fmt};

use serde::{
    de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor},
    ser::{Serialize, SerializeMap, Serializer},
};

use super::{Json, Number};

/// One member of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Member<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its value.
    pub value: Json<'a>,
}

/// An object: members in the order of their names' UTF-16 code units, no name twice.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object<'a> {
    members: Vec<Member<'a>>,
}

impl<'a> Object<'a> {
    /// Takes members in any order.
    ///
    /// # Errors
    /// The name that stands twice.
    pub fn new(mut members: Vec<Member<'a>>) -> Result<Self, String> {
        members.sort_by(|one, other| canonical_order(&one.name, &other.name));
        match members.windows(2).find(|pair| pair[0].name == pair[1].name) {
            Some(pair) => Err(pair[0].name.clone().into_owned()),
            None => Ok(Self { members }),
        }
    }

    /// Takes members that are in canonical order, no name twice.
    pub(super) fn from_sorted(members: Vec<Member<'a>>) -> Self {
        Self { members }
    }

    /// The members, in canonical order.
    pub fn iter(&self) -> std::slice::Iter<'_, Member<'a>> {
        self.members.iter()
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        let found = self.members.binary_search_by(|member| canonical_order(&member.name, name)).ok()?;
        Some(&self.members[found].value)
    }

    /// Whether it has no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Sets a member, replacing the one of that name.
    pub fn insert(&mut self, name: impl Into<Cow<'a, str>>, value: Json<'a>) {
        let name = name.into();
        match self.members.binary_search_by(|member| canonical_order(&member.name, &name)) {
            Ok(place) => self.members[place].value = value,
            Err(place) => self.members.insert(place, Member { name, value }),
        }
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Json<'a>> {
        let place = self.members.binary_search_by(|member| canonical_order(&member.name, name)).ok()?;
        Some(self.members.remove(place).value)
    }

    /// The same object, owning its text.
    #[must_use]
    pub fn into_owned(self) -> Object<'static> {
        let owned = |member: Member<'a>| Member {
            name: Cow::Owned(member.name.into_owned()),
            value: member.value.into_owned(),
        };
        Object { members: self.members.into_iter().map(owned).collect() }
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = Member<'a>;
    type IntoIter = std::vec::IntoIter<Member<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

impl<'o, 'a> IntoIterator for &'o Object<'a> {
    type Item = &'o Member<'a>;
    type IntoIter = std::slice::Iter<'o, Member<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The order of RFC 8785: by UTF-16 code units, which differs from that of UTF-8 above U+FFFF.
pub(super) fn canonical_order(one: &str, other: &str) -> Ordering {
    if one.is_ascii() || other.is_ascii() { one.cmp(other) } else { one.encode_utf16().cmp(other.encode_utf16()) }
}

/// An object of a document whose members the document's own schema leaves open: the input of an order, the
/// constraints of an offer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JsonObject(Object<'static>);

impl JsonObject {
    /// The members.
    #[must_use]
    pub const fn members(&self) -> &Object<'static> {
        &self.0
    }

    /// The canonical form (RFC 8785, JCS).
    #[must_use]
    pub fn canonical(&self) -> String {
        self.0.canonical_without(|_| false)
    }

    /// Reads the members into a type.
    ///
    /// # Errors
    /// Names the member that does not fit the type.
    pub fn decode<T: serde::de::DeserializeOwned>(&self) -> Result<T, crate::Error> {
        self.0.decode(|_| true)
    }
}

impl From<Object<'static>> for JsonObject {
    fn from(object: Object<'static>) -> Self {
        Self(object)
    }
}

impl Serialize for JsonObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnyJson { object_only: true }).and_then(|value| match value {
            Json::Object(object) => Ok(Self(object)),
            other => Err(serde::de::Error::invalid_type(crate::decode::unexpected(&other), &"an object")),
        })
    }
}

impl schemars::JsonSchema for JsonObject {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "JsonObject".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object", "additionalProperties": true })
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for member in &self.members {
            map.serialize_entry(&member.name, &member.value)?;
        }
        map.end()
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => match number.to_i64() {
                Some(whole) => serializer.serialize_i64(whole),
                None => serializer.serialize_f64(number.to_f64()),
            },
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => items.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Json<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson { object_only: false })
    }
}

struct AnyJson {
    object_only: bool,
}

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.object_only { "an object" } else { "a JSON value" })
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Number::from_i64(value).map(Json::Number).ok_or_else(|| E::custom("expected an integer within ±(2^53 − 1)"))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
        self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Self::Value, E> {
        Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("expected a number that a double holds"))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::String(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Json<'static>>()? {
            members.push(Member { name: Cow::Owned(name), value });
        }
        let object = Object::new(members)
            .map_err(|name| serde::de::Error::custom(format!("expected each member once, found {name:?} twice")))?;
        Ok(Json::Object(object))
    }
}
