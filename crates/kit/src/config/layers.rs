//! The layers, and what they make together.

use std::{fs, path::Path};

use earnest_signing::{Code, Json};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    ConfigError, Origin,
    file::{self, Origins, Tree},
    known::{Known, nearest},
    secret,
    show::{self, Setting},
};
use crate::problem::expected;

/// Variables that begin as ours do and are no configuration.
const OTHERS: &[&str] = &["EARNEST_CONFORMANCE", "EARNEST_PASSPHRASE_FILE"];

/// The layers of a configuration, from the weakest.
///
/// ```
/// use earnest_kit::{Layers, ServerSettings};
///
/// let layers = Layers::default().text("escrow.toml", "max-connections = 64")?;
/// let layers = layers.environment("EARNEST_", [("EARNEST_LISTEN".to_owned(), "127.0.0.1:8402".to_owned())]);
/// let configured = layers.load::<ServerSettings>()?;
/// assert_eq!(configured.value.max_connections, 64);
/// assert!(configured.show().contains("max-connections = 64 # escrow.toml:1"));
/// assert!(configured.show().contains("listen = \"127.0.0.1:8402\" # EARNEST_LISTEN"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Layers {
    files: Vec<Tree>,
    variables: Vec<(String, String, String)>,
    flags: Vec<(String, String)>,
}

/// A configuration, and where each value comes from.
#[derive(Debug, Clone)]
pub struct Configured<T> {
    /// The configuration.
    pub value: T,
    settings: Vec<Setting>,
}

impl<T> Configured<T> {
    /// Every value with its origin, secrets left out; a line each.
    #[must_use]
    pub fn show(&self) -> String {
        show::lines(&self.settings)
    }

    /// Every value with its origin, secrets left out.
    #[must_use]
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }
}

impl Layers {
    /// Adds a TOML file.
    ///
    /// # Errors
    /// [`ConfigError`] where it cannot be read, or is no TOML.
    pub fn file(self, path: &Path) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| ConfigError::one(None, format!("{name}: {error}")))?;
        self.text(&name, &text)
    }

    /// Adds a TOML text, under the name of the file that it comes from.
    ///
    /// # Errors
    /// [`ConfigError`] where it is no TOML.
    pub fn text(mut self, name: &str, text: &str) -> Result<Self, ConfigError> {
        self.files.push(file::read(name, text)?);
        Ok(self)
    }

    /// Adds the variables that begin with a prefix: `EARNEST_` and `server.max-head-bytes` make
    /// `EARNEST_SERVER_MAX_HEAD_BYTES`. Give a service a prefix of its own where several share an environment.
    #[must_use]
    pub fn environment(mut self, prefix: &str, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let ours =
            variables.into_iter().filter(|(name, _)| name.starts_with(prefix) && !OTHERS.contains(&name.as_str()));
        self.variables.extend(ours.map(|(name, value)| (prefix.to_owned(), name, value)));
        self
    }

    /// Adds a flag, by the path of its key: `server.listen`.
    #[must_use]
    pub fn flag(mut self, path: &str, value: &str) -> Self {
        self.flags.push((path.to_owned(), value.to_owned()));
        self
    }

    /// Reads the layers into a type.
    ///
    /// # Errors
    /// Every key that is not known, with the nearest one that is; or the first value that is not of its form.
    pub fn load<T: Serialize + DeserializeOwned + JsonSchema>(self) -> Result<Configured<T>, ConfigError> {
        let known = Known::of::<T>();
        let mut faults = Vec::new();
        let mut all = Tree::default();
        for tree in self.files {
            unknown(&known, &tree.values, &mut Vec::new(), &tree.origins, &mut faults);
            merge(&mut all.values, tree.values);
            all.origins.extend(tree.origins);
        }
        let leaves = known.leaves();
        for (prefix, name, value) in self.variables {
            let named = |path: &str| format!("{prefix}{}", path.to_uppercase().replace(['.', '-'], "_"));
            match leaves.iter().find(|(path, _)| named(path) == name) {
                Some((path, leaf)) => set(&mut all, path, leaf, &value, Origin::Variable(name)),
                None => {
                    let names: Vec<String> = leaves.iter().map(|(path, _)| named(path)).collect();
                    let meant = hint(nearest(&name, names.iter().map(String::as_str)));
                    faults.push((Some(Origin::Variable(name)), format!("expected a variable that is known{meant}")));
                }
            }
        }
        for (path, value) in self.flags {
            let origin = Origin::Flag(format!("--set {path}"));
            match leaves.iter().find(|(known, _)| *known == path) {
                Some((path, leaf)) => set(&mut all, path, leaf, &value, origin),
                None => {
                    let meant = hint(nearest(&path, leaves.iter().map(|(path, _)| path.as_str())));
                    faults.push((Some(origin), format!("expected a key that is known{meant}")));
                }
            }
        }
        ConfigError::of(faults)?;
        let value: T = decode(&known, &all)?;
        let settings = show::settings(&serde_json::to_value(&value).unwrap_or_default(), &known, &all.origins);
        Ok(Configured { value, settings })
    }
}

/// Notes the keys that are not known.
fn unknown(
    known: &Known,
    values: &Map<String, Value>,
    path: &mut Vec<String>,
    origins: &Origins,
    faults: &mut Vec<(Option<Origin>, String)>,
) {
    for (name, value) in values {
        path.push(name.clone());
        match (known.keys.get(name), value) {
            (Some(below), Value::Object(values)) => unknown(below, values, path, origins, faults),
            (Some(_), _) => {}
            (None, _) if known.is_open => {}
            (None, _) => {
                let meant = hint(nearest(name, known.keys.keys().map(String::as_str)));
                let message = format!("expected a key that is known, found {:?}{meant}", path.join("."));
                faults.push((origins.key(path).cloned(), message));
            }
        }
        path.pop();
    }
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; is {nearest:?} meant?")).unwrap_or_default()
}

fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (name, value) in from {
        match (into.get_mut(&name), value) {
            (Some(Value::Object(into)), Value::Object(from)) => merge(into, from),
            (_, value) => {
                into.insert(name, value);
            }
        }
    }
}

/// Sets a value that came as a text: taken as it is where the key holds a text, else as a TOML value.
fn set(tree: &mut Tree, path: &str, leaf: &Known, text: &str, origin: Origin) {
    let value = if leaf.is_text { None } else { file::value(text) };
    let mut value = value.unwrap_or_else(|| text.into());
    let names: Vec<String> = path.split('.').map(str::to_owned).collect();
    for name in names.iter().rev() {
        value = Value::Object(Map::from_iter([(name.clone(), value)]));
    }
    if let Value::Object(values) = value {
        merge(&mut tree.values, values);
    }
    tree.origins.values.insert(names, origin);
}

fn decode<T: DeserializeOwned>(known: &Known, all: &Tree) -> Result<T, ConfigError> {
    let json: Result<Json<'static>, _> = serde_json::from_value(Value::Object(all.values.clone()));
    let json = json.map_err(|error| ConfigError::one(None, error.to_string()))?;
    json.decode().map_err(|error| {
        let path: Vec<String> = error.pointer().tokens().collect();
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        let is_secret = known.at(&names).is_some_and(|known| known.is_secret);
        let message = if is_secret {
            expected(error.message()).unwrap_or_else(|| secret::SHOWN.to_owned())
        } else {
            error.message().to_owned()
        };
        let key = path.join(".");
        let place = if error.code() == Code::MISSING_MEMBER {
            None
        } else {
            all.origins.of(&path).or_else(|| all.origins.key(&path))
        };
        ConfigError::one(place.cloned(), if key.is_empty() { message } else { format!("{key}: {message}") })
    })
}
