//! The state of a consultation: what is known at each step, and nothing that is not known yet.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::Consultation;
use super::inquiry::{AdviceScope, Assignee, Classification, Conversion, Feature, Inquiry, Outcome};
use super::order::WorkOrder;
use super::step::Step;
use crate::case::{Case, CaseNumber};
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, DocumentId};
use crate::policy::Deadline;

/// What is known of a consultation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing has happened.
    #[default]
    Unopened,
    /// Somebody waits for an answer.
    Open(Stage),
    /// It is closed, and had come this far.
    Closed(Closing, Stage),
}

/// How far a consultation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// It came in.
    Received(File, Waiting),
    /// It is known what sort of question it is.
    UnderReview(Matter),
    /// Somebody was asked to answer.
    Assigned(Work),
    /// It is being answered.
    Handling(Work, Box<Course>),
}

/// How the caller waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// On the spot.
    Here,
    /// In a queue.
    InQueue {
        /// With this number.
        ticket: Code,
    },
    /// For an appointment.
    Booked {
        /// When.
        at: Timestamp,
    },
}

/// A question with a receipt number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The number on the receipt.
    pub number: CaseNumber,
    /// The question, and who asks.
    pub inquiry: Inquiry,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// Whether whoever looks after a child under fourteen was told.
    pub guardian_told: bool,
    /// Whether the caller knows of the right to apply for legal aid.
    pub aid_told: bool,
    /// The languages that somebody interprets for the caller, as tags of BCP 47.
    pub interpreted: BTreeSet<Code>,
    /// How many answers a machine gave.
    pub auto_answers: u32,
    /// The days on which somebody tried to reach the caller in vain, since the caller was last reached.
    pub attempts: Vec<NaiveDate>,
}

/// A question of a known sort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// The question.
    pub file: File,
    /// Its sort.
    pub class: Classification,
}

/// A question that somebody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The question.
    pub matter: Matter,
    /// Who answers.
    pub assignee: Assignee,
    /// Everyone who answers, has answered, or has told the caller.
    pub handlers: BTreeSet<ActorId>,
    /// The advisers who were replaced.
    pub former: BTreeSet<ActorId>,
    /// Until when a request for legal aid must reach the agency, if one was made and has not.
    pub aid_request: Option<Deadline>,
}

/// What has been done about a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course {
    /// The advice given, in order.
    pub advice: Vec<Given>,
    /// The work orders, in order.
    pub orders: Vec<WorkOrder>,
    /// When the caller was last told a result.
    pub fed_back_at: Option<Timestamp>,
    /// Set while something is awaited from the caller.
    pub awaited: Option<Awaited>,
    /// Set while it is done anew.
    pub rework: Option<Rework>,
    /// Set while the unit does not know that the caller is dissatisfied.
    pub dissatisfied: Option<Dissatisfaction>,
    /// The cases that came out of it.
    pub conversions: Vec<Conversion>,
}

/// An advice, without what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// Who gave it.
    pub by: ActorId,
    /// How far it goes.
    pub scope: AdviceScope,
    /// When.
    pub at: Timestamp,
    /// Whether a written opinion was given.
    pub in_writing: bool,
    /// Whether it showed that the conditions of legal aid may be met.
    pub aid_possible: bool,
}

/// Something that is awaited from the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Awaited {
    /// Whether the clock stands still meanwhile.
    pub clock_stops: bool,
}

/// By whom it is done anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rework {
    /// By the adviser.
    ByAdviser,
    /// By the unit that has this order.
    ByUnit(DocumentId),
}

/// That the caller is not content, and the unit does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dissatisfaction {
    /// Until when the unit is told, where a rule says so.
    pub report_by: Option<Deadline>,
}

/// How a consultation was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// How it ended.
    pub outcome: Outcome,
    /// Until when it may be taken up again, where a rule says so.
    pub reopen_by: Option<Deadline>,
}

impl State {
    /// Where it stands.
    #[must_use]
    pub fn step(&self) -> Step {
        match self {
            Self::Unopened => Step::Unopened,
            Self::Open(stage) => stage.step(),
            Self::Closed(closing, _) => match closing.outcome {
                Outcome::Answered | Outcome::AnsweredLater | Outcome::Guided => Step::Answered,
                Outcome::Referred => Step::Referred,
                Outcome::Converted => Step::ConvertedToCase,
                Outcome::Declined => Step::Declined,
                Outcome::Abandoned => Step::Abandoned,
                Outcome::Withdrawn => Step::Withdrawn,
            },
        }
    }

    /// How far it is, or had come before it was closed; `None` before the first event.
    #[must_use]
    pub const fn stage(&self) -> Option<&Stage> {
        match self {
            Self::Unopened => None,
            Self::Open(stage) | Self::Closed(_, stage) => Some(stage),
        }
    }

    /// How far it is, while it is open.
    #[must_use]
    pub const fn open(&self) -> Option<&Stage> {
        match self {
            Self::Open(stage) => Some(stage),
            Self::Unopened | Self::Closed(..) => None,
        }
    }

    /// How it was closed, if it is.
    #[must_use]
    pub const fn closing(&self) -> Option<&Closing> {
        match self {
            Self::Closed(closing, _) => Some(closing),
            Self::Unopened | Self::Open(_) => None,
        }
    }

    /// The question; `None` before the first event.
    #[must_use]
    pub fn file(&self) -> Option<&File> {
        self.stage().map(Stage::file)
    }

    /// What has been done about it, closed or not.
    #[must_use]
    pub fn course(&self) -> Option<&Course> {
        self.stage().and_then(Stage::course)
    }

    /// The work, while it is open.
    pub(super) fn at_work(&self) -> Option<&Work> {
        self.open().and_then(Stage::work)
    }

    /// The work and what has been done, while it is being answered.
    pub(super) fn handling(&self) -> Option<(&Work, &Course)> {
        match self.open()? {
            Stage::Handling(work, course) => Some((work, course)),
            Stage::Received(..) | Stage::UnderReview(_) | Stage::Assigned(_) => None,
        }
    }
}

impl Stage {
    /// Where it stands.
    #[must_use]
    pub fn step(&self) -> Step {
        match self {
            Self::Received(_, Waiting::Here) => Step::Registered,
            Self::Received(_, Waiting::InQueue { .. }) => Step::Queued,
            Self::Received(_, Waiting::Booked { .. }) => Step::AwaitingBooking,
            Self::UnderReview(matter) if matter.lacks_identity() => Step::IdentityPending,
            Self::UnderReview(_) => Step::Classified,
            Self::Assigned(work) => match &work.assignee {
                Assignee::Adviser(adviser) if adviser.on_duty.is_some() => Step::DutyLawyer,
                Assignee::Adviser(_) => Step::Expert,
                Assignee::Unit(_) => Step::ReferredUnit,
            },
            Self::Handling(_, course) => course.step(),
        }
    }

    /// The question.
    #[must_use]
    pub const fn file(&self) -> &File {
        match self {
            Self::Received(file, _) => file,
            Self::UnderReview(matter) => &matter.file,
            Self::Assigned(work) | Self::Handling(work, _) => &work.matter.file,
        }
    }

    /// What sort of question it is, once that is known.
    #[must_use]
    pub const fn class(&self) -> Option<&Classification> {
        match self {
            Self::Received(..) => None,
            Self::UnderReview(matter) => Some(&matter.class),
            Self::Assigned(work) | Self::Handling(work, _) => Some(&work.matter.class),
        }
    }

    /// The work, once somebody was asked to answer.
    #[must_use]
    pub const fn work(&self) -> Option<&Work> {
        match self {
            Self::Received(..) | Self::UnderReview(_) => None,
            Self::Assigned(work) | Self::Handling(work, _) => Some(work),
        }
    }

    /// How the question was answered, if it was.
    #[must_use]
    pub fn answered(&self) -> Option<Outcome> {
        self.course()?.answered(self.file().registered_at)
    }

    /// Whether the caller knows the result, and no other is waited for.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        let settled =
            |course: &Course| course.rework.is_none() && !course.orders.iter().any(WorkOrder::is_open);
        self.answered().is_some() && self.course().is_some_and(settled)
    }

    /// Whether the question or an answer is on paper: a letter, or a written opinion.
    #[must_use]
    pub fn is_in_writing(&self) -> bool {
        let in_writing = |course: &Course| course.advice.iter().any(|given| given.in_writing);
        self.file().inquiry.letter.is_some() || self.course().is_some_and(in_writing)
    }

    /// What has been done about it.
    #[must_use]
    pub const fn course(&self) -> Option<&Course> {
        match self {
            Self::Handling(_, course) => Some(course),
            Self::Received(..) | Self::UnderReview(_) | Self::Assigned(_) => None,
        }
    }
}

impl File {
    /// Whether somebody tried in vain to reach the caller on at least so many different days, and has not reached the
    /// caller since.
    #[must_use]
    pub fn is_out_of_reach(&self, days_min: u32) -> bool {
        let days: BTreeSet<_> = self.attempts.iter().collect();
        u32::try_from(days.len()).unwrap_or(u32::MAX) >= days_min
    }
}

impl Matter {
    /// Whether it has to be found out who asks.
    #[must_use]
    pub fn lacks_identity(&self) -> bool {
        self.class.has(Feature::IdentityNeeded) && self.file.inquiry.caller.is_anonymous()
    }
}

impl Work {
    /// Somebody was asked to answer.
    #[must_use]
    pub fn begun(matter: Matter, assignee: Assignee) -> Self {
        let handlers = match &assignee {
            Assignee::Adviser(adviser) => BTreeSet::from([adviser.id]),
            Assignee::Unit(_) => BTreeSet::new(),
        };
        Self { matter, assignee, handlers, former: BTreeSet::new(), aid_request: None }
    }

    /// The adviser who was asked to answer, if it is not another unit.
    #[must_use]
    pub const fn adviser(&self) -> Option<ActorId> {
        match &self.assignee {
            Assignee::Adviser(adviser) => Some(adviser.id),
            Assignee::Unit(_) => None,
        }
    }
}

impl Course {
    /// Where it stands.
    #[must_use]
    pub fn step(&self) -> Step {
        if self.awaited.is_some() {
            Step::AwaitingMaterial
        } else if self.rework.is_some() {
            Step::Reworking
        } else if self.orders.iter().any(WorkOrder::is_with_unit) {
            Step::WorkOrderOpen
        } else {
            Step::Answering
        }
    }

    /// The order of this name.
    #[must_use]
    pub fn order(&self, id: DocumentId) -> Option<&WorkOrder> {
        self.orders.iter().find(|order| order.id == id)
    }

    /// Whether a person, not a machine, has told the caller anything.
    #[must_use]
    pub const fn has_delivered(&self) -> bool {
        !self.advice.is_empty() || self.fed_back_at.is_some()
    }

    /// How the question was answered, if it was: by what the caller was told last.
    fn answered(&self, registered_at: Timestamp) -> Option<Outcome> {
        if self.fed_back_at.is_some() {
            return Some(Outcome::AnsweredLater);
        }
        let last = self.advice.last()?;
        match last.scope {
            AdviceScope::Full if last.at.china_date() == registered_at.china_date() => {
                Some(Outcome::Answered)
            }
            AdviceScope::Full => Some(Outcome::AnsweredLater),
            AdviceScope::Guidance => Some(Outcome::Guided),
            AdviceScope::Partial => None,
        }
    }
}

impl Case<Consultation> {
    /// Whether it has a file of its own, and is not only a line in the ledger: what is on paper, and what is sensitive.
    #[must_use]
    pub fn has_own_file(&self) -> bool {
        self.common.sensitive.is_some() || self.own.stage().is_some_and(Stage::is_in_writing)
    }
}
