//! The relay's wallets, as their networks see them.

use earnest_rail::WalletSight;
use earnest_relay::{Command, Sponsors};

use super::{Driver, later};

/// How often wallets are looked at, in seconds.
const EVERY: u64 = 15;
/// How soon again where the rail was out of reach, in seconds.
const SOON: u64 = 2;

impl Driver {
    /// Tells what is seen of the wallets, from time to time.
    pub(super) async fn watch_wallets(self) {
        if matches!(self.rail.terms().sponsors, Sponsors::None { .. }) {
            return;
        }
        loop {
            let rest = match self.rail.wallets().await {
                Ok(seen) => {
                    let network = self.rail.network();
                    let commands = seen.into_iter().flat_map(|WalletSight { wallet, settled, next }| {
                        let (network, known) = (network.clone(), wallet.clone());
                        let joins = Command::AddWallet { network: network.clone(), wallet: known, next };
                        [joins, Command::SeenWallet { network, wallet, settled, next }]
                    });
                    if self.tell(commands.collect()).await {
                        self.sights.saw(network, self.clock.now());
                        EVERY
                    } else {
                        SOON
                    }
                }
                Err(outage) => {
                    self.out_of_reach("wallets", &outage);
                    SOON
                }
            };
            let until = later(self.clock.now(), rest);
            self.clock.until(until).await;
        }
    }
}
