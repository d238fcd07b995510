//! What a type reads from an example it writes again.

use earnest_artifacts::Kind;
use earnest_signing::Json;
use earnest_tests::{covered, object};

#[test]
fn every_example_is_written_anew_to_the_same_members() {
    for kind in Kind::ALL {
        let members = object(kind.example().as_bytes());
        let anew = kind.rewrite(members.clone()).unwrap_or_else(|error| panic!("{}: {error}", kind.name()));
        assert_eq!(anew.canonical(), covered(kind, &members), "{}", kind.name());
        assert_eq!(kind.judge(members.clone()), Ok(Json::Object(members)), "{}", kind.name());
    }
}
