//! What single guards and events do where the table of examples and the lives of the scenarios do not look.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use super::kit::{
    AidCase, BUREAU, CLERK, COUNSEL, DECISION, DEPUTY, HAO, HEAD, OTHER_COUNSEL, REVIEWER, apply, as_actor,
    at, commitment, common, defence, done, means, nomination, notice, objection, order, own, own_example,
    refuse, refused, request, seen_by, step, terminate,
};
use crate::case::code::{Role, SpecialGroup};
use crate::case::legal_aid::{
    AidRequest, AnswerInterRegionalCheck, AskOtherAgency, Command, CommitmentCheck, CorrectDecision,
    DecideStaffRecusal, EmergencyGround, Event, FileObjection, GrantAid, GrantEmergencyAid, HandlingStep,
    Interest, LegalAid, MeansSource, NameCounsel, ObjectionResult, Opinion, PaySubsidy, Profession,
    RecordReview, RequestStaffRecusal, ServeDecision, Step, SubKind, VerifyCommitment,
};
use crate::case::skeleton::{
    Proof, RequestSupplement, SearchConflicts, ServiceMethod, SupplementEffect, SupplementItem,
    SupplementSubmitted, TagSpecialGroup,
};
use crate::case::tests::kit::{PAPER, code, give, now, sealed_under};
use crate::case::{CaseCommand, CaseEvent, Context, Kind, ReasonCode};
use crate::clock::Timestamp;
use crate::id::ActorId;
use crate::policy::Policy;

const A_DAY: i64 = 86_400_000_000;

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

/// Gives a command as whoever gives such a one, some days after the last thing that happened.
#[track_caller]
fn days_later(case: &mut AidCase, days: i64, command: impl Into<Command>) -> Vec<CaseEvent<LegalAid>> {
    let (command, role, actor) = own(command.into());
    let moment = now(case).plus_micros(days * A_DAY).unwrap();
    let context = Context { occurred_at: moment, recorded_at: moment, ..seen_by(case, role, actor) };
    give(case, &command, &context).unwrap_or_else(|refusal| panic!("{refusal}"))
}

/// A case at a step with another request than that of the examples.
fn begun(command: Command) -> AidCase {
    let mut case = AidCase::default();
    done(&mut case, command);
    case
}

fn assigned(request: AidRequest) -> AidCase {
    let mut case = begun(notice(request));
    done(&mut case, own_example("AssignUnit"));
    common(&mut case, SearchConflicts::of([COUNSEL])).unwrap();
    case
}

#[test]
fn a_legal_service_worker_defends_nobody() {
    let mut case = assigned(defence("LAL25-2"));
    let mut worker = nomination(COUNSEL);
    worker.profession = Profession::LegalServiceWorker;
    refused(&mut case, NameCounsel { nomination: worker }, ReasonCode::NotForDefence);
    // In a civil case such a worker may act.
    let mut civil = at(Step::UnitAssigned);
    let mut worker = nomination(COUNSEL);
    worker.profession = Profession::LegalServiceWorker;
    done(&mut civil, NameCounsel { nomination: worker });
}

#[test]
fn the_gravest_cases_ask_for_three_years_of_practice_and_no_more() {
    for (matter, years, fits) in
        [("LAL25-4", 2, false), ("LAL25-4", 3, true), ("LAL25-5", 2, false), ("LAL25-2", 0, true)]
    {
        let mut case = assigned(defence(matter));
        let mut lawyer = nomination(COUNSEL);
        lawyer.relevant_years = years;
        let named = order(&mut case, NameCounsel { nomination: lawyer });
        assert_eq!(named.is_ok(), fits, "{years} years in {matter}");
        if let Err(refusal) = named {
            assert!(refusal.is_for(ReasonCode::TooLittlePractice));
        }
    }
}

#[test]
fn a_minor_gets_counsel_who_knows_minors_whether_the_matter_or_a_tag_says_so() {
    let mut stranger = nomination(COUNSEL);
    stranger.knows_minors = false;
    let mut notified = assigned(defence("LAL25-1"));
    refused(&mut notified, NameCounsel { nomination: stranger.clone() }, ReasonCode::MinorsNotKnown);
    let mut tagged = at(Step::UnitAssigned);
    let group = SpecialGroup::Minor;
    let tag = TagSpecialGroup { person: HAO, group, proof: Proof::Document, since: None, until: None };
    common(&mut tagged, tag).unwrap();
    refused(&mut tagged, NameCounsel { nomination: stranger }, ReasonCode::MinorsNotKnown);
}

#[test]
fn nobody_is_named_without_a_search_for_conflicts_nor_from_among_those_who_decided() {
    let mut case = at(Step::UnitAssigned);
    let stranger = ActorId::from_uuid(Uuid::from_u128(99));
    refused(&mut case, NameCounsel { nomination: nomination(stranger) }, ReasonCode::ConflictsNotSearched);
    for staff in [REVIEWER, HEAD] {
        common(&mut case, SearchConflicts::of([staff])).unwrap();
        refused(&mut case, NameCounsel { nomination: nomination(staff) }, ReasonCode::OwnDecision);
    }
}

/// SOD-01: the reviewer of the means is a reviewer like the one who gave the opinion.
#[test]
fn whoever_reviewed_does_not_approve() {
    let mut case = at(Step::EligibilityReview);
    done(&mut case, means(MeansSource::Papers, true));
    as_actor(&mut case, Role::Reviewer, DEPUTY, RecordReview { opinion: Opinion::Grant, form: PAPER })
        .unwrap();
    for reviewer in [REVIEWER, DEPUTY] {
        let refusal =
            as_actor(&mut case, Role::Approver, reviewer, GrantAid { decision: DECISION }).unwrap_err();
        assert!(refusal.is_for(ReasonCode::OwnReview));
    }
    done(&mut case, GrantAid { decision: DECISION });
}

/// SOD-01 holds for the end too.
#[test]
fn whoever_reviewed_does_not_terminate() {
    let mut case = at(Step::Active);
    let end = own_example("TerminateAid");
    let refusal = as_actor(&mut case, Role::Approver, REVIEWER, end.clone()).unwrap_err();
    assert!(refusal.is_for(ReasonCode::OwnReview));
    done(&mut case, end);
}

/// SOD-02: neither the agency nor anybody of it, in whatever role.
#[test]
fn an_objection_is_decided_by_another_house_and_other_people() {
    let mut case = at(Step::AidRefused);
    done(&mut case, FileObjection { by: HAO, text: sealed_under(HAO), objection: PAPER });
    assert!(case.common.objection_pending);
    let uphold = objection(ObjectionResult::Uphold);
    let refusal = as_actor(&mut case, Role::Approver, HEAD, uphold.clone()).unwrap_err();
    assert!(refusal.is_for(ReasonCode::WrongRole));
    let refusal = as_actor(&mut case, Role::Bureau, REVIEWER, uphold.clone()).unwrap_err();
    assert!(refusal.is_for(ReasonCode::OwnDecision));
    let mut context = seen_by(&case, Role::Bureau, BUREAU);
    context.actor.office = code("CN/140400/legal-aid");
    let refusal = give(&mut case, &CaseCommand::Own(uphold.clone()), &context).unwrap_err();
    assert!(refusal.is_for(ReasonCode::OwnDecision));
    done(&mut case, uphold);
    assert!(!case.common.objection_pending);
    // R8: what was upheld is not corrected.
    refused(&mut case, CorrectDecision { decision: DECISION }, ReasonCode::NoOrderToCorrect);
}

#[test]
fn an_end_that_is_taken_back_leaves_the_work_as_it_was() {
    let mut case = at(Step::Active);
    let before = case.own.work().cloned();
    done(&mut case, terminate("SELF_HIRED"));
    done(&mut case, FileObjection { by: HAO, text: sealed_under(HAO), objection: PAPER });
    done(&mut case, objection(ObjectionResult::OrderCorrection));
    done(&mut case, CorrectDecision { decision: DECISION });
    assert_eq!(LegalAid::step(&case.own), Step::Active);
    assert_eq!(
        case.own.work().map(|work| (work.counsel, work.steps)),
        before.map(|work| (work.counsel, work.steps))
    );
}

/// W-21: six days are fewer than seven, seven are not; a day that has passed is no emergency.
#[test]
fn aid_cannot_wait_with_six_days_left() {
    for (ends, fits) in [(day(7, 2), true), (day(7, 3), false), (day(6, 26), true), (day(6, 25), false)] {
        let mut case = at(Step::EligibilityReview);
        let ground = EmergencyGround::TimeLimit { ends };
        let granted = order(&mut case, GrantEmergencyAid { ground, decision: DECISION });
        assert_eq!(granted.is_ok(), fits, "{ends}");
    }
}

/// The papers are put off for seven days where a rule says so, and in time where none does.
#[test]
fn papers_after_emergency_have_a_due_date_in_shanxi_only() {
    let due = |place: &str| {
        let mut case = begun(apply(AidRequest { jurisdiction: place.parse().unwrap(), ..request() }));
        let command = GrantEmergencyAid { ground: EmergencyGround::Preservation, decision: DECISION };
        let events = done(&mut case, command);
        let [CaseEvent::Own(Event::EmergencyAidGranted(granted))] = events.as_slice() else {
            panic!("{events:?}")
        };
        granted.papers_by.as_ref().map(|due| due.warned().unwrap().due.due)
    };
    assert_eq!(due("140400"), Some(day(7, 3)));
    assert_eq!(due("510100"), None);
}

/// The other region is asked on the 29th of June and answers on the 2nd of July: three days are taken out.
#[test]
fn a_check_in_another_region_takes_its_days_out() {
    let mut case = at(Step::EligibilityReview);
    assert_eq!(case.common.clock.as_ref().unwrap().last_day(), Some(day(7, 3)));
    days_later(&mut case, 3, AskOtherAgency { agency: code("CN/140100/legal-aid"), letter: PAPER });
    assert!(case.common.clock.as_ref().unwrap().is_stopped());
    days_later(&mut case, 3, AnswerInterRegionalCheck { confirms: true, answer: PAPER });
    let clock = case.common.clock.as_ref().unwrap();
    assert!(!clock.is_stopped());
    assert_eq!(clock.last_day(), Some(day(7, 6)));
}

/// Papers are awaited from the 26th on and come on the 30th; the other region is asked meanwhile and answers on the 2nd
/// of July. Both pauses together are six days, not ten.
#[test]
fn pauses_that_overlap_count_once() {
    let mut case = at(Step::EligibilityReview);
    let item = SupplementItem { item: code("kinship"), text: None, known_from: None };
    let legal_effect_if_missed = SupplementEffect::DeemedWithdrawn;
    common(&mut case, RequestSupplement { items: vec![item], legal_effect_if_missed, notice: PAPER })
        .unwrap();
    days_later(&mut case, 2, AskOtherAgency { agency: code("CN/140100/legal-aid"), letter: PAPER });
    let moment: Timestamp = "2026-06-30T10:00:00+08:00".parse().unwrap();
    let supplied = SupplementSubmitted { items: BTreeSet::from([code("kinship")]), documents: vec![PAPER] };
    let context =
        Context { occurred_at: moment, recorded_at: moment, ..seen_by(&case, Role::Applicant, CLERK) };
    give(&mut case, &CaseCommand::Common(supplied.into()), &context).unwrap();
    days_later(&mut case, 2, AnswerInterRegionalCheck { confirms: true, answer: PAPER });
    assert_eq!(case.common.clock.as_ref().unwrap().last_day(), Some(day(7, 9)));
}

#[test]
fn an_objection_comes_in_the_time_that_the_place_sets_from_service() {
    let mut case = at(Step::AidRefused);
    done(
        &mut case,
        ServeDecision { decision: DECISION, to: HAO, method: ServiceMethod::InPerson, proof: PAPER },
    );
    let object_by = case.own.contest().and_then(|contest| contest.object_by.clone());
    assert_eq!(object_by.unwrap().warned().unwrap().due.due, day(7, 13));
    days_later(&mut case, 17, FileObjection { by: HAO, text: sealed_under(HAO), objection: PAPER });
    let mut late = at(Step::AidRefused);
    done(
        &mut late,
        ServeDecision { decision: DECISION, to: HAO, method: ServiceMethod::InPerson, proof: PAPER },
    );
    let moment = now(&late).plus_micros(18 * A_DAY).unwrap();
    let context =
        Context { occurred_at: moment, recorded_at: moment, ..seen_by(&late, Role::Applicant, CLERK) };
    let object = FileObjection { by: HAO, text: sealed_under(HAO), objection: PAPER };
    let refusal = give(&mut late, &CaseCommand::Own(object.into()), &context).unwrap_err();
    assert!(refusal.is_for(ReasonCode::ObjectionLate));
}

/// SOD-03: counsel, whoever takes the file and whoever approves are three, and the cashier is a fourth.
#[test]
fn nobody_looks_after_their_own_money() {
    let mut case = at(Step::Completed);
    done(&mut case, own_example("CalculateSubsidy"));
    let approve = own_example("ApproveSubsidy");
    let refusal = as_actor(&mut case, Role::Approver, REVIEWER, approve.clone()).unwrap_err();
    assert!(refusal.is_for(ReasonCode::SamePerson), "the reviewer took the file");
    let refusal = as_actor(&mut case, Role::Approver, COUNSEL, approve.clone()).unwrap_err();
    assert!(refusal.is_for(ReasonCode::IsHandler));
    done(&mut case, approve);
    let pay = PaySubsidy { payee: COUNSEL, cents: 1, voucher: PAPER };
    let refusal = as_actor(&mut case, Role::Finance, HEAD, pay.clone()).unwrap_err();
    assert!(refusal.is_for(ReasonCode::SamePerson), "the head approved");
    let stranger = PaySubsidy { payee: OTHER_COUNSEL, ..pay.clone() };
    refused(&mut case, stranger, ReasonCode::NotAssigned);
    done(&mut case, pay);
    let rest = PaySubsidy { payee: COUNSEL, cents: 180_000, voucher: PAPER };
    refused(&mut case, rest, ReasonCode::TooMuch);
}

/// A matter that only the rules of one place list is unknown elsewhere, and so is a ground.
#[test]
fn what_aid_is_given_for_is_data() {
    let mut labour = AidRequest { sub_kind: SubKind::Labour, ..request() };
    refused(&mut AidCase::default(), apply(labour.clone()), ReasonCode::UnknownMatter);
    labour.matter = code("LAL31-5");
    done(&mut AidCase::default(), apply(labour));

    let mut policy = Policy::embedded();
    let local = r#"
        [profile]
        id = "local"
        version = "1"
        jurisdiction = "140481"
        name = "A place"
        name_zh = "某地"
        [[matter]]
        kind = "legal_aid"
        code = "LOCAL-1"
        title = "Something else"
        title_zh = "其他事项"
        classes = ["CIV"]
        features = ["NO_MEANS_TEST"]
        basis = "A rule of the place"
        confidence = "S"
        valid_from = 2020-01-01
    "#;
    policy.load("local.toml", local).unwrap();
    let mut case = AidCase::default();
    let there = AidRequest { matter: code("LOCAL-1"), jurisdiction: "140481".parse().unwrap(), ..request() };
    let context = Context { policy: Arc::new(policy), ..seen_by(&case, Role::Applicant, CLERK) };
    give(&mut case, &CaseCommand::Own(apply(there.clone())), &context).unwrap();
    refused(&mut AidCase::default(), apply(there), ReasonCode::UnknownMatter);
}

#[test]
fn the_risks_are_told_at_the_first_meeting_and_again_by_another_counsel() {
    let mut case = at(Step::AgreementSigned);
    let silent = |mut command: Command| {
        if let Command::RecordStep(step) = &mut command {
            step.risks_told = false;
        }
        command
    };
    let meeting = step(HandlingStep::ClientMeeting);
    refused(&mut case, silent(meeting.clone()), ReasonCode::RisksNotTold);
    done(&mut case, meeting.clone());
    done(&mut case, silent(meeting));
}

/// A remedy that does not name the bureau is none.
#[test]
fn whoever_is_refused_hears_of_the_bureau() {
    let mut case = at(Step::EligibilityReview);
    done(&mut case, RecordReview { opinion: Opinion::Grant, form: PAPER });
    let mut refusal = refuse("OUT_OF_SCOPE");
    if let Command::RefuseAid(refuse) = &mut refusal {
        refuse.remedy.routes.clear();
    }
    refused(&mut case, refusal, ReasonCode::NoRemedyTold);
}

/// SOD-11: what somebody found who should have kept away is looked into anew, by somebody else.
#[test]
fn with_a_reviewer_who_must_leave_go_the_findings() {
    let mut case = at(Step::EligibilityReview);
    done(&mut case, means(MeansSource::Papers, true));
    done(&mut case, RecordReview { opinion: Opinion::Grant, form: PAPER });
    done(&mut case, RequestStaffRecusal { staff: REVIEWER, ground: Interest::NearRelative });
    done(&mut case, DecideStaffRecusal { staff: REVIEWER, granted: true, decision: PAPER });
    let refusal = order(&mut case, GrantAid { decision: DECISION }).unwrap_err();
    assert!(refusal.is_for(ReasonCode::NotReviewed) && refusal.is_for(ReasonCode::HardshipNotShown));
    refused(&mut case, RecordReview { opinion: Opinion::Grant, form: PAPER }, ReasonCode::WasReplaced);
}

#[test]
fn a_notice_undoes_no_commitment_and_whitewashes_none() {
    let mut case = at(Step::HardshipCheck);
    done(&mut case, commitment());
    let notice = own_example("GiveCommitmentNotice");
    refused(&mut case, notice.clone(), ReasonCode::AlreadySigned);
    let check = VerifyCommitment { means: CommitmentCheck::Visit, holds: false, record: PAPER };
    done(&mut case, check);
    refused(&mut case, notice, ReasonCode::CommitmentFalse);
}

/// R13: no pause cures what is late.
#[test]
fn a_check_after_the_last_day_stops_nothing() {
    let mut case = at(Step::EligibilityReview);
    days_later(&mut case, 8, AskOtherAgency { agency: code("CN/140100/legal-aid"), letter: PAPER });
    assert!(!case.common.clock.as_ref().unwrap().is_stopped());
    days_later(&mut case, 3, AnswerInterRegionalCheck { confirms: true, answer: PAPER });
    let clock = case.common.clock.as_ref().unwrap();
    assert_eq!(clock.last_day(), Some(day(7, 3)));
    assert!(clock.is_over(now(&case)));
}
