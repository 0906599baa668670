//! Corrections, archive, loans, quality reviews, reopening.

use std::collections::BTreeSet;

use super::kit::{
    Desk, ELSEWHERE, HE, HERE, LIN, PAPER, QIN, SUN, code, day, example, fingerprint, sealed, sealed_under,
};
use crate::case::ReasonCode;
use crate::case::code::{Phase, Role};
use crate::case::skeleton::{
    CommonCommand, ConfidentialGround, ConfidentialityMarked, ConfirmCorrection, CorrectRecord,
    CorrectionReason, FileLent, FileReturned, FinaliseQualityReview, Grade, LoanPurpose, QualityReviewOpened,
    RecordedValue, ReopenCase, ReviewForm, ScoreQualityReview, SubmitArchive,
};
use crate::id::{ActorId, Revision};

fn correct(old: RecordedValue, new: RecordedValue) -> CorrectRecord {
    CorrectRecord {
        target_seq: Revision::FIRST,
        field: code("people"),
        old: Some(old),
        new: Some(new),
        reason: CorrectionReason::Clerical,
    }
}

fn confirm(agreed: bool) -> ConfirmCorrection {
    ConfirmCorrection { target_seq: Revision::FIRST, field: code("people"), agreed }
}

#[test]
fn a_plain_correction_counts_at_once() {
    let mut desk = Desk::taken();
    let to = |text| RecordedValue::Code(code(text));
    desk.refuses(Role::Clerk, LIN, correct(to("A"), to("A")), &[ReasonCode::NothingCorrected]);
    let of_the_future = CorrectRecord { target_seq: Revision::new(99).unwrap(), ..correct(to("A"), to("B")) };
    desk.refuses(Role::Clerk, LIN, of_the_future, &[ReasonCode::NoSuchRecord]);
    desk.does(Role::Clerk, LIN, correct(to("A"), to("B")), &["RecordCorrected"]);
    desk.does(Role::Clerk, LIN, correct(to("B"), to("C")), &["RecordCorrected"]);
    let counts = desk.case.common.correction_of(Revision::FIRST, &code("people")).unwrap();
    assert_eq!(counts.new, Some(to("C")));
    let text = |key| RecordedValue::Sealed(sealed_under(key));
    let free_text = correct(text(*HERE.as_uuid()), RecordedValue::Sealed(sealed()));
    desk.refuses(Role::Clerk, LIN, free_text, &[ReasonCode::NothingCorrected]);
}

/// SOD-13.
#[test]
fn an_identity_or_a_date_is_corrected_by_two() {
    let person = || RecordedValue::Sealed(sealed_under(*SUN.as_uuid()));
    let delicate = [
        RecordedValue::Date(day(6, 1)),
        RecordedValue::Moment("2026-06-26T09:00:00+08:00".parse().unwrap()),
        RecordedValue::Person(SUN),
        RecordedValue::Fingerprint(fingerprint('3')),
        person(),
    ];
    for value in delicate {
        let mut desk = Desk::taken();
        let correction = || correct(RecordedValue::Code(code("A")), value.clone());
        desk.refuses(Role::Clerk, LIN, confirm(true), &[ReasonCode::NoCorrectionOpen]);
        desk.does(Role::Clerk, LIN, correction(), &["CorrectionProposed"]);
        assert!(desk.case.common.corrections.is_empty());
        desk.refuses(Role::Clerk, HE, correction(), &[ReasonCode::CorrectionOpen]);
        desk.refuses(Role::Clerk, LIN, confirm(true), &[ReasonCode::SecondPerson]);
        desk.does(Role::Clerk, HE, confirm(false), &["CorrectionRejected"]);
        desk.does(Role::Clerk, LIN, correction(), &["CorrectionProposed"]);
        desk.does(Role::Clerk, HE, confirm(true), &["RecordCorrected"]);
        let counts = desk.case.common.correction_of(Revision::FIRST, &code("people")).unwrap();
        assert_eq!((counts.by, counts.confirmed_by), (LIN, Some(HE)));
    }
}

/// R11.
#[test]
fn a_file_goes_to_the_archive_whole_and_through_other_hands() {
    let mut desk = Desk::delivered();
    desk.refuses(Role::Clerk, LIN, example("SubmitArchive"), &[ReasonCode::WrongState]);
    let mut desk = Desk::shut();
    let empty = SubmitArchive { items: BTreeSet::new() };
    desk.refuses(Role::Clerk, LIN, empty, &[ReasonCode::FileIncomplete]);
    let accept = || CommonCommand::AcceptArchive;
    desk.refuses(Role::Archivist, HE, accept(), &[ReasonCode::NotSubmitted]);
    desk.does(Role::Clerk, LIN, example("SubmitArchive"), &["ArchiveSubmitted"]);
    desk.refuses(Role::Clerk, LIN, example("SubmitArchive"), &[ReasonCode::AlreadySubmitted]);
    desk.refuses(Role::Archivist, LIN, accept(), &[ReasonCode::SamePerson]);
    desk.refuses(Role::Archivist, QIN, accept(), &[ReasonCode::IsHandler]);
    desk.does(Role::Archivist, HE, example("ReturnArchive"), &["ArchiveReturned"]);
    desk.does(Role::Clerk, LIN, example("SubmitArchive"), &["ArchiveSubmitted"]);
    desk.does(Role::Archivist, HE, accept(), &["ArchiveAccepted"]);
}

#[test]
fn a_file_is_lent_to_one_and_a_confidential_one_with_an_approval() {
    let lend = |due, approval| FileLent { borrower: HE, purpose: LoanPurpose::Casework, due, approval };
    let back = |borrower: ActorId| FileReturned { borrower };
    let mut desk = Desk::archived();
    desk.refuses(Role::Archivist, LIN, back(HE), &[ReasonCode::NotOnLoan]);
    desk.refuses(Role::Archivist, LIN, lend(day(6, 1), None), &[ReasonCode::DayPast]);
    desk.does(Role::Archivist, LIN, lend(day(7, 1), None), &["FileLent"]);
    desk.refuses(Role::Archivist, LIN, lend(day(7, 1), None), &[ReasonCode::OnLoan]);
    desk.refuses(Role::Archivist, LIN, back(QIN), &[ReasonCode::NotOnLoan]);
    desk.does(Role::Archivist, LIN, back(HE), &["FileReturned"]);

    let mut desk = Desk::shut();
    let secret = ConfidentialityMarked { ground: ConfidentialGround::Will };
    desk.does(Role::Notary, LIN, secret, &["ConfidentialityMarked"]);
    desk.does(Role::Clerk, LIN, example("SubmitArchive"), &["ArchiveSubmitted"]);
    desk.does(Role::Archivist, HE, CommonCommand::AcceptArchive, &["ArchiveAccepted"]);
    desk.refuses(Role::Archivist, LIN, lend(day(7, 1), None), &[ReasonCode::ApprovalMissing]);
    desk.does(Role::Archivist, LIN, lend(day(7, 1), Some(PAPER)), &["FileLent"]);
}

/// SOD-04.
#[test]
fn quality_is_judged_by_another_unit_and_decided_by_another_person() {
    let open = || QualityReviewOpened { review: code("Q1"), form: ReviewForm::Peer };
    let score = |points: u8| ScoreQualityReview {
        review: code("Q1"),
        score: points.try_into().unwrap(),
        record: PAPER,
    };
    let finalise = || FinaliseQualityReview { review: code("Q1"), decision: PAPER };
    let mut desk = Desk::archived();
    desk.refuses(Role::Peer, HE, score(80), &[ReasonCode::NoSuchReview, ReasonCode::SameUnit]);
    desk.does(Role::Bureau, LIN, open(), &["QualityReviewOpened"]);
    desk.refuses(Role::Bureau, LIN, open(), &[ReasonCode::ItemTwice]);
    desk.refuses(Role::Bureau, LIN, finalise(), &[ReasonCode::NotScored]);
    desk.with_peers_of("CN/510100/peers");
    desk.refuses(Role::Peer, QIN, score(80), &[ReasonCode::IsHandler]);
    desk.does(Role::Peer, HE, score(80), &["QualityReviewScored"]);
    desk.refuses(Role::Peer, HE, score(90), &[ReasonCode::AlreadyScored]);
    let third = ActorId::from_uuid(uuid::Uuid::from_u128(17));
    desk.does(Role::Peer, third, score(99), &["QualityReviewScored"]);
    desk.refuses(Role::Bureau, HE, finalise(), &[ReasonCode::SamePerson]);
    desk.does(Role::Bureau, LIN, finalise(), &["QualityReviewFinalised"]);
    assert_eq!(desk.case.common.reviews[&code("Q1")].grade, Some(Grade::Good));
    desk.refuses(Role::Peer, LIN, score(80), &[ReasonCode::NoSuchReview]);
}

#[test]
fn a_closed_case_goes_on_and_an_archived_one_is_continued_elsewhere() {
    let reopen =
        |ground: &str, continuation| ReopenCase { ground: code(ground), decision: PAPER, continuation };
    let mut desk = Desk::shut();
    desk.refuses(
        Role::Approver,
        LIN,
        reopen("WHIM", Some(ELSEWHERE)),
        &[ReasonCode::UnknownGround, ReasonCode::ContinuationOfArchived],
    );
    desk.at("2026-07-01T09:00:00+08:00");
    desk.does(Role::Approver, LIN, reopen("NEW_FACTS", None), &["CaseReopened"]);
    assert_eq!(desk.case.phase(), Phase::Handling);
    // Fifteen working days from the first of July, and not from the day on which it was first asked for.
    assert_eq!(desk.case.common.clock.as_ref().unwrap().last_day(), Some(day(7, 22)));

    let mut desk = Desk::archived();
    let before = desk.case.clone();
    let refused = [(None, ReasonCode::ContinuationOfArchived), (Some(HERE), ReasonCode::SameCase)];
    for (continuation, code) in refused {
        desk.refuses(Role::Approver, LIN, reopen("NEW_FACTS", continuation), &[code]);
    }
    desk.does(Role::Approver, LIN, reopen("NEW_FACTS", Some(ELSEWHERE)), &["CaseReopened"]);
    assert_eq!((desk.case.phase(), &desk.case.own), (Phase::Archived, &before.own));
    assert_eq!(desk.case.common.archive, before.common.archive);
    assert_eq!(desk.case.common.clock, before.common.clock);
}
