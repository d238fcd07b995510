//! Facts and snapshots as bytes.

use earnest_base::Sha256Digest;
use proptest::prelude::*;

use super::*;

#[test]
fn facts_are_small() {
    let mut grants = Grants::default();
    let mut sizes = Vec::new();
    for command in [shown(show(1, 1, named(1, 1), 1)), stage(1, 1), grant(1, 1)] {
        for fact in grants.decide(&command, at(1_775_023_800 - 1_775_023_800)).unwrap().facts {
            let mut bytes = Vec::new();
            fact.encode(&mut bytes);
            sizes.push(bytes.len());
            grants.apply(&fact).unwrap();
        }
    }
    assert!(sizes.iter().sum::<usize>() <= 400, "{sizes:?}");
}

#[test]
fn an_answer_is_kept_within_bounds() {
    let body = |length: usize| Kept::new(200, Vec::new(), KeptBody::Inline(vec![0; length].into()));
    assert!(body(MAX_INLINE_BYTES).is_ok());
    assert_eq!(body(MAX_INLINE_BYTES + 1), Err(KeptError::Body(MAX_INLINE_BYTES + 1)));
    let head = vec![("x".into(), vec![b'a'; MAX_HEAD_BYTES].into())];
    let digest = Sha256Digest::of(b"");
    let blob = KeptBody::Blob { digest, size: 1 << 20 };
    assert_eq!(Kept::new(200, head, blob.clone()), Err(KeptError::Head(MAX_HEAD_BYTES + 1)));
    let staged = Fact::Staged {
        step: step(1, 1),
        until: at(1),
        kept_until: KeptUntil(crate::record::Second(2)),
        kept: Arc::new(Kept::new(206, Vec::new(), blob).unwrap()),
    };
    let mut bytes = Vec::new();
    staged.encode(&mut bytes);
    assert_eq!(Fact::decode(&bytes), Ok(staged));
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_fail_otherwise_than_by_saying_so(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(fact) = Fact::decode(&bytes) {
            let mut again = Vec::new();
            fact.encode(&mut again);
            prop_assert_eq!(Fact::decode(&again), Ok(fact));
        }
        if let Ok(grants) = Grants::from_snapshot(&bytes) {
            prop_assert_eq!(Grants::from_snapshot(&grants.to_snapshot()), Ok(grants));
        }
    }
}
