//! How a case leaves before its end: to another institution, into another case, or because a party takes it back.

use serde::{Deserialize, Serialize};

use super::decide::{Desk, Events};
use super::event::CommonEvent;
use super::remedy::Remedy;
use crate::case::code::codes;
use crate::case::{CaseId, Kind, NamedCase, Reason, ReasonCode};
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::Jurisdiction;
use crate::privacy::Fingerprint;

codes! {
    /// What makes an institution competent.
    pub enum CompetenceBasis {
        /// A party lives there.
        Residence = "RESIDENCE",
        /// It happened there.
        PlaceOfEvent = "PLACE_OF_EVENT",
        /// The thing lies there.
        PlaceOfThing = "PLACE_OF_THING",
        /// The organ that handles the matter sits there.
        SeatOfOrgan = "SEAT_OF_ORGAN",
        /// A higher body says so (指定管辖).
        Designated = "DESIGNATED",
    }
}

/// Hands the case to the institution that is competent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferJurisdiction {
    /// To which office.
    pub to: Code,
    /// Where that office is competent.
    pub jurisdiction: Jurisdiction,
    /// What makes it competent.
    pub competence: CompetenceBasis,
    /// The decision.
    pub decision: DocumentId,
    /// What the parties are told.
    pub remedy: Remedy,
}

/// The case was handed to the institution that is competent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseTransferred {
    /// To which office.
    pub to: Code,
    /// Where that office is competent.
    pub jurisdiction: Jurisdiction,
    /// What makes it competent.
    pub competence: CompetenceBasis,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the parties were told.
    pub remedy: Remedy,
}

/// A person here and in the case that goes on, with what proves that they are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamePerson {
    /// The pseudonym here.
    pub here: PersonRef,
    /// The pseudonym there.
    pub there: PersonRef,
    /// The fingerprint there.
    pub fingerprint: Fingerprint,
}

/// Merges this case into another one about the same matter between the same people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeDuplicate {
    /// The case that goes on.
    pub surviving: CaseId,
    /// Every party of this case, with the party there who is the same person.
    pub persons: Vec<SamePerson>,
    /// The note on why the matter is the same.
    pub decision: DocumentId,
}

/// This case was merged into another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateMerged {
    /// The case that goes on.
    pub surviving: CaseId,
    /// The case that ends: this one.
    pub merged: CaseId,
    /// Who is who.
    pub persons: Vec<SamePerson>,
    /// The note on why the matter is the same.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

/// A party took the matter back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Which party.
    pub by: PersonRef,
}

/// Where a case has gone that is no longer handled here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gone {
    /// To another office.
    Transferred {
        /// Which one.
        to: Code,
    },
    /// Into another case.
    Merged {
        /// Which one.
        surviving: CaseId,
    },
}

impl Gone {
    /// The name of the state of a case that has gone.
    #[must_use]
    pub const fn state_name(&self) -> &'static str {
        match self {
            Self::Transferred { .. } => "Transferred",
            Self::Merged { .. } => "Merged",
        }
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn transfer(&mut self, command: &TransferJurisdiction) -> Events {
        let here = self.case.jurisdiction();
        let own = command.jurisdiction == here || command.to == self.context.actor.office;
        self.check.must(!own, ReasonCode::StillCompetent);
        self.other_ways_are_told(&command.remedy);
        self.nothing_is_left_open();
        let TransferJurisdiction { to, jurisdiction, competence, decision, remedy } = command.clone();
        let decided_by = self.context.actor.id;
        let transferred = CaseTransferred { to, jurisdiction, competence, decision, decided_by, remedy };
        Some(vec![CommonEvent::CaseTransferred(transferred)])
    }

    /// Two cases are one only if every person in this one is proved to be a person in the other, by what both cases know
    /// of them.
    pub(super) fn merge_duplicate(&mut self, command: &MergeDuplicate) -> Events {
        let people = K::people(&self.case.own);
        self.are_parties(command.persons.iter().map(|person| person.here));
        let proved = |party: &PersonRef| {
            let known = people.fingerprints.get(party);
            let claims = command.persons.iter().filter(|person| person.here == *party);
            let claims: Vec<_> = claims.map(|person| &person.fingerprint).collect();
            known.is_some_and(|known| claims == [known])
        };
        let survives = NamedCase { kind: K::KIND, case: command.surviving };
        let there = self.context.known_cases.get(&survives);
        self.check.must(!there.is_some_and(|there| there.is_closed), ReasonCode::CaseGone);
        let is_there = |party: &PersonRef| {
            let mut claims = command.persons.iter().filter(|person| person.here == *party);
            there.is_none_or(|there| claims.all(|claim| there.has(claim)))
        };
        let is_one = |party: &PersonRef| proved(party) && is_there(party);
        let unproved: Vec<_> = people.parties.iter().filter(|party| !is_one(party)).collect();
        if people.parties.is_empty() || !unproved.is_empty() {
            self.check.refuse(Reason::new(ReasonCode::NotTheSame).list("who", unproved));
        }
        self.nothing_is_left_open();
        let MergeDuplicate { surviving, persons, decision } = command.clone();
        let (merged, decided_by) = (self.context.case, self.context.actor.id);
        let merged = DuplicateMerged { surviving, merged, persons, decision, decided_by };
        Some(vec![CommonEvent::DuplicateMerged(merged)])
    }

    pub(super) fn withdraw(&mut self, withdrawn: &Withdrawn) -> Events {
        self.are_parties([withdrawn.by]);
        let possible = K::withdraw(self.case.own.clone()).is_some();
        self.check.must(possible, ReasonCode::AlreadyDecided);
        Some(vec![CommonEvent::Withdrawn(withdrawn.clone())])
    }
}
