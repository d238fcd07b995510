//! Parameters of path and query, typed. A refusal names the parameter, and repeats nothing of its value.

use axum::extract::{FromRequestParts, Path, path::ErrorKind, rejection::PathRejection};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::{Problem, ServiceCode, expected};

/// The parameters of the path: a struct, a tuple or a single value.
#[derive(Debug, Clone, Copy)]
pub struct PathParameters<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathParameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(parameters)) => Ok(Self(parameters)),
            Err(PathRejection::FailedToDeserializePathParams(failed)) => Err(path_problem(failed.kind())),
            Err(_) => Err(ServiceCode::Internal.into()),
        }
    }
}

fn path_problem(kind: &ErrorKind) -> Problem {
    let problem = ServiceCode::PathInvalid.problem();
    match kind {
        ErrorKind::DeserializeError { key, message, .. } => {
            let problem = problem.parameter(key.clone());
            expected(message).map_or(problem.clone(), |expected| problem.detail(expected))
        }
        ErrorKind::ParseErrorAtKey { key, expected_type, .. } => {
            problem.parameter(key.clone()).detail(format!("expected a value of type {expected_type}"))
        }
        ErrorKind::InvalidUtf8InPathParam { key } => problem.parameter(key.clone()).detail("expected UTF-8"),
        ErrorKind::Message(message) => expected(message).map_or(problem.clone(), |expected| problem.detail(expected)),
        _ => problem,
    }
}

/// The parameters of the query. The type refuses those that it does not know, as [`Strict`](crate::Strict) bodies do; a
/// parameter stands once.
#[derive(Debug, Clone, Copy)]
pub struct QueryParameters<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryParameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs)).map_err(|error| {
        let problem = ServiceCode::QueryInvalid.problem();
        let message = error.inner().to_string();
        // What serde says of an unknown parameter repeats the name that was sent, so nothing of it is taken over.
        let named =
            |start: &str| message.strip_prefix(start).and_then(|rest| rest.strip_suffix('`')).map(str::to_owned);
        if let Some(missing) = named("missing field `") {
            return problem.parameter(missing).detail("expected the parameter to be there");
        }
        if let Some(twice) = named("duplicate field `") {
            return problem.parameter(twice).detail("expected the parameter once");
        }
        if message.starts_with("unknown field") {
            return problem.detail("expected the parameters of this route only");
        }
        let problem = problem.parameter(error.path().to_string());
        expected(&message).map_or(problem.clone(), |expected| problem.detail(expected))
    })
}

#[cfg(test)]
mod tests {
    use earnest_base::AccountId;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "the test reads it, and never asks for its fields")]
    struct Page {
        account: AccountId,
        limit: Option<u16>,
    }

    #[test]
    fn a_query_is_read_or_refused_by_name() {
        assert!(read_query::<Page>("account=account:fed-a:b&limit=5").is_ok());
        for (query, parameter, detail) in [
            ("", Some("account"), Some("expected the parameter to be there")),
            ("account=account:fed-a:b&limit=many", Some("limit"), None),
            ("account=account:fed-a:b&limit=1&limit=2", Some("limit"), Some("expected the parameter once")),
            ("account=account:fed-a:b&secret=1", None, Some("expected the parameters of this route only")),
        ] {
            let problem = read_query::<Page>(query).unwrap_err().body(None);
            assert_eq!((problem.parameter.as_deref(), problem.detail.as_deref()), (parameter, detail), "{query}");
        }
        let problem = read_query::<Page>("account=secret").unwrap_err().body(None);
        assert_eq!(problem.parameter.as_deref(), Some("account"));
        assert!(!format!("{problem:?}").contains("secret"));
    }
}
