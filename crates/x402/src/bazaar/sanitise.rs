//! What a catalogue shows of a server's own words: what does not fit is left out, and nothing is refused for it.

use earnest_base::HttpUrl;
use earnest_signing::{Error, Json, JsonObject};

use crate::{IconUrl, PrintableLabel, ResourceInfo, ResourceUrl};

/// Names of the machine itself, as hosts files have them.
const OWN_NAMES: &[&str] = &["localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"];

impl ResourceInfo {
    /// Reads what a client sends back of a resource. Name, tags and icon that do not fit are left out: they are a
    /// server's own, and no reason to refuse its client's payment.
    ///
    /// # Errors
    /// Names the URL, description or media type that does not fit.
    pub fn sanitised(resource: &JsonObject) -> Result<Self, Error> {
        let mut members = resource.members().clone();
        let (name, tags, icon) = (members.remove("serviceName"), members.remove("tags"), members.remove("iconUrl"));
        let plain: Self = JsonObject::from(members).decode()?;
        Ok(Self {
            service_name: name.as_ref().and_then(label),
            tags: tags.as_ref().and_then(distinct_tags),
            icon_url: icon.as_ref().and_then(icon_url),
            ..plain
        })
    }
}

/// Reads a resource as [`ResourceInfo::sanitised`] does, for members that may be absent or null.
pub(crate) fn sanitised<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<ResourceInfo>, D::Error> {
    let resource: Option<JsonObject> = crate::absent::nullable(deserializer)?;
    resource.map(|resource| ResourceInfo::sanitised(&resource).map_err(serde::de::Error::custom)).transpose()
}

fn label(value: &Json<'_>) -> Option<PrintableLabel> {
    value.as_str()?.parse().ok()
}

/// The first five tags that fit, each once, whatever its case.
fn distinct_tags(value: &Json<'_>) -> Option<Vec<PrintableLabel>> {
    let Json::Array(items) = value else { return None };
    let mut tags: Vec<PrintableLabel> = Vec::new();
    for tag in items.iter().filter_map(label) {
        if tags.len() < 5 && !tags.iter().any(|known| known.as_str().eq_ignore_ascii_case(tag.as_str())) {
            tags.push(tag);
        }
    }
    (!tags.is_empty()).then_some(tags)
}

/// An icon that others may be sent to fetch: HTTP, no user, a host that is a name, and not the machine's own.
fn icon_url(value: &Json<'_>) -> Option<IconUrl> {
    let text = value.as_str()?;
    let url: HttpUrl = text.parse().ok()?;
    is_public_name(host(&url)).then(|| text.parse().ok()).flatten()
}

/// The host of a URL, without its port; an address of IPv6 in its brackets.
pub(super) fn host(url: &HttpUrl) -> &str {
    let authority = authority(url);
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// What stands between the scheme and the path.
pub(super) fn authority(url: &HttpUrl) -> &str {
    let rest = url.as_str().split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Whether a host is a name that is not the machine's own. A last label that is a number makes an address of any form of
/// IPv4: `127.1`, `0x7f.1`, `2130706433`.
fn is_public_name(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let host = host.strip_suffix('.').unwrap_or(&host);
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_number = |label: &str| {
        let hexadecimal =
            label.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
        hexadecimal || label.bytes().all(|byte| byte.is_ascii_digit())
    };
    !host.is_empty() && !host.starts_with('[') && last != "localhost" && !OWN_NAMES.contains(&host) && !is_number(last)
}

/// The URL under which a catalogue keeps a resource: without query and fragment, and with the route's template for its
/// path where there is one.
pub(super) fn catalogue_url(url: &ResourceUrl, template: Option<&str>) -> Option<String> {
    let url: HttpUrl = url.as_str().parse().ok()?;
    let (scheme, rest) = url.as_str().split_once("://")?;
    let authority = authority(&url);
    let path = rest[authority.len()..].split(['?', '#']).next().unwrap_or_default();
    let path = template.unwrap_or(if path.is_empty() { "/" } else { path });
    Some(format!("{scheme}://{}{path}", authority.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(more: &str) -> ResourceInfo {
        let text = format!(r#"{{"url": "https://api.example/a", {more}}}"#);
        ResourceInfo::sanitised(&serde_json::from_str(&text).unwrap()).unwrap()
    }

    #[test]
    fn an_icon_is_fetched_from_a_public_name_only() {
        for right in ["https://cdn.example/i.png", "http://cdn.example:8080/i.png?x=1", "https://1.example"] {
            assert!(read(&format!(r#""iconUrl": "{right}""#)).icon_url.is_some(), "{right}");
        }
        for wrong in [
            "",
            "i.png",
            "ftp://a.example/i",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:image/png;base64,AA",
            "https://u:p@a.example/i",
            "https://u@a.example/i",
            "http://127.0.0.1/i",
            "http://127.1/i",
            "http://0x7f.1/i",
            "http://2130706433/i",
            "http://0x7f000001/i",
            "http://[::1]/i",
            "http://localhost/i",
            "http://LOCALHOST./i",
            "http://a.localhost/i",
            "http://ip6-loopback/i",
            "http://169.254.169.254/latest",
            "https://a.example/\\u0007",
        ] {
            assert_eq!(read(&format!(r#""iconUrl": "{wrong}""#)).icon_url, None, "{wrong}");
        }
        assert_eq!(read(&format!(r#""iconUrl": "https://a.example/{}""#, "a".repeat(2048))).icon_url, None);
    }

    #[test]
    fn names_and_tags_that_do_not_fit_are_left_out() {
        let info = read(r#""serviceName": "zażółć", "tags": ["a", "A", "", 1, "ć", "b", "c", "d", "e", "f"]"#);
        assert_eq!(info.service_name, None);
        let tags: Vec<String> = info.tags.unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(tags, ["a", "b", "c", "d", "e"]);
        assert_eq!(read(r#""tags": [], "serviceName": null"#).tags, None);
        assert_eq!(read(&format!(r#""serviceName": "{}""#, "a".repeat(33))).service_name, None);
        assert!(read(r#""serviceName": "Weather""#).service_name.is_some());
        assert!(ResourceInfo::sanitised(&serde_json::from_str(r#"{"url": ""}"#).unwrap()).is_err());
    }

    #[test]
    fn a_catalogue_keeps_a_resource_without_its_query() {
        for (url, template, kept) in [
            ("https://API.example/a?b=1#c", None, Some("https://api.example/a")),
            ("https://api.example:8443", None, Some("https://api.example:8443/")),
            ("https://api.example/users/7?x", Some("/users/:id"), Some("https://api.example/users/:id")),
            ("mcp://tool/weather", None, None),
            ("nonsense", None, None),
        ] {
            assert_eq!(catalogue_url(&url.parse().unwrap(), template).as_deref(), kept, "{url}");
        }
    }
}
