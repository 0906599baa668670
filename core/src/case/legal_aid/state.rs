//! The state of a case of legal aid: what is known at each step, and nothing that is not known yet.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::counsel::{CounselPreferenceRecorded, Unit};
use super::means::{Commitment, Means};
use super::objection::{Contest, Objection};
use super::request::{AidRequest, ApplicationForm, Applying, DutyService, Organ};
use super::review::{InterRegionalCheck, Opinion};
use super::settlement::{CounselFile, Subsidy};
use super::step::Step;
use super::work::{Course, Work};
use crate::case::CaseNumber;
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::Deadline;

/// What is known of a case of legal aid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Nothing has happened.
    #[default]
    Unopened,
    /// An application was taken in where the agency is not.
    TakenIn(Box<TakenIn>),
    /// The person took the application back before the agency had it.
    TakenBack(Box<TakenIn>),
    /// The agency has it, and it has come this far.
    Registered(Box<File>, Box<Stage>),
    /// A duty lawyer has helped: once, or several times.
    Served(Vec<Served>),
}

/// An application on its way to the agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenIn {
    /// What is asked for.
    pub request: AidRequest,
    /// In what capacity.
    pub by: Applying,
    /// On paper or by word of mouth.
    pub form: ApplicationForm,
    /// The application and what came with it.
    pub papers: Vec<DocumentId>,
    /// When it was taken in.
    pub at: Timestamp,
    /// Until when it is handed over, if the person is held.
    pub hand_over_by: Option<Deadline>,
    /// Who handed it over, once somebody has.
    pub forwarded: Option<Organ>,
}

/// The help of a duty lawyer, with who gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// What was done for whom.
    pub service: DutyService,
    /// Who did it.
    pub by: ActorId,
}

/// What the agency knows of a matter, however far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The number under which it is registered.
    pub number: CaseNumber,
    /// What is asked for.
    pub request: AidRequest,
    /// How far the question of means is.
    pub means: Means,
    /// How far a commitment is.
    pub commitment: Commitment,
    /// What another region has to answer.
    pub check: Option<InterRegionalCheck>,
    /// Set if aid could not wait.
    pub emergency: Option<Emergency>,
    /// What the reviewer proposes.
    pub opinion: Option<Opinion>,
    /// Those who reviewed.
    pub reviewers: BTreeSet<ActorId>,
    /// Those who decided for the agency.
    pub deciders: BTreeSet<ActorId>,
    /// Those of the agency whom somebody wants off it, unanswered.
    pub unwanted: BTreeMap<ActorId, Option<Deadline>>,
    /// Of whom that was refused, and how often.
    pub recusals_refused: BTreeMap<ActorId, u32>,
    /// Those of the agency who had to leave it.
    pub recused: BTreeSet<ActorId>,
    /// The decisions that are not served yet.
    pub unserved: BTreeMap<DocumentId, DecisionKind>,
    /// Whom the person chose.
    pub preference: Option<CounselPreferenceRecorded>,
    /// Where the counsel's file is.
    pub counsel_file: CounselFile,
    /// How far the subsidy is.
    pub subsidy: Subsidy,
}

/// What a decision says, as far as its service has a consequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DecisionKind {
    /// Aid is given, or goes on.
    Favourable,
    /// Aid is refused or ended: the person may object.
    Adverse,
    /// An objection had no success: the person may go on.
    ObjectionUpheld,
    /// An objection had success.
    ObjectionGranted,
}

/// Aid that could not wait, and what is still to be handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emergency {
    /// Until when the papers are handed in, where a rule says so.
    pub papers_by: Option<Deadline>,
    /// Whether they were.
    pub supplied: bool,
}

/// How far a matter is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The agency has the application, and nobody has looked whether it is competent.
    Received,
    /// It is being reviewed.
    UnderReview,
    /// Counsel is to be assigned.
    Granted(Grant),
    /// A unit has the matter.
    Assigned(Unit),
    /// Counsel was named.
    Handling(Work, Course),
    /// Aid was refused.
    Refused(Contest),
    /// Aid was ended early.
    Terminated(Termination),
    /// The person took the application back.
    Withdrawn,
    /// The application counts as taken back.
    DeemedWithdrawn,
    /// The matter was brought to its end.
    Completed(Work),
}

/// Why counsel is to be assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grant {
    /// An organ gave notice.
    Notice,
    /// Aid could not wait.
    Emergency,
    /// Aid was granted.
    Decision,
}

/// An early end of aid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Termination {
    /// On which ground.
    pub ground: Code,
    /// The decision, and what the person does about it.
    pub contest: Contest,
    /// Until when the person is told.
    pub notify_by: Deadline,
    /// How far it was, and is again if the end is taken back.
    pub before: Box<Stage>,
}

impl State {
    /// Where it stands.
    #[must_use]
    pub fn step(&self) -> Step {
        match self {
            Self::Unopened => Step::Unopened,
            Self::TakenIn(_) => Step::ProxyReceived,
            Self::TakenBack(_) => Step::Withdrawn,
            Self::Registered(file, stage) => stage.step(file),
            Self::Served(_) => Step::DutyServed,
        }
    }

    /// The file and how far it is, once the agency has it.
    #[must_use]
    pub fn registered(&self) -> Option<(&File, &Stage)> {
        match self {
            Self::Registered(file, stage) => Some((file, stage)),
            Self::Unopened | Self::TakenIn(_) | Self::TakenBack(_) | Self::Served(_) => None,
        }
    }

    /// The file, once the agency has it.
    #[must_use]
    pub fn file(&self) -> Option<&File> {
        self.registered().map(|(file, _)| file)
    }

    /// The work on it, while there is some or after it.
    #[must_use]
    pub fn work(&self) -> Option<&Work> {
        self.registered().and_then(|(_, stage)| stage.work())
    }

    /// The decision against the person, if there is one.
    #[must_use]
    pub fn contest(&self) -> Option<&Contest> {
        self.registered().and_then(|(_, stage)| stage.contest())
    }

    /// Everyone who handles it, has handled it or has decided in it.
    #[must_use]
    pub fn handlers(&self) -> BTreeSet<ActorId> {
        match self {
            Self::Unopened | Self::TakenIn(_) | Self::TakenBack(_) => BTreeSet::new(),
            Self::Served(services) => services.iter().map(|served| served.by).collect(),
            Self::Registered(file, stage) => {
                let staff = file.reviewers.iter().chain(&file.deciders).copied();
                let counsel = stage.work().into_iter().flat_map(Work::everyone);
                staff.chain(counsel).chain(file.subsidy.approver()).collect()
            }
        }
    }

    /// Everyone who gives the aid or gave it: counsel, and lawyers on duty.
    #[must_use]
    pub fn serving(&self) -> BTreeSet<ActorId> {
        match self {
            Self::Served(services) => services.iter().map(|served| served.by).collect(),
            Self::Unopened | Self::TakenIn(_) | Self::TakenBack(_) | Self::Registered(..) => {
                self.work().into_iter().flat_map(Work::everyone).collect()
            }
        }
    }

    /// The due dates that still have to be met, beside the clock of the case.
    pub(super) fn owed(&self) -> Vec<&Deadline> {
        match self {
            Self::Unopened | Self::TakenBack(_) | Self::Served(_) => Vec::new(),
            Self::TakenIn(taken) => taken.hand_over_by.iter().filter(|_| taken.forwarded.is_none()).collect(),
            Self::Registered(file, stage) => [file.owed(), stage.owed(file)].concat(),
        }
    }
}

impl File {
    /// The person's papers are missing though aid was given.
    #[must_use]
    pub fn lacks_papers(&self) -> bool {
        self.emergency.as_ref().is_some_and(|emergency| !emergency.supplied)
    }

    /// Whether somebody is to be helped.
    #[must_use]
    pub fn aids(&self, person: PersonRef) -> bool {
        self.request.aided().any(|aided| aided == person)
    }

    fn owed(&self) -> Vec<&Deadline> {
        let emergency = self.emergency.iter().filter(|emergency| !emergency.supplied);
        let papers = emergency.filter_map(|emergency| emergency.papers_by.as_ref());
        let subsidy = match (&self.counsel_file, &self.subsidy) {
            (CounselFile::Accepted { pay_by, .. }, subsidy) if !subsidy.is_paid() => pay_by.as_ref(),
            (CounselFile::Accepted { .. } | CounselFile::NotSubmitted | CounselFile::Submitted, _) => None,
        };
        let recusals = self.unwanted.values().flatten();
        papers.chain(subsidy).chain(recusals).collect()
    }
}

impl Stage {
    /// Where it stands.
    #[must_use]
    pub fn step(&self, file: &File) -> Step {
        match self {
            Self::Received => Step::ApplicationReceived,
            Self::UnderReview if file.check.is_some() => Step::InterRegionalCheck,
            Self::UnderReview if file.means == Means::Open && file.commitment != Commitment::None => {
                Step::HardshipCheck
            }
            Self::UnderReview => Step::EligibilityReview,
            Self::Granted(Grant::Notice) => Step::NoticeReceived,
            Self::Granted(Grant::Emergency) => Step::EmergencyGranted,
            Self::Granted(Grant::Decision) => Step::Granted,
            Self::Assigned(_) => Step::UnitAssigned,
            Self::Handling(work, course) => match course {
                Course::Going if work.steps > 0 => Step::Active,
                Course::Going if work.signed => Step::AgreementSigned,
                Course::Going => Step::LawyerNamed,
                Course::Replacing { .. } => Step::ReplacementPending,
                Course::Ending { .. } => Step::TerminationPending,
                Course::Reported => Step::Reporting,
            },
            Self::Refused(_) => Step::AidRefused,
            Self::Terminated(_) => Step::Terminated,
            Self::Withdrawn => Step::Withdrawn,
            Self::DeemedWithdrawn => Step::DeemedWithdrawn,
            Self::Completed(_) => Step::Completed,
        }
    }

    /// The work on it, while there is some or after it.
    #[must_use]
    pub fn work(&self) -> Option<&Work> {
        match self {
            Self::Handling(work, _) | Self::Completed(work) => Some(work),
            Self::Terminated(termination) => termination.before.work(),
            Self::Received
            | Self::UnderReview
            | Self::Granted(_)
            | Self::Assigned(_)
            | Self::Refused(_)
            | Self::Withdrawn
            | Self::DeemedWithdrawn => None,
        }
    }

    /// The decision against the person, if there is one.
    #[must_use]
    pub const fn contest(&self) -> Option<&Contest> {
        match self {
            Self::Refused(contest) => Some(contest),
            Self::Terminated(termination) => Some(&termination.contest),
            Self::Received
            | Self::UnderReview
            | Self::Granted(_)
            | Self::Assigned(_)
            | Self::Handling(..)
            | Self::Withdrawn
            | Self::DeemedWithdrawn
            | Self::Completed(_) => None,
        }
    }

    /// Whether what the clock runs against is still to be done: decide, assign, sign.
    #[must_use]
    pub const fn clock_runs(&self) -> bool {
        match self {
            Self::Received | Self::UnderReview | Self::Granted(_) | Self::Assigned(_) => true,
            Self::Handling(work, Course::Going | Course::Replacing { .. } | Course::Ending { .. }) => {
                !work.signed
            }
            Self::Handling(_, Course::Reported)
            | Self::Refused(_)
            | Self::Terminated(_)
            | Self::Withdrawn
            | Self::DeemedWithdrawn
            | Self::Completed(_) => false,
        }
    }

    /// Whether papers may be missing that were put off when aid could not wait.
    pub(super) const fn may_lack_papers(&self) -> bool {
        match self {
            Self::Granted(Grant::Emergency) | Self::Assigned(_) | Self::Handling(..) => true,
            Self::Received
            | Self::UnderReview
            | Self::Granted(Grant::Notice | Grant::Decision)
            | Self::Refused(_)
            | Self::Terminated(_)
            | Self::Withdrawn
            | Self::DeemedWithdrawn
            | Self::Completed(_) => false,
        }
    }

    /// Whether the agency may have decided something that is to be served.
    pub(super) const fn may_have_decisions(&self) -> bool {
        match self {
            Self::Granted(Grant::Emergency | Grant::Decision)
            | Self::Assigned(_)
            | Self::Handling(..)
            | Self::Refused(_)
            | Self::Terminated(_) => true,
            Self::Received
            | Self::UnderReview
            | Self::Granted(Grant::Notice)
            | Self::Withdrawn
            | Self::DeemedWithdrawn
            | Self::Completed(_) => false,
        }
    }

    fn owed(&self, file: &File) -> Vec<&Deadline> {
        let file_by = match file.counsel_file {
            CounselFile::NotSubmitted => self.work().and_then(|work| work.file_by.as_ref()),
            CounselFile::Submitted | CounselFile::Accepted { .. } => None,
        };
        let contest = self.contest().and_then(|contest| match &contest.objection {
            Objection::None => contest.object_by.as_ref(),
            Objection::UnderBureauReview { decide_by } => Some(decide_by),
            Objection::Upheld
            | Objection::Reconsideration
            | Objection::Litigation
            | Objection::Final
            | Objection::Overturned => None,
        });
        let own = match self {
            Self::Handling(_, Course::Replacing { decide_by }) => decide_by.as_ref(),
            Self::Terminated(termination) if file.unserved.contains_key(&termination.contest.decision) => {
                Some(&termination.notify_by)
            }
            Self::Received
            | Self::UnderReview
            | Self::Granted(_)
            | Self::Assigned(_)
            | Self::Handling(_, Course::Going | Course::Ending { .. } | Course::Reported)
            | Self::Refused(_)
            | Self::Terminated(_)
            | Self::Withdrawn
            | Self::DeemedWithdrawn
            | Self::Completed(_) => None,
        };
        [file_by, contest, own].into_iter().flatten().collect()
    }
}
