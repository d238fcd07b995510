//! JSON Schemas as an independent judge: ours, and the published ones with their references resolved from the folder.

use jsonschema::{Retrieve, Uri, Validator};
use serde_json::{Value, json};

use crate::Set;

/// Published schemas that others refer to and that the folder does not hold. Nym members are left out (decision D3).
const ABSENT: &[&str] = &["nym-certificate.v1.schema.json"];

/// A validator of a schema that refers to no other, formats included.
///
/// # Panics
/// Where it is no schema.
#[must_use]
pub fn validator(schema: &Value) -> Validator {
    let options = jsonschema::options().should_validate_formats(true);
    options.build(schema).unwrap_or_else(|error| panic!("{}: {error}", schema["$id"]))
}

/// A validator of a published schema by its name, such as `service-offer.v1`, formats included.
///
/// # Panics
/// Where there is no such schema, or it refers to one that is neither there nor known to be absent.
#[must_use]
pub fn published_validator(set: &Set, name: &str) -> Validator {
    let folder = Folder(set.clone());
    let schema = folder.schema(&format!("{name}.schema.json"));
    let options = jsonschema::options().should_validate_formats(true).with_retriever(folder);
    options.build(&schema).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a schema holds against a document, a line each.
#[must_use]
pub fn faults(validator: &Validator, document: &Value) -> Vec<String> {
    validator.iter_errors(document).map(|error| format!("{error} at {}", error.instance_path())).collect()
}

struct Folder(Set);

impl Folder {
    /// A schema, named by its file: the published `$id` is a URN, against which no relative reference resolves.
    fn schema(&self, file: &str) -> Value {
        if ABSENT.contains(&file) {
            return json!({});
        }
        let mut schema = self.0.json(&format!("schemas/{file}"));
        schema["$id"] = format!("file:///schemas/{file}").into();
        schema
    }
}

impl Retrieve for Folder {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let file = uri.as_str().strip_prefix("file:///schemas/").ok_or("expected a schema of the folder")?;
        Ok(self.schema(file))
    }
}
