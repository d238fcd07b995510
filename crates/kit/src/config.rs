//! Configuration in layers: defaults, a TOML file, the environment, flags; the later one wins, and each value keeps its
//! origin. A key that nobody knows is an error with its place and the nearest key that is known.

mod error;
mod file;
mod known;
mod layers;
mod origin;
mod secret;
mod show;

pub use error::ConfigError;
pub use layers::{Configured, Layers};
pub use origin::Origin;
pub use secret::Secret;
pub use show::Setting;
