//! What somebody needs to be understood and to come in: language, interpreter, accommodation (无障碍).
//!
//! Source: Legal Aid Law (法律援助法, 2021) Art 45; Notary Law (公证法, 2017) Art 32.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::code::codes;
use crate::case::{Kind, ReasonCode};
use crate::id::{ActorId, Code, PersonRef};

codes! {
    /// What is done so that somebody can take part.
    pub enum Accommodation {
        /// Sign language (手语).
        SignLanguage = "SIGN_LANGUAGE",
        /// Large print (大字).
        LargePrint = "LARGE_PRINT",
        /// Braille (盲文).
        Braille = "BRAILLE",
        /// Read out aloud (代读).
        ReadAloud = "READ_ALOUD",
        /// Step-free access (无障碍通道).
        StepFree = "STEP_FREE",
        /// Visit at home (上门).
        HomeVisit = "HOME_VISIT",
    }
}

/// Somebody wants to be served in a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguagePreferenceRecorded {
    /// Who.
    pub person: PersonRef,
    /// Which language, as a tag of BCP 47 (`mn-Mong`, `ug`).
    pub language: Code,
}

/// An interpreter was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterpreterAssigned {
    /// Who interprets.
    pub interpreter: ActorId,
    /// For whom.
    pub person: PersonRef,
    /// From and into which language.
    pub language: Code,
}

/// What somebody needs to take part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccommodationRecorded {
    /// Who.
    pub person: PersonRef,
    /// What, at least one thing.
    pub accommodations: BTreeSet<Accommodation>,
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn record_language(&mut self, preference: &LanguagePreferenceRecorded) -> Events {
        self.are_parties([preference.person]);
        Some(vec![CommonEvent::LanguagePreferenceRecorded(preference.clone())])
    }

    /// Whoever handles the case cannot be the voice of a party in it as well.
    pub(super) fn assign_interpreter(&mut self, assigned: &InterpreterAssigned) -> Events {
        self.are_parties([assigned.person]);
        self.is_no_handler(assigned.interpreter);
        Some(vec![CommonEvent::InterpreterAssigned(assigned.clone())])
    }

    pub(super) fn record_accommodation(&mut self, recorded: &AccommodationRecorded) -> Events {
        self.are_parties([recorded.person]);
        self.check.must(!recorded.accommodations.is_empty(), ReasonCode::NobodyNamed);
        Some(vec![CommonEvent::AccommodationRecorded(recorded.clone())])
    }
}
