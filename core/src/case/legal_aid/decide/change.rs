//! Another counsel: A23, A24.

use super::{Desk, Events};
use crate::case::ReasonCode;
use crate::case::code::Role;
use crate::case::legal_aid::counsel::{
    ChangeAskedBy, ChangeCounsel, CounselChangeRefused, CounselChangeRequested, CounselChanged,
    CounselRefusalRecorded, RefuseCounselChange, RequestCounselChange,
};
use crate::case::legal_aid::event::Event;
use crate::case::legal_aid::work::{Course, Work};

/// While the work goes on and nobody has asked for anything else.
const fn goes_on(_: &Work, course: &Course) -> bool {
    matches!(course, Course::Going)
}

impl Desk<'_> {
    /// Source: Legal Aid Law (法律援助法, 2021) Art 55.
    pub(super) fn request_change(&mut self, command: &RequestCounselChange) -> Events {
        let (file, _) = self.work_at(goes_on)?;
        let RequestCounselChange { by, ground, request } = *command;
        let of_agency = matches!(self.context.actor.role, Role::Dispatcher | Role::Approver);
        match by {
            ChangeAskedBy::Client(person) => self.are_aided(file, [person]),
            ChangeAskedBy::Agency => {
                let stranger = (!of_agency).then_some(self.context.actor.id);
                self.check.none(stranger, ReasonCode::NotAssigned);
            }
        }
        let decide_by = self.promised("AID-D10", self.context.occurred_at)?;
        let requested = CounselChangeRequested { by, ground, request, decide_by };
        Some(vec![Event::CounselChangeRequested(requested)])
    }

    /// Whoever comes must bring what the law asks of whoever is named. With another unit client and unit sign anew.
    pub(super) fn change_counsel(&mut self, command: &ChangeCounsel) -> Events {
        let (file, work) =
            self.work_at(|_, course| matches!(course, Course::Going | Course::Replacing { .. }))?;
        let ChangeCounsel { nomination, unit, handover, notice } = command.clone();
        let came_before = work.everyone().any(|counsel| counsel == nomination.counsel);
        self.check.none(came_before.then_some(nomination.counsel), ReasonCode::WasReplaced);
        self.counsel_fits(file, &nomination);
        let preference_followed = self.preference_is_answered(file, &nomination);
        let sign_by = match &unit {
            None => None,
            Some(unit) => {
                self.unit_may_defend(file, unit);
                Some(self.deadline("AID-D05", None)?)
            }
        };
        let (from, decided_by) = (work.counsel, self.context.actor.id);
        let changed = CounselChanged {
            from,
            nomination,
            preference_followed,
            unit,
            handover,
            notice,
            decided_by,
            sign_by,
        };
        Some(vec![Event::CounselChanged(changed)])
    }

    pub(super) fn refuse_change(&mut self, command: &RefuseCounselChange) -> Events {
        self.work_at(|_, course| matches!(course, Course::Replacing { .. }))?;
        let RefuseCounselChange { reason, notice } = command.clone();
        let decided_by = self.context.actor.id;
        Some(vec![Event::CounselChangeRefused(CounselChangeRefused { reason, notice, decided_by })])
    }

    /// Source: Legal Aid Law Art 46, 62, 63.
    pub(super) fn record_refusal(&mut self, recorded: &CounselRefusalRecorded) -> Events {
        let (_, work) = self.work_at(goes_on)?;
        let stranger = work.counsel != recorded.counsel;
        self.check.none(stranger.then_some(recorded.counsel), ReasonCode::NotAssigned);
        Some(vec![Event::CounselRefusalRecorded(recorded.clone())])
    }
}
