//! The machine of this kind, walked through: `machine.md`.

use super::kit::dispute;
use crate::case::mediation::{Command, Confirmation, Dispute, Event, Form, Mediation, Origin, SessionResult};
use crate::case::tests::soundness::{Walked, assert_drawn, assert_sound, held, walk};
use crate::case::{Case, CaseCommand};
use crate::policy::Jurisdiction;

impl Walked for Mediation {
    fn events() -> Vec<&'static str> {
        Event::TYPES.iter().map(|(name, _)| *name).collect()
    }

    fn marks(case: &Case<Self>) -> Vec<&'static str> {
        let state = &case.own;
        let origin = state.matter().map(|matter| &matter.origin);
        let refusing = state.undecided().is_some_and(|matter| matter.refusing().next().is_some());
        let in_vain = state.at_work().and_then(|work| work.last_session) == Some(SessionResult::NoAgreement);
        let agreed = state.undecided().is_some_and(|matter| matter.without_consent().next().is_none());
        let told = state.registered().is_some_and(|file| {
            state.matter().is_some_and(|matter| matter.missing_in(&file.notified).next().is_none())
        });
        let signatures = state.drafted().map_or(0, |(_, draft)| draft.signatures.len());
        let at_court = state.in_effect().map(|(_, agreement)| agreement.confirmation);
        let performed = state.in_effect().is_some_and(|(_, agreement)| agreement.is_performed());
        held(&[
            (matches!(origin, Some(Origin::Delegated(_))), "delegated"),
            (case.jurisdiction() == shandong(), "in Shandong"),
            (agreed, "agreed"),
            (refusing, "refused"),
            (told, "told their rights"),
            (in_vain, "met in vain"),
            (signatures == 1, "signed by one"),
            (signatures == 2, "signed by two"),
            (signatures > 2, "signed"),
            (at_court == Some(Confirmation::Applied), "at court"),
            (at_court == Some(Confirmation::Accepted), "taken on by the court"),
            (at_court == Some(Confirmation::Confirmed), "confirmed"),
            (performed, "performed"),
        ])
    }

    /// A record of undisputed facts is known in Shandong.
    fn more_forms() -> Vec<CaseCommand<Self>> {
        let dispute = Dispute { jurisdiction: shandong(), ..dispute() };
        vec![CaseCommand::Own(Command::ApplyMediation { form: Form::Written, dispute })]
    }
}

fn shandong() -> Jurisdiction {
    "370000".parse().unwrap()
}

#[test]
fn every_state_is_reached_and_left_and_the_page_is_drawn() {
    let walk = walk::<Mediation>();
    assert_sound::<Mediation>(&walk);
    assert_drawn::<Mediation>(&walk);
}
