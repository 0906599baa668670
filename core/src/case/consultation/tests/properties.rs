//! What holds for any programme of commands to a consultation, sensible or not.

use proptest::prelude::*;

use super::kit::{
    ARCHIVIST, DESK, LAWYER, OTHER, advise, anonymous, assign, close, expert, inquiry, on_duty, register,
};
use crate::case::code::{Role, ServiceMode};
use crate::case::consultation::{
    AdviceScope, Assignee, Command, Consultation, Feature, Outcome, Topic, Urgency,
};
use crate::case::tests::kit::{Tested, code};
use crate::case::tests::programme::{
    Varied, assert_far_enough, never_panics, pick, programmes, replays, survives_keeping, survives_storing,
};
use crate::case::{Case, CaseCommand};
use crate::id::ActorId;

impl Varied for Consultation {
    const ACTORS: &'static [ActorId] = &[LAWYER, OTHER, DESK, ARCHIVIST];
    const STAND_IN: ActorId = OTHER;
    const ENDINGS: &'static [&'static str] = &[
        "DeclineConsultation",
        "WithdrawByParty",
        "TransferJurisdiction",
        "MergeDuplicate",
        "DiscloseInterest",
    ];

    const LEADING: &'static [&'static str] = &["ReferOut", "AcceptReferral"];

    #[expect(clippy::wildcard_enum_match_arm, reason = "most commands have one sensible form")]
    fn vary(case: &Case<Self>, command: Command, number: usize) -> Command {
        let lawyer = pick(&[LAWYER, OTHER, LAWYER, ARCHIVIST], number);
        match command {
            Command::RegisterConsultation { .. } => {
                register(if number.is_multiple_of(2) { anonymous() } else { inquiry() })
            }
            Command::ClassifyConsultation { mut class } => {
                class.topic = pick(Topic::ALL, number);
                class.urgency = pick(Urgency::ALL, number);
                class.features.extend(Feature::ALL.iter().filter(|_| number.is_multiple_of(3)));
                Command::ClassifyConsultation { class }
            }
            Command::AssignAdviser { .. } => match number % 4 {
                0 => assign(Assignee::Unit(code(Self::OFFICE))),
                1 => assign(Assignee::Adviser(expert(lawyer))),
                _ => assign(Assignee::Adviser(on_duty(lawyer))),
            },
            Command::ReplaceAdviser { ground, handover, .. } => {
                Command::ReplaceAdviser { to: expert(lawyer), ground, handover }
            }
            Command::GiveAdvice { .. } => advise(pick(AdviceScope::ALL, number)),
            Command::RemindWorkOrder { order, .. } => {
                Command::RemindWorkOrder { order, percent: pick(&[50, 80, 100, 33], number) }
            }
            Command::OrderRework { reason, .. } => {
                let order = number.is_multiple_of(2).then_some(super::kit::ORDER);
                Command::OrderRework { order, reason }
            }
            Command::FeedbackToClient { content, .. } => {
                Command::FeedbackToClient { mode: pick(ServiceMode::ALL, number), content }
            }
            Command::RecordContactAttempt { .. } => Command::RecordContactAttempt {
                mode: pick(&[ServiceMode::Phone, ServiceMode::Onsite], number),
                reached: number.is_multiple_of(7),
            },
            Command::CloseConsultation { .. } => match number % 4 {
                0 => close(pick(Outcome::ALL, number / 4)),
                _ => close(likely_outcome(case)),
            },
            other => other,
        }
    }

    fn giver_in(case: &Case<Self>, command: &CaseCommand<Self>) -> (Role, ActorId) {
        let (role, actor) = Self::giver(command.name());
        let adviser = case.own.at_work().and_then(|work| work.adviser());
        (role, adviser.filter(|_| actor == LAWYER).unwrap_or(actor))
    }
}

/// What the case has most likely come to.
fn likely_outcome(case: &Case<Consultation>) -> Outcome {
    let course = case.own.course();
    let answered = case.own.stage().and_then(|stage| stage.answered());
    let converted = course.is_some_and(|course| !course.conversions.is_empty());
    match answered {
        _ if converted => Outcome::Converted,
        _ if !case.common.referrals.is_empty() => Outcome::Referred,
        Some(outcome) => outcome,
        None => Outcome::Abandoned,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn decisions_are_accepted_and_replay_is_deterministic(programme in programmes()) {
        replays::<Consultation>(&programme)?;
    }

    #[test]
    fn a_history_survives_its_stored_form(programme in programmes()) {
        survives_storing::<Consultation>(&programme)?;
    }

    #[test]
    fn a_case_survives_being_kept(programme in programmes()) {
        survives_keeping::<Consultation>(&programme)?;
    }

    #[test]
    fn misplaced_events_are_refused_and_never_panic(programme in programmes(), shift in any::<usize>()) {
        never_panics::<Consultation>(&programme, shift);
    }
}

#[test]
fn programmes_pass_through_every_state() {
    assert_far_enough::<Consultation>();
}
