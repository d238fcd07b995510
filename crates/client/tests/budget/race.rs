//! 64 spenders race one budget, with crashes in between: whatever became of what was signed, the limits hold.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use earnest_base::Timestamp;
use earnest_client::budget::{
    BudgetAnswer, BudgetCommand, CallId, Day, Limits, Purse, PurseError, Reserve, Retirement, Units,
};
use earnest_ports::{Clock, DrivenClock, MemoryStore};

use crate::support::{at, reserve, signed, unit};

const SPENDERS: u64 = 64;
const PAYEES: [&str; 4] = ["ola", "eve", "adam", "pan"];
const LIMITS: Limits = Limits::new(Units(50), Units(1_500), Units(4_000));

/// How many purchases are attempted; the full run sets a million.
fn attempts() -> u64 {
    let asked = std::env::var("EARNEST_BUDGET_ATTEMPTS").ok();
    asked.map_or(40_000, |text| text.parse().expect("a number of attempts"))
}

/// The rail: what was carried out, by day and payee. A payment is carried out at most once, before it lapses.
#[derive(Debug, Default)]
struct Rail(Mutex<BTreeMap<(Day, String), u128>>);

impl Rail {
    fn carry_out(&self, day: Day, payee: &str, amount: u128) {
        *self.0.lock().unwrap().entry((day, payee.to_owned())).or_default() += amount;
    }

    fn check(&self) -> (u128, usize) {
        let carried = self.0.lock().unwrap();
        let mut days: BTreeMap<Day, u128> = BTreeMap::new();
        for ((day, payee), amount) in carried.iter() {
            assert!(*amount <= LIMITS.per_payee.0, "{payee} got {amount}");
            *days.entry(*day).or_default() += amount;
        }
        for amount in days.values() {
            assert!(*amount <= LIMITS.per_day.0, "a day cost {amount}");
        }
        (days.values().sum(), days.len())
    }
}

/// Numbers that are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// One purchase, the seller and the network as bad as they can be. `false` where the process has crashed.
async fn buy(purse: &Purse, rail: &Rail, clock: &DrivenClock, id: CallId, dice: &mut Dice) -> bool {
    let payee = PAYEES[usize::try_from(dice.roll(4)).unwrap()];
    let amount = u128::from(1 + dice.roll(60));
    let wish = Reserve { call: id.clone(), limits: LIMITS, ..reserve(id.as_str(), payee, amount) };
    match purse.ask(BudgetCommand::Reserve(Box::new(wish))).await {
        Ok(BudgetAnswer::Reserved { .. }) => {}
        Ok(_) | Err(PurseError::Refused(_)) => return true,
        Err(PurseError::Outage(_)) => return false,
    }
    let now = clock.now();
    let over_at = Timestamp::from_unix_millis(now.unix_millis() + 1_000).unwrap();
    let payment = Box::new(signed(id.as_str(), over_at));
    match purse.ask(BudgetCommand::Keep { call: id.clone(), payment, over_at }).await {
        Ok(_) => {}
        Err(PurseError::Refused(_)) => return true,
        Err(PurseError::Outage(_)) => return false,
    }
    // From here on the seller has it. What it does with it, and what it says, are two things. The day is that of the
    // reservation: the clock may have moved since, but only by less than a payment lasts.
    let carried_out = dice.roll(2) == 0;
    let said = match dice.roll(4) {
        0 if carried_out => BudgetCommand::Pay { call: id.clone(), transaction: None },
        1 if !carried_out => BudgetCommand::Retire { call: id.clone(), why: Retirement::UsedUp },
        2 if !carried_out => BudgetCommand::Retire { call: id.clone(), why: Retirement::Refused },
        _ => {
            if carried_out {
                rail.carry_out(Day::of(now), payee, amount);
            }
            return true;
        }
    };
    if carried_out {
        rail.carry_out(Day::of(now), payee, amount);
    }
    !matches!(purse.ask(said).await, Err(PurseError::Outage(_)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_spenders_and_crashes_never_spend_more_than_the_budget() {
    let clock = Arc::new(DrivenClock::new(at(0)));
    let store = MemoryStore::new("budget".parse().unwrap());
    let rail = Arc::new(Rail::default());
    let (made, each) = (Arc::new(AtomicU64::new(0)), (attempts() / SPENDERS / 20).max(1));
    let mut round = 0;
    while made.load(Ordering::Relaxed) < attempts() {
        // A new process: all it knows is in the journal.
        let before = store_len(&store).await;
        let journal = Arc::new(store.open(format!("process {round}")));
        let (purse, running) = Purse::start(journal, clock.clone() as Arc<dyn Clock>).await.unwrap();
        let spenders: Vec<_> = (0..SPENDERS)
            .map(|spender| {
                let (purse, rail, clock, made) = (purse.clone(), rail.clone(), clock.clone(), made.clone());
                tokio::spawn(async move {
                    let mut dice = Dice(round * 7_919 + spender * 104_729 + 1);
                    for attempt in 0..each {
                        let id = format!("{round}-{spender}-{attempt}").parse().unwrap();
                        if !buy(&purse, &rail, &clock, id, &mut dice).await {
                            return false;
                        }
                        made.fetch_add(1, Ordering::Relaxed);
                    }
                    true
                })
            })
            .collect();
        drop(purse);
        if round % 4 == 2 || round % 3 == 1 {
            // The process dies in the middle of whatever its spenders do.
            while store_len(&store).await < before + 20 && !spenders.iter().all(tokio::task::JoinHandle::is_finished) {
                tokio::task::yield_now().await;
            }
            for spender in &spenders {
                spender.abort();
            }
        }
        for spender in spenders {
            assert!(spender.await.unwrap_or_else(|error| error.is_cancelled()));
        }
        running.ended().await;
        store.lapse();
        rail.check();
        round += 1;
        clock.set(at(i64::try_from(round).unwrap() * 6 * 3600));
    }
    let (carried, days) = rail.check();
    assert!(carried > 0 && days > 2, "{carried} in {days} days");
    check_the_state(&store, &clock, &rail).await;
}

async fn store_len(store: &MemoryStore) -> usize {
    use earnest_ports::Journal;
    usize::try_from(store.open("who looks").end().await.unwrap().seq.value()).unwrap()
}

/// What was carried out is counted, to the unit.
async fn check_the_state(store: &MemoryStore, clock: &Arc<DrivenClock>, rail: &Rail) {
    let journal = Arc::new(store.open("after it all"));
    let (purse, _running) = Purse::start(journal, clock.clone() as Arc<dyn Clock>).await.unwrap();
    let carried_out = rail.0.lock().unwrap().clone();
    for ((day, payee), carried) in carried_out {
        let payee = format!("account:fed-local:{payee}").parse().unwrap();
        let counted = purse.see(move |budget| budget.spent_on(day, &unit(), &payee)).await.unwrap();
        assert!(counted.0 >= carried && counted <= LIMITS.per_payee, "{counted} counted, {carried} carried out");
    }
}
