//! Images: their size, and that they are what their media type says.

use earnest_artifacts::{Content, ServiceOffer};
use earnest_procurement::{Answer, DeliveryCode};

use super::{Work, answer};
use crate::support::{Papers, at, news, object, order_of};

fn png(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x02\0\0\0");
    bytes
}

#[test]
fn images_keep_their_size_and_are_what_they_say() {
    let offer = ServiceOffer {
        output_constraints: Some(object(
            r#"{"max_width": 1920, "max_height": 1080, "max_size_mb": 0.001, "format": "png"}"#,
        )),
        ..news()
    };
    let order = order_of(&offer, "breakfast", 1, r#"{"text": "draw"}"#);
    let judge = |media_type: &str, bytes: &[u8]| {
        let mut work = Work::of(Papers::new(&order, &offer));
        let blobs = vec![work.blob(media_type, bytes)];
        let answer = Answer { blobs, ..answer(Content::Text("An illustration.".to_owned())) };
        work.check(&answer, at("06:20:00")).map(|_| ()).map_err(|refusal| refusal.found)
    };
    assert_eq!(judge("image/png", &png(1_920, 1_080)), Ok(()));
    let mut heavy = png(10, 10);
    heavy.resize(1_001, 0);
    for (media_type, bytes, broken) in [
        ("image/png", png(1_921, 1_080), "max_width"),
        ("image/png", png(1_920, 1_081), "max_height"),
        ("image/png", heavy, "max_size_mb"),
        ("image/jpeg", png(10, 10), "format"),
        ("image/png", b"GIF89a\x10\0\x10\0".to_vec(), "format"),
        ("image/png", b"no image".to_vec(), "format"),
    ] {
        let found = judge(media_type, &bytes).unwrap_err();
        assert!(found.ends_with(&format!("({broken})")), "{media_type} {found}");
    }
    let none = Work::of(Papers::new(&order, &offer));
    let refusal = none.check(&answer(Content::Text("no image".to_owned())), at("06:20:00")).unwrap_err();
    assert_eq!(refusal.code, DeliveryCode::ConstraintBroken);
}
