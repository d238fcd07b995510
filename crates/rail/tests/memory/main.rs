//! The contract over the rail in memory, once as a ledger and once as a chain, and the faults that it makes on demand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod faults;
mod subject;

use subject::Memory;

mod ledger {
    use super::Memory;

    earnest_rail::rail_contract!(std::future::ready(Some(Memory::ledger())));
}

mod chain {
    use super::Memory;

    earnest_rail::rail_contract!(std::future::ready(Some(Memory::chain())));
}
