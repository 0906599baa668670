//! How satisfied clients are, and who asks them afterwards (满意度、回访).
//!
//! Nobody who did not answer counts as satisfied. Whoever is dissatisfied is visited before the file goes to the archive;
//! those who cannot be reached are tried as often as the rules say.

use serde::{Deserialize, Serialize};

use super::Common;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::code::{ServiceMode, codes};
use crate::case::{Kind, ReasonCode};
use crate::id::{ActorId, DocumentId, InvalidId, PersonRef};

codes! {
    /// How a rating was collected.
    pub enum RatingMethod {
        /// On a terminal in the hall.
        Kiosk = "KIOSK",
        /// By short message.
        Sms = "SMS",
        /// By telephone.
        Phone = "PHONE",
        /// On paper.
        Paper = "PAPER",
        /// By a third party.
        ThirdParty = "THIRD_PARTY",
    }
}

codes! {
    /// What a return visit found.
    pub enum VisitResult {
        /// The client confirms the result.
        Confirmed = "CONFIRMED",
        /// The client rates it anew.
        RatingChanged = "RATING_CHANGED",
        /// The client complains.
        NewComplaint = "NEW_COMPLAINT",
        /// The client could not be reached.
        Unreachable = "UNREACHABLE",
    }
}

/// A level of satisfaction, 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    /// Whether it is 2, dissatisfied, or 1, very dissatisfied: then a return visit is owed.
    #[must_use]
    pub const fn is_dissatisfied(self) -> bool {
        self.0 <= 2
    }
}

impl TryFrom<u8> for Level {
    type Error = InvalidId;

    fn try_from(level: u8) -> Result<Self, Self::Error> {
        if (1..=5).contains(&level) {
            Ok(Self(level))
        } else {
            Err(InvalidId::new("level of satisfaction", "not 1 to 5"))
        }
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.0
    }
}

/// A client rated the service. Whoever rates again replaces the rating before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SatisfactionRated {
    /// Who.
    pub by: PersonRef,
    /// From 5 very satisfied to 1 very dissatisfied.
    pub level: Level,
    /// How it was collected.
    pub method: RatingMethod,
}

/// Notes a return visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordReturnVisit {
    /// Who was visited; nobody in particular if it was about the case as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonRef>,
    /// In what form.
    pub mode: ServiceMode,
    /// What it found.
    pub result: VisitResult,
    /// The visit record.
    pub record: DocumentId,
}

/// A return visit was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnVisitRecorded {
    /// Who visited.
    pub visitor: ActorId,
    /// Who was visited; nobody in particular if it was about the case as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonRef>,
    /// In what form.
    pub mode: ServiceMode,
    /// What was found.
    pub result: VisitResult,
    /// The visit record.
    pub record: DocumentId,
}

impl Common {
    /// The rating that counts for a person: the last one given.
    #[must_use]
    pub fn rating_of(&self, person: PersonRef) -> Option<&SatisfactionRated> {
        self.ratings.iter().rev().find(|rating| rating.by == person)
    }

    /// A better rating later on does not undo the duty to ask what was wrong.
    pub(super) fn rated(&mut self, rated: &SatisfactionRated) {
        if rated.level.is_dissatisfied() {
            self.visits_owed.insert(rated.by, 0);
        }
        self.ratings.push(rated.clone());
    }

    pub(super) fn visited(&mut self, visit: &ReturnVisitRecorded) {
        let meant = |person: &PersonRef| visit.person.is_none_or(|visited| visited == *person);
        match visit.result {
            VisitResult::Unreachable => {
                for (_, tries) in self.visits_owed.iter_mut().filter(|(person, _)| meant(person)) {
                    *tries = tries.saturating_add(1);
                }
            }
            VisitResult::Confirmed | VisitResult::RatingChanged | VisitResult::NewComplaint => {
                self.visits_owed.retain(|person, _| !meant(person));
            }
        }
        self.visits.push(visit.clone());
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn rate_satisfaction(&mut self, rated: &SatisfactionRated) -> Events {
        self.are_parties([rated.by]);
        self.something_is_delivered();
        Some(vec![CommonEvent::SatisfactionRated(rated.clone())])
    }

    pub(super) fn record_return_visit(&mut self, command: &RecordReturnVisit) -> Events {
        self.are_parties(command.person);
        self.something_is_delivered();
        self.actor_is_no_handler();
        let RecordReturnVisit { person, mode, result, record } = *command;
        let visitor = self.context.actor.id;
        let visit = ReturnVisitRecorded { visitor, person, mode, result, record };
        Some(vec![CommonEvent::ReturnVisitRecorded(visit)])
    }

    /// Everybody who was dissatisfied has been asked why, or was tried often enough.
    pub(super) fn dissatisfied_are_visited(&mut self) {
        let enough = self.rules().number("return_visit.attempts_min").map(|number| number.value);
        let owed = self.case.common.visits_owed.iter();
        let owed = owed.filter(|(_, tries)| enough.is_none_or(|enough| **tries < enough));
        self.check.none(owed.map(|(person, _)| *person), ReasonCode::VisitOwed);
    }
}
