//! What cases of every kind have in common.
//!
//! Beside the phases through which every case passes there are overlays: marks that stand or do not, whatever the phase
//! (the clock stands still, papers are awaited, the matter is sensitive). Commands, guards and events lie by subject, a
//! file each; [`CommonCommand::COMMANDS`] says who may do what in which phase.
//!
//! A kind whose law has a form of its own for something here (mediators are replaced by the committee, without a decision
//! on recusal) names it in [`Kind::OWN_FORMS`](super::Kind::OWN_FORMS), and the common form is not offered there.
//!
//! What holds in every kind: nothing is added to an archived case but corrections, loans, quality reviews and the name of
//! the case that continues it; every decision names its paper and who made it; whoever is turned away is told where else
//! to go; nobody reviews what they did themselves.

mod access;
mod archive;
mod clock;
mod command;
mod complaint;
mod conflict;
mod contact;
mod correction;
mod decide;
mod event;
mod evolve;
#[cfg(test)]
pub(in crate::case) mod examples;
mod groups;
mod handler;
mod intake;
mod leaving;
mod notice;
mod outcome;
mod pausing;
mod provisional;
mod quality;
mod recall;
mod referral;
mod remedy;
mod reopen;
mod satisfaction;
mod sensitive;
mod supervision;
mod supplement;
mod table;
#[cfg(test)]
mod tests;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::code::codes;
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, PersonRef, Revision};
use crate::policy::Jurisdiction;

pub use access::{Accommodation, AccommodationRecorded, InterpreterAssigned, LanguagePreferenceRecorded};
pub use archive::{
    Archive, ArchiveAccepted, ArchiveReturned, ArchiveSubmitted, FileLent, FileReturned, LoanPurpose,
    SubmitArchive,
};
pub use clock::CaseClock;
pub use command::CommonCommand;
pub(in crate::case) use command::commands;
pub use complaint::{
    Complaint, ComplaintFiled, ComplaintFinding, ComplaintMatter, ComplaintResolved, Complaints,
    ResolveComplaint, Told,
};
pub(in crate::case) use conflict::no_conflict;
pub use conflict::{
    ConflictFound, ConflictGround, ConflictOf, ConflictsSearched, SearchConflicts, Searched, StatedConflict,
};
pub use contact::{ClientContacted, ExpertConsulted, JointConsultationHeld};
pub use correction::{
    ConfirmCorrection, CorrectRecord, CorrectionProposed, CorrectionReason, CorrectionRejected,
    RecordCorrected, RecordedValue,
};
pub(super) use decide::{before, decide};
pub use event::CommonEvent;
pub(super) use evolve::evolve;
pub use groups::{
    PriorityGranted, PriorityGround, PriorityStage, Proof, SpecialGroupTagged, TagSpecialGroup,
};
pub use handler::{
    DecideRecusal, HandlerReplaced, HandlingPlanRecorded, InterestDisclosed, RecusalBy, RecusalDecided,
    RecusalGround, RecusalRequested, ReplaceHandler,
};
pub use intake::{
    FirstContact, FirstContactAssigned, ForwardedToAuthority, IdentityMethod, IdentityVerified,
    OfflineCaptureRecorded, Proxy, ProxyIntakeReceived, ReceivedByAuthority, VerifyIdentity,
};
pub use leaving::{
    CaseTransferred, CompetenceBasis, DuplicateMerged, Gone, MergeDuplicate, SamePerson,
    TransferJurisdiction, Withdrawn,
};
pub use notice::{
    Notice, NoticeKind, NoticeSent, NoticeServed, Notices, ReceiptIssued, ReceiptKind, ServiceMethod,
};
pub use outcome::{Disposition, DispositionRecorded, ResolutionTierRecorded, Tier};
pub use pausing::{ClockRecomputed, ClockResumed, ClockSuspended};
pub(super) use pausing::{pause, resume_from};
pub use provisional::{
    AcceptProvisionally, DefaultGap, Gap, GapConsequence, GapDefaulted, GapFilled, ProvisionallyAccepted,
};
pub use quality::{
    FinaliseQualityReview, Grade, QualityReview, QualityReviewFinalised, QualityReviewOpened,
    QualityReviewScored, QualityReviews, ReviewForm, Score, ScoreQualityReview,
};
pub(super) use recall::recall;
pub use referral::{
    CaseLinked, CaseRelation, Referral, ReferralAccepted, ReferralAnswer, ReferralBody, ReferralReceived,
    ReferralRejected, ReferralResultRecorded, ReferralSent, Referrals, SharedData, SharingBasis,
};
pub use remedy::{Remedy, RemedyRoute};
pub use reopen::{CaseReopened, ReopenCase};
pub use satisfaction::{
    Level, RatingMethod, RecordReturnVisit, ReturnVisitRecorded, SatisfactionRated, VisitResult,
};
pub use sensitive::{
    ConfidentialGround, ConfidentialityMarked, FlagSensitive, ReportRecipient, SensitiveFeature,
    SensitiveMatter, SensitiveMatterFlagged, SensitiveMatterReported,
};
pub use supervision::{
    AccountabilityLevel, AccountabilityOpened, DeadlineMissed, IssueSupervisionOrder, OpenAccountability,
    Order, OrderForm, Orders, RectificationVerified, SupervisionOrderIssued, VerifyRectification,
};
pub use supplement::{
    LapseSupplement, OpenSupplement, RequestSupplement, SupplementEffect, SupplementItem, SupplementLapsed,
    SupplementRequested, SupplementSubmitted, Supplements,
};

/// What every case has, whatever its kind and beside its own state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Common {
    /// Where the case belongs; set by its first event.
    pub jurisdiction: Option<Jurisdiction>,
    /// The revision of its last event.
    pub head: Option<Revision>,
    /// The latest moment at which something in it happened.
    pub last_occurred_at: Option<Timestamp>,
    /// Who answers for it until the right unit has it (首问负责).
    pub first_contact: Option<FirstContact>,
    /// Whose identity was verified.
    pub identified: BTreeSet<PersonRef>,
    /// Where it is, if it came in at an office that is not competent (代受理).
    pub proxy: Option<Proxy>,
    /// What of it was written down without a network.
    pub captures: Vec<OfflineCaptureRecorded>,
    /// Who belongs to which special group (特殊群体).
    pub groups: Vec<SpecialGroupTagged>,
    /// The stages at which the case goes first (绿色通道).
    pub priority: BTreeSet<PriorityStage>,
    /// In which language somebody wants to be served.
    pub languages: BTreeMap<PersonRef, Code>,
    /// What somebody needs to take part (无障碍).
    pub accommodations: BTreeMap<PersonRef, BTreeSet<Accommodation>>,
    /// What was asked for because it was missing (补正).
    pub supplements: Option<Supplements>,
    /// A gap with which the matter was taken on (容缺受理).
    pub gap: Option<Gap>,
    /// The statutory clock of the case, once it runs.
    pub clock: Option<CaseClock>,
    /// The ends of the clock that were noted as missed.
    pub missed: Vec<DeadlineMissed>,
    /// Whether an objection waits for an answer; the kinds whose law knows objections set it.
    pub objection_pending: bool,
    /// What makes it sensitive, and whether that was reported (敏感事项).
    pub sensitive: Option<SensitiveMatter>,
    /// Why it is not shown to everybody.
    pub confidential: BTreeSet<ConfidentialGround>,
    /// The referrals to other bodies (转介).
    pub referrals: Referrals,
    /// The cases that have to do with it.
    pub links: Vec<CaseLinked>,
    /// Where it has gone, if it is no longer handled here.
    pub gone: Option<Gone>,
    /// The handlers whom somebody wants off the case, unanswered (回避).
    pub recusals: BTreeSet<ActorId>,
    /// The handlers who had to leave it.
    pub recused: BTreeSet<ActorId>,
    /// Those who are tied to a party or to the outcome, and how (利害关系).
    pub interested: BTreeMap<ActorId, RecusalGround>,
    /// The last search for conflicts of interest of everybody of whom there was one (利益冲突检索).
    pub searches: BTreeMap<ActorId, Searched>,
    /// The notices, and whom they have reached (通知、送达).
    pub notices: Notices,
    /// Every rating; of each person the last one counts.
    pub ratings: Vec<SatisfactionRated>,
    /// Every return visit.
    pub visits: Vec<ReturnVisitRecorded>,
    /// Whoever was dissatisfied and is not visited yet, with how often they were tried in vain.
    pub visits_owed: BTreeMap<PersonRef, u32>,
    /// The complaints (投诉).
    pub complaints: Complaints,
    /// The orders to put something right (督办).
    pub orders: Orders,
    /// At which tier it was settled.
    pub resolved_at_tier: Option<Tier>,
    /// What became of a request that is also a grievance.
    pub disposition: Option<Disposition>,
    /// The corrections that count (更正).
    pub corrections: Vec<RecordCorrected>,
    /// The corrections that wait for a second person.
    pub proposed_corrections: Vec<RecordCorrected>,
    /// Where the file is.
    pub archive: Archive,
    /// To whom the file is lent.
    pub loan: Option<FileLent>,
    /// The reviews of its quality (质量评查).
    pub reviews: QualityReviews,
}

impl Common {
    /// The marks that stand beside the phase, whatever it is.
    #[must_use]
    pub fn overlays(&self) -> BTreeSet<Overlay> {
        let marks = [
            (Overlay::ClockSuspended, self.clock.as_ref().is_some_and(CaseClock::is_stopped)),
            (Overlay::SupplementPending, self.open_supplement().is_some()),
            (Overlay::ObjectionPending, self.objection_pending),
            (Overlay::Priority, !self.priority.is_empty()),
            (Overlay::Sensitive, self.sensitive.is_some()),
            (Overlay::Confidential, !self.confidential.is_empty()),
            (Overlay::OfflineOrigin, !self.captures.is_empty()),
        ];
        marks.into_iter().filter(|(_, stands)| *stands).map(|(mark, _)| mark).collect()
    }
}

codes! {
    /// A mark that stands beside the phase of a case.
    pub enum Overlay {
        /// Its clock stands still.
        ClockSuspended = "clock_suspended",
        /// Papers are awaited.
        SupplementPending = "supplement_pending",
        /// An objection waits for an answer.
        ObjectionPending = "objection_pending",
        /// It goes first at some stage.
        Priority = "priority",
        /// It is sensitive.
        Sensitive = "sensitive",
        /// It is not shown to everybody.
        Confidential = "confidential",
        /// Something of it was written down without a network.
        OfflineOrigin = "offline_origin",
    }
}
