//! How a catalogue is asked.

use earnest_base::{Count, InvalidError};

/// What a query asks for. Each filter, where it is there, must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DiscoveryFilter {
    /// The protocol.
    pub r#type: Option<String>,
    /// Who is paid.
    pub pay_to: Option<String>,
    /// The scheme.
    pub scheme: Option<String>,
    /// The network.
    pub network: Option<String>,
    /// The key of an extension.
    pub extension: Option<String>,
}

/// The query of `GET /discovery/resources`: filters and a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveryPage {
    /// The filters.
    pub filter: DiscoveryFilter,
    /// The greatest number of resources: 20 unless asked for otherwise.
    pub limit: Count<1, 100>,
    /// How many resources to pass over.
    pub offset: Count,
}

/// The query of `GET /discovery/search`: words, filters and a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoverySearchQuery {
    /// What is looked for, in words: at most 512 characters.
    pub query: String,
    /// The filters.
    pub filter: DiscoveryFilter,
    /// The greatest number of resources: 20 unless asked for otherwise.
    pub limit: Count<1, 100>,
    /// What the last page said of the next.
    pub cursor: Option<String>,
}

/// A query that cannot be read. The answer is 400.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {error}")]
pub struct QueryError {
    /// The parameter at fault.
    pub name: &'static str,
    /// What was expected and found.
    pub error: InvalidError,
}

/// The longest text of a parameter, in characters.
const MAX_PARAMETER: usize = 512;

impl DiscoveryPage {
    /// Reads the parameters of a query, decoded. Those that nobody knows are passed over.
    ///
    /// # Errors
    /// Names the parameter that is too long, or no number within its bounds.
    pub fn of<'q>(parameters: impl IntoIterator<Item = (&'q str, &'q str)>) -> Result<Self, QueryError> {
        let read = Parameters::read(parameters)?;
        Ok(Self { limit: read.limit()?, offset: read.number("offset", read.offset)?, filter: read.filter })
    }
}

impl DiscoverySearchQuery {
    /// Reads the parameters of a query, decoded. Those that nobody knows are passed over.
    ///
    /// # Errors
    /// Names the parameter that is missing, too long, or no number within its bounds.
    pub fn of<'q>(parameters: impl IntoIterator<Item = (&'q str, &'q str)>) -> Result<Self, QueryError> {
        let read = Parameters::read(parameters)?;
        let error = InvalidError::new("words to look for", "");
        let query = read.query.filter(|query| !query.trim().is_empty()).ok_or(QueryError { name: "query", error })?;
        let (query, cursor) = (query.to_owned(), read.cursor.map(str::to_owned));
        Ok(Self { query, limit: read.limit()?, cursor, filter: read.filter })
    }
}

#[derive(Default)]
struct Parameters<'q> {
    filter: DiscoveryFilter,
    query: Option<&'q str>,
    limit: Option<&'q str>,
    offset: Option<&'q str>,
    cursor: Option<&'q str>,
}

impl<'q> Parameters<'q> {
    fn read(parameters: impl IntoIterator<Item = (&'q str, &'q str)>) -> Result<Self, QueryError> {
        let mut read = Self::default();
        for (name, value) in parameters {
            let filter = &mut read.filter;
            let (name, slot) = match name {
                "type" => ("type", Slot::Filter(&mut filter.r#type)),
                "payTo" => ("payTo", Slot::Filter(&mut filter.pay_to)),
                "scheme" => ("scheme", Slot::Filter(&mut filter.scheme)),
                "network" => ("network", Slot::Filter(&mut filter.network)),
                "extensions" => ("extensions", Slot::Filter(&mut filter.extension)),
                "query" => ("query", Slot::Other(&mut read.query)),
                "limit" => ("limit", Slot::Other(&mut read.limit)),
                "offset" => ("offset", Slot::Other(&mut read.offset)),
                "cursor" => ("cursor", Slot::Other(&mut read.cursor)),
                _ => continue,
            };
            if value.chars().count() > MAX_PARAMETER {
                let error = InvalidError::new(format!("at most {MAX_PARAMETER} characters"), value);
                return Err(QueryError { name, error });
            }
            match slot {
                Slot::Filter(slot) => *slot = Some(value.to_owned()),
                Slot::Other(slot) => *slot = Some(value),
            }
        }
        Ok(read)
    }

    fn limit(&self) -> Result<Count<1, 100>, QueryError> {
        self.number("limit", Some(self.limit.unwrap_or("20")))
    }

    fn number<const MIN: u64, const MAX: u64>(
        &self,
        name: &'static str,
        value: Option<&str>,
    ) -> Result<Count<MIN, MAX>, QueryError> {
        let value = value.unwrap_or("0");
        let plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        let number = plain.then(|| value.parse().ok()).flatten();
        number
            .map_or_else(|| Err(InvalidError::new(format!("a whole number from {MIN} to {MAX}"), value)), Count::new)
            .map_err(|error| QueryError { name, error })
    }
}

enum Slot<'s, 'q> {
    Filter(&'s mut Option<String>),
    Other(&'s mut Option<&'q str>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_bounds() {
        let page = |pairs: &[(&'static str, &'static str)]| DiscoveryPage::of(pairs.iter().copied());
        let plain = page(&[]).unwrap();
        assert_eq!((plain.limit.value(), plain.offset.value()), (20, 0));
        assert_eq!(page(&[("limit", "100"), ("offset", "7"), ("other", "x")]).unwrap().limit.value(), 100);
        for wrong in ["0", "101", "-1", "1.5", "", "+1", "99999999999999999999"] {
            assert_eq!(page(&[("limit", wrong)]).unwrap_err().name, "limit", "{wrong}");
        }
        assert_eq!(page(&[("network", &*"x".repeat(513).leak())]).unwrap_err().name, "network");
    }

    #[test]
    fn a_search_needs_words() {
        assert_eq!(DiscoverySearchQuery::of([("query", " ")]).unwrap_err().name, "query");
        let search = DiscoverySearchQuery::of([("query", "weather"), ("type", "mcp")]).unwrap();
        assert_eq!((search.query.as_str(), search.filter.r#type.as_deref()), ("weather", Some("mcp")));
    }
}
