//! The configuration of a service, as its commands take it: defaults, a file, the environment, flags.

use std::path::PathBuf;

use clap::Args;
use earnest_escrow::Config;
use earnest_kit::{Configured, Layers};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::failure::Failure;

/// How the variables of the escrow's configuration begin.
const ESCROW: &str = "EARNEST_ESCROW_";
/// How those of the gateway's begin.
const GATEWAY: &str = "EARNEST_GATEWAY_";

/// Where the configuration comes from.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// Read this TOML file; variables such as EARNEST_ESCROW_SERVER_LISTEN or EARNEST_GATEWAY_SERVER_LISTEN and flags come before it.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Set one value, such as server.listen=127.0.0.1:8402; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = pair, global = true)]
    set: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

impl Settings {
    /// The escrow's configuration.
    pub(crate) fn escrow(&self) -> Result<Configured<Config>, Failure> {
        self.load(ESCROW)
    }

    /// The gateway's configuration.
    pub(crate) fn gateway(&self) -> Result<Configured<earnest_gateway::Config>, Failure> {
        self.load(GATEWAY)
    }

    fn load<T>(&self, prefix: &str) -> Result<Configured<T>, Failure>
    where
        T: Serialize + DeserializeOwned + JsonSchema,
    {
        let layers = Layers::default();
        let invalid =
            |error: earnest_kit::ConfigError| Failure::usage("config-invalid", error.to_string().replace('\n', "; "));
        let layers = match &self.config {
            Some(file) => layers.file(file).map_err(invalid)?,
            None => layers,
        };
        let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        let variables = variables.filter_map(|(name, value)| Some((name, value.into_string().ok()?)));
        let layers = layers.environment(prefix, variables);
        let layers = self.set.iter().fold(layers, |layers, (key, value)| layers.flag(key, value));
        layers.load().map_err(invalid)
    }

    /// The flags that lead to the same configuration, for commands that are shown.
    pub(crate) fn as_flags(&self) -> String {
        let file = self.config.iter().map(|file| format!(" --config {}", file.display()));
        let set = self.set.iter().map(|(key, value)| format!(" --set {key}={value}"));
        file.chain(set).collect()
    }
}
