//! The client of a gateway: payments over HTTP and over RPC, and its facilitator. Bodies and answers are the types of
//! `earnest-payment` and `earnest-x402`, so that both transports, and whoever else speaks them, tell one story.

mod facilitator;
mod http;
mod relay;
mod rpc;

use std::sync::Arc;

pub use http::HttpRelay;
pub use relay::{Relay, RelayError, SettleError, Told, settle, wait};
pub use rpc::RpcRelay;

pub(crate) use relay::pause;

use crate::{ClientError, Connection, RequestSigner};

/// A gateway, called by one subject or by nobody.
#[derive(Debug, Clone)]
pub struct GatewayClient {
    connection: Arc<Connection>,
}

impl GatewayClient {
    /// Prepares calls to the gateway at a URL such as `https://gateway.example`. RPC asks for a signer.
    ///
    /// # Errors
    /// [`ClientError::Url`], [`ClientError::Setup`].
    pub fn new(url: &str, signer: Option<RequestSigner>) -> Result<Self, ClientError> {
        Ok(Self { connection: Arc::new(Connection::new(url, signer)?) })
    }

    /// The relay, over HTTP: what anybody may use.
    #[must_use]
    pub fn http(&self) -> HttpRelay {
        HttpRelay::new(self.connection.clone())
    }

    /// The relay, over JSON-RPC: what services of the same house use, whose requests are signed.
    #[must_use]
    pub fn rpc(&self) -> RpcRelay {
        RpcRelay::new(self.connection.clone())
    }
}
