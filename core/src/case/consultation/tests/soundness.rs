//! The machine of this kind, walked through: `machine.md`.

use crate::case::code::{Role, SpecialGroup};
use crate::case::consultation::order::Progress;
use crate::case::consultation::{Consultation, Event, Inquiry};
use crate::case::skeleton::{CommonCommand, Proof, TagSpecialGroup};
use crate::case::tests::kit::Tested;
use crate::case::tests::soundness::{Walked, assert_drawn, assert_sound, held, walk};
use crate::case::{Case, CaseCommand};

use super::kit::{CALLER, inquiry, register};

impl Walked for Consultation {
    fn events() -> Vec<&'static str> {
        Event::TYPES.iter().map(|(name, _)| *name).collect()
    }

    fn marks(case: &Case<Self>) -> Vec<&'static str> {
        let state = &case.own;
        let course = state.course();
        let order = course.and_then(|course| course.orders.last()).map(|order| &order.progress);
        let child = state.file().is_some_and(|file| file.inquiry.under_14);
        let in_custody = case.common.groups.iter().any(|tag| tag.group == SpecialGroup::Detained);
        let marks = [
            (course.is_some_and(|course| course.dissatisfied.is_some()), "dissatisfied"),
            (matches!(order, Some(Progress::Sent)), "order sent"),
            (matches!(order, Some(Progress::TakenOn)), "order taken on"),
            (matches!(order, Some(Progress::Answered)), "order answered"),
            (matches!(order, Some(Progress::FedBack)), "order fed back"),
            (matches!(order, Some(Progress::Returned)), "order returned"),
            (course.is_some_and(|course| !course.conversions.is_empty()), "converted"),
            (course.is_some_and(|course| course.fed_back_at.is_some()), "told"),
            (state.at_work().is_some_and(|work| work.aid_request.is_some()), "aid asked for"),
            (in_custody, "in custody"),
            (child, "child"),
        ];
        held(&marks).into_iter().take(1).collect()
    }

    fn more_forms() -> Vec<CaseCommand<Self>> {
        let of_a_child = Inquiry { under_14: true, ..inquiry() };
        let (person, group, proof) = (CALLER, SpecialGroup::Detained, Proof::SelfDeclared);
        let tag = TagSpecialGroup { person, group, proof, since: None, until: None };
        vec![CaseCommand::Own(register(of_a_child)), CaseCommand::Common(CommonCommand::from(tag))]
    }

    /// Whoever judges how it was handled comes from elsewhere.
    fn office_of(role: Role) -> &'static str {
        if role == Role::Peer { "CN/371500" } else { Self::OFFICE }
    }
}

#[test]
fn every_state_is_reached_and_left_and_the_page_is_drawn() {
    let walk = walk::<Consultation>();
    assert_sound::<Consultation>(&walk);
    assert_drawn::<Consultation>(&walk);
}
