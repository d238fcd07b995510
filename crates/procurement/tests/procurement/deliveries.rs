//! Deliveries: what the escrow checks, and what a rejection may name.

mod images;

use earnest_artifacts::{
    Content, ProcurementContract, ResponseDecision, ResponseEnvelope, ServiceOffer, Verified,
    procurement_contract::EncryptionMode,
    response_decision::{Criterion, Decision},
    response_envelope::Provenance,
    vocabulary::{AnswerFormat, BlobRef},
};
use earnest_base::Timestamp;
use earnest_procurement::{
    Answer, Blobs, Delivered, DeliveryCode, DeliveryContext, Refusal, RejectionCode, check_delivery, check_rejection,
    draft_contract, draft_response,
};

use crate::support::{
    ADAM, OLA, Papers, ROMAN, at, breakfast, count, example, ids, key, news, node, object, order_of, participant,
    redaction, signed, signed_by,
};

/// A contract with its papers and the blobs at hand.
struct Work {
    papers: Papers,
    contract: Verified<ProcurementContract>,
    blobs: Blobs,
}

impl Work {
    fn of(papers: Papers) -> Self {
        Self::with(papers, |_| {})
    }

    fn with(papers: Papers, change: fn(&mut ProcurementContract)) -> Self {
        let mut contract =
            draft_contract(&papers.deal(), &ids("breakfast"), at("06:05:00")).unwrap().document().clone();
        change(&mut contract);
        let provider = if contract.responder == participant(ADAM) { ADAM } else { OLA };
        let draft = earnest_artifacts::Draft::new(&contract).unwrap();
        let contract = signed_by(draft, &[(Some("responder"), provider), (Some("asker"), ROMAN)]);
        Self { papers, contract, blobs: Blobs::new() }
    }

    fn context(&self) -> DeliveryContext<'_> {
        let Papers { order, offer, .. } = &self.papers;
        DeliveryContext { contract: &self.contract, order, offer, blobs: &self.blobs }
    }

    fn response(&self, answer: &Answer) -> Verified<ResponseEnvelope> {
        let provider = if self.contract.responder == participant(ADAM) { ADAM } else { OLA };
        signed_by(draft_response(&self.contract, answer).unwrap(), &[(None, provider)])
    }

    fn check(&self, answer: &Answer, now: Timestamp) -> Result<Delivered, Refusal<DeliveryCode>> {
        check_delivery(&self.response(answer), &self.context(), now)
    }

    fn blob(&mut self, media_type: &str, bytes: &[u8]) -> BlobRef {
        let size = count(u64::try_from(bytes.len()).unwrap());
        BlobRef { digest: self.blobs.insert(bytes.to_vec()), media_type: media_type.parse().unwrap(), size }
    }
}

fn answer(content: Content) -> Answer {
    let format = match content {
        Content::Text(_) => AnswerFormat::Markdown,
        Content::Object(_) => AnswerFormat::Json,
    };
    Answer {
        id: "response:adam-001".parse().unwrap(),
        content,
        format,
        blobs: Vec::new(),
        provenance: Provenance::ModelOnly,
        model: Some("gpt-5".parse().unwrap()),
        sequence: Vec::new(),
        confidence: "0.9".parse().unwrap(),
        made_at: at("06:18:00"),
    }
}

fn three_items(characters: usize, urls: &str) -> Content {
    let item = format!(r#"{{"text": "{}", "urls": {urls}}}"#, "ś".repeat(characters));
    Content::Object(object(&format!(r#"{{"items": [{item}, {item}, {item}]}}"#)))
}

fn research() -> Work {
    Work::of(Papers::breakfast())
}

#[test]
fn what_keeps_everything_is_delivered_at_the_escrows_moment() {
    let work = research();
    let good = answer(three_items(1_000, r#"["https://example.org/a"]"#));
    let delivered = work.check(&good, at("06:34:59")).unwrap();
    assert_eq!((delivered.at, delivered.response.as_str()), (at("06:34:59"), "response:adam-001"));
    assert_eq!(delivered.digest, work.response(&good).content_digest());
    assert_eq!(work.check(&good, at("06:35:00")).unwrap_err().code, DeliveryCode::WorkByPassed);
}

#[test]
fn a_constraint_of_order_or_offer_that_is_broken_is_told_by_name() {
    let url = r#"["https://example.org/a"]"#;
    for (content, broken) in [
        (three_items(1_001, url), "char_limit"),
        (three_items(10, "[]"), "urls_required"),
        (three_items(10, r#"["ftp://example.org"]"#), "urls_required"),
        (three_items(10, r#"["https://"]"#), "urls_required"),
        (Content::Text("no link".to_owned()), "urls_required"),
        (Content::Object(object(r#"{"items": []}"#)), "urls_required"),
    ] {
        let refusal = research().check(&answer(content), at("06:20:00")).unwrap_err();
        assert_eq!(refusal.code, DeliveryCode::ConstraintBroken);
        assert!(refusal.found.ends_with(&format!("({broken})")), "{refusal}");
    }
    let linked = answer(Content::Text("See https://example.org for more.".to_owned()));
    assert!(research().check(&linked, at("06:20:00")).is_ok());
    let mut counted = breakfast();
    counted.output_constraints = Some(object(r#"{"item_count": 3}"#));
    let two = Content::Object(object(r#"{"items": ["a https://b.c", "b https://b.c"]}"#));
    let refusal = Work::of(Papers::new(&counted, &news())).check(&answer(two), at("06:20:00")).unwrap_err();
    assert!(refusal.found.ends_with("(item_count)"), "{refusal}");
}

#[test]
fn a_blob_is_there_whole_or_the_delivery_is_none() {
    let mut work = research();
    let blob = work.blob("text/markdown", b"See https://example.org");
    let with = |blob: BlobRef| Answer { blobs: vec![blob], ..answer(Content::Text("in the blob".to_owned())) };
    assert!(work.check(&with(blob.clone()), at("06:20:00")).is_ok());
    let refusal = work.check(&with(BlobRef { size: count(1), ..blob.clone() }), at("06:20:00")).unwrap_err();
    assert_eq!((refusal.code, refusal.pointer.as_str()), (DeliveryCode::BlobSize, "/answer~1blobs/0"));
    work.blobs = Blobs::new();
    assert_eq!(work.check(&with(blob), at("06:20:00")).unwrap_err().code, DeliveryCode::BlobMissing);
}

/// A change of a response, who signs it, and the code that tells of it.
struct Change(DeliveryCode, u8, fn(&mut ResponseEnvelope));

#[test]
fn only_the_responder_of_the_contract_delivers_and_only_for_it() {
    let work = research();
    let good = answer(three_items(10, r#"["https://example.org/a"]"#));
    let response = work.response(&good);
    let changes: [Change; 5] = [
        Change(DeliveryCode::SourceMismatch, OLA, |response| response.source = participant(OLA)),
        Change(DeliveryCode::SourceMismatch, ADAM, |response| response.source_node = node(OLA)),
        Change(DeliveryCode::ContractMismatch, ADAM, |response| response.contract = None),
        Change(DeliveryCode::ContractMismatch, ADAM, |response| {
            response.contract = Some("contract:other".parse().unwrap());
        }),
        Change(DeliveryCode::ContractMismatch, ADAM, |response| response.question = "question:other".parse().unwrap()),
    ];
    for Change(code, signer, change) in changes {
        let mut other = (*response).clone();
        other.room = None;
        change(&mut other);
        let refusal = check_delivery(&signed(&other, signer), &work.context(), at("06:20:00")).unwrap_err();
        assert_eq!(refusal.code, code, "{refusal}");
    }
    let other = Papers::new(&order_of(&news(), "lunch", 3, r#"{"topic": "lunch"}"#), &news());
    let context = DeliveryContext { order: &other.order, ..work.context() };
    let refusal = check_delivery(&response, &context, at("06:20:00")).unwrap_err();
    assert_eq!(refusal.code, DeliveryCode::ContractMismatch);
}

#[test]
fn provenance_is_what_the_offer_promises() {
    let order = order_of(&redaction(), "breakfast", 1, r#"{"text": "Tekst."}"#);
    let judge = |offer: ServiceOffer, provenance| {
        let model = (provenance != Provenance::HumanOnly).then(|| "bielik".parse().unwrap());
        let answer = Answer { provenance, model, ..answer(Content::Text("Lepszy tekst.".to_owned())) };
        Work::of(Papers::new(&order, &offer)).check(&answer, at("06:20:00")).map_err(|refusal| refusal.code)
    };
    let open = ServiceOffer { model_first: None, ..redaction() };
    assert!(judge(redaction(), Provenance::Hybrid).is_ok());
    assert!(judge(open.clone(), Provenance::HumanOnly).is_ok());
    for (offer, provenance) in
        [(redaction(), Provenance::ModelOnly), (redaction(), Provenance::HumanOnly), (open, Provenance::ModelOnly)]
    {
        assert_eq!(judge(offer, provenance).unwrap_err(), DeliveryCode::ProvenanceMismatch);
    }
}

#[test]
fn form_and_length_are_those_of_the_contract() {
    let order = order_of(&redaction(), "breakfast", 1, r#"{"text": "Tekst."}"#);
    let work = || {
        Work::with(Papers::new(&order, &redaction()), |contract| {
            (contract.min_length, contract.max_length) = (count(5), count(9));
        })
    };
    let judge = |text: &str, format| {
        let hybrid = Answer { provenance: Provenance::Hybrid, format, ..answer(Content::Text(text.to_owned())) };
        work().check(&hybrid, at("06:20:00")).map(|_| ()).map_err(|refusal| refusal.code)
    };
    assert_eq!(judge("śćżźół", AnswerFormat::Markdown), Ok(()));
    assert_eq!(judge("śćżź", AnswerFormat::Markdown), Err(DeliveryCode::TooShort));
    assert_eq!(judge("śćżźółąęńś", AnswerFormat::Markdown), Err(DeliveryCode::TooLong));
    assert_eq!(judge("śćżźół", AnswerFormat::PlainText), Err(DeliveryCode::FormatBroken));
    let json = ServiceOffer { output_constraints: Some(object(r#"{"format": "json"}"#)), ..news() };
    let work = Work::of(Papers::new(&order_of(&json, "breakfast", 1, r#"{"text": "x"}"#), &json));
    let judge = |text: &str| {
        let answer = Answer { format: AnswerFormat::Json, ..answer(Content::Text(text.to_owned())) };
        work.check(&answer, at("06:20:00")).map(|_| ()).map_err(|refusal| refusal.code)
    };
    assert_eq!(judge(r#"[1, 2]"#), Ok(()));
    assert_eq!(judge(r#"[1, 2"#), Err(DeliveryCode::FormatBroken));
}

/// A rejection of a response that names a criterion.
fn rejection(response: &Verified<ResponseEnvelope>, criterion: Criterion, author: u8) -> Verified<ResponseDecision> {
    let decision = ResponseDecision {
        contract: response.contract.clone().unwrap(),
        hold: None,
        decision: Decision::Reject,
        response: Some(response.id.clone()),
        response_digest: Some(response.content_digest()),
        author: participant(author),
        criterion: Some(criterion),
        ..example()
    };
    signed(&decision, author)
}

#[test]
fn a_rejection_stands_only_where_the_criterion_that_it_names_is_broken() {
    let work = research();
    let bad = work.response(&answer(three_items(1_001, r#"["https://example.org/a"]"#)));
    let broken = check_rejection(&rejection(&bad, Criterion::OutputConstraints, ROMAN), &bad, &work.context()).unwrap();
    assert_eq!(broken.criterion(), Criterion::OutputConstraints);
    assert_eq!(broken.fault().code, DeliveryCode::ConstraintBroken);
    let code = |decision: &Verified<ResponseDecision>, response| {
        check_rejection(decision, response, &work.context()).unwrap_err().code
    };
    for kept in [Criterion::AnswerFormat, Criterion::MinLength, Criterion::MaxLength] {
        assert_eq!(code(&rejection(&bad, kept, ROMAN), &bad), RejectionCode::CriterionKept);
    }
    let other = work.response(&answer(three_items(1_002, r#"["https://example.org/a"]"#)));
    assert_eq!(code(&rejection(&other, Criterion::OutputConstraints, ROMAN), &bad), RejectionCode::OtherResponse);
    assert_eq!(code(&rejection(&bad, Criterion::OutputConstraints, OLA), &bad), RejectionCode::AuthorMismatch);
    let mut accepts = (*rejection(&bad, Criterion::MaxLength, ROMAN)).clone();
    (accepts.decision, accepts.criterion) = (Decision::Accept, None);
    assert_eq!(code(&signed(&accepts, ROMAN), &bad), RejectionCode::NotARejection);
}

#[test]
fn what_the_escrow_cannot_read_it_neither_judges_nor_lets_be_rejected() {
    let work = Work::with(Papers::breakfast(), |contract| contract.encryption = Some(EncryptionMode::RecipientKey));
    let sealed = answer(Content::Text("age-encryption".to_owned()));
    assert!(work.check(&sealed, at("06:20:00")).is_ok());
    let response = work.response(&sealed);
    let refusal = check_rejection(&rejection(&response, Criterion::MaxLength, ROMAN), &response, &work.context());
    assert_eq!(refusal.unwrap_err().code, RejectionCode::CriterionUnseen);
}

#[test]
fn a_response_carries_its_provenance_in_both_vocabularies() {
    let work = research();
    let response = work.response(&answer(three_items(10, r#"["https://example.org/a"]"#)));
    assert_eq!((response.human_linked, response.human), (false, Some(false)));
    let text = r#"{"text": "Tekst."}"#;
    let work = Work::of(Papers::new(&order_of(&redaction(), "breakfast", 1, text), &redaction()));
    let sequence = ["model-draft", "human-refinement"].map(|word| word.parse().unwrap()).to_vec();
    let provenance = Answer::provenance_of(&redaction());
    let hybrid = Answer { provenance, sequence, ..answer(Content::Text("Lepszy tekst.".to_owned())) };
    let response = work.response(&hybrid);
    assert_eq!((response.human_linked, response.origins.len()), (true, 2));
    assert_eq!(response.sequence.as_ref().map(|sequence| sequence.len()), Some(2));
    assert_eq!(key(OLA).public(), response.source.key());
}
