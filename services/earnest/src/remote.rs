//! The escrow that a command calls, and who calls.

use std::path::PathBuf;

use clap::Args;
use earnest_base::{NodeId, SubjectKind};
use earnest_client::{ClientError, Clock, EscrowClient, RequestSigner};

use crate::{failure::Failure, key_file, passphrase::PassphraseFile, subject::subject_kinds};

/// The escrow to call, and the key to call it with.
#[derive(Debug, Args)]
pub(crate) struct Remote {
    /// The URL of the escrow.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8402")]
    escrow: String,
    /// The escrow's node: documents that another node signed are refused.
    #[arg(long, value_name = "NODE")]
    node: Option<NodeId>,
    /// The key file of who asks.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// As what the key asks.
    #[arg(long = "as", value_name = "SUBJECT", default_value = "participant", value_parser = subject_kinds())]
    subject: SubjectKind,
    #[command(flatten)]
    passphrase: PassphraseFile,
}

impl Remote {
    /// The escrow, ready to be called.
    pub(crate) fn client(&self) -> Result<EscrowClient, Failure> {
        let key = key_file::read(&self.key, &self.passphrase)?;
        let signer = RequestSigner::new(self.subject, key, Clock::system());
        let client = EscrowClient::new(&self.escrow, Some(signer))?;
        Ok(match self.node {
            Some(node) => client.of_node(node),
            None => client,
        })
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let code = error.code().to_owned();
        match error {
            ClientError::Refused(ref refused) => {
                let message = refused.detail.as_ref().unwrap_or(&refused.title);
                let failure = Self::told(code.clone(), format!("{code}: {message}"));
                match code.as_str() {
                    "unknown" | "forbidden" => failure.hint("`earnest key show FILE` prints whose key a file holds"),
                    "request-signature-expired" | "request-signature-not-yet-valid" => {
                        failure.hint("`earnest doctor` compares the clocks")
                    }
                    _ => failure,
                }
            }
            ClientError::Unreachable(_) => Self::usage("service-unreachable", error.to_string())
                .hint("start one with `earnest escrow`, or name its URL with --escrow; `earnest doctor` tells more"),
            ClientError::Url(_) => Self::usage("url-invalid", error.to_string()),
            ClientError::Document(error) => error.into(),
            _ => Self::told(code, error.to_string()),
        }
    }
}
