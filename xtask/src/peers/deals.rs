//! Who pays whom, and what has to have come of it: the answer, and the balances.

use anyhow::{Context, ensure};
use serde_json::Value;

use super::{
    market::{Market, text},
    program::Program,
};

/// What a request asks with: nothing, or a body.
const ASKED: [&[(&str, &str)]; 2] =
    [&[("PEER_METHOD", "GET")], &[("PEER_METHOD", "POST"), ("PEER_BODY", "{\"text\":\"zażółć\"}")]];
/// What `/work` costs in ORC, in minor units.
const PRICE: u64 = 25;
/// What `/work` costs in the token, in its atomic units.
const TOKEN_PRICE: u64 = 10_000;

/// Published clients with our plugin pay published servers with our plugin, through our facilitator, on our ledger.
pub(super) fn in_orc(market: &mut Market) -> anyhow::Result<usize> {
    let mut deals = 0;
    let (gateway, network) = (market.own("/gateway")?.to_owned(), market.own("/network")?.to_owned());
    let payee = market.own("/ola/account")?.to_owned();
    let settings =
        [("PEER_FACILITATOR", gateway.as_str()), ("PEER_NETWORK", network.as_str()), ("PEER_PAY_TO", payee.as_str())];
    for server in ["express-orc.mjs", "charge_orc.py"] {
        let (running, url) = market.serve(server, &settings)?;
        for client in ["fetch-orc.mjs", "pay_orc.py"] {
            for asked in ASKED {
                let deal = Deal { what: format!("{client} pays {server}"), client, url: format!("{url}/work?lang=pl") };
                deal.pays(market, "adam", &payee, asked).with_context(|| deal.what.clone())?;
                deals += 1;
            }
        }
        let deal = Deal { what: format!("nobody pays {server}"), client: "fetch-orc.mjs", url: format!("{url}/work") };
        deal.is_refused(market, "ewa", "ewa", &payee).context("a payer without money")?;
        deal.is_refused(market, "ewa", "adam", &payee).context("a payer over somebody else's account")?;
        deal.pays_once(market, &payee).context("a payment that is shown twice")?;
        deals += 3;
        drop(running);
    }
    Ok(deals)
}

/// Published clients pay a published server on the chain; settled by a published facilitator, and by ours.
pub(super) fn on_chain(market: &Market) -> anyhow::Result<usize> {
    let mut deals = 0;
    let gateway = market.own("/gateway")?;
    let (payer, payee) = (market.on_chain(2, "address")?, market.on_chain(3, "address")?);
    let settings = [
        ("PEER_RPC_URL", text(&market.chain, "/rpcUrl")?),
        ("PEER_PRIVATE_KEY", market.on_chain(1, "privateKey")?),
        ("PEER_PAY_TO", payee),
    ];
    for facilitator in [None, Some(("PEER_FACILITATOR", gateway))] {
        let settings: Vec<_> = settings.into_iter().chain(facilitator).collect();
        let (running, url) = market.serve("express-evm.mjs", &settings)?;
        for client in ["fetch-evm.mjs", "pay_evm.py"] {
            for asked in ASKED {
                paid_on_chain(market, client, &format!("{url}/work"), (payer, payee), asked)
                    .with_context(|| format!("{client} pays express-evm.mjs through {facilitator:?}"))?;
                deals += 1;
            }
        }
        drop(running);
    }
    Ok(deals)
}

/// Published clients pay our shop: in ORC with our plugin, on the chain with nothing of ours in them.
pub(super) fn at_our_shop(market: &mut Market) -> anyhow::Result<usize> {
    let (url, payee) = (format!("{}/work?lang=pl", market.own("/shop")?), market.own("/ola/account")?.to_owned());
    let mut deals = 0;
    for client in ["fetch-orc.mjs", "pay_orc.py"] {
        for asked in ASKED {
            let deal = Deal { what: format!("{client} pays our shop"), client, url: url.clone() };
            deal.pays(market, "adam", &payee, asked).with_context(|| deal.what.clone())?;
            deals += 1;
        }
    }
    let deal = Deal { what: "our shop".to_owned(), client: "fetch-orc.mjs", url: url.clone() };
    deal.is_refused(market, "ewa", "ewa", &payee).context("a payer without money, at our shop")?;
    deal.is_refused(market, "ewa", "adam", &payee).context("a payer over somebody else's account, at our shop")?;
    deal.pays_once(market, &payee).context("a payment that is shown twice, at our shop")?;
    deals += 3;

    let (payer, payee) = (market.on_chain(2, "address")?, market.on_chain(3, "address")?);
    for client in ["fetch-evm.mjs", "pay_evm.py"] {
        for asked in ASKED {
            paid_on_chain(market, client, &url, (payer, payee), asked)
                .with_context(|| format!("{client} pays our shop on the chain"))?;
            deals += 1;
        }
    }
    Ok(deals)
}

/// A published client pays on the chain, and the price moves.
fn paid_on_chain(
    market: &Market,
    client: &str,
    url: &str,
    (payer, payee): (&str, &str),
    asked: &[(&str, &str)],
) -> anyhow::Result<()> {
    let before = (market.held(payer)?, market.held(payee)?);
    let own = [("PEER_URL", url), ("PEER_PRIVATE_KEY", market.on_chain(2, "privateKey")?)];
    let settings: Vec<_> = own.into_iter().chain(asked.iter().copied()).collect();
    let said = Program::once(client, &mut market.peer(client, &settings))?;
    served(&said, payer)?;
    let after = (market.held(payer)?, market.held(payee)?);
    let expected = (before.0 - TOKEN_PRICE, before.1 + TOKEN_PRICE);
    ensure!(after == expected, "expected balances of {expected:?}, found {after:?}");
    Ok(())
}

/// Our client pays published servers: on the chain with nothing of ours in them, and in ORC with our plugin.
pub(super) fn by_us(market: &mut Market) -> anyhow::Result<usize> {
    let (payer, payee) = (market.on_chain(2, "address")?.to_owned(), market.on_chain(3, "address")?.to_owned());
    let (rpc, key) = (text(&market.chain, "/rpcUrl")?.to_owned(), market.on_chain(1, "privateKey")?.to_owned());
    let settings =
        [("PEER_RPC_URL", rpc.as_str()), ("PEER_PRIVATE_KEY", key.as_str()), ("PEER_PAY_TO", payee.as_str())];
    let (running, url) = market.serve("express-evm.mjs", &settings)?;
    let before = (market.held(&payer)?, market.held(&payee)?);
    bought(&market.buy(&format!("{url}/work"))?, &payer, TOKEN_PRICE).context("our client pays express-evm.mjs")?;
    let after = (market.held(&payer)?, market.held(&payee)?);
    ensure!(after == (before.0 - TOKEN_PRICE, before.1 + TOKEN_PRICE), "expected the price to move, found {after:?}");
    drop(running);

    let (account, payee) = (market.own("/adam/account")?.to_owned(), market.own("/ola/account")?.to_owned());
    let (gateway, network) = (market.own("/gateway")?.to_owned(), market.own("/network")?.to_owned());
    let settings =
        [("PEER_FACILITATOR", gateway.as_str()), ("PEER_NETWORK", network.as_str()), ("PEER_PAY_TO", payee.as_str())];
    let (running, url) = market.serve("express-orc.mjs", &settings)?;
    let before = (market.available(&account)?, market.available(&payee)?);
    bought(&market.buy(&format!("{url}/work"))?, &account, PRICE).context("our client pays express-orc.mjs")?;
    let after = (market.available(&account)?, market.available(&payee)?);
    ensure!(after == (before.0 - PRICE, before.1 + PRICE), "expected the price to move, found {after:?}");
    drop(running);
    Ok(2)
}

/// What our client says that paid and was served.
fn bought(said: &Value, payer: &str, amount: u64) -> anyhow::Result<()> {
    let paid = &said["paid"];
    let whole = said["status"] == 200
        && paid["payer"] == payer
        && paid["amount"] == amount.to_string().as_str()
        && paid["stated"] == true
        && paid["transaction"].as_str().is_some_and(|transaction| !transaction.is_empty());
    ensure!(whole, "expected to have bought, found {said}");
    Ok(())
}

/// A client that asks at a URL.
struct Deal {
    what: String,
    client: &'static str,
    url: String,
}

impl Deal {
    /// The price goes from the payer to the payee, once.
    fn pays(&self, market: &mut Market, payer: &str, payee: &str, asked: &[(&str, &str)]) -> anyhow::Result<()> {
        let account = market.own(&format!("/{payer}/account"))?.to_owned();
        let before = (market.available(&account)?, market.available(payee)?);
        let said = self.ask(market, payer, &account, asked)?;
        served(&said, &account)?;
        let after = (market.available(&account)?, market.available(payee)?);
        let expected = (before.0 - PRICE, before.1 + PRICE);
        ensure!(after == expected, "expected balances of {expected:?}, found {after:?}");
        Ok(())
    }

    /// Nothing is served, and nothing moves.
    fn is_refused(&self, market: &mut Market, signer: &str, payer: &str, payee: &str) -> anyhow::Result<()> {
        let account = market.own(&format!("/{payer}/account"))?.to_owned();
        let before = (market.available(&account)?, market.available(payee)?);
        let said = self.ask(market, signer, &account, ASKED[0])?;
        ensure!(said["status"] == 402, "expected a refusal, found {said}");
        let after = (market.available(&account)?, market.available(payee)?);
        ensure!(after == before, "expected balances of {before:?}, found {after:?}");
        Ok(())
    }

    /// What paid is shown again: one answer, one price.
    fn pays_once(&self, market: &mut Market, payee: &str) -> anyhow::Result<()> {
        let (account, key_file) = (market.own("/adam/account")?.to_owned(), market.own("/adam/keyFile")?.to_owned());
        let before = (market.available(&account)?, market.available(payee)?);
        let settings =
            [("PEER_URL", self.url.as_str()), ("PEER_KEY_FILE", key_file.as_str()), ("PEER_ACCOUNT", account.as_str())];
        let said = Program::once("replay-orc.mjs", &mut market.peer("replay-orc.mjs", &settings))?;
        ensure!(said["first"] == 200 && said["second"] == 402, "expected one answer, found {said}");
        let after = (market.available(&account)?, market.available(payee)?);
        let expected = (before.0 - PRICE, before.1 + PRICE);
        ensure!(after == expected, "expected balances of {expected:?}, found {after:?}");
        Ok(())
    }

    fn ask(&self, market: &Market, signer: &str, account: &str, asked: &[(&str, &str)]) -> anyhow::Result<Value> {
        let key_file = market.own(&format!("/{signer}/keyFile"))?;
        let own = [("PEER_URL", self.url.as_str()), ("PEER_KEY_FILE", key_file), ("PEER_ACCOUNT", account)];
        let settings: Vec<_> = own.into_iter().chain(asked.iter().copied()).collect();
        Program::once(self.client, &mut market.peer(self.client, &settings))
    }
}

/// What a client says that paid and was served.
fn served(said: &Value, payer: &str) -> anyhow::Result<()> {
    let settled = &said["settled"];
    let whole = said["status"] == 200
        && settled["success"] == true
        && settled["payer"] == payer
        && settled["transaction"].as_str().is_some_and(|transaction| !transaction.is_empty());
    ensure!(whole, "expected to be served and settled, found {said}");
    Ok(())
}
