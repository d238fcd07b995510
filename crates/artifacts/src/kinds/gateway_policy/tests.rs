//! What a gateway's terms promise beyond their schema.

use super::*;
use crate::{Artifact, Draft, Kind, example, published};

fn policy() -> GatewayPolicy {
    Draft::<GatewayPolicy>::parse(GatewayPolicy::EXAMPLE.as_bytes()).unwrap().document().clone()
}

#[test]
fn the_fee_is_a_share_rounded_down_and_nothing_below_the_floor() {
    let policy = GatewayPolicy { ingress_fee_from: Orc::from_minor(10).unwrap(), ..policy() };
    for (total, fee) in [(50_000, 5_000), (3_333, 333), (19, 1), (10, 1), (9, 0), (0, 0)] {
        assert_eq!(policy.ingress_fee(Orc::from_minor(total).unwrap()).minor(), fee, "{total}");
    }
    let all = GatewayPolicy { ingress_fee: Count::new(10_000).unwrap(), ..policy };
    let most = Orc::from_minor(earnest_base::MAX_SAFE_INTEGER).unwrap();
    assert_eq!(all.ingress_fee(most), most);
}

#[test]
fn only_a_currency_that_is_named_has_a_rate() {
    assert_eq!(policy().rate_of(&"PLN".parse().unwrap()).unwrap().to_string(), "100");
    assert_eq!(policy().rate_of(&"EUR".parse().unwrap()), None);
}

#[test]
fn no_fee_on_the_way_out_is_null_in_the_published_form_and_absent_in_ours() {
    let kind = Kind::named(GatewayPolicy::KIND).unwrap();
    let artifact = Artifact::verify(example(kind.name()).unwrap().as_bytes()).unwrap();
    let projected = published::to_published(&artifact).unwrap();
    let egress = "fee/egress-basis-points";
    assert_eq!(projected.as_object().unwrap().get(egress), Some(&earnest_signing::Json::Null));
    let back = published::from_published(kind, projected.canonical().as_bytes()).unwrap();
    assert_eq!(back.as_object().unwrap().get(egress), None);
}

#[test]
fn limits_that_cross_are_refused_at_the_upper_one() {
    let least = Some(Orc::from_minor(2_000_000).unwrap());
    let error = Draft::new(&GatewayPolicy { least, ..policy() }).unwrap_err();
    assert_eq!((error.code().as_str(), error.pointer().as_str()), ("limit-order", "/limits~1max-internal-amount"));
}
