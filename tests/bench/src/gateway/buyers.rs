//! Who pays: authorizations for one route, each with a nonce of its own, signed before the clock runs.

use std::net::SocketAddr;

use anyhow::Context;
use earnest_base::{ParticipantId, Sha256Digest};
use earnest_ports::{Clock as _, SystemClock};
use earnest_x402::{
    Version,
    exact::{AuthorizationTerms, OrcPayer, OrcPayload},
    header::{self, PAYMENT_REQUIRED, PAYMENT_SIGNATURE},
    scheme::PaidRequest,
    v2::{PaymentPayload, PaymentRequired},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::service::parties::{BUYERS, key};

/// What a seller demands.
pub(super) struct Demanded {
    pub(super) required: PaymentRequired,
}

impl Demanded {
    /// Asks without paying.
    pub(super) async fn read(address: SocketAddr) -> anyhow::Result<Self> {
        let answer = ask(address, "").await?;
        let demand = header_of(&answer, PAYMENT_REQUIRED).with_context(|| format!("expected a demand in {answer}"))?;
        Ok(Self { required: header::decode(&demand)? })
    }
}

/// The answer to one request for the paid route, with these lines of headers.
pub(super) async fn ask(address: SocketAddr, headers: &str) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /paid HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// A header of an answer.
pub(super) fn header_of(answer: &str, wanted: &str) -> Option<String> {
    let lines = answer.lines().take_while(|line| !line.is_empty());
    let mut pairs = lines.filter_map(|line| line.split_once(": "));
    pairs.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.to_owned())
}

/// What pays. No payment is made twice.
#[derive(Debug, Default)]
pub(super) struct Purse {
    made: u64,
}

impl Purse {
    /// So many paid requests.
    pub(super) fn requests(
        &mut self,
        demanded: &Demanded,
        address: SocketAddr,
        count: usize,
    ) -> anyhow::Result<Vec<Vec<u8>>> {
        (0..count).map(|_| self.request(demanded, address)).collect()
    }

    fn request(&mut self, demanded: &Demanded, address: SocketAddr) -> anyhow::Result<Vec<u8>> {
        self.made += 1;
        let who = u8::try_from(self.made % u64::from(BUYERS))? + 1;
        let payer = OrcPayer {
            participant: ParticipantId::new(*key(who).public()),
            org: None,
            account: format!("account:fed-bench:party-{who}").parse()?,
        };
        let required = &demanded.required;
        let accepted = required.accepts.first().context("expected something to accept")?.clone();
        let asked = PaidRequest::new("GET", required.resource.url.as_str(), Sha256Digest::of(b""))?;
        let nonce = format!("bench-{:016}", self.made).parse()?;
        let terms = AuthorizationTerms { nonce, payment: None, sequence: None, now: SystemClock.now() };
        let signed = payer.authorize(&accepted, &asked, terms)?.sign(None, &key(who))?.finish()?.verify()?;
        let payment = PaymentPayload {
            x402_version: Version,
            payload: OrcPayload::new(&signed)?.to_object(),
            extensions: None,
            resource: None,
            accepted,
        };
        let payment = header::encode(&payment);
        Ok(format!("GET /paid HTTP/1.1\r\nhost: {address}\r\n{PAYMENT_SIGNATURE}: {payment}\r\n\r\n").into_bytes())
    }
}
