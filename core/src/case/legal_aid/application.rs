//! How a matter comes to the agency: applications, notices of organs, and the help of duty lawyers.
//!
//! Source: Legal Aid Law (法律援助法, 2021) Art 13, 30, 36, 38 to 41, 43.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::request::{AidRequest, ApplicationForm, Applying, DutyService, Organ};
use crate::case::CaseNumber;
use crate::case::code::codes;
use crate::clock::Timestamp;
use crate::id::{ActorId, DocumentId};
use crate::policy::Deadline;

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

/// The application counts as taken back, because nothing was supplied (视为撤回).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeemedWithdrawn {}
