//! What holds for any programme of commands to a notary office, sensible or not.

use proptest::prelude::*;

use super::kit::{
    ARCHIVIST, DESK, FANG, GUO, LU, SISTER, STRANGER, YU, accept, application, decide, decline, draft,
    effects, examine, report, verify,
};
use crate::case::code::Role;
use crate::case::notary::{
    CertificateForm, Command, DelegatedAnswer, Duty, ExaminationItem, Notary, ReexaminationFinding,
    ReexaminationOutcome, Requester, Verdict,
};
use crate::case::tests::kit::{PAPER, Tested, code};
use crate::case::tests::programme::{
    Varied, assert_far_enough, never_panics, pick, programmes, replays, survives_storing,
};
use crate::case::{Case, CaseCommand};
use crate::id::ActorId;

impl Varied for Notary {
    const ACTORS: &'static [ActorId] = &[FANG, GUO, LU, DESK, ARCHIVIST];
    const STAND_IN: ActorId = GUO;
    const ENDINGS: &'static [&'static str] = &[
        "RefuseNotary",
        "TerminateNotary",
        "WithdrawByParty",
        "TransferJurisdiction",
        "MergeDuplicate",
        "DiscloseInterest",
    ];
    const LEADING: &'static [&'static str] = &["RequestSupplement", "SubmitSupplement"];

    #[expect(clippy::wildcard_enum_match_arm, reason = "most commands have one sensible form")]
    fn vary(_: &Case<Self>, command: Command, number: usize) -> Command {
        match command {
            Command::ApplyNotary { .. } => {
                let matters = ["INHERITANCE", "WILL", "BIDDING", "ENTRUSTMENT", "KINSHIP", "NONSENSE"];
                Command::ApplyNotary { application: application(pick(&matters, number)) }
            }
            Command::CheckAcceptance { .. } if number.is_multiple_of(9) => decline(),
            Command::CheckAcceptance { .. } => accept(number.is_multiple_of(2)),
            Command::Examine { .. } => match number % 4 {
                0 => examine(&[ExaminationItem::Parties], &[ExaminationItem::Evidence]),
                _ => examine(ExaminationItem::ALL, &[]),
            },
            Command::Verify { .. } => match number % 2 {
                0 => verify(&[ExaminationItem::Evidence]),
                _ => verify(&[]),
            },
            Command::AnswerDelegatedVerification { .. } => {
                let answers = [
                    DelegatedAnswer::Verified { letter: PAPER },
                    DelegatedAnswer::Impossible { letter: PAPER },
                ];
                Command::AnswerDelegatedVerification { answer: pick(&answers, number) }
            }
            Command::Draft { .. } => draft(pick(CertificateForm::ALL, number), number.is_multiple_of(5)),
            Command::RefuseNotary { decision, remedy, refund_cents, .. } => {
                let grounds = ["DISPUTED", "FEE_UNPAID", "INSUFFICIENT", "WHIM"];
                let (ground, report) = (code(pick(&grounds, number)), report(FANG));
                Command::RefuseNotary { ground, report, decision, remedy, refund_cents }
            }
            Command::TerminateNotary { decision, remedy, refund_cents, .. } => {
                let grounds = ["PARTY_GONE", "PARTY_DELAY", "WITHDRAWN", "WHIM"];
                let (ground, report) = (code(pick(&grounds, number)), report(FANG));
                Command::TerminateNotary { ground, report, decision, remedy, refund_cents }
            }
            Command::RequestReexamination { errors, request, evidence, excuse, .. } => {
                let by = Requester::Party(pick(&[YU, SISTER, YU, STRANGER], number));
                Command::RequestReexamination { by, errors, request, evidence, excuse }
            }
            Command::DecideReexamination { .. } => decide(
                pick(ReexaminationFinding::ALL, number),
                match number % 7 {
                    0 => Verdict::Uphold { made_good: None },
                    1 => Verdict::Uphold { made_good: Some(PAPER) },
                    2 => Verdict::Correct,
                    3 => Verdict::Supplement { original: PAPER },
                    4 => Verdict::RevokePart,
                    _ => Verdict::Revoke,
                },
            ),
            Command::RevokeEffects { .. } => effects(!number.is_multiple_of(3)),
            other => other,
        }
    }

    fn giver_in(case: &Case<Self>, command: &CaseCommand<Self>) -> (Role, ActorId) {
        let (role, actor) = Self::giver(command.name());
        let lead = case.own.responsible().first().copied();
        (role, lead.filter(|_| actor == FANG).unwrap_or(actor))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn decisions_are_accepted_and_replay_is_deterministic(programme in programmes()) {
        replays::<Notary>(&programme)?;
    }

    #[test]
    fn a_history_survives_its_stored_form(programme in programmes()) {
        survives_storing::<Notary>(&programme)?;
    }

    #[test]
    fn misplaced_events_are_refused_and_never_panic(programme in programmes(), shift in any::<usize>()) {
        never_panics::<Notary>(&programme, shift);
    }
}

#[test]
fn programmes_pass_through_every_state() {
    assert_far_enough::<Notary>();
}

/// What a decision leaves to be done is never nothing while it is being carried out.
#[test]
fn every_outcome_but_one_leaves_something_to_be_done() {
    for outcome in ReexaminationOutcome::ALL {
        let nothing = outcome.duties().is_empty();
        assert_eq!(nothing, *outcome == ReexaminationOutcome::Upheld, "{outcome}");
    }
    let filed = ReexaminationOutcome::ALL.iter().filter(|outcome| outcome.duties().contains(&Duty::File));
    assert_eq!(filed.count(), 3);
}
