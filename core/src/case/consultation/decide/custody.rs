//! Somebody in custody asks for legal aid, and the duty lawyer carries the request to the agency within the day.

use super::{Desk, Events};
use crate::case::ReasonCode;
use crate::case::code::SpecialGroup as Group;
use crate::case::consultation::event::{AidRequestHandedOver, AidRequestRecorded, Event};
use crate::id::{Code, DocumentId};

impl Desk<'_> {
    /// Source: Legal Aid Law (法律援助法, 2021) Art 39.
    pub(super) fn record_aid_request(&mut self, request: DocumentId) -> Events {
        let work = self.at_work()?;
        self.actor_answers(work);
        self.check.must(self.is_in_custody(), ReasonCode::NotInGroup);
        self.check.must(work.aid_request.is_none(), ReasonCode::AidRequestOpen);
        let place = self.case.jurisdiction();
        let hand_over_by = self.check.deadline(self.context.deadline(&place, "CON-D09", None))?;
        Some(vec![Event::AidRequestRecorded(AidRequestRecorded { request, hand_over_by })])
    }

    fn is_in_custody(&self) -> bool {
        let (today, custody) = (self.context.date(), [Group::Detained, Group::Inmate, Group::Detox]);
        let groups = &self.case.common.groups;
        groups.iter().any(|tag| tag.holds_on(today) && custody.contains(&tag.group))
    }

    pub(super) fn hand_over_aid_request(&mut self, to: &Code, receipt: DocumentId) -> Events {
        let work = self.at_work()?;
        self.actor_answers(work);
        self.check.must(work.aid_request.is_some(), ReasonCode::NoAidRequest);
        Some(vec![Event::AidRequestHandedOver(AidRequestHandedOver { to: to.clone(), receipt })])
    }
}
