//! The search for conflicts of interest that comes before an assignment (利益冲突检索).
//!
//! Nobody acts for one side of a dispute who acts, or acted, for the other, and a mediator is not later counsel in it.
//! What other cases say of the same persons is looked up by fingerprint where the command is carried out and stands in
//! the [`Context`]; what nobody can look up, a tie to a near relative, is said by those who know it. That there was
//! nothing to find is recorded as well.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Common;
use super::command::CommonCommand;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::code::codes;
use crate::case::{Case, CaseCommand, CaseId, Check, Context, Kind, Reason, ReasonCode};
use crate::id::{ActorId, DocumentId, PersonRef};
use crate::policy::CaseKind;

codes! {
    /// What stands against giving somebody a case.
    pub enum ConflictGround {
        /// It is their own matter. Source: Notary Law (公证法, 2017) Art 23(3).
        Own = "OWN",
        /// It is that of a near relative. Source: Notary Law Art 23(3).
        NearRelative = "NEAR_RELATIVE",
        /// They have an interest in it. Source: Notary Law Art 23(3).
        Interested = "INTERESTED",
        /// They act, or acted, for the other side.
        OtherSide = "OTHER_SIDE",
        /// They defend another accused of the same case.
        CoAccused = "CO_ACCUSED",
        /// They mediated the same dispute. Source: Rules on Invited Mediation (特邀调解规定, 2016) Art 16, by analogy.
        Mediated = "MEDIATED",
        /// They act, or acted, for a party whose dispute they are to mediate. Source: Rules on Invited Mediation Art 15.
        ActedForParty = "ACTED_FOR_PARTY",
    }
}

codes! {
    /// Whose other case it is that a search found.
    pub enum ConflictOf {
        /// Of the very person who is to be assigned: it bars them.
        Oneself = "ONESELF",
        /// Of somebody else of their unit. Whether that bars them is for whoever assigns to weigh: the profession's rules
        /// know exceptions, for a county with a single firm among them.
        Unit = "UNIT",
    }
}

/// Something that is said to stand against somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StatedConflict {
    /// Against whom.
    pub provider: ActorId,
    /// What.
    pub ground: ConflictGround,
}

/// Another case that stands against somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConflictFound {
    /// Against whom.
    pub provider: ActorId,
    /// Why.
    pub ground: ConflictGround,
    /// Whether it is their own other case, or one of their unit.
    pub whose: ConflictOf,
    /// The kind of the other case.
    pub kind: CaseKind,
    /// The other case; this one, if it is their own matter.
    pub case: CaseId,
}

/// Looks whether anything stands against giving the case to somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchConflicts {
    /// Who is to handle it, at least one.
    pub providers: BTreeSet<ActorId>,
    /// What they, or others who know, say against them; empty if they were asked and nothing was said.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stated: BTreeSet<StatedConflict>,
    /// The paper on which they say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<DocumentId>,
}

impl SearchConflicts {
    /// A search of whom nothing is said.
    #[must_use]
    pub fn of(providers: impl IntoIterator<Item = ActorId>) -> Self {
        Self { providers: providers.into_iter().collect(), ..Self::default() }
    }

    /// Everybody of whom it is: those who are to handle the case, and whoever something is said of.
    #[must_use]
    pub fn everybody(&self) -> BTreeSet<ActorId> {
        self.providers.iter().copied().chain(self.stated.iter().map(|one| one.provider)).collect()
    }
}

/// Somebody looked whether anything stands against giving the case to somebody, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictsSearched {
    /// Who is to handle it.
    pub providers: BTreeSet<ActorId>,
    /// What was said against them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stated: BTreeSet<StatedConflict>,
    /// The paper on which it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<DocumentId>,
    /// The persons of this case whose other cases were looked at, all there are.
    pub searched: BTreeSet<PersonRef>,
    /// The persons whose other cases cannot be found, because nobody knows their identity.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unidentified: BTreeSet<PersonRef>,
    /// What other cases say against them; empty if there was nothing to find.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub found: BTreeSet<ConflictFound>,
    /// Who searched.
    pub searched_by: ActorId,
}

impl ConflictsSearched {
    /// What bars somebody, of all that was said and found.
    pub fn bars(&self, provider: ActorId) -> impl Iterator<Item = ConflictGround> {
        let stated = self.stated.iter().filter(move |one| one.provider == provider).map(|one| one.ground);
        stated.chain(barring(&self.found, provider))
    }
}

/// The last search that was made of somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searched {
    /// The persons whose other cases were looked at.
    pub persons: BTreeSet<PersonRef>,
    /// What bars them.
    pub grounds: BTreeSet<ConflictGround>,
}

impl Common {
    pub(super) fn conflicts_searched(&mut self, search: &ConflictsSearched) {
        for provider in &search.providers {
            let grounds = search.bars(*provider).collect();
            self.searches.insert(*provider, Searched { persons: search.searched.clone(), grounds });
        }
    }
}

impl<K: Kind> CaseCommand<K> {
    /// Of whom other cases are to be looked at before it is decided: those of whom a search is made, and those who are
    /// assigned where the law wants one. What somebody else did since the search is then seen.
    pub(crate) fn asks_of(&self) -> Vec<ActorId> {
        match self {
            Self::Common(CommonCommand::SearchConflicts(search)) => search.everybody().into_iter().collect(),
            Self::Common(_) | Self::Own(_) if K::SEARCHES_CONFLICTS => self.engages(),
            Self::Common(_) | Self::Own(_) => Vec::new(),
        }
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn search_conflicts(&mut self, search: &SearchConflicts) -> Events {
        let providers = search.everybody();
        self.check.must(!providers.is_empty(), ReasonCode::NobodyNamed);
        let people = K::people(&self.case.own);
        let searched: BTreeSet<_> = people.fingerprints.into_keys().collect();
        let unidentified = people.sides.into_keys().filter(|person| !searched.contains(person)).collect();
        let found = self.context.other_cases.iter().filter(|one| providers.contains(&one.provider));
        let found = found.copied().collect();
        Some(vec![CommonEvent::ConflictsSearched(ConflictsSearched {
            providers,
            stated: search.stated.clone(),
            statement: search.statement,
            searched,
            unidentified,
            found,
            searched_by: self.context.actor.id,
        })])
    }
}

/// Nobody is given the case against whom a search found something, or would find it now; and where the law wants a search
/// before, nobody of whom there was none, or one before the identity of a person was known.
pub(in crate::case) fn no_conflict<K: Kind>(
    case: &Case<K>,
    providers: impl IntoIterator<Item = ActorId>,
    context: &Context,
    check: &mut Check,
) {
    let known = K::people(&case.own).fingerprints;
    let covers = |search: &Searched| known.keys().all(|person| search.persons.contains(person));
    let (mut unsearched, mut barred) = (Vec::new(), BTreeMap::new());
    for provider in providers {
        let search = case.common.searches.get(&provider);
        if K::SEARCHES_CONFLICTS && !search.is_some_and(covers) {
            unsearched.push(provider);
        }
        let before = search.into_iter().flat_map(|search| search.grounds.iter().copied());
        let grounds: BTreeSet<_> = before.chain(barring(&context.other_cases, provider)).collect();
        if !grounds.is_empty() {
            barred.insert(provider, grounds);
        }
    }
    check.none(unsearched, ReasonCode::ConflictsNotSearched);
    if !barred.is_empty() {
        let grounds: BTreeSet<_> = barred.values().flatten().collect();
        let reason = Reason::new(ReasonCode::ConflictFound)
            .list("who", barred.keys())
            .words("grounds", "conflict", grounds);
        check.refuse(reason);
    }
}

fn barring(found: &BTreeSet<ConflictFound>, provider: ActorId) -> impl Iterator<Item = ConflictGround> {
    let own = |one: &&ConflictFound| match one.whose {
        ConflictOf::Oneself => true,
        ConflictOf::Unit => false,
    };
    found.iter().filter(move |one| one.provider == provider).filter(own).map(|one| one.ground)
}
