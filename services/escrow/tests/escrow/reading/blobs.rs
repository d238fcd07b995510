//! Blobs: put by the provider, read by the sides once they are delivered, and by nobody else.

use earnest_base::Sha256Digest;

use crate::support::{ADAM, EWA, MARCIN, OPERATOR, ROMAN, STRANGER, World, illustration, png, with_image};

#[tokio::test]
async fn a_delivery_needs_its_blobs_and_the_sides_read_them() {
    let world = World::open().await;
    let papers = world.held_of(&illustration(), "a", 1).await;
    let image = png(1_024, 768);
    let digest = Sha256Digest::of(&image);
    let path = papers.path(&format!("/blobs/{digest}"));
    let response = with_image(&papers, "a", &image, world.now());
    let before = world.head().await;
    let missing = world.say(MARCIN, "/deliveries", &response).await;
    assert_eq!(missing.refusal(), (409, "blob-missing".to_owned()), "{}", missing.text());
    assert_eq!(missing.json()["pointer"], "/answer~1blobs/0");
    assert_eq!(world.head().await, before);

    let other = world.put(MARCIN, &path, b"other bytes").await;
    assert_eq!(other.refusal(), (400, "body-invalid".to_owned()), "{}", other.text());
    for _ in 0..2 {
        assert_eq!(world.put(MARCIN, &path, &image).await.status, 204);
    }
    assert_eq!(world.get(ROMAN, &path).await.status, 404, "what is not delivered is not shown");
    assert_eq!(world.say(MARCIN, "/deliveries", &response).await.effect(), "delivered");
    for (by, status) in [(ROMAN, 200), (MARCIN, 200), (EWA, 200), (OPERATOR, 200), (ADAM, 404), (STRANGER, 404)] {
        let answer = world.get(by, &path).await;
        assert_eq!(answer.status, status, "{by:?}");
        if status == 200 {
            assert_eq!(answer.body, image);
            assert_eq!(answer.header("content-type"), Some("image/png"));
            assert_eq!(answer.header("content-disposition"), Some("attachment"));
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        }
    }
    let unnamed = papers.path(&format!("/blobs/{}", Sha256Digest::of(b"unnamed")));
    assert_eq!(world.get(ROMAN, &unnamed).await.status, 404);
}

#[tokio::test]
async fn a_blob_of_one_contract_is_not_shown_under_another() {
    let world = World::open().await;
    let (one, two) = (world.held_of(&illustration(), "a", 1).await, world.held_of(&illustration(), "b", 1).await);
    let (first, second) = (png(100, 100), png(200, 200));
    for (papers, image, name) in [(&one, &first, "a"), (&two, &second, "b")] {
        let path = papers.path(&format!("/blobs/{}", Sha256Digest::of(image)));
        assert_eq!(world.put(MARCIN, &path, image).await.status, 204);
        let response = with_image(papers, name, image, world.now());
        assert_eq!(world.say(MARCIN, "/deliveries", &response).await.effect(), "delivered");
    }
    let crossed = one.path(&format!("/blobs/{}", Sha256Digest::of(&second)));
    assert_eq!(world.get(ROMAN, &crossed).await.status, 404);
}

#[tokio::test]
async fn nothing_is_uploaded_under_a_contract_that_has_ended() {
    let world = World::open().await;
    let papers = world.held_of(&illustration(), "a", 1).await;
    world.wait_until(crate::support::at("06:20:00")).await;
    let image = png(10, 10);
    let late = world.put(MARCIN, &papers.path(&format!("/blobs/{}", Sha256Digest::of(&image))), &image).await;
    assert_eq!(late.refusal(), (409, "hold-ended".to_owned()), "{}", late.text());
}
