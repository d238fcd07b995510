//! What nodes answer, and what that is taken for: nodes that say what a test tells them to.

use std::{collections::BTreeMap, sync::Arc};

use earnest_base::{Network, Seconds};
use earnest_payment::FailedReason;
use earnest_rail::{
    CheckError, EvmRail, Job, Rail,
    evm::{EvmTerms, EvmToken, Overload, SponsorKey},
};
use earnest_relay::{Attempt, Fee, Nonce, Outcome, Place, Purpose};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use zeroize::Zeroizing;

use crate::payments::{Payment, payee};

/// A status, the seconds of `Retry-After` or nothing, and a body.
type Said = (u16, &'static str, String);

const SEND: &str = "eth_sendRawTransaction";

fn result(value: &Value) -> Said {
    (200, "", json!({ "jsonrpc": "2.0", "id": 0, "result": value }).to_string())
}

fn error(code: i64, message: &str) -> Said {
    (200, "", json!({ "jsonrpc": "2.0", "id": 0, "error": { "code": code, "message": message } }).to_string())
}

/// A node that answers each method as it was told, and that it is of Base Sepolia. What it was not told about reverts.
async fn node(told: impl IntoIterator<Item = (&'static str, Said)>) -> String {
    let mut answers: BTreeMap<&str, Said> = told.into_iter().collect();
    answers.entry("eth_chainId").or_insert_with(|| result(&json!("0x14a34")));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answers = Arc::new(answers);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, Arc::clone(&answers)));
        }
    });
    url
}

async fn answer(mut stream: TcpStream, answers: Arc<BTreeMap<&'static str, Said>>) -> Option<()> {
    let mut read = Vec::new();
    let mut piece = [0; 8_192];
    let method = loop {
        match stream.read(&mut piece).await.ok()? {
            0 => return None,
            length => read.extend_from_slice(&piece[..length]),
        }
        let text = String::from_utf8_lossy(&read);
        let Some((_, body)) = text.split_once("\r\n\r\n") else { continue };
        if let Ok(request) = serde_json::from_str::<Value>(body) {
            // A token need not tell its domain.
            break if body.contains("0x3644e515") { "none" } else { request["method"].as_str().unwrap() }.to_owned();
        }
    };
    let (status, rest, body) = answers.get(method.as_str()).cloned().unwrap_or_else(|| error(3, "execution reverted"));
    let rest = if rest.is_empty() { String::new() } else { format!("retry-after: {rest}\r\n") };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} said\r\ncontent-length: {length}\r\nconnection: close\r\n{rest}\r\n");
    stream.write_all(format!("{head}{body}").as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

async fn rail(urls: &[String]) -> EvmRail {
    let token = EvmToken {
        address: payee("a token"),
        name: "USDC".to_owned(),
        version: "2".to_owned(),
        decimals: 6,
        overload: Overload::Parts,
    };
    let rpc = urls.iter().map(|url| url.parse().unwrap()).collect();
    let terms = EvmTerms::new(Network::eip155(84_532), rpc, vec![token], Fee(100), Fee(1_000));
    EvmRail::start(terms, [key()]).await.unwrap()
}

fn key() -> SponsorKey {
    SponsorKey::from_bytes(Zeroizing::new([7; 32])).unwrap()
}

fn payment() -> Payment {
    let payer = SponsorKey::from_bytes(Zeroizing::new([5; 32])).unwrap();
    Payment::new(payee("a token"), (payer.address(), &[5; 32]), "one", 10_000, 1_800_000_000)
}

async fn outcome(urls: &[String]) -> Outcome {
    let rail = rail(urls).await;
    let payment = payment().carried("one");
    let job = Job {
        purpose: Purpose::Payment { payment_id: payment.submission.payment_id.clone() },
        attempt: Attempt(0),
        place: Place::Slot { wallet: key().address().to_string().parse().unwrap(), nonce: Nonce(0) },
        fee: Fee(100),
        txid: None,
        payment: Some(payment),
    };
    let txid = rail.sign(&job).await.unwrap().txid;
    rail.send(&[Job { txid: Some(txid), ..job }]).await.remove(0).outcome
}

fn secs(seconds: u64) -> Seconds {
    Seconds::new(seconds).unwrap()
}

fn name(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Refused { reason, .. } => format!("refused: {reason}"),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn each_answer_to_a_transaction_has_its_outcome() {
    let rate = |seconds| format!("{:?}", Outcome::RateLimited { retry_after: secs(seconds) });
    let cases: Vec<(Said, String)> = vec![
        ((429, "7", String::new()), rate(7)),
        ((429, "", String::new()), rate(10)),
        ((429, "86400", String::new()), rate(600)),
        (error(-32_005, "limit exceeded"), rate(10)),
        (error(-32_000, "txpool is full"), rate(10)),
        ((401, "", "no key".to_owned()), "Unavailable".to_owned()),
        ((403, "", String::new()), "Unavailable".to_owned()),
        ((502, "", "bad gateway".to_owned()), "Unclear".to_owned()),
        ((504, "", String::new()), "Unclear".to_owned()),
        ((200, "", "no JSON".to_owned()), "Unclear".to_owned()),
        ((200, "", "{}".to_owned()), "Unclear".to_owned()),
        (result(&json!(format!("0x{}", "ab".repeat(32)))), "Unclear".to_owned()),
        (error(-32_000, "already known"), "Accepted".to_owned()),
        (error(-32_000, "insufficient funds for gas * price + value"), "WalletEmpty".to_owned()),
        (error(-32_000, "nonce too high"), "ChainingLimit".to_owned()),
        (error(-32_000, "nonce too low"), "Unclear".to_owned()),
        (error(-32_000, "transaction underpriced"), "FeeTooLow { required: Fee(101) }".to_owned()),
        (error(-32_000, "replacement transaction underpriced"), "FeeTooLow { required: Fee(110) }".to_owned()),
        (error(-32_000, "exceeds block gas limit"), format!("refused: {}", FailedReason::SponsorFailure)),
        // A revert is the payment's fault only where the token says that the nonce is not used; here it says nothing.
        (error(3, "execution reverted"), "Unclear".to_owned()),
        (error(-32_603, "internal error"), "Unclear".to_owned()),
    ];
    for (said, expected) in cases {
        let url = node([(SEND, said.clone())]).await;
        assert_eq!(name(&outcome(&[url]).await), expected, "{said:?}");
    }
}

#[tokio::test]
async fn a_revert_is_the_payments_fault_where_its_nonce_is_free() {
    let unused = || ("eth_call", result(&json!(format!("0x{}", "0".repeat(64)))));
    let used = || ("eth_call", result(&json!(format!("0x{}1", "0".repeat(63)))));
    let reverted = || (SEND, error(3, "execution reverted: balance too small"));
    for (state, expected) in [(unused(), "refused: invalid_transaction"), (used(), "Unclear")] {
        let url = node([reverted(), state]).await;
        assert_eq!(name(&outcome(&[url]).await), expected);
    }
}

#[tokio::test]
async fn what_one_node_may_have_no_other_node_undoes() {
    let lost = || (SEND, (502, "", String::new()));
    let poor = || (SEND, error(-32_000, "insufficient funds"));
    let busy = || (SEND, (429, "7", String::new()));
    let known = || (SEND, error(-32_000, "already known"));
    let away = "http://127.0.0.1:1".to_owned();
    for (first, second, expected) in [
        (lost(), poor(), "Unclear".to_owned()),
        (lost(), busy(), "Unclear".to_owned()),
        (lost(), known(), "Accepted".to_owned()),
        (busy(), known(), "Accepted".to_owned()),
        (busy(), poor(), "WalletEmpty".to_owned()),
        (poor(), known(), "WalletEmpty".to_owned()),
    ] {
        let urls = [node([first]).await, node([second]).await];
        assert_eq!(name(&outcome(&urls).await), expected);
    }
    let urls = [away, node([busy()]).await];
    let expected = format!("{:?}", Outcome::RateLimited { retry_after: secs(7) });
    assert_eq!(name(&outcome(&urls).await), expected);
}

#[tokio::test]
async fn a_node_that_fails_blames_no_payer() {
    for said in [(502, "", String::new()), error(-32_603, "internal error"), (200, "", "no JSON".to_owned())] {
        let rail = rail(&[node([("eth_call", said)]).await]).await;
        let checked = rail.check(&[payment().carried("one")]).await.remove(0);
        assert!(matches!(checked, Err(CheckError::Outage(_))), "{checked:?}");
    }
}
