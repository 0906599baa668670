//! What happens in a made-up case.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::event_set;
use crate::id::{ActorId, Code, DocumentId, PersonRef};

event_set! {
    /// Something that happened in a made-up case.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum SampleEvent {
        /// A party asked for mediation.
        Applied(Applied) = 1,
        /// The other party agreed to it.
        ConsentGiven(Statement) = 1,
        /// The matter was taken on.
        Accepted(Accepted) = 1,
        /// A party was told its rights.
        RightsNotified(Statement) = 1,
        /// A mediator was assigned.
        MediatorAssigned(Assigned) = 1,
        /// Something was looked into.
        Investigated(Investigated) = 1,
        /// The parties were brought together.
        SessionHeld(Session) = 1,
        /// The terms were put on paper.
        AgreementDrafted(Drafted) = 1,
        /// A party signed.
        AgreementSigned(Statement) = 1,
        /// What was promised was done.
        ObligationPerformed(Performed) = 1,
        /// The case was closed.
        Closed(Closed) = 1,
    }
}

/// A party asked for mediation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// Of what kind the dispute is.
    pub dispute: Code,
    /// What happened.
    pub facts: String,
    /// What is wanted.
    pub demand: String,
    /// How much of it is money.
    pub cents: u64,
    /// Who has the dispute, the applicant first.
    pub parties: Vec<PersonRef>,
}

/// A party said or was told something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Which party.
    pub by: PersonRef,
    /// On paper or by word of mouth.
    pub form: Code,
    /// What was said.
    pub words: String,
    /// The paper, or the note.
    pub document: DocumentId,
}

/// The matter was taken on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The number it got.
    pub number: String,
    /// By which rule.
    pub basis: String,
    /// How long it may take.
    pub term_days: u16,
    /// The registration form.
    pub registration: DocumentId,
    /// What the clerk noted.
    pub remark: String,
}

/// A mediator was assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// Who, the presiding one first.
    pub mediators: Vec<ActorId>,
    /// Which parties chose them.
    pub chosen_by: Vec<PersonRef>,
    /// Why these.
    pub reason: String,
}

/// Something was looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Investigated {
    /// Where.
    pub place: String,
    /// What was found.
    pub findings: String,
    /// The record.
    pub record: DocumentId,
}

/// The parties were brought together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Who was there.
    pub present: Vec<PersonRef>,
    /// Where.
    pub place: String,
    /// How it went.
    pub course: String,
    /// The record.
    pub record: DocumentId,
}

/// The terms were put on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drafted {
    /// What was agreed.
    pub terms: String,
    /// How much is to be paid.
    pub cents: u64,
    /// Until when.
    pub due: NaiveDate,
    /// The agreement.
    pub agreement: DocumentId,
    /// Who agreed.
    pub parties: Vec<PersonRef>,
}

/// What was promised was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Performed {
    /// By whom.
    pub by: PersonRef,
    /// How much was paid.
    pub cents: u64,
    /// The receipt.
    pub receipt: DocumentId,
    /// What the mediator noted.
    pub note: String,
}

/// The case was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// How it ended.
    pub outcome: Code,
    /// The closing report.
    pub report: DocumentId,
    /// Who was asked afterwards.
    pub visited: PersonRef,
    /// What there is to say.
    pub summary: String,
}
