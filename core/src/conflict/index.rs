//! The entries, by case and by person.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Involved, KnownProvider};
use super::read::Entry;
use crate::case::CaseId;
use crate::case::skeleton::{ConflictFound, ConflictGround, ConflictOf};
use crate::id::{ActorId, Revision, StreamId};
use crate::policy::CaseKind;
use crate::privacy::Fingerprint;

/// What is known, and where to find it.
#[derive(Debug, Default)]
pub(super) struct Index {
    cases: BTreeMap<CaseId, Involved>,
    cases_of: BTreeMap<Fingerprint, BTreeSet<CaseId>>,
    providers: BTreeMap<ActorId, KnownProvider>,
}

impl Index {
    /// Puts an entry in, instead of the one that there was; an older one than that is dropped.
    pub(super) fn put(&mut self, entry: Entry) {
        match entry {
            Entry::Case(case) => self.put_case(case),
            Entry::Provider(provider) => {
                self.providers.insert(provider.provider, provider);
            }
        }
    }

    fn put_case(&mut self, case: Involved) {
        if self.cases.get(&case.case).is_some_and(|known| known.revision > case.revision) {
            return;
        }
        if let Some(before) = self.cases.remove(&case.case) {
            for (person, _) in before.persons {
                if let Some(cases) = self.cases_of.get_mut(&person) {
                    cases.remove(&before.case);
                    if cases.is_empty() {
                        self.cases_of.remove(&person);
                    }
                }
            }
        }
        for (person, _) in &case.persons {
            self.cases_of.entry(*person).or_default().insert(case.case);
        }
        self.cases.insert(case.case, case);
    }

    pub(super) fn case(&self, case: CaseId) -> Option<&Involved> {
        self.cases.get(&case)
    }

    pub(super) fn cases(&self) -> impl Iterator<Item = &Involved> {
        self.cases.values()
    }

    pub(super) fn providers(&self) -> impl Iterator<Item = &KnownProvider> {
        self.providers.values()
    }

    /// The other cases with a person in common.
    fn beside<'a>(&'a self, case: &Involved) -> impl Iterator<Item = &'a Involved> {
        let common: BTreeSet<_> =
            case.persons.iter().filter_map(|(person, _)| self.cases_of.get(person)).flatten().collect();
        let (here, cases) = (case.case, &self.cases);
        common.into_iter().filter(move |other| **other != here).filter_map(|other| cases.get(other))
    }

    /// The other cases with a person in common in which somebody may still be assigned who acts for a side or stands between
    /// them, and up to where each is known.
    pub(super) fn open_beside(&self, here: &Involved) -> Vec<(StreamId, Revision)> {
        let open = self.beside(here).filter(|other| other.open && other.kind != CaseKind::Notary);
        open.map(|other| (other.case.stream(other.kind), other.revision)).collect()
    }

    /// What stands against giving a case to somebody.
    pub(super) fn against(&self, here: &Involved, provider: ActorId) -> BTreeSet<ConflictFound> {
        let mut found = BTreeSet::new();
        let mut note = |other: &Involved, ground, whose| {
            found.insert(ConflictFound { provider, ground, whose, kind: other.kind, case: other.case });
        };
        let oneself = self.providers.get(&provider).and_then(|known| known.fingerprint);
        if oneself.is_some_and(|person| here.knows(person)) {
            note(here, ConflictGround::Own, ConflictOf::Oneself);
        }
        for other in self.beside(here) {
            if oneself.is_some_and(|person| here.is_at_odds(other, person)) {
                note(other, ConflictGround::Interested, ConflictOf::Oneself);
            }
            let Some(ground) = here.barred_by(other) else { continue };
            if other.handlers.contains(&provider) {
                note(other, ground, ConflictOf::Oneself);
            } else if ground == ConflictGround::OtherSide && self.is_of_a_colleague(other, provider) {
                note(other, ground, ConflictOf::Unit);
            }
        }
        found
    }

    /// Whether somebody of the same unit handles a case.
    fn is_of_a_colleague(&self, case: &Involved, provider: ActorId) -> bool {
        let unit_of = |who| self.providers.get(who).and_then(|known| known.unit.as_ref());
        let unit = unit_of(&provider);
        unit.is_some() && case.handlers.iter().any(|handler| unit_of(handler) == unit)
    }
}
