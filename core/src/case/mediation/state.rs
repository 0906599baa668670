//! The state of a mediation: what is known at each step, and nothing that is not known yet.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::agreement::{Confirmation, Draft, InEffect};
use super::matter::{Dispute, Origin, Outcome, SessionResult};
use super::step::Step;
use crate::case::CaseNumber;
use crate::id::{ActorId, PersonRef};
use crate::policy::Deadline;

/// What is known of a mediation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing has happened.
    #[default]
    Unopened,
    /// It came in.
    Received(Matter),
    /// The parties are being asked, the scope is being checked.
    UnderReview(Matter),
    /// It was taken on and registered.
    Accepted(File),
    /// Mediators are assigned.
    Assigned(Work),
    /// They are at work.
    Handling(Work, Stage),
    /// It came to nothing; the closing report is missing.
    Ended(End, Remains),
    /// It is closed.
    Closed(Closing, Remains),
}

/// A dispute and what the parties say to mediation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// How it came in.
    pub origin: Origin,
    /// What it is about.
    pub dispute: Dispute,
    /// Who consents, and who does not. Whoever was not asked yet is missing.
    pub consents: BTreeMap<PersonRef, bool>,
}

impl Matter {
    /// The parties who have not consented: not asked yet, or refusing.
    pub fn without_consent(&self) -> impl Iterator<Item = PersonRef> {
        self.dispute.people().filter(|person| self.consents.get(person) != Some(&true))
    }

    /// The parties who have refused.
    pub fn refusing(&self) -> impl Iterator<Item = PersonRef> {
        self.consents.iter().filter(|(_, given)| !**given).map(|(person, _)| *person)
    }

    /// The parties who are not in a list.
    pub fn missing_in<'a>(&'a self, list: &'a BTreeSet<PersonRef>) -> impl Iterator<Item = PersonRef> + 'a {
        self.dispute.people().filter(|person| !list.contains(person))
    }

    /// Those in a list who are not parties.
    pub fn strangers_in<'a>(
        &'a self,
        list: impl IntoIterator<Item = PersonRef> + 'a,
    ) -> impl Iterator<Item = PersonRef> + 'a {
        list.into_iter().filter(|person| !self.dispute.people().any(|party| party == *person))
    }
}

/// A matter with a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The matter.
    pub matter: Matter,
    /// The number it was registered under.
    pub number: CaseNumber,
    /// The parties who were told their rights and duties.
    pub notified: BTreeSet<PersonRef>,
}

/// A file that somebody works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The file.
    pub file: File,
    /// The mediators, the presiding one first.
    pub mediators: Vec<ActorId>,
    /// Those who were replaced.
    pub former: BTreeSet<ActorId>,
    /// The mediators whom a party wants replaced.
    pub unwanted: BTreeSet<ActorId>,
    /// How many sessions were held.
    pub sessions: u32,
    /// How the last session ended.
    pub last_session: Option<SessionResult>,
}

impl Work {
    /// The beginning of work on a file.
    #[must_use]
    pub fn begun(file: File, mediators: Vec<ActorId>) -> Self {
        let (former, unwanted) = (BTreeSet::new(), BTreeSet::new());
        Self { file, mediators, former, unwanted, sessions: 0, last_session: None }
    }

    /// Everyone who mediates or has mediated.
    #[must_use]
    pub fn handlers(&self) -> BTreeSet<ActorId> {
        self.mediators.iter().chain(&self.former).copied().collect()
    }
}

/// How far the work is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Facts are being looked into.
    Investigating,
    /// A session was held and left something to go on with.
    InSession,
    /// The session goes on another day.
    Adjourned,
    /// The terms are on paper.
    Drafted(Draft),
    /// The agreement binds.
    InEffect(Box<InEffect>),
}

/// How a mediation came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It was not taken on.
    Refused,
    /// It ended without result.
    Terminated,
    /// A party took it back.
    Withdrawn,
}

/// What is still asked of a mediation after its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remains {
    /// The matter.
    pub matter: Matter,
    /// The number; a matter that was not taken on has none.
    pub number: Option<CaseNumber>,
    /// The parties who were told their rights and duties.
    pub notified: BTreeSet<PersonRef>,
    /// Those who mediated to the end, the presiding one first.
    pub mediators: Vec<ActorId>,
    /// Everyone who mediated.
    pub handlers: BTreeSet<ActorId>,
    /// How many sessions were held.
    pub sessions: u32,
    /// How the last session ended.
    pub last_session: Option<SessionResult>,
    /// The agreement, if there was one.
    pub agreement: Option<InEffect>,
}

/// How a mediation was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// How it ended.
    pub outcome: Outcome,
    /// The day of the closing report.
    pub on: NaiveDate,
    /// Until when the file goes to the archive.
    pub archive_by: Deadline,
}

impl State {
    /// Where it stands.
    #[must_use]
    pub fn step(&self) -> Step {
        match self {
            Self::Unopened => Step::Unopened,
            Self::Received(_) => Step::Received,
            Self::UnderReview(_) => Step::UnderReview,
            Self::Accepted(_) => Step::Accepted,
            Self::Assigned(_) => Step::Assigned,
            Self::Handling(_, stage) => match stage {
                Stage::Investigating => Step::Investigating,
                Stage::InSession => Step::InSession,
                Stage::Adjourned => Step::Adjourned,
                Stage::Drafted(_) => Step::Drafted,
                Stage::InEffect(agreement) if agreement.amendment.is_some() => Step::Amending,
                Stage::InEffect(agreement) if agreement.ledger.is_empty() => Step::Effective,
                Stage::InEffect(_) => Step::Performing,
            },
            Self::Ended(End::Refused, _) => Step::Refused,
            Self::Ended(End::Terminated, _) => Step::Terminated,
            Self::Ended(End::Withdrawn, _) => Step::Withdrawn,
            Self::Closed(..) => Step::Closed,
        }
    }

    /// The matter, whatever became of it; `None` before the first event.
    #[must_use]
    pub fn matter(&self) -> Option<&Matter> {
        match self {
            Self::Unopened => None,
            Self::Received(matter) | Self::UnderReview(matter) => Some(matter),
            Self::Accepted(file) => Some(&file.matter),
            Self::Assigned(work) | Self::Handling(work, _) => Some(&work.file.matter),
            Self::Ended(_, remains) | Self::Closed(_, remains) => Some(&remains.matter),
        }
    }

    /// The number, once there is one.
    #[must_use]
    pub fn number(&self) -> Option<&CaseNumber> {
        match self {
            Self::Unopened | Self::Received(_) | Self::UnderReview(_) => None,
            Self::Accepted(file) => Some(&file.number),
            Self::Assigned(work) | Self::Handling(work, _) => Some(&work.file.number),
            Self::Ended(_, remains) | Self::Closed(_, remains) => remains.number.as_ref(),
        }
    }

    /// The agreement that binds, if one does.
    #[must_use]
    pub fn agreement(&self) -> Option<&InEffect> {
        match self {
            Self::Handling(_, Stage::InEffect(agreement)) => Some(agreement),
            Self::Ended(_, remains) | Self::Closed(_, remains) => remains.agreement.as_ref(),
            Self::Unopened
            | Self::Received(_)
            | Self::UnderReview(_)
            | Self::Accepted(_)
            | Self::Assigned(_)
            | Self::Handling(
                _,
                Stage::Investigating | Stage::InSession | Stage::Adjourned | Stage::Drafted(_),
            ) => None,
        }
    }

    /// How many sessions were held.
    #[must_use]
    pub const fn sessions(&self) -> u32 {
        match self {
            Self::Unopened | Self::Received(_) | Self::UnderReview(_) | Self::Accepted(_) => 0,
            Self::Assigned(work) | Self::Handling(work, _) => work.sessions,
            Self::Ended(_, remains) | Self::Closed(_, remains) => remains.sessions,
        }
    }

    /// Everyone who mediates or has mediated.
    #[must_use]
    pub fn handlers(&self) -> BTreeSet<ActorId> {
        match self {
            Self::Unopened | Self::Received(_) | Self::UnderReview(_) | Self::Accepted(_) => BTreeSet::new(),
            Self::Assigned(work) | Self::Handling(work, _) => work.handlers(),
            Self::Ended(_, remains) | Self::Closed(_, remains) => remains.handlers.clone(),
        }
    }

    /// The due dates that still have to be met: the parties' for going to court together, ours for the archive.
    pub(super) fn owed(&self) -> Vec<&Deadline> {
        match self {
            Self::Handling(_, Stage::InEffect(agreement)) => match agreement.confirmation {
                Confirmation::None => vec![&agreement.confirm_by],
                Confirmation::Applied
                | Confirmation::Accepted
                | Confirmation::Confirmed
                | Confirmation::Dismissed
                | Confirmation::NotAccepted => Vec::new(),
            },
            Self::Closed(closing, _) => vec![&closing.archive_by],
            Self::Unopened
            | Self::Received(_)
            | Self::UnderReview(_)
            | Self::Accepted(_)
            | Self::Assigned(_)
            | Self::Handling(
                _,
                Stage::Investigating | Stage::InSession | Stage::Adjourned | Stage::Drafted(_),
            )
            | Self::Ended(..) => Vec::new(),
        }
    }

    /// The matter, as long as nothing is decided about it.
    pub(super) fn undecided(&self) -> Option<&Matter> {
        match self {
            Self::Received(matter) | Self::UnderReview(matter) => Some(matter),
            Self::Unopened
            | Self::Accepted(_)
            | Self::Assigned(_)
            | Self::Handling(..)
            | Self::Ended(..)
            | Self::Closed(..) => self.registered().map(|file| &file.matter),
        }
    }

    /// The file, from its registration until an agreement binds.
    pub(super) fn registered(&self) -> Option<&File> {
        match self {
            Self::Accepted(file) => Some(file),
            Self::Unopened
            | Self::Received(_)
            | Self::UnderReview(_)
            | Self::Assigned(_)
            | Self::Handling(..)
            | Self::Ended(..)
            | Self::Closed(..) => self.before_agreement().map(|work| &work.file),
        }
    }

    /// The file, from its registration to the end.
    pub(super) const fn file(&self) -> Option<&File> {
        match self {
            Self::Accepted(file) => Some(file),
            Self::Assigned(work) | Self::Handling(work, _) => Some(&work.file),
            Self::Unopened
            | Self::Received(_)
            | Self::UnderReview(_)
            | Self::Ended(..)
            | Self::Closed(..) => None,
        }
    }

    /// The work and how far it is, as long as somebody works; no stage yet if mediators are only assigned.
    pub(super) const fn working(&self) -> Option<(&Work, Option<&Stage>)> {
        match self {
            Self::Assigned(work) => Some((work, None)),
            Self::Handling(work, stage) => Some((work, Some(stage))),
            Self::Unopened
            | Self::Received(_)
            | Self::UnderReview(_)
            | Self::Accepted(_)
            | Self::Ended(..)
            | Self::Closed(..) => None,
        }
    }

    /// The work, as long as somebody works.
    pub(super) fn at_work(&self) -> Option<&Work> {
        self.working().map(|(work, _)| work)
    }

    /// The work, until an agreement binds.
    pub(super) fn before_agreement(&self) -> Option<&Work> {
        let (work, stage) = self.working()?;
        match stage {
            None | Some(Stage::Investigating | Stage::InSession | Stage::Adjourned | Stage::Drafted(_)) => {
                Some(work)
            }
            Some(Stage::InEffect(_)) => None,
        }
    }

    /// The work, until the terms are on paper.
    pub(super) fn in_talks(&self) -> Option<&Work> {
        let (work, stage) = self.working()?;
        match stage {
            None | Some(Stage::Investigating | Stage::InSession | Stage::Adjourned) => Some(work),
            Some(Stage::Drafted(_) | Stage::InEffect(_)) => None,
        }
    }

    /// The work, once the parties have met and before they are bound: when terms can be put on paper.
    pub(super) fn after_session(&self) -> Option<&Work> {
        let (work, stage) = self.working()?;
        match stage {
            Some(Stage::InSession | Stage::Adjourned | Stage::Drafted(_)) => Some(work),
            None | Some(Stage::Investigating | Stage::InEffect(_)) => None,
        }
    }

    /// The work and the terms on paper: the first ones, or those that are to replace what binds.
    pub(super) fn drafted(&self) -> Option<(&Work, &Draft)> {
        let (work, stage) = self.working()?;
        match stage {
            Some(Stage::Drafted(draft)) => Some((work, draft)),
            Some(Stage::InEffect(agreement)) => Some((work, agreement.amendment.as_ref()?)),
            None | Some(Stage::Investigating | Stage::InSession | Stage::Adjourned) => None,
        }
    }

    /// The work and the agreement that binds, before the case is closed.
    pub(super) fn in_effect(&self) -> Option<(&Work, &InEffect)> {
        let (work, stage) = self.working()?;
        match stage {
            Some(Stage::InEffect(agreement)) => Some((work, agreement)),
            None | Some(Stage::Investigating | Stage::InSession | Stage::Adjourned | Stage::Drafted(_)) => {
                None
            }
        }
    }
}
