//! From strict JSON to a document's type, by serde, with the pointer of the member that does not fit.

use std::fmt;

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess,
    Visitor,
};

use crate::{Code, Error, Json, Member, Object, Pointer};

impl Object<'_> {
    /// Reads the members that are kept into a type.
    pub(crate) fn decode<T: de::DeserializeOwned>(&self, keep: impl Fn(&str) -> bool) -> Result<T, Error> {
        T::deserialize(Members { object: self, keep }).map_err(|error| error.0)
    }
}

impl Json<'_> {
    /// Reads the value into a type.
    ///
    /// # Errors
    /// Names the member that does not fit the type.
    pub fn decode<T: de::DeserializeOwned>(&self) -> Result<T, Error> {
        T::deserialize(Source(self)).map_err(|error| error.0)
    }
}

#[derive(Debug)]
struct DecodeError(Error);

impl DecodeError {
    fn below(self, token: &str) -> Self {
        Self(self.0.below(token))
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for DecodeError {}

impl de::Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(Error::new(Code::INVALID_VALUE, Pointer::ROOT, message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found = match found {
            Unexpected::Unit => "null".to_owned(),
            Unexpected::Map => "an object".to_owned(),
            Unexpected::Seq => "an array".to_owned(),
            other => other.to_string(),
        };
        Self(Error::new(Code::WRONG_TYPE, Pointer::ROOT, format!("expected {expected}, found {found}")))
    }

    fn unknown_variant(found: &str, expected: &'static [&'static str]) -> Self {
        let found: String = found.chars().take(80).collect();
        let message = format!("expected one of {}, found {found:?}", expected.join(", "));
        Self(Error::new(Code::INVALID_VALUE, Pointer::ROOT, message))
    }

    fn unknown_field(found: &str, expected: &'static [&'static str]) -> Self {
        let near = expected.iter().find(|name| name.contains(found) || found.contains(**name));
        let hint = near.map(|name| format!("; is {name:?} meant?")).unwrap_or_default();
        let message = format!("expected a member of this kind, found {found:?}{hint}");
        Self(Error::new(Code::UNKNOWN_MEMBER, Pointer::member(found), message))
    }

    fn missing_field(name: &'static str) -> Self {
        Self(Error::missing(name))
    }
}

/// An object as the fields of a struct, less the members that are not kept.
struct Members<'o, 'a, K> {
    object: &'o Object<'a>,
    keep: K,
}

impl<'de, K: Fn(&str) -> bool> Deserializer<'de> for Members<'_, '_, K> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_map(Walk { members: self.object.iter(), keep: self.keep, value: None })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Walk<'o, 'a, K> {
    members: std::slice::Iter<'o, Member<'a>>,
    keep: K,
    value: Option<&'o Member<'a>>,
}

impl<'de, K: Fn(&str) -> bool> MapAccess<'de> for Walk<'_, '_, K> {
    type Error = DecodeError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, DecodeError> {
        self.value = self.members.by_ref().find(|member| (self.keep)(&member.name));
        let Some(member) = self.value else { return Ok(None) };
        let name: &str = &member.name;
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, DecodeError> {
        let Some(member) = self.value.take() else {
            return Err(de::Error::custom("expected a name before its value"));
        };
        seed.deserialize(Source(&member.value)).map_err(|error| error.below(&member.name))
    }
}

struct Items<'o, 'a> {
    items: std::iter::Enumerate<std::slice::Iter<'o, Json<'a>>>,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = DecodeError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, DecodeError> {
        let Some((index, item)) = self.items.next() else { return Ok(None) };
        seed.deserialize(Source(item)).map(Some).map_err(|error| error.below(&index.to_string()))
    }
}

/// A value as something to deserialise from.
struct Source<'j, 'a>(&'j Json<'a>);

impl<'de> Deserializer<'de> for Source<'_, '_> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Json::Null => visitor.visit_unit(),
            Json::Bool(value) => visitor.visit_bool(*value),
            Json::Number(number) => match number.to_i64() {
                Some(whole) => visitor.visit_i64(whole),
                None => visitor.visit_f64(number.to_f64()),
            },
            Json::String(text) => visitor.visit_str(text),
            Json::Array(items) => visitor.visit_seq(Items { items: items.iter().enumerate() }),
            Json::Object(object) => {
                visitor.visit_map(Walk { members: object.iter(), keep: |_: &str| true, value: None })
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.0 {
            Json::String(text) => visitor.visit_enum(Word(text)),
            other => Err(de::Error::invalid_type(unexpected(other), &"a string")),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// What a value is, for a message.
pub(crate) fn unexpected<'j>(value: &'j Json<'_>) -> Unexpected<'j> {
    match value {
        Json::Null => Unexpected::Unit,
        Json::Bool(value) => Unexpected::Bool(*value),
        Json::Number(number) => Unexpected::Float(number.to_f64()),
        Json::String(text) => Unexpected::Str(text),
        Json::Array(_) => Unexpected::Seq,
        Json::Object(_) => Unexpected::Map,
    }
}

/// One of the words of an enum.
struct Word<'j>(&'j str);

impl<'de> EnumAccess<'de> for Word<'_> {
    type Error = DecodeError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), DecodeError> {
        seed.deserialize(self.0.into_deserializer()).map(|variant| (variant, self))
    }
}

impl<'de> VariantAccess<'de> for Word<'_> {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, DecodeError> {
        Err(de::Error::custom("expected a word without content"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, DecodeError> {
        Err(de::Error::custom("expected a word without content"))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, DecodeError> {
        Err(de::Error::custom("expected a word without content"))
    }
}
