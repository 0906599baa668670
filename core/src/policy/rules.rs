//! What is in force in one place on one day.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;

use super::deadline::{Deadline, DeadlineError};
use super::jurisdiction::Jurisdiction;
use super::known::DEADLINES;
use super::profile::{
    CaseKind, ChecklistItem, Confidence, DeadlineRule, Flag, Ground, GroundUse, Matter, Number, Profile,
    Provenance,
};
use crate::calendar::{Calendar, Pause, short_digest};
use crate::clock::Timestamp;
use crate::id::Code;

/// The rules of one place on one day.
///
/// A rule of a narrower jurisdiction adds a layer to a deadline; a number, flag, ground or paper of a narrower
/// jurisdiction takes the place of the wider one's.
#[derive(Clone)]
pub struct Rules {
    jurisdiction: Jurisdiction,
    date: NaiveDate,
    /// Narrowest first.
    profiles: Vec<Arc<Profile>>,
    version: Code,
}

/// An entry that nobody has verified.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unverified {
    /// The entry (`number retention.consultation_years`).
    pub name: String,
    /// The profile it stands in, with its version.
    pub profile: Code,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Rules {
    pub(super) fn new(loaded: &[Arc<Profile>], jurisdiction: Jurisdiction, date: NaiveDate) -> Self {
        let profiles: Vec<Arc<Profile>> = jurisdiction
            .chain()
            .flat_map(|place| loaded.iter().filter(move |profile| profile.jurisdiction == place))
            .cloned()
            .collect();
        let version = version(&profiles);
        Self { jurisdiction, date, profiles, version }
    }

    /// Where these rules hold.
    #[must_use]
    pub const fn jurisdiction(&self) -> Jurisdiction {
        self.jurisdiction
    }

    /// The day whose rules these are.
    #[must_use]
    pub const fn date(&self) -> NaiveDate {
        self.date
    }

    /// The profiles and their versions, the national one first (`cn-2026.1_ningbo-2026.1`), to be stored beside
    /// every decision.
    ///
    /// If that takes more than 64 bytes, the first profile stays and the others become a digest of the whole list
    /// (`cn-2026.1_and-5_41f0-9be2-07ac`); the deadlines still name the profile of each of their layers.
    #[must_use]
    pub const fn version(&self) -> &Code {
        &self.version
    }

    /// The profiles that have a say, of the narrowest jurisdiction first.
    pub(super) fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter().map(|profile| &**profile)
    }

    /// When something is due that was triggered at `start`.
    ///
    /// The day of `start` picks the rules, not the day of [`Rules::date`]: what began under an old rule ends under
    /// it. A pause stops the clock of each layer that lists its ground.
    ///
    /// # Errors
    /// An unknown id or variant, no rule in force, a pause on a ground no layer lists, or an end that cannot be
    /// computed, for instance because the calendar lacks a year.
    pub fn deadline(
        &self,
        id: &str,
        variant: Option<&str>,
        start: Timestamp,
        pauses: &[Pause],
        calendar: &Calendar,
    ) -> Result<Deadline, DeadlineError> {
        let date = start.china_date();
        if !DEADLINES.iter().any(|known| known.id == id) {
            return Err(DeadlineError::UnknownRule { id: id.to_owned() });
        }
        // The widest first, so that the national rule gives the title.
        let named: Vec<(&Profile, &DeadlineRule)> = self
            .profiles
            .iter()
            .rev()
            .flat_map(|profile| profile.deadlines.iter().map(|rule| (&**profile, rule)))
            .filter(|(_, rule)| rule.id.as_str() == id && rule.provenance.in_force(date))
            .collect();
        let mut known: Vec<Option<Code>> = named.iter().map(|(_, rule)| rule.variant.clone()).collect();
        known.sort();
        known.dedup();
        let rules: Vec<_> = named
            .into_iter()
            .filter(|(_, rule)| rule.variant.as_ref().map(Code::as_str) == variant)
            .collect();
        let found = Deadline::compute(&rules, start, pauses, calendar)?;
        found.ok_or_else(|| {
            let (id, jurisdiction) = (id.to_owned(), self.jurisdiction);
            if known.is_empty() {
                DeadlineError::NotInForce { id, jurisdiction, date }
            } else {
                DeadlineError::UnknownVariant { id, asked: variant.map(str::to_owned), known }
            }
        })
    }

    /// A number, from the narrowest jurisdiction that sets it.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<&Number> {
        self.in_force(|profile| &profile.numbers, |number| &number.provenance)
            .find(|number| number.key.as_str() == key)
    }

    /// Whether a rule holds; it does not if nobody says so.
    #[must_use]
    pub fn flag(&self, key: &str) -> bool {
        self.flag_rule(key).is_some_and(|flag| flag.value)
    }

    /// The entry that says whether a rule holds, from the narrowest jurisdiction, for showing its basis.
    #[must_use]
    pub fn flag_rule(&self, key: &str) -> Option<&Flag> {
        self.in_force(|profile| &profile.flags, |flag| &flag.provenance).find(|flag| flag.key.as_str() == key)
    }

    /// The grounds on which a case of this kind may be refused or ended, by code.
    #[must_use]
    pub fn grounds(&self, kind: CaseKind, purpose: GroundUse) -> Vec<&Ground> {
        let mut grounds: Vec<&Ground> = Vec::new();
        for ground in self.in_force(|profile| &profile.grounds, |ground| &ground.provenance) {
            let known = grounds.iter().any(|other| other.code == ground.code);
            if ground.kind == kind && !known {
                grounds.push(ground);
            }
        }
        // A narrower entry replaces a wider one even where it allows less, so uses are looked at last.
        grounds.retain(|ground| ground.uses.contains(&purpose));
        grounds.sort_by(|one, other| one.code.cmp(&other.code));
        grounds
    }

    /// The papers of a complete file, in order.
    #[must_use]
    pub fn checklist(&self, kind: CaseKind) -> Vec<&ChecklistItem> {
        let mut papers: Vec<&ChecklistItem> = Vec::new();
        for paper in self.in_force(|profile| &profile.checklist, |paper| &paper.provenance) {
            if paper.kind == kind && !papers.iter().any(|other| other.item == paper.item) {
                papers.push(paper);
            }
        }
        papers.sort_by_key(|paper| paper.item);
        papers
    }

    /// What a case of this kind may be about, by code.
    #[must_use]
    pub fn matters(&self, kind: CaseKind) -> Vec<&Matter> {
        let mut matters: Vec<&Matter> = Vec::new();
        for matter in self.in_force(|profile| &profile.matters, |matter| &matter.provenance) {
            if matter.kind == kind && !matters.iter().any(|other| other.code == matter.code) {
                matters.push(matter);
            }
        }
        matters.sort_by(|one, other| one.code.cmp(&other.code));
        matters
    }

    /// What a code says that a case of this kind is about, from the narrowest jurisdiction that lists it.
    #[must_use]
    pub fn matter(&self, kind: CaseKind, code: &str) -> Option<&Matter> {
        self.in_force(|profile| &profile.matters, |matter| &matter.provenance)
            .find(|matter| matter.kind == kind && matter.code.as_str() == code)
    }

    /// Every entry in force that nobody has verified, to be shown to whoever relies on these rules.
    #[must_use]
    pub fn unverified(&self) -> Vec<Unverified> {
        self.profiles
            .iter()
            .flat_map(|profile| profile.entries().map(move |entry| (profile, entry)))
            .filter(|(_, entry)| {
                entry.provenance.confidence == Confidence::Unverified && entry.provenance.in_force(self.date)
            })
            .map(|(profile, entry)| Unverified {
                name: entry.name,
                profile: profile.version.clone(),
                provenance: entry.provenance.clone(),
            })
            .collect()
    }

    /// The entries of one section that are in force, narrowest jurisdiction first.
    fn in_force<'a, T: 'a>(
        &'a self,
        section: fn(&Profile) -> &Vec<T>,
        provenance: fn(&T) -> &Provenance,
    ) -> impl Iterator<Item = &'a T> {
        self.profiles
            .iter()
            .flat_map(move |profile| section(profile))
            .filter(move |entry| provenance(entry).in_force(self.date))
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("version", &self.version)
            .field("jurisdiction", &self.jurisdiction)
            .field("date", &self.date)
            .finish_non_exhaustive()
    }
}

fn version(profiles: &[Arc<Profile>]) -> Code {
    let names: Vec<&str> = profiles.iter().rev().map(|profile| profile.version.as_str()).collect();
    let Some((first, others)) = names.split_first() else {
        return Code::new("none").expect("a short word is a code");
    };
    let whole = names.join("_");
    Code::new(&whole).unwrap_or_else(|_| {
        Code::new(&format!("{first}_and-{}_{}", others.len(), short_digest(whole.as_bytes())))
            .expect("a profile version of at most 33 bytes, a count and groups of four make a code")
    })
}
