//! Who handles the matter for the person: the choice of the person, the unit, the counsel and what they must bring.
//!
//! Source: Legal Aid Law (法律援助法, 2021) Art 17, 25, 26, 46, 55; MoJ Order 148 (办理法律援助案件程序规定, 2023)
//! Art 24 to 27.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::case::code::codes;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::Deadline;
use crate::privacy::Sealed;

codes! {
    /// What sort of unit handles a matter (承办单位).
    pub enum UnitKind {
        /// A law firm (律师事务所).
        LawFirm = "LAW_FIRM",
        /// An office of legal-service workers (基层法律服务所).
        LegalServiceOffice = "LEGAL_SERVICE_OFFICE",
        /// The agency itself, by lawyers of its own (法律援助机构).
        Agency = "AGENCY",
    }
}

/// A unit that handles matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Which one.
    pub office: Code,
    /// What sort.
    pub kind: UnitKind,
}

codes! {
    /// What somebody is who handles matters.
    pub enum Profession {
        /// A lawyer (律师).
        Lawyer = "LAWYER",
        /// A legal-service worker (基层法律服务工作者).
        LegalServiceWorker = "LEGAL_SERVICE_WORKER",
        /// A volunteer who is no lawyer: a student, a teacher (志愿者). Advises and drafts only.
        Volunteer = "VOLUNTEER",
    }
}

codes! {
    /// How somebody stands in the roster of providers.
    pub enum Standing {
        /// May be assigned.
        Active = "ACTIVE",
        /// May not be assigned for a time (暂停).
        Suspended = "SUSPENDED",
        /// Was struck off (退出).
        Removed = "REMOVED",
    }
}

codes! {
    /// Why the person did not get the counsel they chose.
    pub enum OtherChoice {
        /// The chosen one has too many matters.
        Overloaded = "OVERLOADED",
        /// The chosen one has a conflict of interest.
        Conflict = "CONFLICT",
        /// The chosen one does not bring what the law asks.
        NotQualified = "NOT_QUALIFIED",
        /// The chosen one cannot be had.
        Unavailable = "UNAVAILABLE",
        /// The chosen one may not be assigned at the time.
        Suspended = "SUSPENDED",
    }
}

/// A counsel who is named, with everything the law asks before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nomination {
    /// Who.
    pub counsel: ActorId,
    /// What they are.
    pub profession: Profession,
    /// For how many years they have practised in matters like this one.
    pub relevant_years: u32,
    /// Whether they know minors (熟悉未成年人身心特点).
    pub knows_minors: bool,
    /// The entry in the roster.
    pub roster: Code,
    /// How they stand in it.
    pub standing: Standing,
    /// Why it is not one of those whom the person chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_choice: Option<OtherChoice>,
}

/// The person chose counsel from the roster (点援).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounselPreferenceRecorded {
    /// Who chose.
    pub by: PersonRef,
    /// Whom, the first choice first.
    pub names: Vec<ActorId>,
    /// The roster from which they chose.
    pub roster: Code,
}

/// Gives the matter to a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignUnit {
    /// Which unit.
    pub unit: Unit,
    /// The notice to the unit (form 11).
    pub notice: DocumentId,
    /// The letter to the organ that handles the case (form 13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organ_letter: Option<DocumentId>,
}

/// The matter was given to a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitAssigned {
    /// Which unit.
    pub unit: Unit,
    /// The notice to the unit.
    pub notice: DocumentId,
    /// The letter to the organ that handles the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organ_letter: Option<DocumentId>,
    /// Who assigned.
    pub assigned_by: ActorId,
    /// Until when agreement and power are signed.
    pub sign_by: Deadline,
}

/// Names the counsel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameCounsel {
    /// Who, and what they bring.
    pub nomination: Nomination,
}

/// The counsel was named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounselNamed {
    /// Who, and what they bring.
    pub nomination: Nomination,
    /// Whether it is one of those whom the person chose, if they chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preference_followed: Option<bool>,
    /// Who named them.
    pub named_by: ActorId,
}

codes! {
    /// Why agreement and power are not signed yet.
    pub enum DelayCause {
        /// The client has not come, or cannot be reached.
        Client = "CLIENT",
        /// Something that nobody can help.
        Objective = "OBJECTIVE",
        /// The unit has not seen to it; no excuse.
        Unit = "UNIT",
    }
}

impl DelayCause {
    /// The ground on which the clock stands still, if the cause excuses.
    #[must_use]
    pub const fn pause_ground(self) -> Option<&'static str> {
        match self {
            Self::Client => Some("client_cause"),
            Self::Objective => Some("objective_cause"),
            Self::Unit => None,
        }
    }
}

/// Agreement and power are not signed yet, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningDelayed {
    /// Why.
    pub reason: DelayCause,
    /// The note of it.
    pub record: DocumentId,
}

/// Client and unit signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyAgreementSigned {
    /// The clients who signed, or for whom it was signed.
    pub by: BTreeSet<PersonRef>,
    /// The agreement (form 12).
    pub agreement: DocumentId,
    /// The power of attorney (form 3).
    pub power: DocumentId,
}

codes! {
    /// Why another counsel is wanted.
    pub enum ChangeGround {
        /// The counsel does not do their duty (不依法履行职责). Source: Legal Aid Law Art 55.
        DutyNotDone = "DUTY_NOT_DONE",
        /// The counsel has a conflict of interest.
        Conflict = "CONFLICT",
        /// The counsel is ill, has moved or has died.
        Unable = "UNABLE",
        /// The counsel may not be assigned any more.
        Suspended = "SUSPENDED",
        /// The counsel refuses to act.
        Refusal = "REFUSAL",
    }
}

/// Somebody wants another counsel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeAskedBy {
    /// A client.
    Client(PersonRef),
    /// The agency, of its own motion.
    Agency,
}

/// Asks for another counsel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestCounselChange {
    /// Who asks.
    pub by: ChangeAskedBy,
    /// Why.
    pub ground: ChangeGround,
    /// The request (form 16).
    pub request: DocumentId,
}

/// Another counsel was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounselChangeRequested {
    /// Who asked.
    pub by: ChangeAskedBy,
    /// Why.
    pub ground: ChangeGround,
    /// The request.
    pub request: DocumentId,
    /// Until when it is decided, where a rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide_by: Option<Deadline>,
}

/// Gives the matter to another counsel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeCounsel {
    /// Who comes, and what they bring.
    pub nomination: Nomination,
    /// The unit of the one who comes, if it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// The list of what was handed over.
    pub handover: DocumentId,
    /// The notice of it (form 17).
    pub notice: DocumentId,
}

/// The matter has another counsel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounselChanged {
    /// Who left.
    pub from: ActorId,
    /// Who came, and what they bring.
    pub nomination: Nomination,
    /// Whether it is one of those whom the person chose, if they chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preference_followed: Option<bool>,
    /// The unit of the one who came, if it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// The list of what was handed over.
    pub handover: DocumentId,
    /// The notice of it.
    pub notice: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// With another unit agreement and power are signed anew, until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_by: Option<Deadline>,
}

/// Leaves the matter with its counsel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefuseCounselChange {
    /// Why.
    pub reason: Sealed,
    /// The notice of it (form 17).
    pub notice: DocumentId,
}

/// The matter stays with its counsel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounselChangeRefused {
    /// Why.
    pub reason: Sealed,
    /// The notice of it.
    pub notice: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

/// The counsel refused to act, delayed or stopped.
///
/// Source: Legal Aid Law Art 46; without just cause it is a matter of discipline, Art 62, 63.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounselRefusalRecorded {
    /// Who.
    pub counsel: ActorId,
    /// Whether there is a just cause.
    pub just_cause: bool,
    /// The record of it.
    pub record: DocumentId,
}
