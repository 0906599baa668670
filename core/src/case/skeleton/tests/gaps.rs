//! What is missing, and the clock that waits for it; what is sensitive.

use std::collections::BTreeSet;

use super::kit::{Desk, HE, LIN, PAPER, SUN, code, codes, day, example, sealed};
use crate::case::code::Role;
use crate::case::skeleton::examples::remedy;
use crate::case::skeleton::{
    AcceptProvisionally, ClockSuspended, CommonCommand, DefaultGap, FlagSensitive, GapConsequence, GapFilled,
    LapseSupplement, NoticeKind, NoticeSent, NoticeServed, Overlay, Remedy, ReportRecipient,
    RequestSupplement, SensitiveFeature, SensitiveMatterReported, ServiceMethod, SupplementEffect,
    SupplementItem, SupplementSubmitted,
};
use crate::case::{CaseEvent, ReasonCode};
use crate::id::{DocumentId, Revision};

const NOTICE: DocumentId = DocumentId::from_uuid(uuid::Uuid::from_u128(25));

fn ask_for(items: &[(&str, Option<u64>)]) -> RequestSupplement {
    let item = |(name, from): &(&str, Option<u64>)| SupplementItem {
        item: code(name),
        text: Some(sealed()),
        known_from: from.and_then(Revision::new),
    };
    RequestSupplement {
        items: items.iter().map(item).collect(),
        legal_effect_if_missed: SupplementEffect::DeemedWithdrawn,
        notice: NOTICE,
    }
}

fn supply(items: &[&str]) -> SupplementSubmitted {
    SupplementSubmitted { items: codes(items), documents: vec![PAPER] }
}

fn no_remedy() -> Remedy {
    Remedy { routes: BTreeSet::new(), ..remedy() }
}

#[test]
fn what_is_missing_is_asked_for_at_once_and_the_clock_waits() {
    let mut desk = Desk::asked();
    desk.refuses(Role::Reviewer, LIN, ask_for(&[]), &[ReasonCode::NobodyNamed]);
    let twice = ask_for(&[("lease", None), ("lease", None)]);
    desk.refuses(Role::Reviewer, LIN, twice, &[ReasonCode::ItemTwice]);
    let events = desk.does(
        Role::Reviewer,
        LIN,
        ask_for(&[("lease", None), ("receipt", None)]),
        &["SupplementRequested", "ClockSuspended"],
    );
    let [due] = events[0].deadlines()[..] else { panic!("it sets one due date") };
    assert_eq!(due.warned().unwrap().due.due, day(7, 3));
    desk.refuses(
        Role::Reviewer,
        LIN,
        ask_for(&[("map", None)]),
        &[ReasonCode::SupplementOpen, ReasonCode::KnownEarlier],
    );
    let marks = BTreeSet::from([Overlay::ClockSuspended, Overlay::SupplementPending]);
    assert_eq!(desk.case.common.overlays(), marks);

    desk.at("2026-07-02T09:00:00+08:00");
    desk.refuses(Role::Applicant, LIN, supply(&["map"]), &[ReasonCode::NotAskedFor]);
    desk.does(Role::Applicant, LIN, supply(&["lease"]), &["SupplementSubmitted"]);
    desk.does(Role::Applicant, LIN, supply(&["receipt"]), &["SupplementSubmitted", "ClockResumed"]);
    assert!(desk.case.common.overlays().is_empty());
    desk.refuses(Role::Applicant, LIN, supply(&["lease"]), &[ReasonCode::NoSupplementOpen]);
}

/// R14.
#[test]
fn a_second_request_lists_only_what_could_not_be_known_at_the_first() {
    let mut desk = Desk::asked();
    desk.does(Role::Reviewer, LIN, ask_for(&[("lease", None)]), &["SupplementRequested", "ClockSuspended"]);
    desk.does(Role::Applicant, LIN, supply(&["lease"]), &["SupplementSubmitted", "ClockResumed"]);
    let head = desk.case.common.head.unwrap().get();
    let first = desk.case.common.supplements.as_ref().unwrap().first.get();
    for (item, from) in [
        ("lease", Some(head)),
        ("map", None),
        ("map", Some(1)),
        ("map", Some(first)),
        ("map", Some(head + 1)),
    ] {
        desk.refuses(Role::Reviewer, LIN, ask_for(&[(item, from)]), &[ReasonCode::KnownEarlier]);
    }
    // The lease that came in names a plot that nobody had heard of.
    let second = ask_for(&[("map", Some(head - 1))]);
    desk.does(Role::Reviewer, LIN, second, &["SupplementRequested", "ClockSuspended"]);
    assert_eq!(desk.case.common.supplements.as_ref().unwrap().rounds, 2);
}

#[test]
fn time_lapses_only_for_whoever_was_told() {
    let mut desk = Desk::asked();
    let lapse = |remedy| LapseSupplement { record: PAPER, remedy };
    desk.refuses(Role::Reviewer, LIN, lapse(remedy()), &[ReasonCode::NoSupplementOpen]);
    desk.does(Role::Reviewer, LIN, ask_for(&[("lease", None)]), &["SupplementRequested", "ClockSuspended"]);
    let sent = NoticeSent {
        notice: NOTICE,
        kind: NoticeKind::Supplement,
        to: BTreeSet::from([SUN]),
        method: ServiceMethod::Post,
    };
    desk.does(Role::Clerk, LIN, sent, &["NoticeSent"]);
    desk.at("2026-07-03T17:00:00+08:00");
    desk.refuses(
        Role::Reviewer,
        LIN,
        lapse(no_remedy()),
        &[ReasonCode::TimeNotOver, ReasonCode::NotServed, ReasonCode::NoRemedyTold],
    );
    let served = NoticeServed { notice: NOTICE, to: SUN, method: ServiceMethod::Post, proof: PAPER };
    desk.does(Role::Clerk, LIN, served, &["NoticeServed"]);
    desk.at("2026-07-06T09:00:00+08:00");
    desk.refuses(Role::System, LIN, lapse(remedy()), &[ReasonCode::WrongRole]);
    desk.does(Role::Reviewer, LIN, lapse(remedy()), &["SupplementLapsed", "ClockResumed"]);
}

/// R13.
#[test]
fn a_clock_stops_on_the_grounds_of_its_rule_and_before_its_end() {
    let mut desk = Desk::asked();
    let stop = |ground| ClockSuspended { ground: code(ground) };
    desk.refuses(Role::System, LIN, stop("appraisal"), &[ReasonCode::PauseNotAllowed]);
    desk.refuses(Role::System, LIN, CommonCommand::ResumeClock, &[ReasonCode::ClockRunning]);
    desk.does(Role::System, LIN, stop("verification"), &["ClockSuspended"]);
    desk.refuses(Role::System, LIN, stop("supplement"), &[ReasonCode::ClockStopped]);
    // The clock stands still already, so what is asked for does not stop it, and what comes in does not start it.
    desk.does(Role::Reviewer, LIN, ask_for(&[("lease", None)]), &["SupplementRequested"]);
    desk.does(Role::Applicant, LIN, supply(&["lease"]), &["SupplementSubmitted"]);
    desk.does(Role::System, LIN, CommonCommand::ResumeClock, &["ClockResumed"]);
    desk.at("2026-09-01T09:00:00+08:00");
    desk.refuses(Role::System, LIN, stop("supplement"), &[ReasonCode::TermOver]);
}

#[test]
fn a_gap_is_filled_or_its_consequence_told() {
    let mut desk = Desk::asked();
    let accept = |missing: &[&str]| AcceptProvisionally {
        missing: codes(missing),
        consequence: GapConsequence::Returned,
        decision: PAPER,
    };
    let fill = |items: &[&str]| GapFilled { items: codes(items), documents: vec![PAPER] };
    desk.refuses(Role::Clerk, LIN, fill(&["copy"]), &[ReasonCode::NoGap]);
    desk.refuses(Role::Clerk, LIN, accept(&[]), &[ReasonCode::NobodyNamed]);
    desk.does(Role::Clerk, LIN, accept(&["copy", "photo"]), &["ProvisionallyAccepted"]);
    desk.refuses(Role::Clerk, LIN, accept(&["seal"]), &[ReasonCode::GapOpen]);
    desk.refuses(Role::Clerk, LIN, fill(&["seal"]), &[ReasonCode::NotAskedFor]);
    desk.does(Role::Clerk, LIN, fill(&["copy"]), &["GapFilled"]);
    let default = DefaultGap { decision: PAPER, remedy: remedy() };
    desk.refuses(Role::Approver, LIN, default.clone(), &[ReasonCode::TimeNotOver]);
    desk.at("2026-07-13T09:00:00+08:00");
    let untold = DefaultGap { decision: PAPER, remedy: no_remedy() };
    desk.refuses(Role::Approver, LIN, untold, &[ReasonCode::NoRemedyTold]);
    let events = desk.does(Role::Approver, LIN, default, &["GapDefaulted"]);
    let CaseEvent::Common(crate::case::skeleton::CommonEvent::GapDefaulted(defaulted)) = &events[0] else {
        panic!("{events:?}")
    };
    assert_eq!(defaulted.missing, codes(&["photo"]));
    assert_eq!(desk.case.common.gap, None);
}

#[test]
fn what_is_sensitive_is_reported_within_two_hours_and_what_is_new_again() {
    let mut desk = Desk::taken();
    let flag = |features: &[SensitiveFeature]| FlagSensitive { features: features.iter().copied().collect() };
    let report =
        |to: &[ReportRecipient]| SensitiveMatterReported { to: to.iter().copied().collect(), report: PAPER };
    desk.refuses(Role::Clerk, LIN, flag(&[]), &[ReasonCode::NobodyNamed]);
    desk.refuses(Role::Clerk, LIN, report(&[ReportRecipient::Bureau]), &[ReasonCode::NothingToReport]);
    desk.does(Role::Clerk, LIN, flag(&[SensitiveFeature::Group]), &["SensitiveMatterFlagged"]);
    let due = desk.case.common.sensitive.as_ref().unwrap().report_by.warned().unwrap().due.until;
    assert_eq!(due, "2026-06-26T11:00:00+08:00".parse().unwrap());
    desk.refuses(Role::Clerk, LIN, flag(&[SensitiveFeature::Group]), &[ReasonCode::AlreadyFlagged]);
    desk.refuses(Role::Clerk, LIN, report(&[]), &[ReasonCode::NobodyNamed]);
    desk.does(Role::Clerk, LIN, report(&[ReportRecipient::Bureau]), &["SensitiveMatterReported"]);
    desk.refuses(Role::Clerk, LIN, report(&[ReportRecipient::Bureau]), &[ReasonCode::NothingToReport]);
    desk.does(Role::Clerk, LIN, flag(&[SensitiveFeature::Danger]), &["SensitiveMatterFlagged"]);
    desk.does(Role::Clerk, LIN, report(&[ReportRecipient::Police]), &["SensitiveMatterReported"]);
    assert_eq!(desk.case.common.sensitive.as_ref().unwrap().features.len(), 2);

    desk.does(Role::Clerk, HE, example("MarkConfidential"), &["ConfidentialityMarked"]);
    desk.refuses(Role::Clerk, HE, example("MarkConfidential"), &[ReasonCode::AlreadyFlagged]);
    let marks = BTreeSet::from([Overlay::Sensitive, Overlay::Confidential]);
    assert_eq!(desk.case.common.overlays(), marks);
}
