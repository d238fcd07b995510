//! TLS as this project speaks it: rustls with ring, and the roots that browsers trust.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};

use crate::ClientError;

/// A configuration that is the same on every machine: neither the environment nor the system's store changes it.
///
/// # Errors
/// [`ClientError::Setup`].
pub fn config() -> Result<ClientConfig, ClientError> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError::Setup(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
