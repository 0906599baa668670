//! What holds for all commands and events together: I1 to I4, the tables, the stored forms.

use std::collections::BTreeSet;

use serde_json::Value;

use super::errand::{Command, Errand, Event};
use super::kit::{Desk, HE, LIN, QIN, example, examples_here, ripe_for};
use crate::case::code::{Phase, Role};
use crate::case::skeleton::examples::giver;
use crate::case::skeleton::{CommonCommand, CommonEvent};
use crate::case::{CaseCommand, CaseEvent, ReasonCode};
use crate::event::EventSet;

/// Events that decide something about somebody.
const DECISIONS: &[&str] = &[
    "SupplementLapsed",
    "ProvisionallyAccepted",
    "GapDefaulted",
    "CaseTransferred",
    "DuplicateMerged",
    "RecusalDecided",
    "HandlerReplaced",
    "ComplaintResolved",
    "SupervisionOrderIssued",
    "RectificationVerified",
    "AccountabilityOpened",
    "QualityReviewFinalised",
    "CaseReopened",
];

/// Events that turn somebody away, or may.
const REFUSALS: &[&str] = &["SupplementLapsed", "GapDefaulted", "CaseTransferred"];

/// What the example of every command leads to, on a case that is ripe for it.
fn every_event() -> Vec<CommonEvent> {
    let events = examples_here().into_iter().flat_map(|command| {
        let name = command.name();
        let actor = if name == "RecordHandlingPlan" { QIN } else { HE };
        let events = ripe_for(name).try_common(giver(name), actor, &command);
        events.unwrap_or_else(|refusal| panic!("{refusal}"))
    });
    let common = events.filter_map(|event| match event {
        CaseEvent::Common(event) => Some(event),
        CaseEvent::Own(_) => None,
    });
    common.collect()
}

fn payload(event: &CommonEvent) -> Value {
    serde_json::from_slice(&event.encode().unwrap()).unwrap()
}

#[test]
fn i1_nothing_follows_the_archive_but_what_an_archive_takes() {
    let mut desk = Desk::archived();
    let mut possible = BTreeSet::new();
    for command in examples_here() {
        let role = giver(command.name());
        match desk.try_common(role, LIN, &command) {
            Err(refusal) if refusal.is_for(ReasonCode::Archived) => {}
            Ok(_) | Err(_) => {
                possible.insert(command.name());
            }
        }
    }
    let listed = CommonCommand::COMMANDS.iter().filter(|spec| spec.from.contains(&Phase::Archived));
    assert_eq!(possible, listed.map(|spec| spec.name).collect());
    assert!(possible.iter().all(|name| !name.starts_with("Tag")));
}

#[test]
fn i2_every_decision_names_its_paper_and_who_made_it() {
    let events = every_event();
    for name in DECISIONS {
        let event = events.iter().find(|event| event.event_type() == *name);
        let Some(event) = event else { panic!("no example leads to {name}") };
        let payload = payload(event);
        let has = |fields: &[&str]| fields.iter().any(|field| payload[*field].is_string());
        assert!(has(&["decision", "record", "handover"]), "{name}: {payload}");
        assert!(has(&["decided_by", "authorised_by"]), "{name}: {payload}");
    }
}

#[test]
fn i3_whoever_is_turned_away_is_told_where_else_to_go() {
    let events = every_event();
    for name in REFUSALS {
        let event = events.iter().find(|event| event.event_type() == *name);
        let Some(event) = event else { panic!("no example leads to {name}") };
        let remedy = &payload(event)["remedy"];
        assert!(remedy["notice"].is_string() && !remedy["routes"].as_array().unwrap().is_empty(), "{name}");
    }
}

#[test]
fn i4_no_handler_judges_the_case() {
    let judging = [
        "RecordReturnVisit",
        "ResolveComplaint",
        "IssueSupervisionOrder",
        "VerifyRectification",
        "DecideRecusal",
        "ScoreQualityReview",
        "FinaliseQualityReview",
        "AcceptArchive",
        "ReturnArchive",
    ];
    for name in judging {
        let mut desk = ripe_for(name);
        if desk.case.phase() == Phase::UnderReview {
            desk.own(Role::Counsel, QIN, Command::Take { handler: QIN }).unwrap();
        }
        let refusal = desk.try_common(giver(name), QIN, &example(name)).expect_err(name);
        assert!(refusal.is_for(ReasonCode::IsHandler), "{name}: {refusal}");
        desk.try_common(giver(name), HE, &example(name))
            .unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    }
}

#[test]
fn there_is_an_example_of_every_command_in_the_order_of_the_table() {
    let examples = examples_here();
    let names: Vec<_> = examples.iter().map(CommonCommand::name).collect();
    let table: Vec<_> = CommonCommand::COMMANDS.iter().map(|spec| spec.name).collect();
    assert_eq!(names, table);
    assert!(CommonCommand::COMMANDS.iter().all(|spec| !spec.roles.is_empty() && !spec.from.is_empty()));
}

/// Whoever runs the platform decides nothing, and the system itself only stops clocks and notes what is so.
#[test]
fn operators_decide_nothing_and_the_system_little() {
    let may = |role: Role| -> Vec<_> {
        let rows = CommonCommand::COMMANDS.iter().filter(|spec| spec.roles.contains(&role));
        rows.map(|spec| spec.name).collect()
    };
    assert!(may(Role::Operator).is_empty());
    let system = [
        "AssignFirstContact",
        "VerifyIdentity",
        "RecordOfflineCapture",
        "SuspendClock",
        "ResumeClock",
        "SendNotice",
        "ServeNotice",
        "IssueReceipt",
        "NoteMissedDeadline",
    ];
    assert_eq!(may(Role::System), system);
}

/// The examples between them lead to every event there is, and each is the same after a way through its stored bytes.
#[test]
fn every_event_follows_from_some_example_and_survives_its_stored_form() {
    let events = every_event();
    let seen: BTreeSet<_> = events.iter().map(EventSet::event_type).collect();
    assert!(Event::TYPES.iter().all(|(name, _)| CommonEvent::current_version(name).is_none()));
    let missing: Vec<_> =
        CommonEvent::TYPES.iter().map(|(name, _)| *name).filter(|name| !seen.contains(name)).collect();
    assert_eq!(missing, ["CorrectionRejected"], "it takes somebody who does not agree");
    for event in &events {
        let read = CaseEvent::<Errand>::decode(event.event_type(), &event.encode().unwrap());
        assert_eq!(read.unwrap().unwrap(), CaseEvent::Common(event.clone()));
    }
}

#[test]
fn every_command_survives_its_json_form() {
    for command in examples_here() {
        let command = CaseCommand::<Errand>::Common(command);
        let json = serde_json::to_value(&command).unwrap();
        assert_eq!(CaseCommand::from_json(json).unwrap(), command);
    }
}

/// Events of the first histories, as they lie in logs.
#[test]
fn events_of_before_are_still_read() {
    let old = [
        (
            "SpecialGroupTagged",
            r#"{"person":"00000000-0000-0000-0000-000000000001","group":"ELDER","proof":"SELF_DECLARED"}"#,
        ),
        (
            "ReturnVisitRecorded",
            r#"{"visitor":"00000000-0000-0000-0000-00000000000c","mode":"PHONE","result":"CONFIRMED","record":"00000000-0000-0000-0000-000000000015"}"#,
        ),
    ];
    for (name, data) in old {
        let event = CommonEvent::decode(name, data.as_bytes()).unwrap().unwrap();
        assert_eq!(event.encode().unwrap(), data.as_bytes(), "{name}");
    }
}
