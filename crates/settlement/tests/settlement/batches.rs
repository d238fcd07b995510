//! Holds with their evidence behind them: the number in an answer is the place of just that hold's fact.

use std::sync::LazyLock;

use earnest_base::Sha256Digest;
use earnest_ledger::{Answer as LedgerAnswer, Done, Event, Refusal as LedgerRefusal};
use earnest_settlement::{Answer, Command, DealDocuments, Evidence, Fact, Refusal};
use proptest::prelude::*;

use crate::world::{World, at, papers};

/// Contracts at 10.00 to 200.00 ORC of two states of one offer. All of them together cost more than there is.
static PAPERS: LazyLock<Vec<DealDocuments>> = LazyLock::new(|| {
    let units = [1, 2, 20, 1, 15, 3, 20, 1];
    let paper = |(number, units): (usize, &u64)| papers(&format!("p{number}"), *units, number as u64 % 2 + 1);
    units.iter().enumerate().map(paper).collect()
});

fn command(world: &World, numbers: &[usize], linked: bool) -> Command {
    let deals = numbers.iter().map(|number| world.deal(&PAPERS[*number]).unwrap()).collect();
    Command::Holds { deals, linked }
}

fn each(answer: Answer) -> Vec<Result<Done, LedgerRefusal>> {
    match answer {
        Answer::Ledger(LedgerAnswer::Each(each)) => each,
        other => panic!("{other:?}"),
    }
}

fn fact(world: &World, seq: u64) -> &Fact {
    &world.facts[usize::try_from(seq).unwrap() - 1]
}

/// The offer behind a hold, wherever its bytes stand.
fn offer(world: &World, seq: u64) -> (Sha256Digest, Vec<u8>) {
    match fact(world, seq) {
        Fact::Evidence(Evidence::Offer { digest, document }) => (digest.clone(), document.clone()),
        Fact::Evidence(Evidence::At(earlier)) => {
            assert!(*earlier < seq);
            offer(world, *earlier)
        }
        other => panic!("{other:?}"),
    }
}

/// The fact of this number opened the hold of these papers, and the papers stand behind it.
fn check(world: &World, done: Done, papers: &DealDocuments) {
    let Fact::Ledger(opened) = fact(world, done.seq) else { panic!("{:?}", fact(world, done.seq)) };
    let Event::HoldOpened(opened) = &opened.event else { panic!("{opened:?}") };
    assert_eq!(Some(&opened.id), papers.contract.hold.as_ref());
    for (after, document) in [(1, papers.contract.bytes()), (2, papers.order.bytes())] {
        assert_eq!(fact(world, done.seq + after), &Fact::Evidence(Evidence::Document(document.to_vec())));
    }
    let kept = (papers.offer.content_digest(), papers.offer.bytes().to_vec());
    assert_eq!(offer(world, done.seq + 3), kept);
    assert_eq!(world.settlement.ledger().done(opened.id.as_str()), Some(done));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_number_of_an_answer_is_the_place_of_its_hold(
        batches in prop::collection::vec((prop::collection::vec(0_usize..8, 1..6), any::<bool>()), 1..5),
    ) {
        let mut world = World::open();
        for (numbers, linked) in batches {
            let command = command(&world, &numbers, linked);
            let before = world.facts.len();
            match world.run(&command) {
                Ok(answer) => {
                    for (done, number) in each(answer).into_iter().zip(&numbers) {
                        if let Ok(done) = done {
                            check(&world, done, &PAPERS[*number]);
                        }
                    }
                    // Sent again, nothing happens, and what stands is answered the same.
                    let after = world.facts.len();
                    each(world.run(&command).unwrap()).into_iter().zip(&numbers).for_each(|(done, number)| {
                        if let Ok(done) = done {
                            check(&world, done, &PAPERS[*number]);
                        }
                    });
                    prop_assert_eq!(world.facts.len(), after);
                }
                Err(refusal) => {
                    let as_one = matches!(refusal, Refusal::Ledger(LedgerRefusal::Linked { .. }));
                    prop_assert!(linked && as_one, "{}", refusal);
                    prop_assert_eq!(world.facts.len(), before);
                }
            }
        }
        world.settlement.ledger().audit().unwrap();
    }
}

#[test]
fn an_offer_is_kept_once_and_named_from_then_on() {
    let mut world = World::open();
    for number in [0, 2, 1, 3] {
        let deal = world.deal(&PAPERS[number]).unwrap();
        world.done(&Command::Hold(deal));
    }
    let offers = world.facts.iter().filter(|fact| matches!(fact, Fact::Evidence(Evidence::Offer { .. })));
    assert_eq!(offers.count(), 2, "one for each state of the offer");
}

#[test]
fn a_hold_that_stands_has_its_deal_whatever_has_passed() {
    let mut world = World::open();
    assert!(world.settlement.standing(&PAPERS[0], world.now).is_none());
    let deal = world.deal(&PAPERS[0]).unwrap();
    let first = world.done(&Command::Hold(deal));
    world.now = at("23:00:00");
    assert_eq!(world.deal(&PAPERS[0]).unwrap_err().code(), "acceptance-lapsed");
    let deal = world.settlement.standing(&PAPERS[0], world.now).unwrap();
    assert_eq!(world.done(&Command::Hold(deal)), first);
    // The same ids with other content do not stand.
    let other = papers("p0", 2, 1);
    assert!(world.settlement.standing(&other, world.now).is_none());
}
