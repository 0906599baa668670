//! The state of a notary matter: what is known at each step, and nothing that is not known yet.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::certificate::{Certificate, CertificateForm, Duty, Progress, Reexamination, ReexaminationOutcome};
use super::matter::{Application, ExaminationItem, MatterTrait};
use super::step::Step;
use crate::case::CaseNumber;
use crate::clock::Timestamp;
use crate::id::{ActorId, DocumentId, PersonRef};
use crate::policy::Deadline;

/// What is known of a notary matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Nothing has happened.
    #[default]
    Unopened,
    /// Somebody has an appointment.
    Booked(PersonRef),
    /// Somebody has applied.
    Applied(Matter),
    /// It was taken on and registered.
    Accepted(File),
    /// A notary is assigned.
    Assigned(Work),
    /// The notary is at work.
    Handling(Work, Stage),
    /// It ended without a certificate.
    Ended(End, Remains),
    /// The certificate is issued.
    Issued(Box<Issued>),
    /// Somebody wants the certificate examined anew.
    Reexamining(Box<Issued>, Reexamination),
}

/// What was applied for, and what the law attaches to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// What was asked for.
    pub application: Application,
    /// What the law attached to the matter when it came in.
    pub traits: BTreeSet<MatterTrait>,
}

/// A matter with a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The matter.
    pub matter: Matter,
    /// The number it was registered under.
    pub number: CaseNumber,
    /// Who took it on.
    pub accepted_by: ActorId,
    /// When.
    pub accepted_at: Timestamp,
    /// The fee, once it is set.
    pub fee: Option<Fee>,
    /// Whether a party has taken the application back, so that only the ending of the matter is left.
    pub withdrawn: bool,
}

/// A fee (公证费).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    /// How much, in cents (分).
    pub cents: u64,
    /// Whether it must be reduced or waived, because a party meets the conditions of legal aid.
    pub aid_eligible: bool,
    /// By how much it was reduced, in cents (分).
    pub reduced_cents: u64,
}

impl Fee {
    /// What is left of it, in cents (分).
    #[must_use]
    pub const fn left_cents(&self) -> u64 {
        self.cents.saturating_sub(self.reduced_cents)
    }
}

/// A file that somebody works on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The file.
    pub file: File,
    /// The notaries, the leading one first.
    pub notaries: Vec<ActorId>,
    /// Those who were replaced.
    pub former: BTreeSet<ActorId>,
    /// What was examined, and what came of it last.
    pub examined: BTreeMap<ExaminationItem, Finding>,
    /// Whether testimony was given on the spot.
    pub testified: bool,
}

/// What an examination came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// It is in order.
    Passed,
    /// It is not clear yet.
    Doubtful,
}

impl Work {
    /// The beginning of work on a file.
    #[must_use]
    pub const fn begun(file: File, notaries: Vec<ActorId>) -> Self {
        Self { file, notaries, former: BTreeSet::new(), examined: BTreeMap::new(), testified: false }
    }

    /// Everyone who handles the matter or has handled it.
    #[must_use]
    pub fn handlers(&self) -> BTreeSet<ActorId> {
        self.notaries.iter().chain(&self.former).copied().collect()
    }

    /// What is not in order: not examined yet, or doubtful.
    pub fn unsettled(&self) -> impl Iterator<Item = ExaminationItem> {
        ExaminationItem::ALL.iter().copied().filter(|item| self.examined.get(item) != Some(&Finding::Passed))
    }

    /// Whether this is in doubt.
    #[must_use]
    pub fn doubts(&self, item: ExaminationItem) -> bool {
        self.examined.get(&item) == Some(&Finding::Doubtful)
    }
}

/// How far the work is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The matter is being examined.
    Examining,
    /// Another office verifies something.
    Delegated {
        /// Until when it answers.
        answer_by: Deadline,
    },
    /// The certificate is drafted.
    Drafted(Draft),
    /// The draft is approved.
    Approved {
        /// The draft.
        draft: Draft,
        /// Who approved it.
        approved_by: ActorId,
    },
}

/// A draft of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The draft.
    pub document: DocumentId,
    /// What the certificate does.
    pub form: CertificateForm,
    /// Whether the office must discuss the matter.
    pub major: bool,
    /// Whether it has.
    pub discussed: bool,
}

/// How a matter ended without a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// It was not taken on.
    NotAccepted,
    /// It was not handled.
    Refused,
    /// It was ended.
    Terminated,
    /// It was taken back before it was taken on.
    Withdrawn,
}

/// What is still asked of a matter after its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remains {
    /// Who was in it.
    pub people: BTreeSet<PersonRef>,
    /// The matter; somebody with an appointment had none yet.
    pub matter: Option<Matter>,
    /// The number; a matter that was not taken on has none.
    pub number: Option<CaseNumber>,
    /// Everyone who handled it.
    pub handlers: BTreeSet<ActorId>,
    /// Until when the file goes to the archive; the law says so of matters that were taken on.
    pub archive_by: Option<Deadline>,
}

/// A matter with a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The work that led to it.
    pub work: Work,
    /// Who approved it.
    pub approved_by: ActorId,
    /// The certificate.
    pub certificate: Certificate,
    /// Until when the file goes to the archive.
    pub archive_by: Deadline,
    /// Those who looked at it anew.
    pub reexaminers: BTreeSet<ActorId>,
    /// Those who wanted that, parties or not.
    pub concerned: BTreeSet<PersonRef>,
}

impl State {
    /// Where it stands.
    #[must_use]
    pub fn step(&self) -> Step {
        match self {
            Self::Unopened => Step::Unopened,
            Self::Booked(_) => Step::Booked,
            Self::Applied(_) => Step::Applied,
            Self::Accepted(_) => Step::Accepted,
            Self::Assigned(_) => Step::NotaryAssigned,
            Self::Handling(_, stage) => match stage {
                Stage::Examining => Step::Examining,
                Stage::Delegated { .. } => Step::DelegatedVerification,
                Stage::Drafted(draft) if draft.major && !draft.discussed => Step::CollectiveDiscussion,
                Stage::Drafted(_) => Step::AwaitingApproval,
                Stage::Approved { .. } => Step::Approved,
            },
            Self::Ended(End::NotAccepted, _) => Step::NotAccepted,
            Self::Ended(End::Refused, _) => Step::NotaryRefused,
            Self::Ended(End::Terminated, _) => Step::Terminated,
            Self::Ended(End::Withdrawn, _) => Step::Withdrawn,
            Self::Issued(issued) => match issued.certificate.standing {
                None => Step::Issued,
                Some(ReexaminationOutcome::Upheld) => Step::Upheld,
                Some(ReexaminationOutcome::Corrected) => Step::Corrected,
                Some(ReexaminationOutcome::Supplemented) => Step::Supplemented,
                Some(ReexaminationOutcome::PartlyRevoked) => Step::PartlyRevoked,
                Some(ReexaminationOutcome::Revoked) => Step::Revoked,
            },
            Self::Reexamining(_, reexamination) => match reexamination.progress {
                Progress::Requested => Step::ReexaminationRequested,
                Progress::Examining { .. } => Step::Reexamining,
                Progress::CarryingOut { .. } => Step::CarryingOut,
            },
        }
    }

    /// The matter, whatever became of it; `None` before the application.
    #[must_use]
    pub fn matter(&self) -> Option<&Matter> {
        match self {
            Self::Unopened | Self::Booked(_) => None,
            Self::Applied(matter) => Some(matter),
            Self::Accepted(_)
            | Self::Assigned(_)
            | Self::Handling(..)
            | Self::Issued(_)
            | Self::Reexamining(..) => self.file().map(|file| &file.matter),
            Self::Ended(_, remains) => remains.matter.as_ref(),
        }
    }

    /// The file, as long as nothing is decided against what was asked for, and after the certificate is issued.
    #[must_use]
    pub fn file(&self) -> Option<&File> {
        match self {
            Self::Unopened | Self::Booked(_) | Self::Applied(_) | Self::Ended(..) => None,
            Self::Accepted(file) => Some(file),
            Self::Assigned(work) | Self::Handling(work, _) => Some(&work.file),
            Self::Issued(issued) | Self::Reexamining(issued, _) => Some(&issued.work.file),
        }
    }

    /// The number, once there is one.
    #[must_use]
    pub fn number(&self) -> Option<&CaseNumber> {
        match self {
            Self::Ended(_, remains) => remains.number.as_ref(),
            Self::Unopened
            | Self::Booked(_)
            | Self::Applied(_)
            | Self::Accepted(_)
            | Self::Assigned(_)
            | Self::Handling(..)
            | Self::Issued(_)
            | Self::Reexamining(..) => self.file().map(|file| &file.number),
        }
    }

    /// What was issued, once it was.
    #[must_use]
    pub const fn issued(&self) -> Option<&Issued> {
        match self {
            Self::Issued(issued) | Self::Reexamining(issued, _) => Some(issued),
            Self::Unopened
            | Self::Booked(_)
            | Self::Applied(_)
            | Self::Accepted(_)
            | Self::Assigned(_)
            | Self::Handling(..)
            | Self::Ended(..) => None,
        }
    }

    /// The certificate, once it is issued.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.issued().map(|issued| &issued.certificate)
    }

    /// Everyone who is in it: who applies, has an appointment, or wants the certificate examined anew.
    #[must_use]
    pub fn people(&self) -> BTreeSet<PersonRef> {
        let mut people: BTreeSet<_> =
            self.matter().into_iter().flat_map(|matter| matter.application.people()).collect();
        match self {
            Self::Booked(person) => people.extend([*person]),
            Self::Issued(issued) | Self::Reexamining(issued, _) => people.extend(&issued.concerned),
            Self::Ended(_, remains) => people.extend(&remains.people),
            Self::Unopened
            | Self::Applied(_)
            | Self::Accepted(_)
            | Self::Assigned(_)
            | Self::Handling(..) => {}
        }
        people
    }

    /// Everyone who handles it or has handled it, first or anew.
    #[must_use]
    pub fn handlers(&self) -> BTreeSet<ActorId> {
        match self {
            Self::Unopened | Self::Booked(_) | Self::Applied(_) | Self::Accepted(_) => BTreeSet::new(),
            Self::Assigned(work) | Self::Handling(work, _) => work.handlers(),
            Self::Ended(_, remains) => remains.handlers.clone(),
            Self::Issued(issued) | Self::Reexamining(issued, _) => {
                let mut handlers = issued.work.handlers();
                handlers.extend(&issued.reexaminers);
                handlers
            }
        }
    }

    /// Those who handle it now, the leading one first.
    #[must_use]
    pub fn responsible(&self) -> Vec<ActorId> {
        match self {
            Self::Unopened | Self::Booked(_) | Self::Applied(_) | Self::Accepted(_) | Self::Ended(..) => {
                Vec::new()
            }
            Self::Assigned(work) | Self::Handling(work, _) => work.notaries.clone(),
            Self::Issued(issued) => issued.work.notaries.clone(),
            Self::Reexamining(issued, reexamination) => match reexamination.progress {
                Progress::Requested => Vec::new(),
                Progress::Examining { reexaminer } => vec![reexaminer],
                Progress::CarryingOut { .. } => issued.work.notaries.clone(),
            },
        }
    }

    /// The due dates that still have to be met beside the clock of the case.
    pub(super) fn owed(&self) -> Vec<&Deadline> {
        match self {
            Self::Handling(_, Stage::Delegated { answer_by }) => vec![answer_by],
            Self::Ended(_, remains) => remains.archive_by.iter().collect(),
            Self::Issued(issued) => vec![&issued.archive_by],
            Self::Reexamining(_, reexamination) => match &reexamination.progress {
                Progress::Requested | Progress::Examining { .. } => Vec::new(),
                Progress::CarryingOut { carry_out_by, file_by, duties, .. } => {
                    let file_by = file_by.iter().filter(|_| duties.contains(&Duty::File));
                    [carry_out_by].into_iter().chain(file_by).collect()
                }
            },
            Self::Unopened
            | Self::Booked(_)
            | Self::Applied(_)
            | Self::Accepted(_)
            | Self::Assigned(_)
            | Self::Handling(_, Stage::Examining | Stage::Drafted(_) | Stage::Approved { .. }) => Vec::new(),
        }
    }

    /// The file, from its acceptance until the certificate is issued.
    pub(super) const fn before_issue(&self) -> Option<&File> {
        match self {
            Self::Accepted(file) => Some(file),
            Self::Assigned(work) | Self::Handling(work, _) => Some(&work.file),
            Self::Unopened
            | Self::Booked(_)
            | Self::Applied(_)
            | Self::Ended(..)
            | Self::Issued(_)
            | Self::Reexamining(..) => None,
        }
    }

    /// The file, from its acceptance until the draft is approved.
    pub(super) const fn before_approval(&self) -> Option<&File> {
        match self {
            Self::Handling(_, Stage::Approved { .. }) => None,
            Self::Unopened
            | Self::Booked(_)
            | Self::Applied(_)
            | Self::Accepted(_)
            | Self::Assigned(_)
            | Self::Handling(_, Stage::Examining | Stage::Delegated { .. } | Stage::Drafted(_))
            | Self::Ended(..)
            | Self::Issued(_)
            | Self::Reexamining(..) => self.before_issue(),
        }
    }

    /// The work and how far it is, as long as somebody works; no stage yet if a notary is only assigned.
    pub(super) const fn working(&self) -> Option<(&Work, Option<&Stage>)> {
        match self {
            Self::Assigned(work) => Some((work, None)),
            Self::Handling(work, stage) => Some((work, Some(stage))),
            Self::Unopened
            | Self::Booked(_)
            | Self::Applied(_)
            | Self::Accepted(_)
            | Self::Ended(..)
            | Self::Issued(_)
            | Self::Reexamining(..) => None,
        }
    }

    /// The work, as long as the matter is being examined.
    pub(super) fn in_examination(&self) -> Option<&Work> {
        let (work, stage) = self.working()?;
        match stage {
            None | Some(Stage::Examining | Stage::Delegated { .. }) => Some(work),
            Some(Stage::Drafted(_) | Stage::Approved { .. }) => None,
        }
    }

    /// The work and its draft, until it is approved.
    pub(super) fn drafted(&self) -> Option<(&Work, &Draft)> {
        let (work, stage) = self.working()?;
        match stage {
            Some(Stage::Drafted(draft)) => Some((work, draft)),
            None | Some(Stage::Examining | Stage::Delegated { .. } | Stage::Approved { .. }) => None,
        }
    }

    /// What was issued, as long as a part of it is in effect and nobody looks at it anew.
    pub(super) fn in_effect(&self) -> Option<&Issued> {
        match self {
            Self::Issued(issued) => {
                let revoked = issued.certificate.standing == Some(ReexaminationOutcome::Revoked);
                (!revoked).then_some(issued)
            }
            Self::Unopened
            | Self::Booked(_)
            | Self::Applied(_)
            | Self::Accepted(_)
            | Self::Assigned(_)
            | Self::Handling(..)
            | Self::Ended(..)
            | Self::Reexamining(..) => None,
        }
    }

    /// What was issued and is being looked at anew.
    pub(super) fn reexamining(&self) -> Option<(&Issued, &Reexamination)> {
        match self {
            Self::Reexamining(issued, reexamination) => Some((issued, reexamination)),
            Self::Unopened
            | Self::Booked(_)
            | Self::Applied(_)
            | Self::Accepted(_)
            | Self::Assigned(_)
            | Self::Handling(..)
            | Self::Ended(..)
            | Self::Issued(_) => None,
        }
    }
}
