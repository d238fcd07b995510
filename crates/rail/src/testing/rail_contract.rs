//! The cases of the contract.

/// Runs every case of the contract over a rail, each as a test of its own. The argument is a future of a fresh
/// [`RailSubject`](crate::testing::RailSubject), or of `None` where what it needs is not on this machine and that has been
/// said.
#[macro_export]
macro_rules! rail_contract {
    ($subject:expr) => {
        $crate::rail_contract!(@each $subject;
            the_same_job_gives_the_same_transaction,
            what_is_sent_is_carried_out_and_found,
            a_send_repeated_is_one_transfer,
            a_send_repeated_by_another_process_is_one_transfer,
            many_payments_are_answered_in_their_order,
            a_lost_answer_is_unclear_and_what_was_done_is_found,
            an_outage_is_no_outcome,
            a_payer_who_has_nothing_is_told_so_and_pays_nothing,
            what_the_relay_lacks_is_not_the_senders_fault,
            what_nobody_sent_is_told_as_it_is,
            an_authorisation_that_is_shown_again_pays_nothing_more,
            an_authorisation_that_ended_unused_has_lapsed,
        );
    };
    (@each $subject:expr; $($case:ident,)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $case() {
            if let Some(subject) = $subject.await {
                $crate::testing::cases::$case(&subject).await;
            }
        }
    )*};
}

/// The cases.
pub mod cases {
    use std::sync::Arc;

    use earnest_payment::ReasonCategory;
    use earnest_relay::{Finding, Outcome};
    use earnest_x402::ErrorReason;

    use crate::{
        CheckError,
        testing::{
            RailSubject, Reach,
            subject::{is_final, job, look, send, signed, sought},
        },
    };

    /// Two processes that know nothing of each other make the same of a job; another job is another transaction.
    pub async fn the_same_job_gives_the_same_transaction<S: RailSubject>(subject: &S) {
        let (one, other) = (subject.rail().await, subject.rail().await);
        let payment = subject.payment("one").await;
        let first = job(&*one, &payment, 0).await;
        let txid = one.sign(&first).await.unwrap();
        assert_eq!(one.sign(&first).await.unwrap(), txid);
        assert_eq!(other.sign(&first).await.unwrap(), txid);
        let another = job(&*one, &subject.payment("two").await, 0).await;
        assert_ne!(one.sign(&another).await.unwrap(), txid);
    }

    /// The plain way of a payment.
    pub async fn what_is_sent_is_carried_out_and_found<S: RailSubject>(subject: &S) {
        let rail = subject.rail().await;
        let payment = subject.payment("one").await;
        assert_eq!(rail.check(&[Arc::clone(&payment)]).await, [Ok(())]);
        let job = signed(&*rail, job(&*rail, &payment, 0).await).await;
        assert_eq!(send(&*rail, &job).await.outcome, Outcome::Accepted);
        subject.settle().await;
        let finding = look(subject, &*rail, &payment, job.txid.as_ref()).await;
        assert!(is_final(&*rail, &finding), "{finding:?}");
        assert_eq!(subject.paid(&payment).await, 1);
    }

    /// The same transaction as often as one likes, before and after it was carried out.
    pub async fn a_send_repeated_is_one_transfer<S: RailSubject>(subject: &S) {
        let rail = subject.rail().await;
        let payment = subject.payment("one").await;
        let job = signed(&*rail, job(&*rail, &payment, 0).await).await;
        for _ in 0..3 {
            assert_eq!(send(&*rail, &job).await.outcome, Outcome::Accepted);
        }
        subject.settle().await;
        for _ in 0..3 {
            assert_eq!(send(&*rail, &job).await.outcome, Outcome::Accepted);
        }
        subject.settle().await;
        assert_eq!(subject.paid(&payment).await, 1);
    }

    /// After a crash the same job is sent by a process that knows nothing of the first sending.
    pub async fn a_send_repeated_by_another_process_is_one_transfer<S: RailSubject>(subject: &S) {
        let rail = subject.rail().await;
        let payment = subject.payment("one").await;
        let job = signed(&*rail, job(&*rail, &payment, 0).await).await;
        assert_eq!(send(&*rail, &job).await.outcome, Outcome::Accepted);
        let after = subject.rail().await;
        assert_eq!(send(&*after, &job).await.outcome, Outcome::Accepted);
        subject.settle().await;
        assert_eq!(send(&*after, &job).await.outcome, Outcome::Accepted);
        let finding = look(subject, &*after, &payment, job.txid.as_ref()).await;
        assert!(is_final(&*after, &finding), "{finding:?}");
        assert_eq!(subject.paid(&payment).await, 1);
    }

    /// Of several payments in one call each has its own answer, in its place.
    pub async fn many_payments_are_answered_in_their_order<S: RailSubject>(subject: &S) {
        let rail = subject.rail().await;
        let (mut payments, mut jobs, mut sights) = (Vec::new(), Vec::new(), Vec::new());
        for (at, name) in ["one", "two", "three"].iter().enumerate() {
            let payment = subject.payment(name).await;
            jobs.push(signed(&*rail, job(&*rail, &payment, at as u64).await).await);
            payments.push(payment);
        }
        let poor = subject.unfunded("poor").await;
        let checked = rail.check(&[Arc::clone(&payments[0]), poor, Arc::clone(&payments[1])]).await;
        assert!(matches!(checked[..], [Ok(()), Err(CheckError::Refused { .. }), Ok(())]), "{checked:?}");
        let sent = rail.send(&jobs).await;
        assert!(sent.iter().all(|sent| sent.outcome == Outcome::Accepted) && sent.len() == 3, "{sent:?}");
        subject.settle().await;
        for (job, payment) in jobs.iter().zip(&payments) {
            sights.push(sought(payment, job.txid.as_ref(), subject.now().await));
        }
        let found = rail.look(&sights).await;
        for (finding, (job, payment)) in found.iter().zip(jobs.iter().zip(&payments)) {
            let finding = finding.as_ref().unwrap();
            assert!(is_final(&*rail, finding), "{finding:?} of {:?}", job.txid);
            assert_eq!(subject.paid(payment).await, 1);
        }
    }

    /// What nobody heard of is neither told as done nor as not done; once the rail is heard again, it is found.
    pub async fn a_lost_answer_is_unclear_and_what_was_done_is_found<S: RailSubject>(subject: &S) {
        let rail = subject.rail().await;
        let payment = subject.payment("one").await;
        let job = signed(&*rail, job(&*rail, &payment, 0).await).await;
        subject.reach(Reach::Deaf).await;
        assert_eq!(send(&*rail, &job).await.outcome, Outcome::Unclear);
        subject.reach(Reach::Within).await;
        subject.settle().await;
        let finding = look(subject, &*rail, &payment, job.txid.as_ref()).await;
        assert!(is_final(&*rail, &finding), "{finding:?}");
        assert_eq!(send(&*rail, &job).await.outcome, Outcome::Accepted);
        subject.settle().await;
        assert_eq!(subject.paid(&payment).await, 1);
    }

    /// While the rail is away nobody is refused, nothing is found, and nothing was sent.
    pub async fn an_outage_is_no_outcome<S: RailSubject>(subject: &S) {
        let rail = subject.rail().await;
        let payment = subject.payment("one").await;
        let job = signed(&*rail, job(&*rail, &payment, 0).await).await;
        let sight = sought(&payment, job.txid.as_ref(), subject.now().await);
        subject.reach(Reach::Away).await;
        let checked = rail.check(&[Arc::clone(&payment)]).await;
        assert!(matches!(checked[..], [Err(CheckError::Outage(_))]), "{checked:?}");
        let sent = send(&*rail, &job).await;
        assert_eq!((sent.outcome, sent.finding), (Outcome::Unavailable, None));
        assert!(rail.look(&[sight]).await.remove(0).is_err());
        subject.reach(Reach::Within).await;
        assert_eq!(subject.paid(&payment).await, 0);
        assert_eq!(send(&*rail, &job).await.outcome, Outcome::Accepted);
        subject.settle().await;
        assert_eq!(subject.paid(&payment).await, 1);
    }

    /// The check says so; who sends all the same is not told that the relay lacks something, and nobody is paid.
    pub async fn a_payer_who_has_nothing_is_told_so_and_pays_nothing<S: RailSubject>(subject: &S) {
        let rail = subject.rail().await;
        let payment = subject.unfunded("poor").await;
        let checked = rail.check(&[Arc::clone(&payment)]).await.remove(0);
        let word = |error: &CheckError| match error {
            CheckError::Refused { reason, .. } => Some(reason.clone()),
            CheckError::Outage(_) => None,
        };
        let expected = [ErrorReason::INSUFFICIENT_FUNDS, ErrorReason::INVALID_EXACT_EVM_INSUFFICIENT_BALANCE];
        assert!(checked.as_ref().err().and_then(word).is_some_and(|word| expected.contains(&word)), "{checked:?}");
        let job = signed(&*rail, job(&*rail, &payment, 0).await).await;
        match send(&*rail, &job).await.outcome {
            Outcome::Refused { reason, .. } => {
                assert!(matches!(reason.category(), ReasonCategory::Validation | ReasonCategory::Sender), "{reason}");
            }
            Outcome::Accepted | Outcome::Unclear => {
                subject.settle().await;
                let finding = look(subject, &*rail, &payment, job.txid.as_ref()).await;
                assert!(matches!(finding, Finding::Included { success: false, .. }), "{finding:?}");
            }
            outcome => panic!("expected the payer's fault, found {outcome:?}"),
        }
        assert_eq!(subject.paid(&payment).await, 0);
    }

    /// What the relay has to bring itself is no fault of the payment, which stays good.
    pub async fn what_the_relay_lacks_is_not_the_senders_fault<S: RailSubject>(subject: &S) {
        let payment = subject.payment("one").await;
        subject.disable_relay().await;
        let rail = subject.rail().await;
        let job = signed(&*rail, job(&*rail, &payment, 0).await).await;
        match send(&*rail, &job).await.outcome {
            Outcome::WalletEmpty | Outcome::Unavailable => {}
            Outcome::Refused { reason, .. } => assert_eq!(reason.category(), ReasonCategory::Relay, "{reason}"),
            outcome => panic!("expected the relay's fault, found {outcome:?}"),
        }
        assert_eq!(subject.paid(&payment).await, 0);
    }

    /// Of a payment that was never sent nothing is told but the truth: it is missing, or, on a rail where looking is
    /// asking again, it has been carried out.
    pub async fn what_nobody_sent_is_told_as_it_is<S: RailSubject>(subject: &S) {
        let rail = subject.rail().await;
        let payment = subject.payment("one").await;
        let job = signed(&*rail, job(&*rail, &payment, 0).await).await;
        subject.settle().await;
        let finding = look(subject, &*rail, &payment, job.txid.as_ref()).await;
        let paid = subject.paid(&payment).await;
        match finding {
            Finding::Missing | Finding::Dropped => assert_eq!(paid, 0),
            finding => assert!(is_final(&*rail, &finding) && paid == 1, "{finding:?}, paid {paid} times"),
        }
    }

    /// An authorisation pays once: who shows it again is refused, or is told of the same payment (threat X03).
    pub async fn an_authorisation_that_is_shown_again_pays_nothing_more<S: RailSubject>(subject: &S) {
        let rail = subject.rail().await;
        let payment = subject.payment("one").await;
        let first = signed(&*rail, job(&*rail, &payment, 0).await).await;
        assert_eq!(send(&*rail, &first).await.outcome, Outcome::Accepted);
        subject.settle().await;
        let checked = rail.check(&[Arc::clone(&payment)]).await.remove(0);
        assert!(!matches!(checked, Err(CheckError::Outage(_))), "{checked:?}");
        let again = signed(&*rail, job(&*rail, &payment, 0).await).await;
        send(&*rail, &again).await;
        subject.settle().await;
        let finding = look(subject, &*rail, &payment, again.txid.as_ref()).await;
        assert!(is_final(&*rail, &finding), "{finding:?}");
        assert_eq!(subject.paid(&payment).await, 1);
    }

    /// Once it can no longer be carried out, that is told.
    pub async fn an_authorisation_that_ended_unused_has_lapsed<S: RailSubject>(subject: &S) {
        let rail = subject.rail().await;
        let payment = subject.payment("one").await;
        let job = signed(&*rail, job(&*rail, &payment, 0).await).await;
        let now = subject.lapse(&payment).await;
        let found = rail.look(&[sought(&payment, job.txid.as_ref(), now)]).await.remove(0);
        assert_eq!(found, Ok(Finding::Lapsed));
        assert_eq!(subject.paid(&payment).await, 0);
    }
}
