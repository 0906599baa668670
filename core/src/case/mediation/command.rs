//! What can be asked of a mediation, by whom, and at which step.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::agreement::{Agreement, CourtResult, OralCircumstances, Signer};
use super::matter::{
    Authority, ChosenBy, Delegator, Dispute, Form, GroundCode, Openness, Outcome, SessionMode, SessionResult,
};
use super::step::Step;
use crate::case::CommandSpec;
use crate::case::code::Role;
use crate::case::skeleton::{RecusalGround, Remedy};
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::privacy::Sealed;

/// A command to a mediation. The numbers are those of the table of transitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// M1. A party asks the committee to mediate (申请调解).
    ApplyMediation {
        /// On paper, or by word of mouth.
        form: Form,
        /// What it is about.
        dispute: Dispute,
    },
    /// M2. The committee takes a dispute up of its own motion (主动调解).
    InitiateMediation {
        /// The screening campaign in which it was found.
        campaign: Option<Code>,
        /// What it is about.
        dispute: Dispute,
    },
    /// M3. Another body hands a dispute over (委托移送).
    ReceiveDelegation {
        /// Who.
        by: Delegator,
        /// The letter.
        letter: DocumentId,
        /// The materials that came with it.
        materials: Vec<DocumentId>,
        /// Whether a court sent it through the online platform, where taking it must be confirmed.
        online: bool,
        /// What it is about.
        dispute: Dispute,
    },
    /// M4. A party is asked whether it wants mediation (征求意愿).
    SeekConsent {
        /// Which party.
        party: PersonRef,
        /// What it said.
        given: bool,
    },
    /// M5. The matter is not taken on (不予受理).
    RefuseMediation {
        /// On which ground.
        ground: GroundCode,
        /// The decision.
        decision: DocumentId,
        /// What the parties are told.
        remedy: Remedy,
    },
    /// M6. The matter is taken on and registered (受理登记).
    AcceptMediation {
        /// The registration form.
        registration: DocumentId,
    },
    /// M7. Parties are told their rights and duties (告知权利义务).
    NotifyRights {
        /// Which parties.
        parties: BTreeSet<PersonRef>,
        /// On paper or by word of mouth.
        form: Form,
        /// The notice, or the note of it.
        notice: DocumentId,
    },
    /// M8. Mediators are assigned (确定调解员).
    AssignMediator {
        /// Who, the presiding one first.
        mediators: Vec<ActorId>,
        /// Who chose them.
        chosen_by: ChosenBy,
    },
    /// M9. A party asks for another mediator.
    RequestMediatorRecusal {
        /// Which party.
        by: PersonRef,
        /// Which mediator.
        mediator: ActorId,
        /// Why.
        ground: RecusalGround,
    },
    /// M9. The committee replaces a mediator (更换调解员).
    ReplaceMediator {
        /// Who leaves.
        from: ActorId,
        /// Who comes.
        to: ActorId,
        /// What was handed over.
        handover: DocumentId,
    },
    /// M10. Something is looked into (调查).
    Investigate {
        /// The record of it.
        record: DocumentId,
    },
    /// M11. Somebody is asked to help: a relative, a neighbour, an expert (邀请参与).
    InviteParticipant {
        /// Who.
        participant: ActorId,
        /// The parties who agree.
        agreed_by: BTreeSet<PersonRef>,
    },
    /// M12. A session is held (调解).
    HoldSession {
        /// On site or by video.
        mode: SessionMode,
        /// Whether others may listen.
        openness: Openness,
        /// Which parties were there.
        present: BTreeSet<PersonRef>,
        /// How it ended.
        result: SessionResult,
        /// The mediation record.
        record: DocumentId,
    },
    /// M13. A dispute that may turn into an offence is reported (报告激化风险).
    ReportEscalation {
        /// To whom.
        to: Authority,
        /// What is feared.
        risk: Sealed,
    },
    /// M14. The parties put off the end together (延期).
    ExtendTerm {
        /// The new last day.
        until: NaiveDate,
        /// The parties who agree.
        agreed_by: BTreeSet<PersonRef>,
        /// The record of it.
        record: DocumentId,
    },
    /// M15. The terms are put on paper (拟定协议).
    DraftAgreement {
        /// The terms.
        agreement: Agreement,
    },
    /// M16. Somebody signs (签名).
    SignAgreement {
        /// Who.
        signer: Signer,
    },
    /// M16. The committee puts its seal on it, and it takes effect (盖章).
    SealAgreement {
        /// The agreement.
        document: DocumentId,
    },
    /// M18. An agreement without a document is registered (口头协议).
    RecordOralAgreement {
        /// The terms.
        agreement: Agreement,
        /// How it came about.
        circumstances: OralCircumstances,
    },
    /// M19. Mediation failed, and what nobody disputes is noted down (无争议事实).
    RecordUndisputedFacts {
        /// The facts.
        facts: Sealed,
        /// The parties who agree.
        agreed_by: BTreeSet<PersonRef>,
        /// The record.
        record: DocumentId,
    },
    /// M20. Mediation ends without result (终止调解).
    TerminateMediation {
        /// On which ground.
        ground: GroundCode,
        /// The notice of termination.
        notice: DocumentId,
        /// What the parties are told.
        remedy: Remedy,
    },
    /// M21. An obligation was performed, in whole or in part (履行).
    RecordPerformance {
        /// Which.
        obligation: Code,
        /// How much was paid, in cents; 0 for what is not a payment.
        cents: u64,
        /// The receipt.
        receipt: DocumentId,
    },
    /// M21. An obligation was not performed in time (逾期未履行).
    RecordOverdue {
        /// Which.
        obligation: Code,
    },
    /// M21. The debtor is urged to perform (督促履行).
    UrgePerformance {
        /// Which obligation.
        obligation: Code,
        /// The record of it.
        record: DocumentId,
    },
    /// M22. The parties ask the court together to confirm the agreement (申请司法确认).
    ApplyConfirmation {
        /// The parties who apply.
        by: BTreeSet<PersonRef>,
        /// The application.
        application: DocumentId,
    },
    /// M23. The court has done something about it (法院结果).
    RecordCourtResult {
        /// What.
        result: CourtResult,
        /// The ruling, or the notice.
        ruling: DocumentId,
    },
    /// M24. The parties change the agreement; the new one is signed and sealed in its turn (变更协议).
    ChangeAgreement {
        /// The new terms.
        agreement: Agreement,
        /// The parties who agree.
        agreed_by: BTreeSet<PersonRef>,
    },
    /// M26. The case is closed (结案).
    CloseMediation {
        /// How it ended.
        outcome: Outcome,
        /// The closing report.
        report: DocumentId,
    },
}

impl Command {
    /// The name of this command.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ApplyMediation { .. } => "ApplyMediation",
            Self::InitiateMediation { .. } => "InitiateMediation",
            Self::ReceiveDelegation { .. } => "ReceiveDelegation",
            Self::SeekConsent { .. } => "SeekConsent",
            Self::RefuseMediation { .. } => "RefuseMediation",
            Self::AcceptMediation { .. } => "AcceptMediation",
            Self::NotifyRights { .. } => "NotifyRights",
            Self::AssignMediator { .. } => "AssignMediator",
            Self::RequestMediatorRecusal { .. } => "RequestMediatorRecusal",
            Self::ReplaceMediator { .. } => "ReplaceMediator",
            Self::Investigate { .. } => "Investigate",
            Self::InviteParticipant { .. } => "InviteParticipant",
            Self::HoldSession { .. } => "HoldSession",
            Self::ReportEscalation { .. } => "ReportEscalation",
            Self::ExtendTerm { .. } => "ExtendTerm",
            Self::DraftAgreement { .. } => "DraftAgreement",
            Self::SignAgreement { .. } => "SignAgreement",
            Self::SealAgreement { .. } => "SealAgreement",
            Self::RecordOralAgreement { .. } => "RecordOralAgreement",
            Self::RecordUndisputedFacts { .. } => "RecordUndisputedFacts",
            Self::TerminateMediation { .. } => "TerminateMediation",
            Self::RecordPerformance { .. } => "RecordPerformance",
            Self::RecordOverdue { .. } => "RecordOverdue",
            Self::UrgePerformance { .. } => "UrgePerformance",
            Self::ApplyConfirmation { .. } => "ApplyConfirmation",
            Self::RecordCourtResult { .. } => "RecordCourtResult",
            Self::ChangeAgreement { .. } => "ChangeAgreement",
            Self::CloseMediation { .. } => "CloseMediation",
        }
    }

    /// Whom it puts to work on the case, if it is carried out.
    pub(super) fn engages(&self) -> Vec<ActorId> {
        match self {
            Self::AssignMediator { mediators, .. } => mediators.clone(),
            Self::ReplaceMediator { to, .. } => vec![*to],
            Self::ApplyMediation { .. }
            | Self::InitiateMediation { .. }
            | Self::ReceiveDelegation { .. }
            | Self::SeekConsent { .. }
            | Self::RefuseMediation { .. }
            | Self::AcceptMediation { .. }
            | Self::NotifyRights { .. }
            | Self::RequestMediatorRecusal { .. }
            | Self::Investigate { .. }
            | Self::InviteParticipant { .. }
            | Self::HoldSession { .. }
            | Self::ReportEscalation { .. }
            | Self::ExtendTerm { .. }
            | Self::DraftAgreement { .. }
            | Self::SignAgreement { .. }
            | Self::SealAgreement { .. }
            | Self::RecordOralAgreement { .. }
            | Self::RecordUndisputedFacts { .. }
            | Self::TerminateMediation { .. }
            | Self::RecordPerformance { .. }
            | Self::RecordOverdue { .. }
            | Self::UrgePerformance { .. }
            | Self::ApplyConfirmation { .. }
            | Self::RecordCourtResult { .. }
            | Self::ChangeAgreement { .. }
            | Self::CloseMediation { .. } => Vec::new(),
        }
    }
}

/// Whoever is a party, or acts for one.
const PARTIES: &[Role] = &[Role::Applicant, Role::Party, Role::Agent, Role::Guardian];
const MEDIATOR: &[Role] = &[Role::Mediator];
const COMMITTEE: &[Role] = &[Role::Committee];
/// Parties sign for themselves; a mediator signs, and notes signatures given on paper.
const SIGNERS: &[Role] = &[Role::Applicant, Role::Party, Role::Agent, Role::Guardian, Role::Mediator];
const APPLICANTS: &[Role] = &[Role::Applicant, Role::Agent, Role::Guardian];
const BEFORE_AGREEMENT: &[Step] =
    &[Step::Assigned, Step::Investigating, Step::InSession, Step::Adjourned, Step::Drafted];
const AT_WORK: &[Step] = &[
    Step::Assigned,
    Step::Investigating,
    Step::InSession,
    Step::Adjourned,
    Step::Drafted,
    Step::Effective,
    Step::Performing,
    Step::Amending,
];
const IN_TALKS: &[Step] = &[Step::Assigned, Step::Investigating, Step::InSession, Step::Adjourned];
const IN_EFFECT: &[Step] = &[Step::Effective, Step::Performing];
const BINDING: &[Step] = &[Step::Effective, Step::Performing, Step::Amending];
const ON_PAPER: &[Step] = &[Step::Drafted, Step::Amending];
const ACCEPTED_ON: &[Step] =
    &[Step::Accepted, Step::Assigned, Step::Investigating, Step::InSession, Step::Adjourned, Step::Drafted];
const BEFORE_DECISION: &[Step] = &[
    Step::Received,
    Step::UnderReview,
    Step::Accepted,
    Step::Assigned,
    Step::Investigating,
    Step::InSession,
    Step::Adjourned,
    Step::Drafted,
];
const CLOSABLE: &[Step] =
    &[Step::InSession, Step::Effective, Step::Performing, Step::Refused, Step::Terminated, Step::Withdrawn];

const fn spec(
    number: &'static str,
    name: &'static str,
    roles: &'static [Role],
    from: &'static [Step],
) -> CommandSpec<Step> {
    CommandSpec { number, name, roles, from }
}

/// Who may do what, and at which step. `decide` is held against this table by a test.
pub(super) const COMMANDS: &[CommandSpec<Step>] = &[
    spec("M1", "ApplyMediation", APPLICANTS, &[Step::Unopened]),
    spec("M2", "InitiateMediation", &[Role::Committee, Role::Mediator], &[Step::Unopened]),
    spec("M3", "ReceiveDelegation", &[Role::Clerk], &[Step::Unopened]),
    spec("M4", "SeekConsent", MEDIATOR, BEFORE_DECISION),
    spec("M5", "RefuseMediation", COMMITTEE, &[Step::Received, Step::UnderReview]),
    spec("M6", "AcceptMediation", COMMITTEE, &[Step::UnderReview]),
    spec("M7", "NotifyRights", MEDIATOR, ACCEPTED_ON),
    spec("M8", "AssignMediator", COMMITTEE, &[Step::Accepted]),
    spec(
        "M9",
        "RequestMediatorRecusal",
        &[Role::Applicant, Role::Party, Role::Agent, Role::Guardian, Role::Committee],
        BEFORE_AGREEMENT,
    ),
    spec("M9", "ReplaceMediator", COMMITTEE, AT_WORK),
    spec("M10", "Investigate", MEDIATOR, IN_TALKS),
    spec("M11", "InviteParticipant", MEDIATOR, IN_TALKS),
    spec("M12", "HoldSession", MEDIATOR, IN_TALKS),
    spec("M13", "ReportEscalation", MEDIATOR, AT_WORK),
    spec("M14", "ExtendTerm", COMMITTEE, ACCEPTED_ON),
    spec("M15", "DraftAgreement", MEDIATOR, &[Step::InSession, Step::Adjourned, Step::Drafted]),
    spec("M16", "SignAgreement", SIGNERS, ON_PAPER),
    spec("M16", "SealAgreement", COMMITTEE, ON_PAPER),
    spec("M18", "RecordOralAgreement", MEDIATOR, &[Step::InSession, Step::Adjourned, Step::Drafted]),
    spec("M19", "RecordUndisputedFacts", MEDIATOR, &[Step::InSession, Step::Adjourned]),
    spec("M20", "TerminateMediation", COMMITTEE, ACCEPTED_ON),
    spec("M21", "RecordPerformance", MEDIATOR, BINDING),
    spec("M21", "RecordOverdue", MEDIATOR, BINDING),
    spec("M21", "UrgePerformance", MEDIATOR, BINDING),
    spec("M22", "ApplyConfirmation", PARTIES, IN_EFFECT),
    spec("M23", "RecordCourtResult", &[Role::Clerk], IN_EFFECT),
    spec("M24", "ChangeAgreement", PARTIES, BINDING),
    spec("M26", "CloseMediation", &[Role::Mediator, Role::Committee], CLOSABLE),
];
