//! `earnest pay` against sellers, honest and not.

use std::sync::{Arc, OnceLock};

use earnest_base::Timestamp;
use earnest_ports::{Clock, DrivenClock, SystemClock};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::{
    seller::{Answered, Asked, OLA, Shop, changed},
    support::{Place, Run},
};

/// Who pays, by the seed of the published test key.
const ADAM: u8 = 3;

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

/// A seller whose clock stands where this machine's was.
fn seller(script: impl Fn(&Shop, &Asked) -> Answered + Send + Sync + 'static) -> Arc<Shop> {
    let now: Timestamp = SystemClock.now();
    runtime().block_on(Shop::start(&Arc::new(DrivenClock::new(now)), script))
}

fn place() -> Place {
    let place = Place::new();
    place.fixture_key("adam.key", ADAM);
    place
}

fn pay(place: &Place, url: &str, more: &str) -> Run {
    place.run(&format!("pay {url} --account account:fed-local:adam --key adam.key {more}"))
}

#[test]
fn what_was_bought_goes_to_standard_output_and_what_was_paid_to_standard_error() {
    let (place, shop) = (place(), seller(Shop::honest));
    let run = pay(&place, &shop.url("/report"), "--max 0.25");
    assert_eq!((run.exit, run.out.as_str()), (0, "the report"), "{}", run.err);
    assert!(run.err.starts_with(&format!("paid 0.25 ORC to {OLA} with a receipt, transaction ")), "{}", run.err);
    let object = pay(&place, &shop.url("/report"), "--max 0.25 --json").ok().json();
    assert_eq!((&object["status"], &object["body"]), (&json!(200), &json!("the report")));
    let payment = &object["payment"];
    assert_eq!(
        (&payment["amount"], &payment["payee"], &payment["receipt"]),
        (&json!("0.25"), &json!(OLA), &json!("verified"))
    );
    assert_eq!(shop.payments(), 2);
    // What was signed can be read by nobody else.
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(place.path("earnest-pay.sqlite")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

#[test]
fn a_request_goes_out_as_it_was_asked_for() {
    let (place, shop) = (place(), seller(Shop::honest));
    place.write("draft.txt", "Za\u{17c}\u{f3}\u{142}\u{107}");
    let url = shop.url("/redaction?lang=pl");
    let account = "account:fed-local:adam";
    let run = place.run_words(&[
        "pay",
        &url,
        "--account",
        account,
        "--key",
        "adam.key",
        "--max",
        "1",
        "--method",
        "post",
        "--header",
        "content-type: text/plain",
        "--data-file",
        "draft.txt",
    ]);
    assert_eq!((run.exit, run.out.as_str()), (0, "the report"), "{}", run.err);
    for asked in shop.asked() {
        assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/redaction?lang=pl"));
        assert_eq!(
            (&*asked.body, &asked.headers["content-type"]),
            (place.read("draft.txt").as_bytes(), &"text/plain".parse().unwrap())
        );
    }
}

#[test]
fn a_dry_run_shows_the_price_and_signs_nothing() {
    let (place, shop) = (place(), seller(Shop::honest));
    let url = shop.url("/report");
    let shown = place.run(&format!("pay {url} --account account:fed-local:adam --dry-run")).ok().out;
    assert!(
        shown.starts_with("price       0.25 ORC\n") && shown.contains(OLA) && shown.contains("did:key:"),
        "{shown}"
    );
    let price = pay(&place, &url, "--dry-run --json").ok().json();
    assert_eq!((&price["price"]["amount"], &price["price"]["atomic-units"]), (&json!("0.25"), &json!("25")));
    assert_eq!(shop.payments(), 0);
    assert!(!place.path("earnest-pay.sqlite").exists());
}

#[test]
fn what_is_refused_is_not_paid_and_says_what_mends_it() {
    let honest = seller(Shop::honest);
    let redirected = seller(|shop, asked| {
        changed(&shop.demand(&asked.path, vec![shop.orc_price(25)]), |demand| {
            demand["accepts"][0]["payTo"] = json!("account:fed-local:eve");
        })
    });
    let failing = seller(|_, _| Answered::new(404, "no such report"));
    let silent = "http://127.0.0.1:1/";
    for (url, more, exit, code) in [
        (honest.url("/report"), "--max 0.24", 1, "price-above-maximum"),
        (honest.url("/report"), "", 2, "maximum-missing"),
        (honest.url("/report"), "--max 1 --per-day 0.10", 1, "budget-day"),
        (honest.url("/report"), "--max 1 --per-payee 0.10", 1, "budget-payee"),
        (honest.url("/report"), "--max 1 --payee account:fed-local:eve", 1, "payee-refused"),
        (
            honest.url("/report"),
            "--max 1 --seller did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
            1,
            "signer-untrusted",
        ),
        (redirected.url("/report"), "--max 1", 1, "offer-absent"),
        (silent.to_owned(), "--max 1", 2, "seller-unreachable"),
        ("http://ola.example/".to_owned(), "--max 1", 2, "url-plain"),
        ("https://10.0.0.1/".to_owned(), "--max 1", 2, "address-private"),
        ("https://169.254.169.254/".to_owned(), "--max 1", 2, "address-private"),
        ("report".to_owned(), "--max 1", 2, "url-invalid"),
        (honest.url("/report"), "--max 0.255", 2, "usage"),
        (honest.url("/report"), "--max 1 --header nothing", 2, "usage"),
    ] {
        let place = place();
        let run = pay(&place, &url, &format!("{more} --json"));
        let error = run.error();
        assert_eq!(
            (run.exit, error["code"].as_str(), run.out.as_str()),
            (exit, Some(code), ""),
            "{url} {more} {error}"
        );
    }
    assert_eq!((honest.payments(), redirected.payments()), (0, 0));
    let free = pay(&place(), &failing.url("/report"), "--max 1");
    assert_eq!((free.exit, free.out.as_str()), (1, "no such report"), "{}", free.err);
    assert!(free.err.contains("404"), "{}", free.err);
    let keyless =
        place().run(&format!("pay {} --account account:fed-local:adam --max 1 --json", honest.url("/report")));
    assert_eq!((keyless.exit, keyless.error()["code"].as_str()), (2, Some("usage")));
}

#[test]
fn the_same_command_again_sends_the_same_payment() {
    let place = place();
    let shop = seller(|shop, asked| match asked.number {
        // The first command never hears of its payment.
        0 => shop.honest(asked),
        1..=6 if asked.is_paid() && asked.number <= 6 => Answered::lost(),
        _ => shop.honest(asked),
    });
    let url = shop.url("/report");
    // The command shows the price, asks again, and sends the payment five times.
    let first = pay(&place, &url, "--max 1 --json");
    assert_eq!((first.exit, first.error()["code"].as_str()), (2, Some("answer-lost")), "{}", first.err);
    let hint = first.error()["hint"].as_str().unwrap().to_owned();
    assert!(hint.contains("0.25 ORC may be paid") && hint.contains("--call "), "{hint}");
    let second = pay(&place, &url, "--max 1");
    assert_eq!((second.exit, second.out.as_str()), (0, "the report"), "{}", second.err);
    assert!(second.err.contains("goes on with the payment that is under way"), "{}", second.err);
    assert_eq!(shop.payments(), 1);
    // Once it is over, the same command is another purchase; under a name it is not.
    for (more, payments) in [("", 2), ("--call report-1", 3), ("--call report-1", 3)] {
        let run = pay(&place, &url, &format!("--max 1 {more}"));
        assert_eq!((run.exit, shop.payments()), (0, payments), "{more} {}", run.err);
    }
}

#[test]
fn a_day_s_budget_spans_commands() {
    let (place, shop) = (place(), seller(Shop::honest));
    for (page, exit) in [(1, 0), (2, 0), (3, 1)] {
        let run = pay(&place, &shop.url(&format!("/report/{page}")), "--max 1 --per-day 0.60 --json");
        assert_eq!(run.exit, exit, "{}", run.err);
    }
    assert_eq!(shop.payments(), 2);
}
