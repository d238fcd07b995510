//! Answers about a payment are read: those of a file, and those of a relay that runs in the test.

use std::io::Write as _;
use std::process::{Command, Stdio};

use downstream::payments::{Known, decide, over_http, over_rpc, show};
use earnest_base::{PaymentId, Timestamp};
use earnest_payment::{Delivery, Outage, PublicUrl, answer, http, rpc};
use earnest_relay::{Command as Tell, RailTerms, Relay, Submission};

const ANSWERS: &str = include_str!("../answers.txt");
const SAID: &str = include_str!("../said.txt");

fn gateway() -> PublicUrl {
    PublicUrl::new(&"https://gateway.example".parse().unwrap()).unwrap()
}

fn now() -> Timestamp {
    "2026-04-01T06:00:00Z".parse().unwrap()
}

fn tell(relay: &mut Relay, command: Tell) {
    let decision = relay.decide(&command, now()).map_err(|refused| refused.error).unwrap();
    for event in &decision.events {
        relay.apply(event).unwrap();
    }
}

#[test]
fn the_program_says_of_every_answer_what_is_expected() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_downstream"));
    let piped = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = piped.spawn().unwrap();
    program.stdin.take().unwrap().write_all(ANSWERS.as_bytes()).unwrap();
    let said = program.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(said.stdout).unwrap(), SAID);
    let why = String::from_utf8(said.stderr).unwrap();
    let expected = [
        "expected what follows from the reason sender_nonce_stale",
        "unknown variant `expired`",
        "unknown field `terminalReason`",
        "unknown variant `settling`",
        "expected a result or an error, found both or neither",
        "unknown variant `in-flight`, expected `terminal-success`",
    ];
    assert_eq!(why.lines().count(), expected.len());
    for (line, expected) in why.lines().zip(expected) {
        assert!(line.starts_with(expected), "{line}");
    }
}

#[test]
fn nothing_but_a_confirmed_payment_delivers() {
    let confirmed = |answer: &str| answer.contains(r#""status":"confirmed""#);
    let said: Vec<(&str, &str)> = ANSWERS.lines().zip(SAID.lines()).collect();
    assert_eq!(said.len(), ANSWERS.lines().count());
    assert!(said.iter().all(|(answer, said)| confirmed(answer) || !said.starts_with("deliver")));
    assert!(said.iter().any(|(answer, said)| confirmed(answer) && said.starts_with("deliver")));
    assert!(said.iter().any(|(answer, said)| confirmed(answer) && *said == "refused"), "one contradicts itself");
}

#[test]
fn a_relay_in_this_process_is_understood_over_both_transports() {
    let network: earnest_base::Network = "orc:fed-pl-main".parse().unwrap();
    let payment_id: PaymentId = "pay_01".parse().unwrap();
    let mut relay = Relay::new([(network.clone(), RailTerms::ledger())]);
    let submission = Submission {
        payment_id: payment_id.clone(),
        network,
        sender: "account:fed-pl-main:casualfeeders".parse().unwrap(),
        sequence: None,
        digest: earnest_base::Sha256Digest::of(b"payload and requirements"),
        authorization: "ORC/account:fed-pl-main:casualfeeders/3q2-7wABAgMEBQYHCAkKCw".parse().unwrap(),
        identifier: None,
        lapses_at: "2026-04-01T06:05:00Z".parse().unwrap(),
    };
    for (command, expected) in [
        (None, "discard: pay_01 is not_found, unknown_payment_identity; "),
        (Some(Tell::Submit(submission)), "stage: pay_01 is queued"),
        (Some(Tell::Advance), "stage: pay_01 is broadcasting"),
    ] {
        if let Some(command) = command {
            tell(&mut relay, command);
        }
        let found = Ok(answer(relay.lookup(&payment_id)));
        let reply = http::polled(&found, &gateway());
        let called = rpc::polled(rpc::RpcId::Number(1), &found, &gateway());
        let over_http = over_http(reply.status, &serde_json::to_string(&reply.body).unwrap()).unwrap();
        let over_rpc = over_rpc(&serde_json::to_string(&called).unwrap()).unwrap();
        assert!(show(&over_http).starts_with(expected), "{}", show(&over_http));
        assert_eq!(show(&over_http), show(&over_rpc));
    }
}

#[test]
fn an_outage_is_no_word_about_the_payment() {
    let reply = http::polled(&Err(Outage), &gateway());
    let known = over_http(reply.status, &serde_json::to_string(&reply.body).unwrap()).unwrap();
    assert!(matches!(known, Known::Nothing(code) if code.retryable()));
    assert_eq!(decide(&known), Delivery::Stage);
}
