//! Recusal, replacement, the plan, experts, notices.

use std::collections::BTreeSet;

use super::kit::{Desk, HE, LIN, PAPER, QIN, STRANGER, SUN, example};
use crate::case::ReasonCode;
use crate::case::code::Role;
use crate::case::code::ServiceMode;
use crate::case::skeleton::{
    DecideRecusal, ExpertConsulted, JointConsultationHeld, NoticeKind, NoticeSent, NoticeServed, RecusalBy,
    RecusalGround, RecusalRequested, ReplaceHandler, ServiceMethod,
};
use crate::id::{ActorId, DocumentId, PersonRef};

fn recuse(by: RecusalBy, handler: ActorId, ground: RecusalGround) -> RecusalRequested {
    RecusalRequested { by, handler, ground }
}

fn decide(granted: bool) -> DecideRecusal {
    DecideRecusal { handler: QIN, granted, decision: PAPER }
}

fn replace(from: ActorId, to: ActorId) -> ReplaceHandler {
    ReplaceHandler { from, to, handover: PAPER }
}

#[test]
fn whoever_is_recused_is_judged_by_another_and_does_not_come_back() {
    let mut desk = Desk::taken();
    let party = RecusalBy::Party(SUN);
    let by_a_stranger = recuse(RecusalBy::Party(STRANGER), HE, RecusalGround::NotGiven);
    desk.refuses(
        Role::Applicant,
        LIN,
        by_a_stranger,
        &[ReasonCode::NotHandler, ReasonCode::NotAParty, ReasonCode::NoGroundGiven],
    );
    desk.refuses(Role::Approver, LIN, decide(true), &[ReasonCode::NoRecusalOpen]);
    let for_another = recuse(RecusalBy::Handler(QIN), QIN, RecusalGround::Interested);
    desk.refuses(Role::Counsel, HE, for_another.clone(), &[ReasonCode::NotHandler]);
    desk.does(Role::Counsel, QIN, for_another, &["RecusalRequested"]);
    desk.refuses(Role::Approver, QIN, decide(true), &[ReasonCode::IsHandler]);
    desk.does(Role::Approver, LIN, decide(false), &["RecusalDecided"]);

    desk.does(Role::Applicant, LIN, recuse(party, QIN, RecusalGround::Interested), &["RecusalRequested"]);
    desk.does(Role::Approver, LIN, decide(true), &["RecusalDecided"]);
    desk.does(Role::Dispatcher, LIN, replace(QIN, HE), &["HandlerReplaced"]);
    desk.refuses(Role::Dispatcher, LIN, replace(HE, QIN), &[ReasonCode::WasReplaced]);
    desk.refuses(Role::Dispatcher, LIN, replace(QIN, LIN), &[ReasonCode::NotHandler]);
    desk.refuses(Role::Dispatcher, LIN, replace(HE, HE), &[ReasonCode::NamedTwice, ReasonCode::NotHandler]);
}

#[test]
fn the_plan_is_that_of_the_one_who_leads() {
    let mut desk = Desk::taken();
    desk.refuses(Role::Counsel, HE, example("RecordHandlingPlan"), &[ReasonCode::NotHandler]);
    desk.does(Role::Counsel, QIN, example("RecordHandlingPlan"), &["HandlingPlanRecorded"]);
}

#[test]
fn an_expert_is_somebody_else() {
    let mut desk = Desk::taken();
    let consult = |expert| ExpertConsulted { expert, mode: ServiceMode::Video, opinion: PAPER };
    desk.refuses(Role::Counsel, QIN, consult(QIN), &[ReasonCode::IsHandler]);
    desk.does(Role::Counsel, QIN, consult(HE), &["ExpertConsulted"]);
    let alone = JointConsultationHeld { with: BTreeSet::new(), mode: ServiceMode::Onsite, record: PAPER };
    desk.refuses(Role::Counsel, QIN, alone, &[ReasonCode::NobodyNamed]);
    desk.does(Role::Counsel, QIN, example("HoldJointConsultation"), &["JointConsultationHeld"]);
}

#[test]
fn a_notice_arrives_once_with_whom_it_was_sent_to() {
    let mut desk = Desk::taken();
    let send = |to: &[PersonRef]| NoticeSent {
        notice: PAPER,
        kind: NoticeKind::Decision,
        to: to.iter().copied().collect(),
        method: ServiceMethod::Post,
    };
    let serve = |notice, to| NoticeServed { notice, to, method: ServiceMethod::InPerson, proof: PAPER };
    desk.refuses(Role::Clerk, LIN, send(&[]), &[ReasonCode::NobodyNamed]);
    desk.refuses(Role::Clerk, LIN, send(&[STRANGER]), &[ReasonCode::NotAParty]);
    desk.refuses(Role::Clerk, LIN, serve(PAPER, SUN), &[ReasonCode::NotSent]);
    desk.does(Role::Clerk, LIN, send(&[SUN]), &["NoticeSent"]);
    let another = DocumentId::from_uuid(uuid::Uuid::from_u128(26));
    desk.refuses(Role::Clerk, LIN, serve(another, SUN), &[ReasonCode::NotSent]);
    desk.refuses(Role::Clerk, LIN, serve(PAPER, STRANGER), &[ReasonCode::NotSent]);
    desk.at("2026-06-29T10:00:00+08:00");
    desk.does(Role::Clerk, LIN, serve(PAPER, SUN), &["NoticeServed"]);
    let served = desk.case.common.notices[&PAPER].served[&SUN];
    assert_eq!(served, "2026-06-29T10:00:00+08:00".parse().unwrap());
    desk.refuses(Role::Clerk, LIN, serve(PAPER, SUN), &[ReasonCode::AlreadyServed]);
}
