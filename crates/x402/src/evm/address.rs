//! Addresses: 20 bytes, written with the checksum of EIP-55.

use std::{fmt, str::FromStr};

use alloy_primitives::Address;
use earnest_base::InvalidError;

use super::hex;

/// An address on an EVM chain, of an account or of a contract.
///
/// It is written with the mixed case of EIP-55. A text in one case is taken as it is; a text in both cases has to carry
/// the right checksum, because the wrong one is what a mistyped address looks like.
///
/// ```
/// use earnest_x402::evm::EvmAddress;
///
/// let address: EvmAddress = "0x036cbd53842c5426634e7929541ec2318f3dcf7e".parse()?;
/// assert_eq!(address.to_string(), "0x036CbD53842c5426634e7929541eC2318f3dCF7e");
/// assert!("0x036cBD53842c5426634e7929541eC2318f3dCF7e".parse::<EvmAddress>().is_err());
/// # Ok::<(), earnest_base::InvalidError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvmAddress([u8; 20]);

impl EvmAddress {
    /// The address of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    pub(super) const fn to_alloy(self) -> Address {
        Address::new(self.0)
    }

    /// The address of an uncompressed public key: the last 20 bytes of the Keccak-256 of its coordinates.
    pub(super) fn of_public_key(uncompressed: &[u8; 65]) -> Self {
        Self(Address::from_raw_public_key(&uncompressed[1..]).into_array())
    }
}

impl FromStr for EvmAddress {
    type Err = InvalidError;

    fn from_str(text: &str) -> Result<Self, InvalidError> {
        let address = hex::decode_exactly(text)
            .map(Self)
            .ok_or_else(|| InvalidError::new("an address of `0x` and 40 hexadecimal digits", text))?;
        let digits = &text[2..];
        let mixed = digits.bytes().any(|digit| digit.is_ascii_uppercase())
            && digits.bytes().any(|digit| digit.is_ascii_lowercase());
        let written = address.to_string();
        if mixed && written != text {
            return Err(InvalidError::new(format!("the checksum of EIP-55, {written}"), text));
        }
        Ok(address)
    }
}

impl fmt::Display for EvmAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_alloy().to_checksum(None))
    }
}

super::evm_text!(
    EvmAddress,
    "^0x[0-9a-fA-F]{40}$",
    "an address on an EVM chain, such as 0x036CbD53842c5426634e7929541eC2318f3dCF7e"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_of_eip_55_are_written_and_asked_for() {
        for right in [
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
            "0xde709f2102306220921060314715629080e2fb77",
            "0x27b1fdb04752bbc536007a920d24acb045561c26",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            let address: EvmAddress = right.parse().unwrap();
            assert_eq!(address.to_string(), right);
            assert_eq!(right.to_lowercase().parse(), Ok(address));
            assert_eq!(format!("0x{}", right[2..].to_uppercase()).parse(), Ok(address));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for wrong in [
            "",
            "0x",
            "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed0",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg",
            " 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0x0x52908400098527886E0F7030069857D2E4169E",
        ] {
            assert!(wrong.parse::<EvmAddress>().is_err(), "{wrong:?}");
        }
    }
}
