//! Events that every kind of case knows.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::command::{Level, PriorityGround, PriorityStage, Proof, RatingMethod, VisitResult};
use crate::case::code::{ServiceMode, SpecialGroup};
use crate::event_set;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::Deadline;
use crate::privacy::Sealed;

event_set! {
    /// Something that happens in cases of every kind.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum CommonEvent {
        /// A person was found to belong to a special group (特殊群体已标注).
        SpecialGroupTagged(SpecialGroupTagged) = 1,
        /// The green channel was opened (绿色通道已开通).
        PriorityGranted(PriorityGranted) = 1,
        /// The clock was stopped (期限中止).
        ClockSuspended(ClockSuspended) = 1,
        /// The clock runs again (期限恢复).
        ClockResumed(ClockResumed) = 1,
        /// The due dates were computed anew, because of something that was learnt late (期限重新计算).
        ClockRecomputed(ClockRecomputed) = 1,
        /// A client was contacted (已联系当事人).
        ClientContacted(ClientContacted) = 1,
        /// A client said how satisfied they are (满意度已评价).
        SatisfactionRated(SatisfactionRated) = 1,
        /// A return visit was paid (已回访).
        ReturnVisitRecorded(ReturnVisitRecorded) = 1,
        /// The file was handed in (已移交归档).
        ArchiveSubmitted(ArchiveSubmitted) = 1,
        /// The file lies in the archive (已归档).
        ArchiveAccepted(ArchiveAccepted) = 1,
        /// The file was given back (归档退回).
        ArchiveReturned(ArchiveReturned) = 1,
    }
}

/// A person belongs to a special group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialGroupTagged {
    /// Who.
    pub person: PersonRef,
    /// Which group.
    pub group: SpecialGroup,
    /// How it is known.
    pub proof: Proof,
}

/// The case goes first at some stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorityGranted {
    /// Why.
    pub ground: PriorityGround,
    /// At which stages.
    pub stages: BTreeSet<PriorityStage>,
}

/// The clock stands still from the day after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockSuspended {
    /// On which ground of the rule.
    pub ground: Code,
}

/// The clock runs again from the day after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockResumed {
    /// The due dates, computed anew with the pause.
    pub deadline: Deadline,
}

/// Something that happened before the clock was last set was learnt after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRecomputed {
    /// The due dates, computed anew with what is known now.
    pub deadline: Deadline,
}

/// A client was contacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientContacted {
    /// Who.
    pub person: PersonRef,
    /// In what form.
    pub mode: ServiceMode,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Sealed>,
}

/// A client rated the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SatisfactionRated {
    /// Who.
    pub by: PersonRef,
    /// From 5 very satisfied to 1 very dissatisfied.
    pub level: Level,
    /// How it was collected.
    pub method: RatingMethod,
}

/// A return visit was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnVisitRecorded {
    /// Who visited.
    pub visitor: ActorId,
    /// In what form.
    pub mode: ServiceMode,
    /// What was found.
    pub result: VisitResult,
    /// The visit record.
    pub record: DocumentId,
}

/// The file was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveSubmitted {
    /// Who handed it in.
    pub by: ActorId,
    /// The items of the checklist that are in it.
    pub items: BTreeSet<u32>,
}

/// The file was taken into the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveAccepted {}

/// The file was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveReturned {
    /// What is wrong with it.
    pub defects: Sealed,
}
