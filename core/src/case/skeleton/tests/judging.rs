//! Ratings, return visits, complaints, orders, accountability.

use super::kit::{Desk, HE, LIN, MA, PAPER, QIN, SUN, code, day, example, sealed};
use crate::case::CaseEvent;
use crate::case::ReasonCode;
use crate::case::code::{Role, ServiceMode};
use crate::case::skeleton::{
    AccountabilityLevel, CommonCommand, CommonEvent, ComplaintFiled, ComplaintFinding, ComplaintMatter,
    IssueSupervisionOrder, OpenAccountability, OrderForm, RatingMethod, RecordReturnVisit, ResolveComplaint,
    SatisfactionRated, ServiceMethod, Told, VerifyRectification, VisitResult,
};
use crate::id::{ActorId, PersonRef};
use crate::policy::Layer;

fn rate(by: PersonRef, level: u8) -> SatisfactionRated {
    SatisfactionRated { by, level: level.try_into().unwrap(), method: RatingMethod::Sms }
}

fn visit(person: Option<PersonRef>, result: VisitResult) -> RecordReturnVisit {
    RecordReturnVisit { person, mode: ServiceMode::Phone, result, record: PAPER }
}

#[test]
fn nothing_is_rated_or_visited_before_it_is_delivered() {
    let mut desk = Desk::taken();
    desk.refuses(Role::Applicant, LIN, rate(SUN, 5), &[ReasonCode::NothingDelivered]);
    desk.refuses(
        Role::Qa,
        QIN,
        visit(None, VisitResult::Confirmed),
        &[ReasonCode::NothingDelivered, ReasonCode::IsHandler],
    );
    for name in ["RecordResolutionTier", "RecordDisposition"] {
        desk.refuses(Role::Clerk, LIN, example(name), &[ReasonCode::NothingDelivered]);
    }
    let mut desk = Desk::delivered();
    desk.does(Role::Clerk, LIN, example("RecordResolutionTier"), &["ResolutionTierRecorded"]);
    desk.does(Role::Clerk, LIN, example("RecordDisposition"), &["DispositionRecorded"]);
}

/// R16: nobody is satisfied who has not said so.
#[test]
fn the_dissatisfied_are_visited_before_the_file_goes_to_the_archive() {
    let mut desk = Desk::shut();
    let submit = || example("SubmitArchive");
    assert_eq!(desk.case.common.rating_of(SUN), None);
    desk.does(Role::Applicant, LIN, rate(SUN, 2), &["SatisfactionRated"]);
    desk.does(Role::Party, LIN, rate(MA, 1), &["SatisfactionRated"]);
    desk.does(Role::Applicant, LIN, rate(SUN, 4), &["SatisfactionRated"]);
    desk.refuses(Role::Clerk, LIN, submit(), &[ReasonCode::VisitOwed]);
    desk.does(Role::Qa, HE, visit(Some(SUN), VisitResult::RatingChanged), &["ReturnVisitRecorded"]);
    for _ in 0..2 {
        desk.does(Role::Qa, HE, visit(Some(MA), VisitResult::Unreachable), &["ReturnVisitRecorded"]);
        desk.refuses(Role::Clerk, LIN, submit(), &[ReasonCode::VisitOwed]);
    }
    desk.does(Role::Qa, HE, visit(None, VisitResult::Unreachable), &["ReturnVisitRecorded"]);
    desk.does(Role::Clerk, LIN, submit(), &["ArchiveSubmitted"]);
}

#[test]
fn a_complaint_is_answered_by_another_and_the_complainant_hears_it() {
    let mut desk = Desk::taken();
    let file = |complaint: &str, by, against| ComplaintFiled {
        complaint: code(complaint),
        by,
        against,
        matter: ComplaintMatter::Attitude,
        text: sealed(),
    };
    let told = || Some(Told { method: ServiceMethod::Post, record: PAPER });
    let resolve = |complaint: &str, told| ResolveComplaint {
        complaint: code(complaint),
        finding: ComplaintFinding::PartlyUpheld,
        decision: PAPER,
        told,
    };
    desk.does(Role::Applicant, LIN, file("K1", Some(SUN), Some(HE)), &["ComplaintFiled"]);
    desk.refuses(Role::Applicant, LIN, file("K1", None, None), &[ReasonCode::ItemTwice]);
    desk.does(Role::Hotline, LIN, file("K2", None, None), &["ComplaintFiled"]);
    desk.refuses(
        Role::Bureau,
        QIN,
        resolve("K3", told()),
        &[ReasonCode::NoSuchComplaint, ReasonCode::IsHandler],
    );
    desk.refuses(Role::Bureau, HE, resolve("K1", told()), &[ReasonCode::SamePerson]);
    desk.refuses(Role::Bureau, LIN, resolve("K1", None), &[ReasonCode::ComplainantNotTold]);
    desk.does(Role::Bureau, LIN, resolve("K1", told()), &["ComplaintResolved"]);
    desk.refuses(Role::Bureau, LIN, resolve("K1", told()), &[ReasonCode::NoSuchComplaint]);
    desk.does(Role::Bureau, LIN, resolve("K2", None), &["ComplaintResolved"]);
}

#[test]
fn an_order_stays_open_until_it_is_followed() {
    let mut desk = Desk::taken();
    let order =
        |due| IssueSupervisionOrder { order: code("S1"), form: OrderForm::Order, due, decision: PAPER };
    let verify = |passed| VerifyRectification { order: code("S1"), passed, decision: PAPER };
    let blame = |against: ActorId| OpenAccountability {
        against,
        level: AccountabilityLevel::Reminder,
        decision: PAPER,
    };
    desk.refuses(Role::Operator, LIN, order(day(7, 1)), &[ReasonCode::WrongRole]);
    desk.refuses(Role::Bureau, QIN, order(day(6, 25)), &[ReasonCode::IsHandler, ReasonCode::DayPast]);
    desk.refuses(Role::Bureau, LIN, verify(true), &[ReasonCode::NoSuchOrder]);
    desk.does(Role::Bureau, LIN, order(day(7, 1)), &["SupervisionOrderIssued"]);
    desk.refuses(Role::Bureau, LIN, order(day(7, 1)), &[ReasonCode::ItemTwice]);
    desk.refuses(Role::Bureau, QIN, verify(true), &[ReasonCode::IsHandler]);
    desk.refuses(Role::Bureau, LIN, blame(QIN), &[ReasonCode::NothingMissed]);
    desk.does(Role::Bureau, LIN, verify(false), &["RectificationVerified"]);
    desk.refuses(Role::Bureau, LIN, blame(LIN), &[ReasonCode::SamePerson]);
    desk.does(Role::Bureau, LIN, blame(QIN), &["AccountabilityOpened"]);
    desk.does(Role::Bureau, LIN, verify(true), &["RectificationVerified"]);
    desk.refuses(Role::Bureau, LIN, verify(true), &[ReasonCode::NoSuchOrder]);
}

#[test]
fn a_term_that_was_missed_is_noted_once() {
    let mut desk = Desk::taken();
    let note = CommonCommand::NoteMissedDeadline;
    desk.at("2026-07-17T17:00:00+08:00");
    desk.refuses(Role::System, LIN, note.clone(), &[ReasonCode::NothingMissed]);
    desk.at("2026-07-20T09:00:00+08:00");
    let events = desk.does(Role::System, LIN, note.clone(), &["DeadlineMissed"]);
    let CaseEvent::Common(CommonEvent::DeadlineMissed(missed)) = &events[0] else { panic!("{events:?}") };
    assert_eq!((missed.layer, missed.last_day), (Layer::Statute, day(7, 17)));
    desk.refuses(Role::System, LIN, note, &[ReasonCode::NothingMissed]);
    let blame =
        OpenAccountability { against: QIN, level: AccountabilityLevel::WrittenCriticism, decision: PAPER };
    desk.does(Role::Bureau, LIN, blame, &["AccountabilityOpened"]);
}
