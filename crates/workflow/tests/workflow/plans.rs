//! Plans as a whole: what is wrong with them and where, what they cost, and in which order they go.

use earnest_base::Orc;
use earnest_workflow::Plan;

use crate::samples::{SHOP, plan};

/// What is wrong with a plan, by code and place.
fn faults(text: &str) -> Vec<(String, String)> {
    let faults = Plan::parse(text.as_bytes()).err().unwrap_or_default();
    faults.into_iter().map(|fault| (fault.code.as_str().to_owned(), fault.place.to_string())).collect()
}

#[test]
fn every_fault_of_a_plan_has_its_place() {
    for (from, to, code, place) in [
        (r#""version": 1"#, r#""version": 2"#, "version", "/version"),
        (r#""currency": "ORC""#, r#""currency": "PLN""#, "currency", "/currency"),
        (r#""of": "news""#, r#""of": "olds""#, "unknown-step", "/phases/1/steps/0/items/of"),
        (r#""after": ["text"]"#, r#""after": ["news"]"#, "other-phase", "/phases/1/steps/1/after/0"),
        (r#""after": []"#, r#""after": ["check"]"#, "cycle", "/phases/1/steps/0"),
        (r#""of": "news""#, r#""of": "text""#, "cycle", "/phases/1/steps/0"),
        (r#""name": "check""#, r#""name": "text""#, "duplicate-name", "/phases/1/steps/1/name"),
        (r#""name": "work""#, r#""name": "research""#, "duplicate-name", "/phases/1/name"),
        (r#""name": "lunch""#, r#""name": "breakfast""#, "duplicate-name", "/phases/0/steps/0/items/list/1/name"),
        (r#""units": 3"#, r#""units": 0"#, "units", "/phases/0/steps/0/work/units"),
        (r#""results": 3"#, r#""results": 0"#, "units", "/phases/0/steps/0/results"),
        (r#""cap": 1200"#, r#""cap": 8000"#, "cap-above-ceiling", "/phases/0/steps/0/work/cap"),
        (r#""max-price": 600"#, r#""max-price": 599"#, "price-above-maximum", "/phases/0/steps/0/work/unit-price"),
        (r#""cap": 1200"#, r#""cap": 1199"#, "price-above-cap", "/phases/0/steps/0/work/unit-price"),
        (r#""cap": 6000"#, r#""cap": 5999"#, "price-above-cap", "/phases/1/steps/0/work/unit-price"),
        (r#""ceiling": 7200"#, r#""ceiling": 7199"#, "price-above-ceiling", "/ceiling"),
        (
            r#""offers": ["offer:a"]"#,
            r#""offers": ["offer:a", "offer:a"]"#,
            "duplicate-name",
            "/phases/0/steps/0/work/fallback/offers/1",
        ),
    ] {
        let changed = SHOP.replacen(from, to, 1);
        assert_ne!(changed, SHOP, "{from}");
        let found = faults(&changed);
        assert!(found.contains(&(code.to_owned(), place.to_owned())), "{to}: {found:?}");
    }
    assert_eq!(faults(SHOP), []);
}

#[test]
fn a_plan_is_read_strictly() {
    for (from, to) in [
        (r#""version": 1"#, r#""version": 1, "version": 1"#),
        (r#""version": 1"#, r#""version": 1, "else": 1"#),
        (r#""ceiling": 7200"#, r#""ceiling": 72.5"#),
        (r#""ceiling": 7200"#, r#""ceiling": -1"#),
        (r#""is": "each""#, r#""is": "some""#),
    ] {
        assert_eq!(faults(&SHOP.replacen(from, to, 1)), [("unreadable".to_owned(), String::new())], "{to}");
    }
}

#[test]
fn a_cycle_names_the_steps_that_wait_for_each_other() {
    let faults = Plan::parse(SHOP.replacen(r#""after": []"#, r#""after": ["check"]"#, 1).as_bytes()).unwrap_err();
    let message = &faults.iter().find(|fault| fault.code.as_str() == "cycle").unwrap().message;
    assert_eq!(message, "expected steps that do not wait for each other, found text, check");
}

#[test]
fn a_plan_has_a_price_an_order_and_a_time() {
    let plan = plan(SHOP);
    let estimate = plan.estimate();
    let orc = |minor| Orc::from_minor(minor).unwrap();
    let price = estimate.price;
    assert_eq!((price.minimum, price.expected, price.ceiling), (orc(3_200), orc(7_200), orc(7_200)));
    let path: Vec<&str> = estimate.critical_path.iter().map(|name| name.as_str()).collect();
    assert_eq!((path, estimate.time_secs), (vec!["news", "text", "check"], 1_800 + 3_600 + 60));
    let groups: Vec<Vec<Vec<&str>>> = plan
        .parallel_groups()
        .iter()
        .map(|phase| phase.iter().map(|group| group.iter().map(|name| name.as_str()).collect()).collect())
        .collect();
    assert_eq!(groups, [vec![vec!["news"]], vec![vec!["text", "index"], vec!["check"]]]);
}

#[test]
fn the_digest_is_that_of_what_the_plan_says_and_not_of_how_it_is_written() {
    let digest = plan(SHOP).digest().clone();
    assert_eq!(*plan(&SHOP.replace('\n', " ")).digest(), digest);
    assert_eq!(*Plan::new(plan(SHOP).definition().clone()).unwrap().digest(), digest);
    for (from, to) in
        [(r#""ceiling": 7200"#, r#""ceiling": 7201"#), ("śniadanie", "obiad"), (r#""offer:a""#, r#""offer:b""#)]
    {
        assert_ne!(*plan(&SHOP.replacen(from, to, 1)).digest(), digest, "{to}");
    }
}
