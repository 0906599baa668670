//! Taking a closed case up again (重启).
//!
//! As long as the file is not in the archive, the case goes on where it was. The archive stays as it is: what was archived
//! is continued by a new case, and the old one only says by which.

use serde::{Deserialize, Serialize};

use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::code::Phase;
use crate::case::{CaseId, Kind, Reason, ReasonCode};
use crate::id::{ActorId, Code, DocumentId};
use crate::policy::{Deadline, GroundUse};

/// Takes a closed case up again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReopenCase {
    /// On which of the grounds that the rules list for its kind.
    pub ground: Code,
    /// The authorisation.
    pub decision: DocumentId,
    /// The case that continues it, if it is in the archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation: Option<CaseId>,
}

/// A closed case was taken up again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseReopened {
    /// On which ground.
    pub ground: Code,
    /// The authorisation.
    pub decision: DocumentId,
    /// Who authorised it.
    pub authorised_by: ActorId,
    /// The case that continues it, if it is in the archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continuation: Option<CaseId>,
    /// The clock of a case that goes on: it starts anew by its own rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<Deadline>,
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn reopen(&mut self, command: &ReopenCase) -> Events {
        let ReopenCase { ground, decision, continuation } = command.clone();
        self.ground_is_listed(&ground);
        let archived = self.case.phase() == Phase::Archived;
        self.check.must(archived == continuation.is_some(), ReasonCode::ContinuationOfArchived);
        let goes_on =
            archived || (self.case.common.gone.is_none() && K::reopen(self.case.own.clone()).is_some());
        self.check.must(goes_on, ReasonCode::NotClosed);
        let term = match &self.case.common.clock {
            Some(clock) if !archived => Some(self.anew(&clock.deadline)?),
            Some(_) | None => None,
        };
        let authorised_by = self.context.actor.id;
        let reopened = CaseReopened { ground, decision, authorised_by, continuation, term };
        Some(vec![CommonEvent::CaseReopened(reopened)])
    }

    fn ground_is_listed(&mut self, ground: &Code) {
        let rules = self.rules();
        let grounds = rules.grounds(K::KIND, GroundUse::Reopen);
        if !grounds.iter().any(|known| known.code == *ground) {
            let reason = Reason::new(ReasonCode::UnknownGround)
                .text("ground", ground)
                .list("allowed", grounds.iter().map(|known| &known.code));
            self.check.refuse(reason);
        }
    }

    fn anew(&mut self, before: &Deadline) -> Option<Deadline> {
        let variant = before.variant.as_ref().map(Code::as_str);
        let place = self.case.jurisdiction();
        self.check.deadline(self.context.deadline(&place, before.id.as_str(), variant))
    }
}
