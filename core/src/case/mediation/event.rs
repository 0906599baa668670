//! What happens in a mediation.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::agreement::{Agreement, CourtResult, OralCircumstances, Signer};
use super::matter::{
    Authority, ChosenBy, Delegator, Dispute, Form, GroundCode, Openness, Outcome, ScopeTag, SessionMode,
    SessionResult,
};
use crate::case::CaseNumber;
use crate::case::skeleton::{RecusalGround, Remedy};
use crate::event_set;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::Deadline;
use crate::privacy::Sealed;

event_set! {
    /// Something that happened in a mediation.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Event {
        /// M1 (已申请调解).
        MediationApplied(MediationApplied) = 1,
        /// M2 (主动调解).
        MediationInitiated(MediationInitiated) = 1,
        /// M3 (接受委托移送).
        MediationDelegated(MediationDelegated) = 1,
        /// M4 (已征求意愿).
        ConsentRecorded(ConsentRecorded) = 1,
        /// M5 (不予受理).
        MediationRefused(MediationRefused) = 1,
        /// M6 (已受理登记).
        MediationAccepted(MediationAccepted) = 1,
        /// M7 (已告知权利义务).
        RightsNotified(RightsNotified) = 1,
        /// M8 (已确定调解员).
        MediatorAssigned(MediatorAssigned) = 1,
        /// M9 (已申请回避).
        RecusalRequested(RecusalRequested) = 1,
        /// M9 (已更换调解员).
        MediatorReplaced(MediatorReplaced) = 1,
        /// M10 (已调查).
        InvestigationRecorded(InvestigationRecorded) = 1,
        /// M11 (已邀请参与).
        ParticipantInvited(ParticipantInvited) = 1,
        /// M12 (已调解).
        SessionHeld(SessionHeld) = 1,
        /// M12 (已休会).
        SessionAdjourned(SessionAdjourned) = 1,
        /// M13 (已报告激化风险).
        EscalationReported(EscalationReported) = 1,
        /// M14 (已延期).
        TermExtended(TermExtended) = 1,
        /// M15 (协议已拟定).
        AgreementDrafted(AgreementDrafted) = 1,
        /// M16 (已签名).
        AgreementSigned(AgreementSigned) = 1,
        /// M16 (已盖章).
        AgreementSealed(AgreementSealed) = 1,
        /// M17 (协议生效).
        AgreementEffective(AgreementEffective) = 1,
        /// M18 (口头协议已登记).
        OralAgreementRecorded(OralAgreementRecorded) = 1,
        /// M19 (无争议事实已记载).
        UndisputedFactsRecorded(UndisputedFactsRecorded) = 1,
        /// M20 (已终止).
        MediationTerminated(MediationTerminated) = 1,
        /// M21 (已履行).
        ObligationPerformed(ObligationPerformed) = 1,
        /// M21 (逾期未履行).
        ObligationOverdue(ObligationOverdue) = 1,
        /// M21 (已督促履行).
        PerformanceUrged(PerformanceUrged) = 1,
        /// M22 (已申请司法确认).
        ConfirmationApplied(ConfirmationApplied) = 1,
        /// M23 (法院结果).
        ConfirmationRuled(ConfirmationRuled) = 1,
        /// M24 (协议已变更).
        AgreementAmended(AgreementAmended) = 1,
        /// M26 (已结案).
        MediationClosed(MediationClosed) = 1,
    }
}

impl Event {
    /// The due dates that it sets.
    pub(super) fn deadlines(&self) -> Vec<&Deadline> {
        match self {
            Self::MediationApplied(applied) => applied.arbitration_from.iter().collect(),
            Self::MediationDelegated(sent) => sent.confirm_by.iter().chain(&sent.term).collect(),
            Self::MediationAccepted(accepted) => accepted.term.iter().collect(),
            Self::AgreementEffective(effective) => vec![&effective.confirm_by, &effective.visit_by],
            Self::ConfirmationApplied(applied) => applied.court.iter().collect(),
            Self::ConfirmationRuled(ruled) => ruled.objections.iter().collect(),
            Self::MediationClosed(closed) => vec![&closed.archive_by],
            Self::MediationInitiated(_)
            | Self::ConsentRecorded(_)
            | Self::MediationRefused(_)
            | Self::RightsNotified(_)
            | Self::MediatorAssigned(_)
            | Self::RecusalRequested(_)
            | Self::MediatorReplaced(_)
            | Self::InvestigationRecorded(_)
            | Self::ParticipantInvited(_)
            | Self::SessionHeld(_)
            | Self::SessionAdjourned(_)
            | Self::EscalationReported(_)
            | Self::TermExtended(_)
            | Self::AgreementDrafted(_)
            | Self::AgreementSigned(_)
            | Self::AgreementSealed(_)
            | Self::OralAgreementRecorded(_)
            | Self::UndisputedFactsRecorded(_)
            | Self::MediationTerminated(_)
            | Self::ObligationPerformed(_)
            | Self::ObligationOverdue(_)
            | Self::PerformanceUrged(_)
            | Self::AgreementAmended(_) => Vec::new(),
        }
    }
}

/// A party asked the committee to mediate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediationApplied {
    /// On paper or by word of mouth.
    pub form: Form,
    /// What it is about.
    pub dispute: Dispute,
    /// In a labour dispute, the day from which arbitration is open even without a result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arbitration_from: Option<Deadline>,
}

/// The committee took a dispute up of its own motion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediationInitiated {
    /// The screening campaign in which it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Code>,
    /// What it is about.
    pub dispute: Dispute,
}

/// Another body handed a dispute over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediationDelegated {
    /// Who.
    pub by: Delegator,
    /// The letter.
    pub letter: DocumentId,
    /// The materials.
    pub materials: Vec<DocumentId>,
    /// What it is about.
    pub dispute: Dispute,
    /// Until when taking it must be confirmed on the court's platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm_by: Option<Deadline>,
    /// For a court's case, the term, which runs from the receipt of the materials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<Deadline>,
}

/// A party said whether it wants mediation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRecorded {
    /// Which party.
    pub party: PersonRef,
    /// What it said.
    pub given: bool,
}

/// The matter was not taken on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediationRefused {
    /// On which ground.
    pub ground: GroundCode,
    /// The decision.
    pub decision: DocumentId,
    /// What the parties were told.
    pub remedy: Remedy,
}

/// The matter was taken on and registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediationAccepted {
    /// The number it got.
    pub number: CaseNumber,
    /// The registration form.
    pub registration: DocumentId,
    /// The term, unless a court's term runs already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<Deadline>,
}

/// Parties were told their rights and duties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightsNotified {
    /// Which parties.
    pub parties: BTreeSet<PersonRef>,
    /// On paper or by word of mouth.
    pub form: Form,
    /// The notice, or the note of it.
    pub notice: DocumentId,
}

/// Mediators were assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediatorAssigned {
    /// Who, the presiding one first.
    pub mediators: Vec<ActorId>,
    /// Who chose them.
    pub chosen_by: ChosenBy,
}

/// A party asked for another mediator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecusalRequested {
    /// Which party.
    pub by: PersonRef,
    /// Which mediator.
    pub mediator: ActorId,
    /// Why.
    pub ground: RecusalGround,
}

/// The committee replaced a mediator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediatorReplaced {
    /// Who left.
    pub from: ActorId,
    /// Who came.
    pub to: ActorId,
    /// What was handed over.
    pub handover: DocumentId,
}

/// Something was looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvestigationRecorded {
    /// The record of it.
    pub record: DocumentId,
}

/// Somebody was asked to help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipantInvited {
    /// Who.
    pub participant: ActorId,
    /// The parties who agreed.
    pub agreed_by: BTreeSet<PersonRef>,
}

/// A session was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionHeld {
    /// On site or by video.
    pub mode: SessionMode,
    /// Whether others could listen.
    pub openness: Openness,
    /// Which parties were there.
    pub present: BTreeSet<PersonRef>,
    /// How it ended.
    pub result: SessionResult,
    /// The mediation record.
    pub record: DocumentId,
}

/// The session goes on another day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionAdjourned {}

/// A dispute that may turn into an offence was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationReported {
    /// To whom.
    pub to: Authority,
    /// What is feared.
    pub risk: Sealed,
}

/// The parties put off the end together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermExtended {
    /// The new last day.
    pub until: NaiveDate,
    /// The parties who agreed.
    pub agreed_by: BTreeSet<PersonRef>,
    /// The record of it.
    pub record: DocumentId,
}

/// The terms were put on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementDrafted {
    /// The terms.
    pub agreement: Agreement,
}

/// Somebody signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementSigned {
    /// Who.
    pub signer: Signer,
}

/// The committee put its seal on the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementSealed {
    /// The agreement.
    pub document: DocumentId,
}

/// The agreement binds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementEffective {
    /// From which day.
    pub date: NaiveDate,
    /// Until when the parties may apply to the court together.
    pub confirm_by: Deadline,
    /// Until when somebody should ask whether it is kept.
    pub visit_by: Deadline,
}

/// An agreement without a document was registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OralAgreementRecorded {
    /// The terms.
    pub agreement: Agreement,
    /// How it came about.
    pub circumstances: OralCircumstances,
}

/// What nobody disputes was noted down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndisputedFactsRecorded {
    /// The facts.
    pub facts: Sealed,
    /// The parties who agreed.
    pub agreed_by: BTreeSet<PersonRef>,
    /// The record.
    pub record: DocumentId,
}

/// Mediation ended without result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediationTerminated {
    /// On which ground.
    pub ground: GroundCode,
    /// The notice of termination.
    pub notice: DocumentId,
    /// What the parties were told.
    pub remedy: Remedy,
}

/// An obligation was performed, in whole or in part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObligationPerformed {
    /// Which.
    pub obligation: Code,
    /// How much was paid, in cents.
    pub cents: u64,
    /// The receipt.
    pub receipt: DocumentId,
}

/// An obligation was not performed in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObligationOverdue {
    /// Which.
    pub obligation: Code,
}

/// The debtor was urged to perform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerformanceUrged {
    /// Which obligation.
    pub obligation: Code,
    /// The record of it.
    pub record: DocumentId,
}

/// The parties asked the court together to confirm the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmationApplied {
    /// The parties who applied.
    pub by: BTreeSet<PersonRef>,
    /// The application.
    pub application: DocumentId,
    /// Features for which a court is likely to refuse; the parties were warned.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub doubts: BTreeSet<ScopeTag>,
    /// When the court should answer: its own clocks, for information.
    pub court: Vec<Deadline>,
}

/// The court did something about the application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmationRuled {
    /// What.
    pub result: CourtResult,
    /// The ruling, or the notice.
    pub ruling: DocumentId,
    /// Until when somebody may object to a ruling that confirms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objections: Vec<Deadline>,
}

/// The parties changed the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementAmended {
    /// The new terms.
    pub agreement: Agreement,
    /// The parties who agreed.
    pub agreed_by: BTreeSet<PersonRef>,
}

/// The case was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediationClosed {
    /// How it ended.
    pub outcome: Outcome,
    /// The closing report.
    pub report: DocumentId,
    /// Until when the file goes to the archive.
    pub archive_by: Deadline,
}
