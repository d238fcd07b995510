//! The published `node-advertisement.v1`, which knows WSS only: endpoints on this machine are left out.

use earnest_signing::{Code, Error, Json, Object, Pointer};

use super::{
    Form::{Int, List, Members, Moment, Object as AnyObject, OneOf, Pattern, Set, Text, Uri},
    Member, Published, steps,
};

const NODE: &str = "^node:did:key:z[1-9A-HJ-NP-Za-km-z]+$";
const ENDPOINT: &[Member] = &[
    Member::must("endpoint/url", Uri),
    Member::must("endpoint/transport", OneOf(&["wss"])),
    Member::must("endpoint/role", OneOf(&["listener", "relay"])),
    Member::must("endpoint/priority", Int(0)),
];

pub(crate) const FORM: Published = Published {
    name: "node-advertisement.v1",
    closed: false,
    members: &[
        Member::must("advertisement/id", Text),
        Member::must("node/id", Pattern(NODE)),
        Member::must("sequence/no", Int(0)),
        Member::must("advertised-at", Moment),
        Member::must("expires-at", Moment),
        Member::must("key/alg", OneOf(&["ed25519"])),
        Member::must("key/public", Pattern("^z[1-9A-HJ-NP-Za-km-z]+$")),
        Member::may("federation/id", Text),
        Member::may("succession", AnyObject),
        Member::must("endpoints", List(&Members(ENDPOINT, false), 1)),
        Member::must("transports/supported", Set(&OneOf(&["wss"]), 1)),
        Member::must("signature", steps::SIGNATURE),
    ],
    rules: &[],
    renames: &[],
    to,
    from,
};

fn to(advertisement: &mut Object<'static>) -> Result<(), Error> {
    let plain = |endpoint: &Json<'_>| {
        let transport = endpoint.as_object().and_then(|endpoint| endpoint.get("endpoint/transport"));
        transport.and_then(Json::as_str) == Some("http")
    };
    keep(advertisement, "endpoints", |endpoint| !plain(endpoint))?;
    keep(advertisement, "transports/supported", |transport| transport.as_str() != Some("http"))
}

/// Leaves out the items of a list that have no published form; refuses where none has one.
fn keep(object: &mut Object<'static>, member: &'static str, fits: impl Fn(&Json<'_>) -> bool) -> Result<(), Error> {
    let Some(Json::Array(mut items)) = object.remove(member) else { return Ok(()) };
    items.retain(|item| fits(item));
    if items.is_empty() {
        let message = "expected an endpoint over WSS, the only transport with a published form, found none";
        return Err(Error::new(Code::INVALID_VALUE, Pointer::member(member), message));
    }
    object.insert(member, Json::Array(items));
    Ok(())
}

fn from(advertisement: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(advertisement, &["advertised-at", "expires-at"])
}

#[cfg(test)]
mod tests {
    use crate::{Artifact, Family, Kind, NodeAdvertisement, published, sign_with_fixtures};

    fn projected(text: &str) -> Result<String, earnest_signing::Error> {
        let kind = Kind::named("node-advertisement.v1").unwrap();
        let signed = sign_with_fixtures(kind, text.as_bytes()).unwrap();
        published::to_published(&Artifact::verify(signed.as_bytes()).unwrap()).map(|json| json.canonical())
    }

    #[test]
    fn endpoints_on_this_machine_are_left_out_and_an_advertisement_without_others_is_refused() {
        let text = projected(NodeAdvertisement::EXAMPLE).unwrap();
        assert!(text.contains("wss://") && !text.contains("http"), "{text}");
        let local = NodeAdvertisement::EXAMPLE
            .replace("wss://ola.example:443/peer", "http://localhost:8403/")
            .replace("\"endpoint/transport\": \"wss\"", "\"endpoint/transport\": \"http\"");
        assert_eq!(projected(&local).unwrap_err().pointer().as_str(), "/endpoints");
    }
}
