//! Money: whole minor units, checked at every step, never a binary float.

use crate::{InvalidError, MAX_SAFE_INTEGER, text::string_types};

/// Arithmetic on money that would leave its range, or a sum of money that never was in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// More than 2^53 − 1 minor units.
    #[error("expected at most {MAX_SAFE_INTEGER} minor units, found {0}")]
    TooMuch(u128),
    /// Less than nothing.
    #[error("expected at least {takes} minor units, found {has}")]
    TooLittle {
        /// What there was.
        has: u64,
        /// What was to be taken from it.
        takes: u64,
    },
    /// Not an amount such as `10.00 ORC`.
    #[error(transparent)]
    Invalid(#[from] InvalidError),
}

/// Declares an amount of whole minor units from 0 to 2^53 − 1, with checked arithmetic.
macro_rules! amounts {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// Takes whole minor units.
            ///
            /// # Errors
            /// [`MoneyError::TooMuch`] above 2^53 − 1.
            pub const fn from_minor(units: u64) -> Result<Self, MoneyError> {
                if units > MAX_SAFE_INTEGER { Err(MoneyError::TooMuch(units as u128)) } else { Ok(Self(units)) }
            }

            /// Whole minor units.
            #[must_use]
            pub const fn minor(self) -> u64 {
                self.0
            }

            /// Whether it is nothing.
            #[must_use]
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// The sum of two amounts.
            ///
            /// # Errors
            /// [`MoneyError::TooMuch`] above 2^53 − 1.
            pub const fn plus(self, other: Self) -> Result<Self, MoneyError> {
                Self::from_minor(self.0 + other.0)
            }

            /// What is left after another amount is taken.
            ///
            /// # Errors
            /// [`MoneyError::TooLittle`] where the other amount is the greater one.
            pub const fn minus(self, other: Self) -> Result<Self, MoneyError> {
                match self.0.checked_sub(other.0) {
                    Some(left) => Ok(Self(left)),
                    None => Err(MoneyError::TooLittle { has: self.0, takes: other.0 }),
                }
            }

            /// A price times a number of units.
            ///
            /// # Errors
            /// [`MoneyError::TooMuch`] above 2^53 − 1.
            pub const fn times(self, units: u64) -> Result<Self, MoneyError> {
                let product = self.0 as u128 * units as u128;
                if product > MAX_SAFE_INTEGER as u128 { Err(MoneyError::TooMuch(product)) } else { Ok(Self(product as u64)) }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::Count::<0>::deserialize(deserializer).map(|units| Self(units.value()))
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                crate::Count::<0>::json_schema(generator)
            }
        }
    )*};
}

amounts! {
    /// An amount of ORC in minor units: 1 ORC is 100 of them.
    ///
    /// ```
    /// use earnest_base::Orc;
    ///
    /// let price = Orc::from_minor(1_000)?;
    /// assert_eq!(price.to_string(), "10.00 ORC");
    /// assert_eq!("10.00 ORC".parse::<Orc>()?, price);
    /// assert!(price.minus(price.times(2)?).is_err());
    /// # Ok::<(), earnest_base::MoneyError>(())
    /// ```
    Orc
    /// An amount in the minor units of the currency that the document names beside it.
    MinorUnits
}

impl std::fmt::Display for Orc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02} ORC", self.0 / 100, self.0 % 100)
    }
}

impl std::str::FromStr for Orc {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidError::new("an amount such as 10.00 ORC", text);
        let digits = text.strip_suffix(" ORC").ok_or_else(invalid)?;
        let (major, minor) = digits.split_once('.').ok_or_else(invalid)?;
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let canonical = major == "0" || !major.starts_with('0');
        if minor.len() != 2 || major.is_empty() || major.len() > 17 || !plain(major) || !plain(minor) || !canonical {
            return Err(invalid().into());
        }
        let major: u64 = major.parse().map_err(|_| invalid())?;
        let minor: u64 = minor.parse().map_err(|_| invalid())?;
        Self::from_minor(major * 100 + minor)
    }
}

string_types! {
    /// The symbol of a currency or settlement unit: `ORC`, `PLN`, `USDC`.
    Currency { pattern: r"^[A-Z][A-Z0-9]{1,15}$", max: 16, what: "a currency symbol", example: "ORC" }
}

/// The settlement unit: always `ORC`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[schemars(inline)]
pub enum OrcUnit {
    /// ORC, with two decimal digits.
    #[default]
    #[serde(rename = "ORC")]
    Orc,
}

impl Currency {
    /// Whether it is ORC, the unit of the ledger.
    #[must_use]
    pub fn is_orc(&self) -> bool {
        self.as_str() == "ORC"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_with_two_digits_and_read_back() {
        for (minor, shown) in
            [(0, "0.00 ORC"), (7, "0.07 ORC"), (1_000, "10.00 ORC"), (MAX_SAFE_INTEGER, "90071992547409.91 ORC")]
        {
            let amount = Orc::from_minor(minor).unwrap();
            assert_eq!(amount.to_string(), shown);
            assert_eq!(shown.parse::<Orc>().unwrap(), amount);
        }
        for wrong in [
            "10 ORC",
            "10.0 ORC",
            "10.000 ORC",
            "010.00 ORC",
            "-1.00 ORC",
            "+1.00 ORC",
            "1.00",
            "1.00 PLN",
            ".50 ORC",
            "１.00 ORC",
        ] {
            assert!(wrong.parse::<Orc>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn nothing_overflows_in_silence() {
        let most = Orc::from_minor(MAX_SAFE_INTEGER).unwrap();
        let one = Orc::from_minor(1).unwrap();
        assert_eq!(most.plus(one), Err(MoneyError::TooMuch(u128::from(MAX_SAFE_INTEGER) + 1)));
        assert_eq!(most.times(u64::MAX), Err(MoneyError::TooMuch(u128::from(MAX_SAFE_INTEGER) * u128::from(u64::MAX))));
        assert_eq!(Orc::ZERO.minus(one), Err(MoneyError::TooLittle { has: 0, takes: 1 }));
        assert!(Orc::from_minor(MAX_SAFE_INTEGER + 1).is_err());
    }
}
