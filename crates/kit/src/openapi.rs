//! The OpenAPI document of a service: aide collects it from the handlers' types; here it is put together, checked, and
//! told what aide cannot know: that every refusal is a problem, and that a caller signs.

use std::collections::BTreeMap;

use aide::{
    OperationInput, OperationOutput,
    axum::ApiRouter,
    generate::GenContext,
    openapi::{MediaType, OpenApi, Operation, RequestBody, Response, SchemaObject, StatusCode},
};
use axum::{
    Router,
    extract::{Path, Query},
};
use earnest_artifacts::Kind;
use earnest_signing::Document as SignedKind;
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use crate::{
    extract::{PathParameters, Posted, QueryParameters, Strict},
    problem::{MEDIA_TYPE, Problem, ProblemBody},
};

/// Why a service's routes are not fit to be served.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppError {
    /// A body whose type takes members that it does not know.
    #[error("expected the type {0} of a body to refuse unknown members: #[serde(deny_unknown_fields)]")]
    OpenBody(String),
    /// Two types of one name.
    #[error("expected one type named {0} in the OpenAPI document, found two")]
    TypeTwice(String),
    /// A type that the document names and does not hold: its routes were made on another thread, or earlier.
    #[error("expected the document to hold the type {0}; make routes where they are added")]
    TypeMissing(String),
}

/// The document while it is put together.
#[derive(Debug)]
pub(crate) struct Document {
    info: Value,
    paths: Map<String, Value>,
    types: Map<String, Value>,
    twice: Option<String>,
    pub(crate) schemas: BTreeMap<&'static str, Value>,
}

impl Document {
    pub(crate) fn new(name: &str, version: &str) -> Self {
        let mut problem = earnest_artifacts::type_schema::<ProblemBody>();
        if let Some(members) = problem.as_object_mut() {
            members.remove("$schema");
        }
        without_sizes(&mut problem);
        let types = Map::from_iter([("Problem".to_owned(), problem)]);
        let documents = Kind::ALL.iter().map(|kind| (kind.name(), kind.schema()));
        let schemas = documents.chain(earnest_payment::schemas()).collect();
        let info = json!({ "title": format!("earnest {name}"), "version": version });
        Self { info, paths: Map::new(), types, twice: None, schemas }
    }

    /// Takes what aide collected of these routes.
    pub(crate) fn take(&mut self, routes: ApiRouter, is_signed: bool) -> Router {
        let mut api = OpenApi::default();
        let router = routes.finish_api(&mut api);
        let mut found = serde_json::to_value(&api).unwrap_or_default();
        without_sizes(&mut found);
        for (path, item) in object(&mut found["paths"]) {
            let operations = self.paths.entry(path).or_insert_with(|| json!({}));
            for (method, mut operation) in object(&mut item.clone()) {
                complete(&mut operation, is_signed);
                operations[method] = operation;
            }
        }
        for (name, schema) in object(&mut found["components"]["schemas"]) {
            if self.types.get(&name).is_some_and(|known| *known != schema) {
                self.twice.get_or_insert(name.clone());
            }
            self.types.insert(name, schema);
        }
        router
    }

    pub(crate) fn to_json(&self) -> Result<Value, AppError> {
        if let Some(name) = &self.twice {
            return Err(AppError::TypeTwice(name.clone()));
        }
        for operation in self.paths.values().filter_map(Value::as_object).flat_map(Map::values) {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            if let Some(open) = self.open_type(schema, "a body") {
                return Err(AppError::OpenBody(open));
            }
        }
        let document = json!({
            "openapi": "3.1.0",
            "info": self.info,
            "paths": self.paths,
            "components": {
                "schemas": self.types,
                "securitySchemes": { "signature": {
                    "type": "apiKey", "in": "header", "name": "Signature",
                    "description": format!("RFC 9421: {}", earnest_request::ACCEPT_SIGNATURE),
                } },
            },
        });
        match self.missing_type(&document) {
            Some(name) => Err(AppError::TypeMissing(name)),
            None => Ok(document),
        }
    }

    /// The first type below a schema that is an object with members of its own and takes others.
    fn open_type(&self, schema: &Value, name: &str) -> Option<String> {
        if let Some(named) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
            return self.open_type(self.types.get(named)?, named);
        }
        if schema["properties"].is_object() && schema["additionalProperties"] != false {
            return Some(name.to_owned());
        }
        let parts = ["properties", "anyOf", "oneOf", "allOf", "items"].into_iter().map(|keyword| &schema[keyword]);
        parts
            .filter_map(|part| match part {
                Value::Array(items) => items.iter().find_map(|item| self.open_type(item, name)),
                Value::Object(members) if members.contains_key("type") || members.contains_key("$ref") => {
                    self.open_type(part, name)
                }
                Value::Object(members) => members.values().find_map(|member| self.open_type(member, name)),
                _ => None,
            })
            .next()
    }

    fn missing_type(&self, value: &Value) -> Option<String> {
        match value {
            Value::Object(members) => members.iter().find_map(|(name, member)| match member.as_str() {
                Some(reference) if name == "$ref" => {
                    let named = reference.rsplit('/').next()?;
                    (!self.types.contains_key(named)).then(|| named.to_owned())
                }
                _ => self.missing_type(member),
            }),
            Value::Array(items) => items.iter().find_map(|item| self.missing_type(item)),
            _ => None,
        }
    }
}

fn object(value: &mut Value) -> Map<String, Value> {
    match value.take() {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Every operation may be refused, and what is refused is a problem.
fn complete(operation: &mut Value, is_signed: bool) {
    operation["responses"]["default"] = json!({
        "description": "Why the request was refused.",
        "content": { MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    if is_signed {
        operation["security"] = json!([{ "signature": [] }]);
    }
}

/// Drops the formats that JSON Schema does not know, such as `uint64`.
fn without_sizes(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("format").and_then(Value::as_str).is_some_and(|format| format.contains("int")) {
                members.remove("format");
            }
            members.values_mut().for_each(without_sizes);
        }
        Value::Array(items) => items.iter_mut().for_each(without_sizes),
        _ => {}
    }
}

fn json_body(operation: &mut Operation, schema: schemars::Schema) {
    let schema = SchemaObject { json_schema: schema, example: None, external_docs: None };
    let media = MediaType { schema: Some(schema), ..MediaType::default() };
    operation.request_body = Some(aide::openapi::ReferenceOr::Item(RequestBody {
        content: [("application/json".to_owned(), media)].into_iter().collect(),
        required: true,
        ..RequestBody::default()
    }));
}

impl<T: JsonSchema> OperationInput for Strict<T> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        let schema = context.schema.subschema_for::<T>();
        json_body(operation, schema);
    }
}

impl<T: SignedKind> OperationInput for Posted<T> {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let about = format!("A signed {}: /schemas/{}.schema.json", T::KIND, T::KIND);
        json_body(operation, schemars::json_schema!({ "type": "object", "description": about }));
    }
}

impl<T: JsonSchema> OperationInput for PathParameters<T> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        Path::<T>::operation_input(context, operation);
    }
}

impl<T: JsonSchema> OperationInput for QueryParameters<T> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        Query::<T>::operation_input(context, operation);
    }
}

impl OperationOutput for Problem {
    type Inner = ProblemBody;

    fn operation_response(_: &mut GenContext, _: &mut Operation) -> Option<Response> {
        None
    }

    fn inferred_responses(_: &mut GenContext, _: &mut Operation) -> Vec<(Option<StatusCode>, Response)> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use aide::axum::routing::post;
    use serde::Deserialize;

    use super::*;
    use crate::{App, Class};

    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only its schema is asked for")]
    struct Open {
        name: String,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema is asked for")]
    struct Around {
        inner: Vec<Open>,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[schemars(rename = "Around")]
    struct Other {}

    fn app(routes: ApiRouter) -> App {
        App::new("test", "0.0.0").routes(Class::open(), routes)
    }

    #[test]
    fn a_body_that_takes_unknown_members_is_found_however_deep() {
        let open = app(ApiRouter::new().api_route("/a", post(|_: Strict<Open>| async {})));
        let deep = app(ApiRouter::new().api_route("/a", post(|_: Strict<Around>| async {})));
        for app in [open, deep] {
            assert_eq!(app.openapi(), Err(AppError::OpenBody("Open".to_owned())));
        }
    }

    #[test]
    fn one_path_in_two_classes_keeps_both_operations_and_one_name_means_one_type() {
        let own = |routes| {
            app(routes).routes(Class::open(), ApiRouter::new().api_route("/a", post(|_: Strict<Other>| async {})))
        };
        let both = own(ApiRouter::new().api_route("/a", aide::axum::routing::get(|| async {})));
        let document = both.openapi().unwrap();
        assert!(document["paths"]["/a"]["get"].is_object() && document["paths"]["/a"]["post"].is_object());
        let twice = own(ApiRouter::new().api_route("/b", post(|_: Strict<Around>| async {})));
        assert_eq!(twice.openapi(), Err(AppError::TypeTwice("Around".to_owned())));
    }
}
