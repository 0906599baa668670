//! What holds for any programme of commands to a mediation, sensible or not.

use proptest::prelude::*;

use super::kit::{ARCHIVIST, CLERK, HE, MA, QIN, STRANGER, SUN, both, code, session};
use crate::case::code::Role;
use crate::case::mediation::{
    Command, CourtResult, Mediation, Outcome, RecusalGround, SessionResult, Signer,
};
use crate::case::tests::kit::Tested;
use crate::case::tests::programme::{
    Varied, assert_far_enough, never_panics, pick, programmes, replays, survives_keeping, survives_storing,
};
use crate::case::{Case, CaseCommand};
use crate::id::ActorId;

impl Varied for Mediation {
    const ACTORS: &'static [ActorId] = &[QIN, HE, CLERK, ARCHIVIST];
    const STAND_IN: ActorId = HE;
    const ENDINGS: &'static [&'static str] = &[
        "RefuseMediation",
        "TerminateMediation",
        "WithdrawByParty",
        "TransferJurisdiction",
        "MergeDuplicate",
        "DiscloseInterest",
    ];
    const LEADING: &'static [&'static str] = &["WithdrawByParty"];

    #[expect(clippy::wildcard_enum_match_arm, reason = "most commands have one sensible form")]
    fn vary(_: &Case<Self>, command: Command, number: usize) -> Command {
        let person = pick(&[SUN, MA, SUN, MA, STRANGER], number);
        let mediator = pick(&[QIN, HE, QIN, CLERK], number);
        match command {
            Command::SeekConsent { .. } => {
                Command::SeekConsent { party: person, given: !number.is_multiple_of(11) }
            }
            Command::SignAgreement { .. } => {
                let signers = [Signer::Party(SUN), Signer::Party(MA), Signer::Mediator(mediator)];
                Command::SignAgreement { signer: pick(&signers, number) }
            }
            Command::AssignMediator { chosen_by, .. } => {
                Command::AssignMediator { mediators: vec![mediator], chosen_by }
            }
            Command::RequestMediatorRecusal { .. } => {
                Command::RequestMediatorRecusal { by: person, mediator, ground: RecusalGround::Interested }
            }
            Command::ReplaceMediator { handover, .. } => Command::ReplaceMediator {
                from: mediator,
                to: pick(&[HE, QIN, ARCHIVIST], number / 4),
                handover,
            },
            Command::HoldSession { .. } => {
                let results = [
                    SessionResult::Adjourned,
                    SessionResult::TermsFound,
                    SessionResult::NoAgreement,
                    SessionResult::Reconciled,
                ];
                session(pick(&results, number))
            }
            Command::RecordPerformance { obligation, receipt, .. } => {
                let cents = pick(&[800_000, 400_000, 1, 0, u64::MAX], number);
                Command::RecordPerformance { obligation, cents, receipt }
            }
            Command::RecordCourtResult { ruling, .. } => {
                let results = [
                    CourtResult::Accepted,
                    CourtResult::Valid,
                    CourtResult::Dismissed,
                    CourtResult::NotAccepted,
                    CourtResult::Withdrawn,
                ];
                Command::RecordCourtResult { result: pick(&results, number), ruling }
            }
            Command::CloseMediation { report, .. } => {
                Command::CloseMediation { outcome: pick(Outcome::ALL, number), report }
            }
            Command::TerminateMediation { notice, remedy, .. } => {
                let grounds = ["IMPOSSIBLE", "NO_AGREEMENT", "TERM_EXPIRED", "PARTY_REFUSED", "WHIM"];
                Command::TerminateMediation { ground: code(pick(&grounds, number)), notice, remedy }
            }
            Command::ApplyConfirmation { application, .. } => {
                let by = if number.is_multiple_of(5) { [SUN].into() } else { both() };
                Command::ApplyConfirmation { by, application }
            }
            other => other,
        }
    }

    fn giver_in(_: &Case<Self>, command: &CaseCommand<Self>) -> (Role, ActorId) {
        match command {
            CaseCommand::Own(Command::SignAgreement { signer: Signer::Party(_) }) => (Role::Party, CLERK),
            CaseCommand::Own(_) | CaseCommand::Common(_) => Self::giver(command.name()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn decisions_are_accepted_and_replay_is_deterministic(programme in programmes()) {
        replays::<Mediation>(&programme)?;
    }

    #[test]
    fn a_history_survives_its_stored_form(programme in programmes()) {
        survives_storing::<Mediation>(&programme)?;
    }

    #[test]
    fn a_case_survives_being_kept(programme in programmes()) {
        survives_keeping::<Mediation>(&programme)?;
    }

    #[test]
    fn misplaced_events_are_refused_and_never_panic(programme in programmes(), shift in any::<usize>()) {
        never_panics::<Mediation>(&programme, shift);
    }
}

#[test]
fn programmes_pass_through_every_state() {
    assert_far_enough::<Mediation>();
}
