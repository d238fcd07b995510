//! The keys of a gateway: its node's, and that of who operates it.

use std::{fs, io, path::Path};

use earnest_base::{NodeId, ParticipantId};
use earnest_kit::keys::{self, KeyFileError, read_passphrase};
use earnest_signing::SecretKey;

use crate::{Config, StartError};

/// The keys of a gateway, and whose they are.
#[derive(Debug)]
pub(crate) struct Keys {
    /// The node's: it signs what the gateway asks of the escrow.
    pub(crate) node: SecretKey,
    /// Who operates it.
    pub(crate) operators: Vec<ParticipantId>,
}

impl Keys {
    /// Reads the keys; those of the data folder are made where there are none.
    pub(crate) fn open(config: &Config) -> Result<Self, StartError> {
        folder(&config.data).map_err(|error| StartError::Folder { folder: config.data.clone(), error })?;
        let node = key(&config.key_file(&config.key, "gateway.key"), config.key.as_os_str().is_empty(), config)?;
        let operators = if config.operators.is_empty() {
            vec![ParticipantId::new(*key(&config.data.join("operator.key"), true, config)?.public())]
        } else {
            config.operators.clone()
        };
        Ok(Self { node, operators })
    }

    pub(crate) fn node_id(&self) -> NodeId {
        NodeId::new(*self.node.public())
    }
}

/// A folder that only its owner reads.
fn folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn key(path: &Path, make: bool, config: &Config) -> Result<SecretKey, KeyFileError> {
    if make && !path.exists() {
        let made = keys::generate()?;
        match keys::write(path, &made, None) {
            // Another process of the same folder was faster: its key is the key.
            Err(error) if error.code() == "file-exists" => {}
            other => other?,
        }
    }
    keys::read(path, || read_passphrase(&config.passphrase_file))
}
