//! The machine of this kind, walked through: `machine.md`.

use crate::case::code::Role;
use crate::case::legal_aid::{Commitment, CounselFile, Event, LegalAid, Means, Objection, Subsidy};
use crate::case::skeleton::ReopenCase;
use crate::case::tests::kit::{PAPER, Tested, code};
use crate::case::tests::soundness::{Walked, assert_drawn, assert_sound, held, walk};
use crate::case::{Case, CaseCommand};

impl Walked for LegalAid {
    fn events() -> Vec<&'static str> {
        Event::TYPES.iter().map(|(name, _)| *name).collect()
    }

    fn marks(case: &Case<Self>) -> Vec<&'static str> {
        let Some((file, stage)) = case.own.registered() else { return Vec::new() };
        if stage.clock_runs() {
            return held(&[
                (matches!(file.commitment, Commitment::Signed | Commitment::Holds), "committed"),
                (matches!(file.means, Means::Verified { met: true }), "in need"),
                (matches!(file.means, Means::Verified { met: false }), "not in need"),
                (file.opinion.is_some(), "reviewed"),
                (!file.unwanted.is_empty(), "staff unwanted"),
            ]);
        }
        let objection = stage.contest().map(|contest| &contest.objection);
        let beyond = matches!(objection, Some(Objection::Reconsideration | Objection::Litigation));
        let one_of = held(&[
            (matches!(objection, Some(Objection::UnderBureauReview { .. })), "objected"),
            (matches!(objection, Some(Objection::Overturned)), "overturned"),
            (beyond, "at the authority above"),
            (matches!(objection, Some(Objection::Upheld)), "upheld"),
            (matches!(objection, Some(Objection::Final)), "final"),
            (stage.contest().is_some() && file.unserved.is_empty(), "served"),
            (matches!(file.counsel_file, CounselFile::Submitted), "file in"),
            (file.subsidy.is_paid(), "subsidy paid"),
            (matches!(file.subsidy, Subsidy::Approved { .. }), "subsidy approved"),
            (matches!(file.subsidy, Subsidy::Calculated { .. }), "subsidy calculated"),
            (matches!(file.counsel_file, CounselFile::Accepted { .. }), "file taken"),
            (file.commitment == Commitment::False, "committed falsely"),
            (file.lacks_papers(), "papers missing"),
        ]);
        one_of.into_iter().take(1).collect()
    }

    fn more_forms() -> Vec<CaseCommand<Self>> {
        let ground = code("WRONGLY_CLOSED");
        vec![CaseCommand::Common(ReopenCase { ground, decision: PAPER, continuation: None }.into())]
    }

    /// The bureau sits elsewhere than the agency.
    fn office_of(role: Role) -> &'static str {
        if role == Role::Bureau { "CN/140400" } else { Self::OFFICE }
    }
}

#[test]
fn every_state_is_reached_and_left_and_the_page_is_drawn() {
    let walk = walk::<LegalAid>();
    assert_sound::<LegalAid>(&walk);
    assert_drawn::<LegalAid>(&walk);
}
