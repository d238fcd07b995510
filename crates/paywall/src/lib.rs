//! Protects any axum route with a price, and puts a price on somebody's existing endpoint.
//!
//! ```text
//! Paywall ── price("0.25 ORC") ── pay_to(account) ──▶ PaidRoute, a tower layer
//!    │ Settler    who settles: a gateway, a facilitator, the relay in the same process
//!    └ Till       every payment that was shown, durably: one payment, one grant
//! ```

mod facilitator;
mod gateway;
mod layer;
mod outside;
mod page;
mod paywall;
mod price;
mod proxy;
mod route;
mod sale;
mod sell;
mod settler;
mod till;

pub use facilitator::FacilitatorSettler;
pub use gateway::GatewaySettler;
pub use layer::Paid;
pub use outside::SetupError;
pub use paywall::{Limits, Paywall, PaywallBuilder};
pub use price::{PriceError, Token};
pub use proxy::{Proxy, Upstream};
pub use route::{Ask, PaidRoute, Price, Quote};
pub use sale::PaidFor;
pub use sell::{Sell, SellAccept, SellError, SellFault, SellMethod, SellRoute};
pub use settler::{Settler, SettlerError, Settling, Tendered};
pub use till::{Booked, Till, TillError, TillOutage};

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
