//! Prices, as people write them: `0.25 ORC`, `0.10 USDC`, `0.10 USDC@eip155:84532`.

use std::fmt;

use earnest_x402::{Amount, AssetId, Network, evm::TokenDomain, scheme::SchemeError};

/// What can be paid with: its symbol, and how many digits stand behind its point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asset {
    pub(crate) symbol: String,
    pub(crate) decimals: u8,
    pub(crate) network: Network,
    pub(crate) id: AssetId,
}

/// A token on a chain of the Ethereum kind, as a seller lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its contract, chain and EIP-712 domain.
    pub domain: TokenDomain,
    /// Its symbol, as prices name it.
    pub symbol: String,
    /// How many digits stand behind the point: 6 for USDC.
    pub decimals: u8,
}

/// Why a price, or a way to pay it, is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// Not an amount and a symbol.
    #[error("expected a price such as 0.25 ORC, found {0:?}")]
    Form(String),
    /// No digits that the asset has.
    #[error("expected at most {decimals} digits behind the point of {symbol}, found {found:?}")]
    Digits {
        /// The asset.
        symbol: String,
        /// How many it has.
        decimals: u8,
        /// What was found.
        found: String,
    },
    /// Nothing. A route that costs nothing has no paywall.
    #[error("expected a price above zero")]
    Nothing,
    /// An asset that the paywall does not take.
    #[error("expected an asset that is taken here, found {0:?}")]
    Asset(String),
    /// A symbol that stands for several assets.
    #[error("expected {0} with its network, as in 0.10 USDC@eip155:84532: it is taken on several")]
    Ambiguous(String),
    /// A payee that the asset's network cannot pay.
    #[error(transparent)]
    Payee(#[from] SchemeError),
    /// A text that is not of its form.
    #[error(transparent)]
    Invalid(#[from] earnest_base::InvalidError),
}

/// Finds the asset of a price, and its amount in atomic units.
pub(crate) fn read<'a>(assets: &'a [Asset], text: &str) -> Result<(&'a Asset, Amount), PriceError> {
    let form = || PriceError::Form(text.chars().take(80).collect());
    let (digits, named) = text.trim().split_once(' ').ok_or_else(form)?;
    let (symbol, network) = match named.trim().split_once('@') {
        Some((symbol, network)) => (symbol, Some(network)),
        None => (named.trim(), None),
    };
    let fits =
        |asset: &&Asset| asset.symbol == symbol && network.is_none_or(|network| asset.network.as_str() == network);
    let mut fitting = assets.iter().filter(fits);
    let asset = fitting.next().ok_or_else(|| PriceError::Asset(named.chars().take(80).collect()))?;
    if fitting.next().is_some() {
        return Err(PriceError::Ambiguous(symbol.to_owned()));
    }
    Ok((asset, atomic(asset, digits).ok_or_else(form)??))
}

/// The amount in atomic units; `None` where it is no decimal number.
fn atomic(asset: &Asset, text: &str) -> Option<Result<Amount, PriceError>> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(part) || (text.contains('.') && part.is_empty()) {
        return None;
    }
    if part.len() > usize::from(asset.decimals) {
        let (symbol, decimals) = (asset.symbol.clone(), asset.decimals);
        return Some(Err(PriceError::Digits { symbol, decimals, found: text.chars().take(80).collect() }));
    }
    let digits = format!("{whole}{part:0<width$}", width = usize::from(asset.decimals));
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Some(Err(PriceError::Nothing));
    }
    Some(significant.parse().map_err(PriceError::Invalid))
}

/// An amount in people's units.
pub(crate) struct Shown<'a>(pub(crate) &'a Amount, pub(crate) &'a Asset);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(amount, asset) = self;
        let decimals = usize::from(asset.decimals);
        let digits = format!("{:0>width$}", amount.as_str(), width = decimals + 1);
        let (whole, part) = digits.split_at(digits.len() - decimals);
        // Two digits are always shown, more only where they say something.
        let shown = part.trim_end_matches('0').len().max(decimals.min(2));
        let part = &part[..shown];
        if part.is_empty() {
            write!(f, "{whole} {}", asset.symbol)
        } else {
            write!(f, "{whole}.{part} {}", asset.symbol)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> Vec<Asset> {
        let asset = |symbol: &str, decimals, network: &str, id: &str| Asset {
            symbol: symbol.to_owned(),
            decimals,
            network: network.parse().unwrap(),
            id: id.parse().unwrap(),
        };
        vec![
            asset("ORC", 2, "orc:fed-pl-main", "ORC"),
            asset("USDC", 6, "eip155:8453", "0x83"),
            asset("USDC", 6, "eip155:84532", "0x03"),
            asset("WHOLE", 0, "eip155:8453", "0x01"),
        ]
    }

    #[test]
    fn a_price_is_read_in_peoples_units_and_shown_again() {
        for (text, units, shown) in [
            ("0.25 ORC", "25", "0.25 ORC"),
            ("3 ORC", "300", "3.00 ORC"),
            ("0.1 USDC@eip155:84532", "100000", "0.10 USDC"),
            ("0.000001 USDC@eip155:8453", "1", "0.000001 USDC"),
            ("12.5 USDC@eip155:8453", "12500000", "12.50 USDC"),
            ("7 WHOLE", "7", "7 WHOLE"),
        ] {
            let assets = assets();
            let (asset, amount) = read(&assets, text).unwrap();
            assert_eq!((amount.as_str(), Shown(&amount, asset).to_string().as_str()), (units, shown), "{text}");
        }
    }

    #[test]
    fn what_is_no_price_is_refused() {
        let assets = assets();
        for text in
            ["", "ORC", "0.25", "-1 ORC", "+1 ORC", "1e3 ORC", ".5 ORC", "1. ORC", "1,5 ORC", "0x1 ORC", "１ ORC"]
        {
            assert!(matches!(read(&assets, text), Err(PriceError::Form(_))), "{text}");
        }
        assert_eq!(read(&assets, "0.00 ORC"), Err(PriceError::Nothing));
        assert_eq!(read(&assets, "0 ORC"), Err(PriceError::Nothing));
        assert!(matches!(read(&assets, "0.001 ORC"), Err(PriceError::Digits { .. })));
        assert!(matches!(read(&assets, "1.5 WHOLE"), Err(PriceError::Digits { .. })));
        assert_eq!(read(&assets, "1 USDC"), Err(PriceError::Ambiguous("USDC".to_owned())));
        assert!(matches!(read(&assets, "1 EURC"), Err(PriceError::Asset(_))));
        assert!(matches!(read(&assets, &format!("{} ORC", "9".repeat(100))), Err(PriceError::Invalid(_))));
    }
}
