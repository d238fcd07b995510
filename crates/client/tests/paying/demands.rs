//! What is paid, in both versions and on both rails, and what is told of it.

use earnest_client::{
    budget::{Standing, Units},
    paying::{Preview, Purchase, ReceiptSeen},
};
use earnest_ports::Clock;
use earnest_x402::{
    Outcome, PaidBy, Presented, SettleResponse,
    exact::ExactEip155,
    scheme::{Asked as Shown, PaidRequest, Scheme, Tender},
    v1,
};
use serde_json::json;

use crate::{
    buyer::{ADAM, Buyer, named, noon},
    seller::{Answered, Asked, OLA, OLA_EVM, Shop, changed, token},
};

#[tokio::test]
async fn what_was_paid_is_told_with_its_receipt() {
    let clock = noon();
    let shop = Shop::start(&clock, Shop::honest).await;
    let buyer = Buyer::new(&clock).await;
    let client = buyer.client();
    let mut purchase = Purchase::post(shop.url("/redaction?lang=pl"), "{\"text\": 1}").called("one".parse().unwrap());
    purchase.headers.insert("accept", "text/plain".parse().unwrap());
    purchase.headers.insert("payment-signature", "another's".parse().unwrap());
    let bought = client.send(&purchase).await.unwrap();
    assert_eq!((bought.reply.status, &*bought.reply.body), (200, &b"the report"[..]));
    let payment = bought.payment.unwrap();
    assert_eq!((payment.method.as_str(), payment.url), ("POST", shop.url("/redaction?lang=pl")));
    assert_eq!((payment.amount, payment.payee.as_str(), payment.payer.as_str()), (Units(25), OLA, ADAM));
    assert_eq!(payment.offered_by, Some(format!("did:key:{}", shop.key.public())));
    let ReceiptSeen::Verified(receipt) = &payment.receipt else { panic!("{:?}", payment.receipt) };
    assert_eq!(receipt.transaction.as_ref().map(|text| text.as_str()), payment.transaction.as_deref());
    let call = buyer.purse.call(&"one".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((call.standing(), call.transaction), (Standing::Paid, payment.transaction));
    // The body and the headers go both times; the identifier that the seller takes is signed as well.
    let asked = shop.asked();
    assert!(asked.iter().all(|asked| asked.body == "{\"text\": 1}" && asked.headers["accept"] == "text/plain"));
    let sent = asked[1].payment().unwrap();
    let signed = sent.payload.members().get("authorization").unwrap().as_object().unwrap();
    let identifier = signed.get("payment/id").and_then(|id| id.as_str()).map(str::to_owned);
    assert_eq!(identifier.as_deref(), Some(call.identifier.as_str()));
    // The same call again is the same purchase: nothing is signed.
    let again = client.send(&purchase).await.unwrap();
    assert_eq!((again.reply.body, shop.asked().len(), buyer.signed()), (bought.reply.body, 3, vec![25]));
    // And for another request it is none.
    let other = Purchase::get(shop.url("/another")).called("one".parse().unwrap());
    assert_eq!(client.send(&other).await.unwrap_err().code(), "call-conflict");
}

#[tokio::test]
async fn what_costs_nothing_is_handed_on() {
    let clock = noon();
    let shop = Shop::start(&clock, |shop, asked| match asked.path.as_str() {
        "/missing" => Answered::new(404, "no"),
        // A demand beside an answer that is served is none.
        _ => Answered { status: 200, body: "yes".to_owned(), ..shop.honest(asked) },
    })
    .await;
    let buyer = Buyer::new(&clock).await;
    for (path, status, body) in [("/free", 200, "yes"), ("/missing", 404, "no")] {
        let bought = buyer.client().get(shop.url(path)).await.unwrap();
        assert_eq!((bought.reply.status, &*bought.reply.body), (status, body.as_bytes()));
        assert!(bought.payment.is_none());
    }
    assert_eq!((buyer.signed(), shop.payments()), (Vec::new(), 0));
}

#[tokio::test]
async fn a_preview_shows_the_price_and_signs_nothing() {
    let clock = noon();
    let shop = Shop::start(&clock, Shop::honest).await;
    let buyer = Buyer::new(&clock).await;
    let Preview::Priced(quote) = buyer.client().preview(&Purchase::get(shop.url("/report"))).await.unwrap() else {
        panic!("expected a price")
    };
    assert_eq!((quote.amount, quote.payee.as_str(), quote.decimals), (Units(25), OLA, 2));
    assert_eq!(quote.amount.shown(quote.decimals), "0.25");
    assert_eq!((shop.payments(), buyer.signed(), buyer.spent().await), (0, Vec::new(), 0));
}

#[tokio::test]
async fn a_token_is_paid_with_on_a_chain() {
    let clock = noon();
    let shop = Shop::start(&clock, |shop, asked| shop.sells(asked, vec![shop.evm_price(10_000)])).await;
    let buyer = Buyer::new(&clock).await;
    let payment = buyer.client().get(shop.url("/report")).await.unwrap().payment.unwrap();
    assert_eq!((payment.amount, payment.payee.as_str()), (Units(10_000), OLA_EVM));
    assert_eq!(payment.unit.asset.as_str(), token().contract.to_string());
    assert!(matches!(payment.receipt, ReceiptSeen::Verified(_)));
    // A domain that is not the token's own is not signed in.
    let spoofed = Shop::start(&clock, |shop, asked| {
        changed(&shop.demand(&asked.path, vec![shop.evm_price(10_000)]), |demand| {
            demand["accepts"][0]["extra"]["version"] = json!("3");
        })
    })
    .await;
    let error = buyer.client().get(spoofed.url("/report")).await.unwrap_err();
    assert_eq!((error.code(), buyer.signed()), ("extra-contradicts", vec![10_000]));
}

/// A seller of version 1: its demand is the body, and it takes `X-PAYMENT`.
fn old(shop: &Shop, asked: &Asked) -> Answered {
    let way = shop.evm_price(10_000);
    let Presented::V1(payment) = &asked.payment else {
        let demand = v1::PaymentRequired::of(&shop.demand(&asked.path, vec![way])).unwrap();
        return Answered::new(402, serde_json::to_string(&demand).unwrap());
    };
    let request = PaidRequest::new("GET", &shop.url(&asked.path), earnest_base::Sha256Digest::of(&asked.body)).unwrap();
    let tender = Tender::v1(payment, &way, Shown::Here(&request)).unwrap();
    let verified = ExactEip155::new([token()]).verify(&tender, shop.clock.now()).unwrap();
    let settled = SettleResponse::settled("0x1".into(), "base-sepolia".into(), verified.payer.to_string());
    let answer = Outcome::Settled { paid_by: PaidBy::V1, settled: Box::new(settled) }.answer(None);
    let (name, value) = answer.headers[0].clone();
    Answered::new(200, "the old report").with(name, value)
}

#[tokio::test]
async fn a_seller_of_version_1_is_paid_as_it_asks() {
    let clock = noon();
    let shop = Shop::start(&clock, old).await;
    let buyer = Buyer::new(&clock).await;
    let bought = buyer.client().get(shop.url("/report")).await.unwrap();
    assert_eq!(bought.reply.body, "the old report");
    assert_eq!(bought.payment.unwrap().transaction.as_deref(), Some("0x1"));
    let asked = shop.asked();
    assert!(asked[1].headers.contains_key("x-payment") && !asked[1].headers.contains_key("payment-signature"));
}

#[tokio::test]
async fn the_header_counts_before_the_body_and_a_body_of_version_2_does_not_count() {
    let clock = noon();
    let both = Shop::start(&clock, |shop, asked| match &asked.payment {
        Presented::None => shop.sells(asked, vec![shop.evm_price(10_000)]),
        Presented::V2(_) => shop.sells(asked, vec![shop.evm_price(10_000)]),
        other => panic!("{other:?}"),
    })
    .await;
    let buyer = Buyer::new(&clock).await;
    buyer.client().get(both.url("/report")).await.unwrap();
    let bare = Shop::start(&clock, |shop, asked| {
        let demand = shop.demand(&asked.path, vec![shop.orc_price(25)]);
        Answered::new(402, serde_json::to_string(&demand).unwrap())
    })
    .await;
    assert_eq!(buyer.client().get(bare.url("/report")).await.unwrap_err().code(), "demand-missing");
    let twice = Shop::start(&clock, |shop, asked| {
        let answer = shop.honest(asked);
        let (name, value) = answer.headers[0].clone();
        answer.with(&name, value)
    })
    .await;
    assert_eq!(buyer.client().get(twice.url("/report")).await.unwrap_err().code(), "demand-ambiguous");
}

#[tokio::test]
async fn a_settlement_of_another_payment_is_not_believed() {
    type Change = fn(&mut SettleResponse);
    let changes: [(Change, &str); 4] = [
        (|settled| settled.network = "orc:fed-other".to_owned(), "network"),
        (|settled| settled.payer = Some("account:fed-local:eve".to_owned()), "payer"),
        (|settled| settled.amount = Some("26".to_owned()), "amount"),
        (|settled| settled.amount = Some("-1".to_owned()), "amount"),
    ];
    for (change, what) in changes {
        let clock = noon();
        let shop = Shop::start(&clock, move |shop, asked| match asked.payment() {
            None => shop.honest(asked),
            Some(_) => {
                let mut settled = shop.settled(asked, &shop.verify(asked, &shop.orc_price(25)).unwrap());
                change(&mut settled);
                crate::seller::delivered(&settled)
            }
        })
        .await;
        let buyer = Buyer::new(&clock).await;
        let error = buyer.client().get(shop.url("/report")).await.unwrap_err();
        assert_eq!(error.code(), "settlement-other");
        assert!(error.to_string().contains(what), "{error}");
        // What it delivered is the caller's to look at; the money counts.
        assert_eq!((&*error.reply.unwrap().body, buyer.spent().await), (&b"the report"[..], 25));
    }
}

#[tokio::test]
async fn a_receipt_that_does_not_hold_is_told_and_unpays_nothing() {
    let clock = noon();
    let shop = Shop::start(&clock, |shop, asked| match asked.payment() {
        None => shop.honest(asked),
        Some(_) => {
            let verified = shop.verify(asked, &shop.orc_price(25)).unwrap();
            let other = Asked { path: "/another".to_owned(), ..asked.clone() };
            crate::seller::delivered(&shop.settled(&other, &verified))
        }
    })
    .await;
    let buyer = Buyer::new(&clock).await;
    let payment = buyer.client().send(&named(shop.url("/report"), "one")).await.unwrap().payment.unwrap();
    let ReceiptSeen::Invalid(fault) = &payment.receipt else { panic!("{:?}", payment.receipt) };
    assert!(fault.to_string().contains("resourceUrl"), "{fault}");
}
