//! What holds for any programme of commands to a case of legal aid, sensible or not.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::kit::{
    ARCHIVIST, BUREAU, CLERK, COUNSEL, DEPUTY, HAO, HEAD, OTHER_COUNSEL, REVIEWER, STRANGER, apply, defence,
    means, nomination, objection, refuse, request, step, terminate,
};
use crate::case::code::Role;
use crate::case::legal_aid::{
    AdminRemedy, AdminRemedyConcluded, AdminResult, ApproveSubsidy, Command, CommitmentCheck, DelayCause,
    EmergencyGround, GrantEmergencyAid, HandlingStep, LegalAid, MeansSource, NameCounsel, ObjectionResult,
    PaySubsidy, Profession, RecordAdminRemedy, SigningDelayed, SubmitCaseFile, VerifyCommitment,
};
use crate::case::tests::kit::{PAPER, Tested};
use crate::case::tests::programme::{
    Varied, assert_far_enough, never_panics, pick, programmes, replays, survives_storing,
};
use crate::case::{Case, CaseCommand};
use crate::id::ActorId;

impl Varied for LegalAid {
    const ACTORS: &'static [ActorId] =
        &[CLERK, REVIEWER, HEAD, COUNSEL, OTHER_COUNSEL, BUREAU, ARCHIVIST, DEPUTY];
    const STAND_IN: ActorId = OTHER_COUNSEL;
    const ENDINGS: &'static [&'static str] = &[
        "RefuseAid",
        "TerminateAid",
        "WithdrawByParty",
        "TransferJurisdiction",
        "MergeDuplicate",
        "DiscloseInterest",
    ];
    const LEADING: &'static [&'static str] =
        &["RequestSupplement", "SendNotice", "ServeNotice", "LapseSupplement"];

    #[expect(clippy::wildcard_enum_match_arm, reason = "most commands have one sensible form")]
    fn vary(_: &Case<Self>, command: Command, number: usize) -> Command {
        let person = pick(&[HAO, HAO, HAO, STRANGER], number);
        match command {
            Command::SubmitAidApplication(_) => {
                apply(if number.is_multiple_of(5) { defence("LAL25-1") } else { request() })
            }
            Command::VerifyHardship(_) => means(
                pick(&[MeansSource::Papers, MeansSource::Commitment, MeansSource::Visit], number),
                !number.is_multiple_of(3),
            ),
            Command::VerifyCommitment(_) => {
                let (means, holds) = (CommitmentCheck::Visit, number.is_multiple_of(2));
                VerifyCommitment { means, holds, record: PAPER }.into()
            }
            Command::GrantEmergencyAid(emergency) => {
                let ends = chrono::NaiveDate::from_ymd_opt(2026, 6, 28).unwrap();
                let ground =
                    pick(&[EmergencyGround::AdvanceExecution, EmergencyGround::TimeLimit { ends }], number);
                GrantEmergencyAid { ground, ..emergency }.into()
            }
            Command::NameCounsel(_) => {
                let mut nomination = nomination(pick(&[COUNSEL, COUNSEL, OTHER_COUNSEL, REVIEWER], number));
                nomination.profession =
                    pick(&[Profession::Lawyer, Profession::Lawyer, Profession::Volunteer], number);
                NameCounsel { nomination }.into()
            }
            Command::RefuseAid(_) => {
                refuse(pick(&["OUT_OF_SCOPE", "NOT_HARDSHIP", "TIME_BARRED", "WHIM"], number))
            }
            Command::TerminateAid(_) => {
                terminate(pick(&["SELF_HIRED", "FRAUD", "PAPERS_MISSING", "WHIM"], number))
            }
            Command::DelaySigning(delayed) => {
                SigningDelayed { reason: pick(DelayCause::ALL, number), ..delayed }.into()
            }
            Command::RecordStep(_) => {
                let steps = [HandlingStep::ClientMeeting, HandlingStep::Filing, HandlingStep::MeetingRequest];
                step(pick(&steps, number))
            }
            Command::DecideObjection(_) => objection(pick(ObjectionResult::ALL, number)),
            Command::RecordAdminRemedy(_) => {
                RecordAdminRemedy { by: person, remedy: pick(AdminRemedy::ALL, number), paper: PAPER }.into()
            }
            Command::RecordAdminResult(_) => {
                AdminRemedyConcluded { result: pick(AdminResult::ALL, number), paper: PAPER }.into()
            }
            Command::SubmitCaseFile(_) => {
                let items: BTreeSet<u32> =
                    if number.is_multiple_of(7) { [12].into() } else { (1..=21).collect() };
                SubmitCaseFile { items }.into()
            }
            Command::ApproveSubsidy(approval) => {
                ApproveSubsidy { cents: pick(&[180_000, 100_000, u64::MAX], number), ..approval }.into()
            }
            Command::PaySubsidy(payment) => {
                PaySubsidy { cents: pick(&[180_000, 90_000, 0, u64::MAX], number), ..payment }.into()
            }
            other => other,
        }
    }

    /// Counsel is whoever has the matter.
    fn giver_in(case: &Case<Self>, command: &CaseCommand<Self>) -> (Role, ActorId) {
        let (role, actor) = Self::giver(command.name());
        let counsel = case.own.work().map(|work| work.counsel);
        (role, counsel.filter(|_| role == Role::Counsel).unwrap_or(actor))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn decisions_are_accepted_and_replay_is_deterministic(programme in programmes()) {
        replays::<LegalAid>(&programme)?;
    }

    #[test]
    fn a_history_survives_its_stored_form(programme in programmes()) {
        survives_storing::<LegalAid>(&programme)?;
    }

    #[test]
    fn misplaced_events_are_refused_and_never_panic(programme in programmes(), shift in any::<usize>()) {
        never_panics::<LegalAid>(&programme, shift);
    }
}

#[test]
fn programmes_pass_through_every_state() {
    assert_far_enough::<LegalAid>();
}
