//! What the agency decides, and how it comes to that: the opinion, the decision, its service.
//!
//! Source: Legal Aid Law (法律援助法, 2021) Art 38, 43, 44, 48, 49.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::request::{AidRequest, ApplicationForm, Applying, DutyService, Organ};
use crate::case::CaseNumber;
use crate::case::code::codes;
use crate::case::skeleton::{Remedy, ServiceMethod};
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::Deadline;
use crate::privacy::Sealed;

/// Applies to the agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmitAidApplication {
    /// What is asked for.
    pub request: AidRequest,
    /// In what capacity.
    pub by: Applying,
    /// On paper or by word of mouth.
    pub form: ApplicationForm,
    /// The application (form 2) and what came with it.
    pub papers: Vec<DocumentId>,
    /// The receipt (form 5).
    pub receipt: DocumentId,
}

/// The agency has an application; its clock starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidApplicationReceived {
    /// The number under which it is registered.
    pub number: CaseNumber,
    /// What is asked for.
    pub request: AidRequest,
    /// In what capacity.
    pub by: Applying,
    /// On paper or by word of mouth.
    pub form: ApplicationForm,
    /// The application and what came with it.
    pub papers: Vec<DocumentId>,
    /// The receipt.
    pub receipt: DocumentId,
    /// Whether the means of the person are to be looked into, by the rules on the matter.
    pub means_test: bool,
    /// When it was taken in, if that was somewhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<Timestamp>,
    /// Until when it is decided.
    pub decide_by: Deadline,
}

/// Takes an application in where the agency is not: at a station of others, in a prison, by a duty lawyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeAidApplication {
    /// What is asked for.
    pub request: AidRequest,
    /// In what capacity.
    pub by: Applying,
    /// On paper or by word of mouth.
    pub form: ApplicationForm,
    /// The application and what came with it.
    pub papers: Vec<DocumentId>,
}

/// An application was taken in where the agency is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidApplicationTaken {
    /// What is asked for.
    pub request: AidRequest,
    /// In what capacity.
    pub by: Applying,
    /// On paper or by word of mouth.
    pub form: ApplicationForm,
    /// The application and what came with it.
    pub papers: Vec<DocumentId>,
    /// Until when it is handed over, if the person is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_over_by: Option<Deadline>,
}

/// The application of somebody who is held was handed over to the agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationForwarded {
    /// By whom.
    pub organ: Organ,
    /// The letter.
    pub letter: DocumentId,
}

/// Notes that the agency has an application that was taken in elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiveAidApplication {
    /// The receipt (form 5).
    pub receipt: DocumentId,
}

/// Takes the notice of an organ that somebody must have a defender (通知辩护).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiveDefenceNotice {
    /// Who is to be defended, and why.
    pub request: AidRequest,
    /// The organ.
    pub organ: Organ,
    /// The day on which the organ found that it must notify, if the notice says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discovered_on: Option<NaiveDate>,
    /// The notice.
    pub notice: DocumentId,
}

/// An organ gave notice that somebody must have a defender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefenceNoticeReceived {
    /// The number under which it is registered.
    pub number: CaseNumber,
    /// Who is to be defended, and why.
    pub request: AidRequest,
    /// The organ.
    pub organ: Organ,
    /// The day on which the organ found that it must notify, if the notice says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discovered_on: Option<NaiveDate>,
    /// The notice.
    pub notice: DocumentId,
    /// Until when counsel is assigned and the organ told.
    pub assign_by: Deadline,
    /// Until when the organ had to give notice: its own clock, for information.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organ_by: Option<Deadline>,
}

/// A duty lawyer helped somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyServiceRecorded {
    /// What was done for whom.
    pub service: DutyService,
    /// Who did it.
    pub by: ActorId,
}

codes! {
    /// What makes the agency competent. Source: Legal Aid Law Art 38; MoJ Order 148.
    pub enum Competence {
        /// The organ that handles the case sits there.
        SeatOfOrgan = "SEAT_OF_ORGAN",
        /// The body that handles the dispute sits there.
        DisputeBody = "DISPUTE_BODY",
        /// It happened there.
        PlaceOfEvent = "PLACE_OF_EVENT",
        /// Several are competent, and this one received the application first.
        FirstReceiver = "FIRST_RECEIVER",
    }
}

/// The agency is competent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JurisdictionConfirmed {
    /// Because of what.
    pub basis: Competence,
}

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
    /// The due dates, computed anew with the pause.
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

/// Why aid cannot wait for the review. Source: Legal Aid Law Art 44.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EmergencyGround {
    /// A limitation or another time limit ends, and one must sue, go to arbitration or ask for reconsideration.
    TimeLimit {
        /// The last day.
        ends: NaiveDate,
    },
    /// Property or evidence must be preserved at once (保全).
    Preservation,
    /// Advance execution is needed at once (先予执行).
    AdvanceExecution,
}

/// Grants aid before the review is done (先行提供).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantEmergencyAid {
    /// Why.
    pub ground: EmergencyGround,
    /// The decision.
    pub decision: DocumentId,
}

/// Aid was granted before the review was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyAidGranted {
    /// Why.
    pub ground: EmergencyGround,
    /// How many days were left, if a time limit ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// Until when counsel is assigned.
    pub assign_by: Deadline,
    /// Until when the papers are handed in, where a rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub papers_by: Option<Deadline>,
}

/// What was missing when aid could not wait came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyPapersSupplied {
    /// The papers.
    pub papers: Vec<DocumentId>,
}

codes! {
    /// By what aid was granted.
    pub enum GrantedBy {
        /// By the decision on the application.
        Decision = "DECISION",
        /// By the correction that the bureau ordered.
        Correction = "CORRECTION",
    }
}

/// Grants aid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantAid {
    /// The decision (form 9).
    pub decision: DocumentId,
}

/// Aid was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidGranted {
    /// By what.
    pub by: GrantedBy,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// Until when counsel is assigned.
    pub assign_by: Deadline,
}

/// Refuses aid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefuseAid {
    /// On which grounds of those that the rules list.
    pub grounds: BTreeSet<Code>,
    /// The decision (form 10).
    pub decision: DocumentId,
    /// What the person is told about other ways.
    pub remedy: Remedy,
}

/// Aid was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidRefused {
    /// On which grounds.
    pub grounds: BTreeSet<Code>,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the person was told about other ways.
    pub remedy: Remedy,
}

/// The application counts as taken back, because nothing was supplied (视为撤回).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeemedWithdrawn {}

/// Serves a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServeDecision {
    /// Which one.
    pub decision: DocumentId,
    /// With whom.
    pub to: PersonRef,
    /// In which way.
    pub method: ServiceMethod,
    /// The proof of it (form 22).
    pub proof: DocumentId,
}

/// A decision was served; what the person can do about it counts from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionServed {
    /// Which one.
    pub decision: DocumentId,
    /// With whom.
    pub to: PersonRef,
    /// In which way.
    pub method: ServiceMethod,
    /// The proof of it.
    pub proof: DocumentId,
    /// Until when the person may object, where a rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_by: Option<Deadline>,
    /// Until when the person may go on against a decision on an objection.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies_by: Vec<Deadline>,
}

/// Ends aid before the matter has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminateAid {
    /// On which ground of those that the rules list.
    pub ground: Code,
    /// The decision (form 18).
    pub decision: DocumentId,
    /// The letter to the organ that handles the case (form 19).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organ_letter: Option<DocumentId>,
    /// What the person is told about other ways.
    pub remedy: Remedy,
}

/// Aid was ended before the matter had ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidTerminated {
    /// On which ground.
    pub ground: Code,
    /// The decision.
    pub decision: DocumentId,
    /// The letter to the organ that handles the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organ_letter: Option<DocumentId>,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the person was told about other ways.
    pub remedy: Remedy,
    /// Until when the person is told.
    pub notify_by: Deadline,
    /// Until when the counsel hands the file in, where a rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_by: Option<Deadline>,
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

/// Somebody wants a reviewer or approver off the application (回避).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRecusalRequested {
    /// Whom.
    pub staff: ActorId,
    /// Why.
    pub ground: Interest,
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

/// The person objects to a decision of the agency, to the bureau that set it up (异议).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileObjection {
    /// Who objects.
    pub by: PersonRef,
    /// What is wrong with the decision.
    pub text: Sealed,
    /// The objection.
    pub objection: DocumentId,
}

/// The person objected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionFiled {
    /// Who objected.
    pub by: PersonRef,
    /// What is wrong with the decision.
    pub text: Sealed,
    /// The objection.
    pub objection: DocumentId,
    /// Until when the bureau decides.
    pub decide_by: Deadline,
}

codes! {
    /// What the bureau says to an objection. Source: Legal Aid Law Art 49.
    pub enum ObjectionResult {
        /// The agency's decision stands (维持).
        Uphold = "UPHOLD",
        /// The agency must correct it (责令改正).
        OrderCorrection = "ORDER_CORRECTION",
    }
}

/// Decides on an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideObjection {
    /// How.
    pub result: ObjectionResult,
    /// The decision (form 20).
    pub decision: DocumentId,
    /// What the person is told about other ways, if the agency's decision stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
}

/// The agency's decision stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionUpheld {
    /// The decision on the objection.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// What the person was told about other ways.
    pub remedy: Remedy,
}

/// The agency must correct its decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyOrderedToCorrect {
    /// The decision on the objection.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

/// Corrects what the agency decided, as it was ordered to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectDecision {
    /// The new decision.
    pub decision: DocumentId,
}

/// The end of aid was taken back, and aid goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminationRevoked {
    /// The new decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

codes! {
    /// Where a person goes against a decision on an objection. Source: Legal Aid Law Art 49(3).
    pub enum AdminRemedy {
        /// To the authority above (行政复议).
        Reconsideration = "RECONSIDERATION",
        /// To a court (行政诉讼).
        Suit = "SUIT",
    }
}

/// Notes that the person went on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordAdminRemedy {
    /// Who.
    pub by: PersonRef,
    /// Where to.
    pub remedy: AdminRemedy,
    /// The paper that says so.
    pub paper: DocumentId,
}

/// The person asked for reconsideration, or sued; which event it is says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminRemedyFiled {
    /// Who.
    pub by: PersonRef,
    /// The paper that says so.
    pub paper: DocumentId,
}

codes! {
    /// What came of it.
    pub enum AdminResult {
        /// Everything stays as it was decided.
        Kept = "KEPT",
        /// The agency's decision falls, and it must decide anew.
        Revoked = "REVOKED",
        /// The person took it back.
        Withdrawn = "WITHDRAWN",
    }
}

/// It is known what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminRemedyConcluded {
    /// What.
    pub result: AdminResult,
    /// The paper that says so.
    pub paper: DocumentId,
}
