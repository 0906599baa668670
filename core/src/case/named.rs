//! Other cases that a command names: that they are there, and who is in them.
//!
//! A case that points at nothing, or at a stranger's case, is found out years later. Whoever carries a command out looks
//! the named cases up and puts what they are into the context; and writes only if those of the same kind have not changed
//! meanwhile, so that of two cases that are merged into each other at one moment one stays.

use std::collections::BTreeMap;

use super::skeleton::SamePerson;
use super::{CaseCommand, CaseId, Check, Context, Kind, Reason, ReasonCode};
use crate::id::PersonRef;
use crate::policy::CaseKind;
use crate::privacy::Fingerprint;

/// A case, by what finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedCase {
    /// Its kind.
    pub kind: CaseKind,
    /// Its id.
    pub case: CaseId,
}

/// What is known of a named case when a command is decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownCase {
    /// What finds the same person in another case, of every party whose identity is known.
    pub fingerprints: BTreeMap<PersonRef, Fingerprint>,
    /// Whether nothing more is handled in it: it is closed, or was transferred or merged into another one.
    pub is_closed: bool,
}

impl KnownCase {
    /// Whether this person is in it under the pseudonym that is claimed.
    #[must_use]
    pub fn has(&self, claim: &SamePerson) -> bool {
        self.fingerprints.get(&claim.there) == Some(&claim.fingerprint)
    }
}

/// The cases that a command names and that are there, or are opened in the same append.
pub type KnownCases = BTreeMap<NamedCase, KnownCase>;

impl<K: Kind> CaseCommand<K> {
    /// The other cases that it names.
    #[must_use]
    pub fn names(&self) -> Vec<NamedCase> {
        match self {
            Self::Common(command) => command.names(K::KIND),
            Self::Own(command) => K::names(command),
        }
    }
}

/// Nobody points at a case that is not there.
pub(super) fn are_there<K: Kind>(command: &CaseCommand<K>, context: &Context, check: &mut Check) {
    let (itself, others): (Vec<_>, Vec<_>) =
        command.names().into_iter().partition(|named| named.case == context.case);
    check.must(itself.is_empty(), ReasonCode::SameCase);
    let missing: Vec<_> =
        others.into_iter().filter(|named| !context.known_cases.contains_key(named)).collect();
    if !missing.is_empty() {
        let cases = missing.into_iter().map(|named| named.case);
        check.refuse(Reason::new(ReasonCode::OtherCaseUnknown).list("cases", cases));
    }
}
