//! The machine of this kind, walked through: `machine.md`.

use super::kit::{FANG, SISTER, YU, decide, report};
use crate::case::notary::certificate::Progress;
use crate::case::notary::{
    Command, Event, ExecutionAnswer, ExecutionClaim, MatterTrait, Notary, ReexaminationFinding,
    ReexaminationOutcome, Verdict,
};
use crate::case::skeleton::ConfidentialGround;
use crate::case::skeleton::examples::remedy;
use crate::case::tests::kit::{PAPER, code};
use crate::case::tests::soundness::{Walked, assert_drawn, assert_sound, held, walk};
use crate::case::{Case, CaseCommand};

impl Walked for Notary {
    fn events() -> Vec<&'static str> {
        Event::TYPES.iter().map(|(name, _)| *name).collect()
    }

    fn marks(case: &Case<Self>) -> Vec<&'static str> {
        let state = &case.own;
        let is = |one: MatterTrait| state.matter().is_some_and(|matter| matter.traits.contains(&one));
        let work = state.in_examination();
        let decided = state.reexamining().and_then(|(_, one)| match &one.progress {
            Progress::CarryingOut { outcome, .. } => Some(*outcome),
            Progress::Requested | Progress::Examining { .. } => None,
        });
        held(&[
            (is(MatterTrait::OnSite), "on site"),
            (case.common.confidential.contains(&ConfidentialGround::Will), "will"),
            (state.file().is_some_and(|file| file.withdrawn), "withdrawn"),
            (state.file().is_some_and(|file| file.fee.is_some()), "fee set"),
            (work.is_some_and(|work| !work.examined.is_empty()), "examined"),
            (work.is_some_and(|work| work.unsettled().next().is_none()), "in order"),
            (decided == Some(ReexaminationOutcome::Corrected), "to be corrected"),
            (decided == Some(ReexaminationOutcome::Supplemented), "to be supplemented"),
            (decided == Some(ReexaminationOutcome::PartlyRevoked), "to be revoked in part"),
            (decided == Some(ReexaminationOutcome::Revoked), "to be revoked"),
        ])
    }

    fn more_forms() -> Vec<CaseCommand<Self>> {
        let claim = ExecutionClaim { application: PAPER, creditor: YU, debtor: SISTER, amount_cents: 1 };
        let answer =
            ExecutionAnswer::Refuse { ground: code("DEBT_PERFORMED"), decision: PAPER, remedy: remedy() };
        let refusal = Command::IssueExecutionCertificate { claim, report: report(FANG), answer };
        let revoked = decide(ReexaminationFinding::ContentWrong, Verdict::Revoke);
        let revoked_in_part = decide(ReexaminationFinding::PartWrong, Verdict::RevokePart);
        [refusal, revoked, revoked_in_part].map(CaseCommand::Own).into()
    }
}

#[test]
fn every_state_is_reached_and_left_and_the_page_is_drawn() {
    let walk = walk::<Notary>();
    assert_sound::<Notary>(&walk);
    assert_drawn::<Notary>(&walk);
}
