//! The rails of a configuration.

use std::sync::Arc;

use earnest_rail::Rail;

use crate::{Config, StartError, keys::Keys};

/// The rails that a configuration names.
pub(crate) fn rails(_: &Config, _: &Keys) -> Result<Vec<Arc<dyn Rail>>, StartError> {
    Ok(Vec::new())
}
