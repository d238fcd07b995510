//! Plans, offers and people that the tests share.

use earnest_artifacts::{Draft, FIXTURES, Signed, Verified, WorkflowApproval, workflow_approval::StepCap};
use earnest_base::{Count, Name, Orc, OrcUnit, ParticipantId, Seconds, Timestamp};
use earnest_procurement::{Candidate, Reputation};

use crate::{Buyer, Plan, Quote};

pub(super) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub(super) fn orc(minor: u64) -> Orc {
    Orc::from_minor(minor).unwrap()
}

pub(super) fn at(text: &str) -> Timestamp {
    format!("2026-04-01T{text}Z").parse().unwrap()
}

pub(super) fn seconds(seconds: u64) -> Seconds {
    Seconds::new(seconds).unwrap()
}

fn did(seed: u8) -> &'static str {
    FIXTURES.iter().find(|fixture| fixture.seed == seed).unwrap().did_key
}

pub(super) fn participant(seed: u8) -> ParticipantId {
    format!("participant:{}", did(seed)).parse().unwrap()
}

pub(super) fn ola() -> ParticipantId {
    participant(1)
}

pub(super) fn adam() -> ParticipantId {
    participant(3)
}

pub(super) fn marcin() -> ParticipantId {
    participant(10)
}

/// CasualFeeders, for whom Roman acts.
pub(super) fn buyer() -> Buyer {
    Buyer::Org { org: format!("org:{}", did(7)).parse().unwrap(), custodian: participant(5) }
}

/// Roman's approval of a run of a plan: all that the plan asks for.
pub(super) fn approval(run: &Name, plan: &Plan) -> WorkflowApproval {
    let mut caps: Vec<StepCap> = plan
        .definition()
        .steps()
        .filter_map(|(_, step)| Some(StepCap { step: step.name.clone(), amount: step.paid()?.cap }))
        .collect();
    caps.sort_by(|one, other| one.step.cmp(&other.step));
    let Buyer::Org { org, custodian } = buyer() else { panic!("an organisation buys") };
    WorkflowApproval {
        id: "approval:morning".parse().unwrap(),
        run: run.clone(),
        plan: plan.digest().clone(),
        ceiling: plan.definition().ceiling,
        unit: OrcUnit::Orc,
        caps,
        org: Some(org),
        approved_at: at("05:00:00"),
        expires_at: at("23:00:00"),
        approver: custodian,
    }
}

pub(super) fn signed(approval: &WorkflowApproval) -> Verified<WorkflowApproval> {
    let signer = FIXTURES.iter().find(|fixture| approval.approver.to_string().ends_with(fixture.did_key)).unwrap();
    let draft = Draft::new(approval).unwrap().sign(None, &signer.secret_key()).unwrap();
    Signed::verify(draft.finish().unwrap()).unwrap()
}

/// An offer as it stands.
pub(super) fn quote(offer: &str, provider: ParticipantId, service: &str, price: u64, units: u64) -> Quote {
    Quote {
        candidate: Candidate {
            offer: offer.parse().unwrap(),
            seq: Count::new(1).unwrap(),
            provider,
            price: earnest_base::MinorUnits::from_minor(price * units).unwrap(),
            deadline: at("12:00:00"),
            reputation: Reputation::UNKNOWN,
        },
        service_type: name(service),
        currency: "ORC".parse().unwrap(),
        units: Count::new(units).unwrap(),
        by_length: false,
        max_duration: seconds(900),
    }
}

/// Two illustrations that one provider makes, then the node's own packaging.
pub(super) fn small() -> Plan {
    plan(&small_text())
}

/// The same, planned before the price grew: there is not enough for both.
pub(super) fn tight() -> Plan {
    let cheaper = small_text().replace(r#""unit-price": 500"#, r#""unit-price": 400"#);
    plan(&cheaper.replace(r#""cap": 1000"#, r#""cap": 900"#).replace(r#""ceiling": 1000"#, r#""ceiling": 900"#))
}

pub(super) fn small_text() -> String {
    let marcin = marcin();
    format!(
        r#"{{
        "version": 1, "name": "small", "currency": "ORC", "ceiling": 1000, "timeout": 3600, "undo-within": 600,
        "backoff": {{"first": 60, "longest": 600}}, "report-timeouts": true,
        "phases": [
            {{"name": "pictures", "attempts": 1, "steps": [
                {{"name": "illustration", "items": {{"is": "listed", "list": [
                    {{"name": "one", "input": {{}}}}, {{"name": "two", "input": {{}}}}]}}, "results": 1,
                  "work": {{"is": "paid", "service-type": "image/generation",
                    "offer": {{"is": "named", "offer": "offer:marcin", "provider": "{marcin}"}},
                    "fallback": {{"is": "never"}}, "units": 1, "unit-price": 500, "max-price": 500, "cap": 1000,
                    "within": 900, "acceptance": "automatic"}}}}]}},
            {{"name": "files", "attempts": 1, "steps": [
                {{"name": "packaging", "reads": ["illustration"], "items": {{"is": "once"}}, "results": 1,
                  "work": {{"is": "local", "task": "wordpress", "within": 60}}}}]}}]
        }}"#
    )
}

pub(super) fn plan(text: &str) -> Plan {
    Plan::parse(text.as_bytes()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// The seed's morning: news, redaction, illustrations, files.
pub(super) fn morning() -> Plan {
    plan(&morning_text())
}

pub(super) fn morning_text() -> String {
    let paid = |service: &str, offer: &str, provider: ParticipantId, units: u64, price: u64, cap: u64, within: u64| {
        let most = units * price;
        format!(
            r#"{{"is": "paid", "service-type": "{service}",
                "offer": {{"is": "named", "offer": "{offer}", "provider": "{provider}"}},
                "fallback": {{"is": "never"}}, "units": {units}, "unit-price": {price}, "max-price": {most},
                "cap": {cap}, "within": {within}, "acceptance": "automatic"}}"#
        )
    };
    let news = paid("research/topical", "offer:adam-news-01", adam(), 3, 200, 1_200, 1_800);
    let redaction = paid("text/redaction", "offer:ola-redaction-01", ola(), 1, 1_000, 6_000, 3_600);
    let illustration = paid("image/generation", "offer:marcin-illust-01", marcin(), 1, 500, 3_000, 900);
    let marcin = marcin();
    format!(
        r#"{{
        "version": 1, "name": "morning", "currency": "ORC", "ceiling": 10200, "timeout": 21600, "undo-within": 1800,
        "backoff": {{"first": 15, "longest": 300}}, "report-timeouts": true,
        "limits": [{{"provider": "{marcin}", "at-once": 3}}],
        "phases": [
            {{"name": "research", "attempts": 1, "steps": [
                {{"name": "research", "items": {{"is": "listed", "list": [
                    {{"name": "breakfast", "input": {{"keywords": ["śniadanie"], "negative": ["obiad"]}}}},
                    {{"name": "lunch", "input": {{"keywords": ["obiad"], "negative": ["śniadanie"]}}}}]}},
                  "results": 3, "work": {news}}}]}},
            {{"name": "redaction", "attempts": 2, "steps": [
                {{"name": "redaction", "items": {{"is": "each", "of": "research"}}, "results": 1, "work": {redaction}}}]}},
            {{"name": "illustration", "attempts": 1, "steps": [
                {{"name": "illustration", "items": {{"is": "each", "of": "redaction"}}, "results": 1,
                  "work": {illustration}}}]}},
            {{"name": "packaging", "attempts": 1, "steps": [
                {{"name": "packaging", "reads": ["redaction", "illustration"], "items": {{"is": "once"}}, "results": 6,
                  "work": {{"is": "local", "task": "wordpress", "within": 600}}}}]}}]
        }}"#
    )
}

/// The seed's market: Adam's, Ola's and Marcin's offers, and 450.00 ORC.
pub(super) fn morning_market() -> super::market::Market {
    super::market::Market {
        offers: vec![
            quote("offer:adam-news-01", adam(), "research/topical", 200, 3),
            quote("offer:ola-redaction-01", ola(), "text/redaction", 1_000, 1),
            quote("offer:marcin-illust-01", marcin(), "image/generation", 500, 1),
        ],
        depth: [("offer:adam-news-01", 5), ("offer:ola-redaction-01", 9), ("offer:marcin-illust-01", 3)]
            .map(|(offer, depth)| (offer.to_owned(), depth))
            .into(),
        funds: 45_000,
        results: [("research".to_owned(), 3), ("packaging".to_owned(), 6)].into(),
        ..super::market::Market::default()
    }
}
