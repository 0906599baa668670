//! What the index knows of one case, and of one provider; and how two cases stand to each other.

use std::collections::BTreeSet;

use crate::case::skeleton::ConflictGround;
use crate::case::{Case, CaseId, Kind, Side};
use crate::id::{ActorId, Code, Revision};
use crate::policy::CaseKind;
use crate::privacy::Fingerprint;
use crate::staff::Provider;

/// Who takes part in a case and who handles it. Nothing in it is personal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Involved {
    /// The kind of case.
    pub kind: CaseKind,
    /// The case.
    pub case: CaseId,
    /// The revision of its last event.
    pub revision: Revision,
    /// Whether somebody may still be assigned in it.
    pub open: bool,
    /// Everybody in it whose identity is known, and on which side.
    pub persons: BTreeSet<(Fingerprint, Side)>,
    /// Everybody who gives the service or gave it.
    pub handlers: BTreeSet<ActorId>,
}

/// What a record says of somebody who gives services.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownProvider {
    /// Who.
    pub provider: ActorId,
    /// Their firm, committee or institution.
    pub unit: Option<Code>,
    /// Who they are outside the service, if that is known.
    pub fingerprint: Option<Fingerprint>,
}

impl KnownProvider {
    pub(super) fn of(provider: ActorId, record: &Provider) -> Self {
        Self { provider, unit: record.unit.clone(), fingerprint: record.fingerprint }
    }
}

/// What a handler is to the persons in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Represents whoever asked (代理).
    Counsel,
    /// Advises whoever asked (咨询).
    Adviser,
    /// Stands between the sides (调解).
    Mediator,
    /// Certifies, and stands on no side (公证).
    Notary,
}

impl Involved {
    pub(crate) fn of<K: Kind>(id: CaseId, revision: Revision, case: &Case<K>) -> Self {
        let people = K::people(&case.own);
        let persons = people.fingerprints.iter().filter_map(|(person, fingerprint)| {
            let side = people.sides.get(person)?;
            Some((*fingerprint, *side))
        });
        Self {
            kind: K::KIND,
            case: id,
            revision,
            open: !case.is_closed(),
            persons: persons.collect(),
            handlers: people.serving,
        }
    }

    const fn part(&self) -> Part {
        match self.kind {
            CaseKind::Consultation => Part::Adviser,
            CaseKind::Mediation => Part::Mediator,
            CaseKind::LegalAid => Part::Counsel,
            CaseKind::Notary => Part::Notary,
        }
    }

    /// What bars whoever handled the other case from this one, if anything does.
    pub(super) fn barred_by(&self, other: &Self) -> Option<ConflictGround> {
        match (self.part(), other.part()) {
            (Part::Counsel | Part::Adviser, Part::Counsel | Part::Adviser) => {
                self.has_changed_sides(other).then_some(ConflictGround::OtherSide)
            }
            (Part::Counsel, Part::Mediator) => {
                self.may_be_the_dispute_of(other).then_some(ConflictGround::Mediated)
            }
            (Part::Mediator, Part::Counsel) => {
                self.clients_of(other).then_some(ConflictGround::ActedForParty)
            }
            // Mediators advise the parties of their disputes, a notary acts for nobody.
            (Part::Mediator, Part::Adviser | Part::Mediator | Part::Notary)
            | (Part::Adviser, Part::Mediator | Part::Notary)
            | (Part::Counsel, Part::Notary)
            | (Part::Notary, Part::Counsel | Part::Adviser | Part::Mediator | Part::Notary) => None,
        }
    }

    /// Somebody is a client in one of the cases and the adversary in the other.
    fn has_changed_sides(&self, other: &Self) -> bool {
        self.pairs(other).any(|(here, there)| is_client(here) != is_client(there))
    }

    /// Whether the other case may be about the same dispute: somebody is in both, and it is not shown to be another one by
    /// an adversary who was not there.
    fn may_be_the_dispute_of(&self, other: &Self) -> bool {
        let mut adversaries = self.persons.iter().filter(|(_, side)| !is_client(*side)).peekable();
        let others = adversaries.peek().is_some() && !adversaries.any(|(person, _)| other.knows(*person));
        !others && self.pairs(other).next().is_some()
    }

    /// Whether somebody here is a client there.
    fn clients_of(&self, other: &Self) -> bool {
        self.pairs(other).any(|(_, there)| is_client(there))
    }

    /// On which side those who are in both cases stand, here and there.
    fn pairs(&self, other: &Self) -> impl Iterator<Item = (Side, Side)> {
        self.persons
            .iter()
            .flat_map(move |(person, here)| other.sides_of(*person).map(|there| (*here, there)))
    }

    pub(super) fn knows(&self, person: Fingerprint) -> bool {
        self.sides_of(person).next().is_some()
    }

    fn sides_of(&self, person: Fingerprint) -> impl Iterator<Item = Side> {
        self.persons.iter().filter(move |(known, _)| *known == person).map(|(_, side)| *side)
    }

    /// Whether a party of the other case stood there on another side than somebody who is in this one.
    pub(super) fn is_at_odds(&self, other: &Self, party: Fingerprint) -> bool {
        let stands =
            |side: Side| other.sides_of(party).any(|of_party| is_client(of_party) != is_client(side));
        let common = self.persons.iter().filter(|(person, _)| *person != party);
        common.flat_map(|(person, _)| other.sides_of(*person)).any(stands)
    }
}

/// Whether a service that is given to a side is given to this one: to all but those against whom it was asked.
const fn is_client(side: Side) -> bool {
    match side {
        Side::Claimant | Side::Third => true,
        Side::Respondent => false,
    }
}
