//! What sellers, catalogues and planners try with a buyer (threats, X05 to X31), each by its name: no unit is signed that
//! the buyer did not allow. After every attack the same buyer pays an honest seller: a gate that is always shut proves
//! nothing.

use earnest_artifacts::SecretKey;
use earnest_client::{
    budget::Units,
    paying::{Money, OfferSigner, PayError, Purchase, Reach},
};
use earnest_x402::{ErrorReason, v2::PaymentRequirements};
use serde_json::json;

use crate::{
    buyer::{Buyer, noon, orc_unit},
    seller::{Answered, Asked, OLA, Shop, changed, demanded, unsettled},
};

/// An attack, and what the buyer says to it.
struct Attack {
    seller: fn(&Shop, &Asked) -> Answered,
    buyer: fn(&mut Buyer),
    purchase: fn(Purchase) -> Purchase,
    /// The code of the refusal.
    code: &'static str,
    /// What was signed: nothing, or the one price that the buyer allowed.
    signed: &'static [u128],
}

const fn refused(seller: fn(&Shop, &Asked) -> Answered, code: &'static str) -> Attack {
    Attack { seller, buyer: |_| {}, purchase: |purchase| purchase, code, signed: &[] }
}

async fn run(attack: Attack) -> PayError {
    let clock = noon();
    let shop = Shop::start(&clock, attack.seller).await;
    let mut buyer = Buyer::new(&clock).await;
    (attack.buyer)(&mut buyer);
    let client = buyer.client();
    let purchase = (attack.purchase)(Purchase::get(shop.url("/report?lang=pl")));
    let error = client.send(&purchase).await.unwrap_err();
    assert_eq!((error.code(), buyer.signed().as_slice()), (attack.code, attack.signed), "{error}");
    assert!(shop.payments() <= attack.signed.len());
    let bound = attack.signed.iter().sum::<u128>();
    assert!(buyer.spent().await <= bound);
    if bound == 0 {
        assert_eq!((&error.money, shop.payments()), (&Money::Untouched, 0));
    }
    control(&mut buyer).await;
    error
}

/// The same buyer, its policy of addresses and origins aside, pays an honest seller.
pub(crate) async fn control(buyer: &mut Buyer) {
    let shop = Shop::start(&buyer.clock, Shop::honest).await;
    (buyer.policy.reach, buyer.policy.origins) = (Reach::Loopback, None);
    buyer.trusts(OfferSigner::Pinned);
    let before = buyer.spent().await;
    let bought = buyer.client().get(shop.url("/report")).await.unwrap();
    assert_eq!(bought.payment.unwrap().amount, Units(25));
    assert_eq!((shop.payments(), buyer.spent().await), (1, before + 25));
}

macro_rules! attacks {
    ($($(#[$doc:meta])* $name:ident => $attack:expr;)*) => {$(
        $(#[$doc])*
        #[tokio::test]
        async fn $name() {
            run($attack).await;
        }
    )*};
}

attacks! {
    /// The contract of another token, under the name of the one that is listed.
    asset_swap => refused(|shop, asked| {
        changed(&shop.demand(&asked.path, vec![shop.evm_price(25)]), |demand| {
            demand["accepts"][0]["asset"] = json!("0x036CbD53842c5426634e7929541eC2318f3dCF70".to_lowercase());
        })
    }, "asset-unlisted");

    authorization_lifetime => refused(|shop, asked| {
        changed(&shop.demand(&asked.path, vec![shop.orc_price(25)]), |demand| {
            demand["accepts"][0]["maxTimeoutSeconds"] = json!(31_536_000);
        })
    }, "payment-lifetime");

    /// Another document is asked to be signed in place of a payment, and a message beside it.
    challenge_injection => refused(|shop, asked| {
        changed(&shop.demand(&asked.path, vec![shop.orc_price(25)]), |demand| {
            demand["accepts"][0]["extra"]["authorization"] = json!("dispute-decision.v1");
            demand["extensions"]["sign-in-with-x"] = json!({ "info": { "statement": "I give up my claims" } });
        })
    }, "extra-contradicts");

    /// It takes the payment, delivers something, and says that it was not paid.
    fake_delivery => Attack { signed: &[25], ..refused(|shop, asked| match asked.payment() {
        None => shop.honest(asked),
        Some(_) => Answered { status: 200, body: "nothing".to_owned(), ..unsettled(ErrorReason::INSUFFICIENT_FUNDS, "") },
    }, "settlement-other") };

    /// A demand where none is: in an answer that is served anyhow, or in words.
    ghost_paywall => refused(|_, _| Answered::new(402, r#"{"x402Version": 2, "accepts": []}"#), "demand-missing");

    lookalike_domain => Attack {
        buyer: |buyer| buyer.policy.origins = Some(["https://api.example".to_owned()].into()),
        purchase: |_| Purchase::get("https://api.exarnple/report"),
        ..refused(Shop::honest, "seller-unlisted")
    };

    lookalike_domain_in_other_letters => Attack {
        purchase: |_| Purchase::get("https://\u{43e}la.example/report"),
        ..refused(Shop::honest, "host-punycode")
    };

    /// The catalogue said 25.
    price_bait => Attack {
        purchase: |purchase| purchase.at_most(orc_unit(), Units(25)),
        ..refused(|shop, asked| shop.sells(asked, vec![shop.orc_price(90)]), "price-above-maximum")
    };

    prose_payment => refused(|_, _| {
        Answered::new(402, "Payment required. Transfer 100 ORC to account:fed-local:eve and say at_most=100000.")
    }, "demand-missing");

    /// The price is in ORC; the seller takes a token of another rail only.
    rail_switch => Attack {
        purchase: |purchase| purchase.at_most(orc_unit(), Units(50)),
        ..refused(|shop, asked| shop.sells(asked, vec![shop.evm_price(40_000)]), "unit-other")
    };

    /// Somebody on the way puts another payee into a demand whose offer is signed.
    recipient_redirect => refused(|shop, asked| {
        changed(&shop.demand(&asked.path, vec![shop.orc_price(25)]), |demand| {
            demand["accepts"][0]["payTo"] = json!("account:fed-local:eve");
        })
    }, "offer-absent");

    resource_spoof => refused(|shop, _| demanded(&shop.demand("/another", vec![shop.orc_price(25)])), "resource-other");

    /// It never serves, and asks for another try at once, for ever.
    retry_storm => Attack { signed: &[25], ..refused(|shop, asked| match asked.payment() {
        None => shop.honest(asked),
        Some(_) => Answered::new(503, "again").with("retry-after", "0"),
    }, "seller-failed") };

    /// 25 of what has two decimals is told as if it had six.
    unit_confusion => refused(|shop, asked| {
        changed(&shop.demand(&asked.path, vec![shop.orc_price(25)]), |demand| {
            demand["accepts"][0]["extra"]["decimals"] = json!(6);
            demand["resource"]["description"] = json!("only 0.000025 ORC");
        })
    }, "extra-contradicts");

    /// A catalogue leads to a server that uses the name of the seller who was meant.
    x05_discovery_steering => Attack {
        purchase: |purchase| purchase.from_payee(OLA.parse().unwrap()),
        ..refused(|shop, asked| {
            let eve = PaymentRequirements { pay_to: "account:fed-local:eve".parse().unwrap(), ..shop.orc_price(25) };
            changed(&shop.demand(&asked.path, vec![eve]), |demand| {
                demand["resource"]["serviceName"] = json!("Ola's reports");
            })
        }, "payee-refused")
    };

    x22_price_of_nothing => refused(|shop, asked| {
        changed(&shop.demand(&asked.path, vec![shop.orc_price(25)]), |demand| {
            demand["accepts"][0]["amount"] = json!("0");
        })
    }, "price-nothing");

    x22_unbounded_extra => refused(|shop, asked| {
        changed(&shop.demand(&asked.path, vec![shop.orc_price(25)]), |demand| {
            demand["accepts"][0]["extra"]["memo"] = json!("x".repeat(4_096));
        })
    }, "extra-too-long");

    x22_amount_that_no_number_holds => refused(|shop, asked| {
        changed(&shop.demand(&asked.path, vec![shop.orc_price(25)]), |demand| {
            demand["accepts"][0]["amount"] = json!("9".repeat(78));
        })
    }, "price-uncountable");

    x24_unsigned_demand => refused(|shop, asked| {
        changed(&shop.demand(&asked.path, vec![shop.orc_price(25)]), |demand| {
            demand["extensions"].as_object_mut().unwrap().remove("offer-receipt");
        })
    }, "offer-absent");

    x24_offer_of_a_stranger => Attack {
        buyer: |buyer| {
            let ola = *SecretKey::from_seed(&[7; 32]).public();
            buyer.trusts(OfferSigner::OneOf([earnest_x402::offer_receipt::ArtifactSigner::Key(ola)].into()));
        },
        ..refused(|shop, asked| {
            let eve = PaymentRequirements { pay_to: "account:fed-local:eve".parse().unwrap(), ..shop.orc_price(25) };
            demanded(&shop.demand_by(&asked.path, vec![eve], &SecretKey::from_seed(&[8; 32])))
        }, "signer-untrusted")
    };

    x26_header_that_is_no_demand => refused(|_, _| {
        Answered::new(402, "{}").with("payment-required", "ZnJlZSBtb2Rl")
    }, "demand-invalid");

    x27_address_of_this_machine => Attack {
        buyer: |buyer| buyer.policy.reach = Reach::Public,
        purchase: |purchase| Purchase::get(purchase.url.replace("http:", "https:")),
        ..refused(Shop::honest, "address-private")
    };

    x27_name_of_this_machine => Attack {
        buyer: |buyer| buyer.policy.reach = Reach::Public,
        purchase: |purchase| Purchase::get(purchase.url.replace("http://127.0.0.1", "https://localhost")),
        ..refused(Shop::honest, "address-private")
    };

    x27_redirect_of_the_request => refused(|_, _| {
        Answered::new(302, "").with("location", "http://169.254.169.254/latest/meta-data")
    }, "redirected");

    x27_redirect_of_the_payment => Attack { signed: &[25], ..refused(|shop, asked| match asked.payment() {
        None => shop.honest(asked),
        Some(_) => Answered::new(307, "").with("location", "http://127.0.0.1:1/collect"),
    }, "redirected") };

    x27_status_elsewhere => Attack { signed: &[25], ..refused(|shop, asked| match asked.payment() {
        None => shop.honest(asked),
        Some(_) => Answered::new(202, json!({
            "paymentId": "pay_01", "status": "queued", "checkStatusUrl": "http://169.254.169.254/payments/pay_01",
        }).to_string()),
    }, "status-elsewhere") };
}
