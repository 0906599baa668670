//! What is missing is asked for once and in full (一次性告知), and supplied in time or not.
//!
//! A later request may list only what could not be known at the first; so every item of it names the event from which
//! it follows, and that event must have come after the first request. The clock of the case stands still meanwhile if
//! its rule lists the ground.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Common;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use super::notice::was_served;
use super::remedy::Remedy;
use crate::case::code::codes;
use crate::case::{Kind, ReasonCode};
use crate::id::{ActorId, Code, DocumentId, Revision};
use crate::policy::Deadline;
use crate::privacy::Sealed;

/// The ground of a rule on which its clock stands still while something is being supplied.
const PAUSE_GROUND: &str = "supplement";

codes! {
    /// What follows if nothing is supplied in time; whoever is asked must be told.
    pub enum SupplementEffect {
        /// The application counts as taken back (视为撤回). Source: Legal Aid Law (法律援助法, 2021) Art 43.
        DeemedWithdrawn = "DEEMED_WITHDRAWN",
        /// The matter is not taken on (不予受理).
        NotAccepted = "NOT_ACCEPTED",
        /// It is decided on what is there (按现有材料办理).
        DecidedOnFile = "DECIDED_ON_FILE",
        /// The matter is ended (终止办理).
        Terminated = "TERMINATED",
    }
}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplementItem {
    /// Its name in this case (`kinship-proof`).
    pub item: Code,
    /// What exactly is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Sealed>,
    /// In a second request, the event that made it known that this is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_from: Option<Revision>,
}

/// Asks for what is missing, all at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestSupplement {
    /// What is missing.
    pub items: Vec<SupplementItem>,
    /// What follows if it is not supplied in time.
    pub legal_effect_if_missed: SupplementEffect,
    /// The notice in which all of this is told.
    pub notice: DocumentId,
}

/// What is missing was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplementRequested {
    /// Which request it is, from 1.
    pub round: u32,
    /// What is missing.
    pub items: Vec<SupplementItem>,
    /// Until when it must be supplied.
    pub due: Deadline,
    /// What follows if it is not.
    pub legal_effect_if_missed: SupplementEffect,
    /// The notice in which all of this is told.
    pub notice: DocumentId,
}

/// Something that was missing came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplementSubmitted {
    /// Which of the items.
    pub items: BTreeSet<Code>,
    /// The documents.
    pub documents: Vec<DocumentId>,
}

/// Confirms that the time for supplying is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LapseSupplement {
    /// The record of it.
    pub record: DocumentId,
    /// What the person is told about other ways.
    pub remedy: Remedy,
}

/// What was missing was not supplied in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplementLapsed {
    /// What is still missing.
    pub missing: BTreeSet<Code>,
    /// What follows from it.
    pub legal_effect: SupplementEffect,
    /// The record of it.
    pub record: DocumentId,
    /// Who confirmed it.
    pub decided_by: ActorId,
    /// What the person was told about other ways.
    pub remedy: Remedy,
}

/// What was asked for in a case so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supplements {
    /// How many requests there were.
    pub rounds: u32,
    /// The event of the first one.
    pub first: Revision,
    /// Everything that was ever asked for.
    pub asked: BTreeSet<Code>,
    /// The request that waits for an answer.
    pub open: Option<OpenSupplement>,
}

/// A request that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSupplement {
    /// What is still missing.
    pub missing: BTreeSet<Code>,
    /// Until when.
    pub due: Deadline,
    /// What follows if it is not supplied.
    pub legal_effect: SupplementEffect,
    /// The notice in which it was asked for.
    pub notice: DocumentId,
}

impl Common {
    /// The request for papers that waits for an answer.
    #[must_use]
    pub fn open_supplement(&self) -> Option<&OpenSupplement> {
        self.supplements.as_ref()?.open.as_ref()
    }

    pub(super) fn supplement_requested(&mut self, requested: &SupplementRequested) {
        let names = requested.items.iter().map(|item| item.item.clone());
        let (first, mut asked) = match self.supplements.take() {
            Some(before) => (before.first, before.asked),
            None => (Revision::after(self.head), BTreeSet::new()),
        };
        asked.extend(names.clone());
        let open = OpenSupplement {
            missing: names.collect(),
            due: requested.due.clone(),
            legal_effect: requested.legal_effect_if_missed,
            notice: requested.notice,
        };
        self.supplements = Some(Supplements { rounds: requested.round, first, asked, open: Some(open) });
    }

    pub(super) fn supplement_submitted(&mut self, submitted: &SupplementSubmitted) -> Option<()> {
        let supplements = self.supplements.as_mut()?;
        let open = supplements.open.as_mut()?;
        open.missing.retain(|item| !submitted.items.contains(item));
        if open.missing.is_empty() {
            supplements.open = None;
        }
        Some(())
    }

    pub(super) fn supplement_lapsed(&mut self) -> Option<()> {
        self.supplements.as_mut()?.open.take().map(|_| ())
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn request_supplement(&mut self, command: &RequestSupplement) -> Events {
        let RequestSupplement { items, legal_effect_if_missed, notice } = command.clone();
        self.check.must(self.case.common.open_supplement().is_none(), ReasonCode::SupplementOpen);
        self.check.must(!items.is_empty(), ReasonCode::NobodyNamed);
        let mut seen = BTreeSet::new();
        let twice = items.iter().filter(|item| !seen.insert(&item.item)).map(|item| &item.item);
        self.check.none_of(twice, ReasonCode::ItemTwice);
        self.could_not_be_known_earlier(&items);
        let due = self.deadline("GEN-D01")?;
        let round = self.case.common.supplements.as_ref().map_or(1, |before| before.rounds.saturating_add(1));
        let pause = self.pause(PAUSE_GROUND);
        let requested = SupplementRequested { round, items, due, legal_effect_if_missed, notice };
        let requested = CommonEvent::SupplementRequested(requested);
        Some([requested].into_iter().chain(pause).collect())
    }

    fn could_not_be_known_earlier(&mut self, items: &[SupplementItem]) {
        let Some(before) = &self.case.common.supplements else { return };
        let came_later = |revision: Revision| {
            before.first < revision && self.case.common.head.is_some_and(|head| revision <= head)
        };
        let known = items
            .iter()
            .filter(|item| before.asked.contains(&item.item) || !item.known_from.is_some_and(came_later));
        self.check.none_of(known.map(|item| &item.item), ReasonCode::KnownEarlier);
    }

    pub(super) fn submit_supplement(&mut self, submitted: &SupplementSubmitted) -> Events {
        let Some(open) = self.case.common.open_supplement() else {
            self.check.must(false, ReasonCode::NoSupplementOpen);
            return None;
        };
        self.check.must(!submitted.items.is_empty(), ReasonCode::NobodyNamed);
        self.check.none_of(submitted.items.difference(&open.missing), ReasonCode::NotAskedFor);
        let complete = open.missing.is_subset(&submitted.items);
        let resumed = if complete { self.resume_from(PAUSE_GROUND)? } else { None };
        let submitted = CommonEvent::SupplementSubmitted(submitted.clone());
        Some([submitted].into_iter().chain(resumed).collect())
    }

    /// The system sees that the time is over; a reviewer confirms it, once it is proved that the person was told.
    pub(super) fn lapse_supplement(&mut self, command: &LapseSupplement) -> Events {
        let Some(open) = self.case.common.open_supplement() else {
            self.check.must(false, ReasonCode::NoSupplementOpen);
            return None;
        };
        self.time_is_over(&open.due);
        let served = was_served(&self.case.common.notices, open.notice);
        self.check.must(served, ReasonCode::NotServed);
        self.other_ways_are_told(&command.remedy);
        let LapseSupplement { record, remedy } = command.clone();
        let lapsed = SupplementLapsed {
            missing: open.missing.clone(),
            legal_effect: open.legal_effect,
            record,
            decided_by: self.context.actor.id,
            remedy,
        };
        let resumed = self.resume_from(PAUSE_GROUND)?;
        Some([CommonEvent::SupplementLapsed(lapsed)].into_iter().chain(resumed).collect())
    }
}
