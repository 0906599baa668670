//! Taking a matter on although something unessential is missing (容缺受理).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Common;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use super::remedy::Remedy;
use crate::case::code::codes;
use crate::case::{Kind, ReasonCode};
use crate::id::{ActorId, Code, DocumentId};
use crate::policy::Deadline;

codes! {
    /// What follows if the gap is not filled in time.
    pub enum GapConsequence {
        /// The papers are given back (退件).
        Returned = "RETURNED",
        /// The application counts as taken back (视为撤回).
        DeemedWithdrawn = "DEEMED_WITHDRAWN",
        /// It is decided on what is there (按现有材料办理).
        DecidedOnFile = "DECIDED_ON_FILE",
    }
}

/// Takes the matter on with a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptProvisionally {
    /// What is missing.
    pub missing: BTreeSet<Code>,
    /// What follows if it stays missing.
    pub consequence: GapConsequence,
    /// The decision, with the person's promise to fill the gap.
    pub decision: DocumentId,
}

/// The matter was taken on with a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisionallyAccepted {
    /// What is missing.
    pub missing: BTreeSet<Code>,
    /// Until when it must come in.
    pub due: Deadline,
    /// What follows if it does not.
    pub consequence: GapConsequence,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

/// What was missing came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapFilled {
    /// Which of the things that were missing.
    pub items: BTreeSet<Code>,
    /// The documents.
    pub documents: Vec<DocumentId>,
}

/// Notes that the gap was not filled in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultGap {
    /// The decision.
    pub decision: DocumentId,
    /// What the person is told about other ways.
    pub remedy: Remedy,
}

/// The gap was not filled in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapDefaulted {
    /// What is still missing.
    pub missing: BTreeSet<Code>,
    /// What follows from it.
    pub consequence: GapConsequence,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the person was told about other ways.
    pub remedy: Remedy,
}

/// A gap that is to be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What is still missing.
    pub missing: BTreeSet<Code>,
    /// Until when.
    pub due: Deadline,
    /// What follows if it stays missing.
    pub consequence: GapConsequence,
}

impl Common {
    pub(super) fn provisionally_accepted(&mut self, accepted: &ProvisionallyAccepted) {
        let ProvisionallyAccepted { missing, due, consequence, .. } = accepted.clone();
        self.gap = Some(Gap { missing, due, consequence });
    }

    pub(super) fn gap_filled(&mut self, filled: &GapFilled) -> Option<()> {
        let mut gap = self.gap.take()?;
        gap.missing.retain(|item| !filled.items.contains(item));
        self.gap = (!gap.missing.is_empty()).then_some(gap);
        Some(())
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn accept_provisionally(&mut self, command: &AcceptProvisionally) -> Events {
        self.check.must(self.case.common.gap.is_none(), ReasonCode::GapOpen);
        self.check.must(!command.missing.is_empty(), ReasonCode::NobodyNamed);
        let due = self.deadline("GEN-D02")?;
        let AcceptProvisionally { missing, consequence, decision } = command.clone();
        let decided_by = self.context.actor.id;
        let accepted = ProvisionallyAccepted { missing, due, consequence, decision, decided_by };
        Some(vec![CommonEvent::ProvisionallyAccepted(accepted)])
    }

    pub(super) fn fill_gap(&mut self, filled: &GapFilled) -> Events {
        let gap = self.gap()?;
        self.check.must(!filled.items.is_empty(), ReasonCode::NobodyNamed);
        self.check.none_of(filled.items.difference(&gap.missing), ReasonCode::NotAskedFor);
        Some(vec![CommonEvent::GapFilled(filled.clone())])
    }

    pub(super) fn default_gap(&mut self, command: &DefaultGap) -> Events {
        let gap = self.gap()?;
        self.time_is_over(&gap.due);
        self.other_ways_are_told(&command.remedy);
        let (decision, remedy) = (command.decision, command.remedy.clone());
        let (missing, consequence, decided_by) =
            (gap.missing.clone(), gap.consequence, self.context.actor.id);
        let defaulted = GapDefaulted { missing, consequence, decision, decided_by, remedy };
        Some(vec![CommonEvent::GapDefaulted(defaulted)])
    }
}

impl<'a, K: Kind> Desk<'a, K> {
    fn gap(&mut self) -> Option<&'a Gap> {
        let gap = self.case.common.gap.as_ref();
        self.check.must(gap.is_some(), ReasonCode::NoGap);
        gap
    }
}
