//! What the agency does before it decides: it asks others, gives an opinion, and keeps away whoever is interested.
//!
//! Source: Legal Aid Law (法律援助法, 2021) Art 41, 43; Hangzhou Regulations on Legal Aid (杭州市法律援助条例, 2017) Art 39.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::case::code::codes;
use crate::id::{ActorId, Code, DocumentId};
use crate::policy::Deadline;

/// Asks the agency of another region to look into something (异地协作).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskOtherAgency {
    /// Which agency.
    pub agency: Code,
    /// The letter (form 7).
    pub letter: DocumentId,
}

/// The agency of another region was asked to look into something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterRegionalCheckRequested {
    /// Which agency.
    pub agency: Code,
    /// The letter.
    pub letter: DocumentId,
    /// Whether the clock stands still meanwhile; once its time is over it does not.
    pub clock_stops: bool,
}

/// Notes the answer of the other agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerInterRegionalCheck {
    /// Whether it confirms what it was asked.
    pub confirms: bool,
    /// The answer.
    pub answer: DocumentId,
}

/// The agency of another region answered; the clock runs again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterRegionalCheckAnswered {
    /// Whether it confirms what it was asked.
    pub confirms: bool,
    /// The answer.
    pub answer: DocumentId,
    /// The due dates, computed anew with the pause if there was one.
    pub decide_by: Deadline,
}

/// What the reviewer proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Opinion {
    /// To grant aid.
    Grant,
    /// To refuse it, on these grounds.
    Refuse(BTreeSet<Code>),
}

/// Gives the opinion of the reviewer on person, scope and means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordReview {
    /// What is proposed.
    pub opinion: Opinion,
    /// The review form (form 8).
    pub form: DocumentId,
}

/// The reviewer gave an opinion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewOpinionRecorded {
    /// What is proposed.
    pub opinion: Opinion,
    /// The review form.
    pub form: DocumentId,
    /// Who proposes.
    pub reviewer: ActorId,
}

codes! {
    /// Why somebody of the agency must not decide. Source: Hangzhou Regulations on Legal Aid (杭州市法律援助条例) Art 39.
    pub enum Interest {
        /// A party, or a near relative of one.
        NearRelative = "NEAR_RELATIVE",
        /// Interested in the outcome.
        Interested = "INTERESTED",
        /// Another relation that may make them unfair.
        OtherRelation = "OTHER_RELATION",
    }
}

/// Asks that a reviewer or approver leave the application (回避); again, once, after a refusal (复议).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestStaffRecusal {
    /// Whom.
    pub staff: ActorId,
    /// Why.
    pub ground: Interest,
}

/// Somebody wants a reviewer or approver off the application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRecusalRequested {
    /// Whom.
    pub staff: ActorId,
    /// Why.
    pub ground: Interest,
    /// Until when that is decided, where a rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide_by: Option<Deadline>,
}

/// Answers that request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideStaffRecusal {
    /// Whom it is about.
    pub staff: ActorId,
    /// Whether they leave.
    pub granted: bool,
    /// The decision.
    pub decision: DocumentId,
}

/// That request was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRecusalDecided {
    /// Whom it is about.
    pub staff: ActorId,
    /// Whether they leave.
    pub granted: bool,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

/// A question to the agency of another region that is not answered yet (异地协作).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterRegionalCheck {
    /// Which agency was asked.
    pub agency: Code,
    /// The day on which it was asked; the clock stands still from the day after.
    pub asked_on: NaiveDate,
    /// Whether it does.
    pub clock_stops: bool,
}
