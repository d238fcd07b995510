//! A configuration as text: every value with its origin.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use super::{Origin, file::Origins, known::Known, secret};

/// A value of a configuration, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// The path of its key: `server.listen`.
    pub key: String,
    /// The value; a secret is left out.
    pub value: Value,
    /// Where it comes from.
    pub origin: String,
}

/// Every value, in the order of their keys.
pub(super) fn settings(value: &Value, known: &Known, origins: &Origins) -> Vec<Setting> {
    let mut settings = Vec::new();
    walk(value, Some(known), &mut Vec::new(), origins, &mut settings);
    settings
}

/// A line for each value.
pub(super) fn lines(settings: &[Setting]) -> String {
    let mut out = String::new();
    for Setting { key, value, origin } in settings {
        let shown = match value {
            Value::Null => "(not set)".to_owned(),
            Value::String(text) if text == secret::SHOWN => text.clone(),
            other => other.to_string(),
        };
        // Writing to a string does not fail.
        let _ = writeln!(out, "{key} = {shown} # {origin}");
    }
    out
}

fn walk(value: &Value, known: Option<&Known>, path: &mut Vec<String>, origins: &Origins, settings: &mut Vec<Setting>) {
    if let Value::Object(members) = value {
        for (name, member) in members {
            path.push(name.clone());
            walk(member, known.and_then(|known| known.keys.get(name)), path, origins, settings);
            path.pop();
        }
        return;
    }
    let value = match value {
        Value::String(text) if known.is_some_and(|known| known.is_secret) && !text.is_empty() => secret::SHOWN.into(),
        other => other.clone(),
    };
    let origin = origins.of(path).unwrap_or(&Origin::Default).to_string();
    settings.push(Setting { key: path.join("."), value, origin });
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    use crate::{Layers, Secret, ServerSettings, telemetry::LogSettings};

    #[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    struct Settings {
        server: ServerSettings,
        log: LogSettings,
        webhook_secret: Secret,
        store: Option<String>,
        retries: u8,
    }

    const FILE: &str =
        "retries = 3\nwebhook-secret = \"canary\"\n\n[server]\nmax-connections = 5\nlisten = \"127.0.0.1:1\"\n";

    fn layers(file: &str) -> Layers {
        Layers::default().text("a.toml", file).unwrap()
    }

    #[test]
    fn the_later_layer_wins_and_every_value_has_its_origin() {
        let variables = [
            ("EARNEST_SERVER_LISTEN", "127.0.0.1:2"),
            ("EARNEST_RETRIES", "4"),
            ("EARNEST_SERVER_AUTHORITIES", "[\"a.example\"]"),
            ("EARNEST_CONFORMANCE", "elsewhere"),
            ("HOME", "nowhere"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let configured =
            layers(FILE).environment("EARNEST_", variables).flag("retries", "5").load::<Settings>().unwrap();
        assert_eq!(configured.value.retries, 5);
        assert_eq!(configured.value.server.listen.port(), 2);
        assert_eq!(configured.value.webhook_secret.expose(), "canary");
        assert!(!format!("{:?} {}", configured.value, configured.show()).contains("canary"));
        insta::assert_snapshot!(configured.show());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let one = |name: &str, value: &str| [(name.to_owned(), value.to_owned())];
        let cases = [
            layers("[server]\nlisen = 1\nmax-conections = 2\nzzz = 3\n[logg]\nx = 1"),
            layers("[server]\n\nlisten = \"nowhere\""),
            layers("[server]\nmax-connections = -1"),
            layers("webhook-secret = 12345"),
            layers("[log]\nformat = \"xml\""),
            layers("").environment("EARNEST_", one("EARNEST_SERVER_LISEN", "x")),
            layers("").environment("EARNEST_", one("EARNEST_RETRIES", "many")),
            layers("").flag("server.listn", "x"),
        ];
        let told = cases.map(|layers| layers.load::<Settings>().unwrap_err().to_string()).join("\n--\n");
        let broken = Layers::default().text("a.toml", "x = 1\ny = ").unwrap_err();
        let moment = Layers::default().text("a.toml", "\nx = 2026-01-01").unwrap_err();
        insta::assert_snapshot!(format!("{told}\n--\n{broken}\n--\n{moment}"));
    }
}
