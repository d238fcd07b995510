//! What a caller learns from answers of every sort: whether it was done, was not, or may have been.

use earnest_artifacts::{LedgerAccount, PaymentAuthorization, Verified, example};
use earnest_base::{AccountId, NodeId, Orc, SubjectKind};
use earnest_client::{
    ClientError, Clock, EscrowClient, RequestSigner,
    escrow::{NewAccount, Page, PaymentCheck},
};
use earnest_request::{Claim, Target, Window, content_digest};
use earnest_signing::SecretKey;

use crate::server::{Server, json};

fn client(url: &str) -> EscrowClient {
    let signer = RequestSigner::new(SubjectKind::Participant, SecretKey::from_seed(&[1; 32]), Clock::system());
    EscrowClient::new(url, Some(signer)).unwrap()
}

fn account() -> AccountId {
    "account:fed-pl-main:casualfeeders".parse().unwrap()
}

fn new_account() -> NewAccount {
    let owner = "participant:did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX".parse().unwrap();
    let purpose = earnest_artifacts::ledger_account::AccountPurpose::ParticipantSettlement;
    NewAccount { account: account(), owner, purpose, council: None, gateway_policy: None }
}

#[tokio::test]
async fn a_caller_learns_whether_a_request_was_done() {
    let problem = |status: &str, code: &str| json(status, &format!("{{\"code\":\"{code}\",\"title\":\"x\"}}"));
    let flood = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", (17 << 20)) + &"x".repeat(17 << 20);
    for (answer, code, unknown) in [
        (problem("403 Forbidden", "not-caller"), "not-caller", false),
        (problem("409 Conflict", "id-conflict"), "id-conflict", false),
        (problem("503 Unavailable", "busy"), "busy", false),
        (problem("503 Unavailable", "outage"), "outage", true),
        (json("502 Bad Gateway", "<html>"), "status-unexpected", true),
        (
            "HTTP/1.1 307 Elsewhere\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_owned(),
            "status-unexpected",
            false,
        ),
        (String::new(), "answer-lost", true),
        ("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"seq\":".to_owned(), "answer-lost", true),
        ("SSH-2.0-OpenSSH\r\n".to_owned(), "answer-lost", true),
        (json("200 OK", "{\"sequence\":1}"), "answer-invalid", true),
        (flood, "answer-too-large", true),
    ] {
        let server = Server::answering(answer).await;
        let error = client(&server.url()).open_account(&new_account()).await.unwrap_err();
        assert_eq!((error.code(), error.is_outcome_unknown()), (code, unknown), "{error}");
    }
    let unreachable = client("http://127.0.0.1:1").open_account(&new_account()).await.unwrap_err();
    assert_eq!((unreachable.code(), unreachable.is_outcome_unknown()), ("service-unreachable", false));
}

#[tokio::test]
async fn what_is_sent_is_signed_for_this_service_and_what_anybody_may_ask_is_not() {
    let server = Server::answering(json("200 OK", "{\"seq\":7,\"effect\":\"account-opened\"}")).await;
    let authority = server.address.to_string();
    let receipt = client(&server.url()).open_account(&new_account()).await.unwrap();
    assert_eq!((receipt.seq, receipt.effect.as_str()), (7, "account-opened"));
    let asked = server.asked().await;
    let header = |name: &str| asked.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap();
    assert_eq!(header("host"), authority);
    let body = asked.split_once("\r\n\r\n").unwrap().1;
    assert_eq!(header("content-digest"), content_digest(body.as_bytes()));
    let target = Target { method: "POST", authority: &authority, path: "/accounts", query: None };
    let claim = Claim::parse(header("signature-input"), header("signature")).unwrap();
    let verified = claim.verify(&target, header("content-digest"), Window::default(), Clock::system().now()).unwrap();
    assert_eq!(verified.subject.key(), SecretKey::from_seed(&[1; 32]).public());

    let head = r#"{"seq":0,"head":"sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","now":"2026-04-01T06:00:00Z"}"#;
    let server = Server::answering(json("200 OK", head)).await;
    assert_eq!(EscrowClient::new(&server.url(), None).unwrap().head().await.unwrap().seq, 0);
    assert!(!server.asked().await.contains("signature"));
    let keyless = EscrowClient::new("http://127.0.0.1:1", None).unwrap();
    assert!(matches!(keyless.balance(&account()).await, Err(ClientError::KeyMissing)));
}

#[tokio::test]
async fn a_document_is_taken_only_from_the_escrow_s_node_and_about_what_was_asked() {
    let document = example("ledger-account.v1").unwrap();
    let signed = Verified::<LedgerAccount>::parse(document.as_bytes()).unwrap();
    let other: NodeId = NodeId::new(*SecretKey::from_seed(&[99; 32]).public());
    let asked: AccountId = signed.id.clone();
    let bent = document.replacen("\"available/balance\":", "\"available/balance\":1", 1);
    for (answer, node, account, code) in [
        (document.clone(), signed.escrow_node, asked.clone(), None),
        (document.clone(), other, asked.clone(), Some("signer-other")),
        (document.clone(), signed.escrow_node, "account:fed-pl-main:x".parse().unwrap(), Some("document-other")),
        (bent, signed.escrow_node, asked, Some("signature-invalid")),
    ] {
        let server = Server::answering(json("200 OK", &answer)).await;
        let found = client(&server.url()).of_node(node).account(&account).await;
        assert_eq!(found.as_ref().err().map(ClientError::code), code, "{found:?}");
    }
}

#[tokio::test]
async fn facts_come_one_by_one_until_the_stream_ends() {
    let head = "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let fact = |seq: u64| {
        format!(
            "id: {seq}\nevent: topped-up\ndata: {{\"seq\":{seq},\"head\":\"{head}\",\"at\":\"2026-04-01T06:00:00Z\",\"fact\":{{}}}}\n\n"
        )
    };
    let stream = format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n:\n\n{}{}", fact(8), fact(9));
    let server = Server::answering(stream).await;
    let mut facts = client(&server.url()).facts(7).await.unwrap();
    let seqs = [facts.next().await.unwrap().unwrap().seq, facts.next().await.unwrap().unwrap().seq];
    assert_eq!((seqs, facts.next().await.unwrap()), ([8, 9], None));
    assert!(server.asked().await.contains("last-event-id: 7\r\n"));
}

#[tokio::test]
async fn a_page_of_another_account_is_refused() {
    let page = r#"{"account":"account:fed-pl-main:other","entries":[]}"#;
    let server = Server::answering(json("200 OK", page)).await;
    let found = client(&server.url()).statement(&account(), Page::default()).await;
    assert_eq!(found.unwrap_err().code(), "document-other");
}

#[tokio::test]
async fn each_payment_of_several_has_an_answer_of_its_own() {
    let txid = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let done = format!("{{\"seq\":7,\"effect\":\"paid\",\"txid\":\"{txid}\"}}");
    let refused = r#"{"status":409,"code":"settlement-blocked","detail":"expected enough to spend"}"#;
    let document = example("payment-authorization.v1").unwrap();
    let signed = Verified::<PaymentAuthorization>::parse(document.as_bytes()).unwrap();
    let server = Server::answering(json("200 OK", &format!("[{done},{refused}]"))).await;
    let paid = client(&server.url()).pay_all(&[&signed, &signed]).await.unwrap();
    let first = paid[0].as_ref().unwrap();
    assert_eq!((first.seq, first.effect.as_str(), first.txid.as_str()), (7, "paid", txid));
    let second = paid[1].as_ref().unwrap_err();
    assert_eq!((second.status, second.code.as_str(), second.is_outcome_unknown()), (409, "settlement-blocked", false));
    let asked = server.asked().await;
    let body: serde_json::Value = serde_json::from_str(asked.split_once("\r\n\r\n").unwrap().1).unwrap();
    let sent: serde_json::Value = serde_json::from_slice(signed.bytes()).unwrap();
    assert_eq!(body, serde_json::json!({ "payments": [sent, sent] }));

    let check = PaymentCheck {
        payer: "participant:did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX".parse().unwrap(),
        org: None,
        account: account(),
        amount: Orc::from_minor(25).unwrap(),
    };
    let refused = r#"{"code":"settlement-blocked","detail":"expected enough to spend"}"#;
    let server = Server::answering(json("200 OK", &format!("[{{}},{refused}]"))).await;
    let told = client(&server.url()).check_payments(&[check.clone(), check.clone()]).await.unwrap();
    assert_eq!((told[0].is_ok(), told[1].as_ref().unwrap_err().status), (true, 422));
    let server = Server::answering(json("200 OK", "[{}]")).await;
    let short = client(&server.url()).check_payments(&[check.clone(), check]).await.unwrap_err();
    assert_eq!((short.code(), short.is_outcome_unknown()), ("answer-invalid", true));
}
