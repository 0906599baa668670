//! One fitting example of each command that every kind knows, for the tests of the kinds.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    AcceptProvisionally, Accommodation, AccommodationRecorded, AccountabilityLevel, ArchiveReturned,
    CaseLinked, CaseRelation, ClientContacted, ClockSuspended, CommonCommand, CompetenceBasis,
    ComplaintFiled, ComplaintFinding, ComplaintMatter, ConfidentialGround, ConfidentialityMarked,
    ConfirmCorrection, CorrectRecord, CorrectionReason, DecideRecusal, DefaultGap, Disposition,
    DispositionRecorded, ExpertConsulted, FileLent, FileReturned, FinaliseQualityReview,
    FirstContactAssigned, FlagSensitive, ForwardedToAuthority, GapConsequence, GapFilled,
    HandlingPlanRecorded, IdentityMethod, InterestDisclosed, InterpreterAssigned, IssueSupervisionOrder,
    JointConsultationHeld, LanguagePreferenceRecorded, LapseSupplement, LoanPurpose, MergeDuplicate,
    NoticeKind, NoticeSent, NoticeServed, OfflineCaptureRecorded, OpenAccountability, OrderForm,
    PriorityGranted, PriorityGround, PriorityStage, Proof, ProxyIntakeReceived, QualityReviewOpened,
    RatingMethod, ReceiptIssued, ReceiptKind, ReceivedByAuthority, RecordReturnVisit, RecordedValue,
    RecusalBy, RecusalGround, RecusalRequested, ReferralAccepted, ReferralBody, ReferralReceived,
    ReferralRejected, ReferralResultRecorded, ReferralSent, Remedy, RemedyRoute, ReopenCase, ReplaceHandler,
    ReportRecipient, RequestSupplement, ResolutionTierRecorded, ResolveComplaint, ReviewForm, SamePerson,
    SatisfactionRated, ScoreQualityReview, SearchConflicts, SensitiveFeature, SensitiveMatterReported,
    ServiceMethod, SharedData, SharingBasis, SubmitArchive, SupplementEffect, SupplementItem,
    SupplementSubmitted, TagSpecialGroup, Tier, Told, TransferJurisdiction, VerifyIdentity,
    VerifyRectification, VisitResult, Withdrawn,
};
use crate::case::CaseId;
use crate::case::code::{Role, ServiceMode, SpecialGroup};
use crate::id::{ActorId, Code, DocumentId, PersonRef, Revision};
use crate::policy::CaseKind;
use crate::privacy::Sealed;

/// The people of the case in which the examples fit.
#[derive(Debug, Clone)]
pub(in crate::case) struct Cast {
    /// A party.
    pub(in crate::case) person: PersonRef,
    /// Who handles the case.
    pub(in crate::case) handler: ActorId,
    /// Who does not, and never did.
    pub(in crate::case) other: ActorId,
    /// A ground on which the rule of its clock lets it stand still, or would if it ran.
    pub(in crate::case) pause: Code,
    /// A day to come.
    pub(in crate::case) later: NaiveDate,
    /// A box under the key of the case.
    pub(in crate::case) sealed: Sealed,
    /// The fingerprint of every party.
    pub(in crate::case) same: Vec<SamePerson>,
    /// The papers of the file.
    pub(in crate::case) papers: BTreeSet<u32>,
}

const PAPER: DocumentId = DocumentId::from_uuid(Uuid::from_u128(21));
const ELSEWHERE: CaseId = CaseId::from_uuid(Uuid::from_u128(32));

fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

/// The first role that may give a command.
pub(in crate::case) fn giver(command: &str) -> Role {
    CommonCommand::COMMANDS.iter().find(|spec| spec.name == command).unwrap().roles[0]
}

/// One example of every command, in the order of the table.
pub(in crate::case) fn examples(cast: &Cast) -> Vec<CommonCommand> {
    [intake(cast), gaps(cast), passing_on(cast), handling(cast), judging(cast), keeping(cast)].concat()
}

fn intake(cast: &Cast) -> Vec<CommonCommand> {
    let person = cast.person;
    vec![
        FirstContactAssigned { responsible: cast.other }.into(),
        VerifyIdentity { person, method: IdentityMethod::CardReader }.into(),
        ProxyIntakeReceived { agent_org: code("CN/510185/village-3"), form: PAPER }.into(),
        ForwardedToAuthority { authority: code("CN/510185/centre"), materials: vec![PAPER] }.into(),
        ReceivedByAuthority { authority: code("CN/510185/centre") }.into(),
        OfflineCaptureRecorded {
            device: code("tablet-7"),
            device_sequence: 41,
            captured_at: "2026-06-25T16:00:00+08:00".parse().unwrap(),
        }
        .into(),
        TagSpecialGroup {
            person,
            group: SpecialGroup::Migrant,
            proof: Proof::SelfDeclared,
            since: None,
            until: None,
        }
        .into(),
        PriorityGranted {
            ground: PriorityGround::Urgent,
            stages: BTreeSet::from([PriorityStage::Reception]),
        }
        .into(),
        LanguagePreferenceRecorded { person, language: code("mn-Mong") }.into(),
        InterpreterAssigned { interpreter: cast.other, person, language: code("mn-Mong") }.into(),
        AccommodationRecorded { person, accommodations: BTreeSet::from([Accommodation::LargePrint]) }.into(),
    ]
}

/// The remedy of the examples.
pub(in crate::case) fn remedy() -> Remedy {
    Remedy { routes: BTreeSet::from([RemedyRoute::Court]), notice: PAPER }
}

fn gaps(cast: &Cast) -> Vec<CommonCommand> {
    let item = SupplementItem { item: code("lease"), text: Some(cast.sealed.clone()), known_from: None };
    vec![
        RequestSupplement {
            items: vec![item],
            legal_effect_if_missed: SupplementEffect::DeemedWithdrawn,
            notice: PAPER,
        }
        .into(),
        SupplementSubmitted { items: BTreeSet::from([code("lease")]), documents: vec![PAPER] }.into(),
        LapseSupplement { record: PAPER, remedy: remedy() }.into(),
        AcceptProvisionally {
            missing: BTreeSet::from([code("copy")]),
            consequence: GapConsequence::Returned,
            decision: PAPER,
        }
        .into(),
        GapFilled { items: BTreeSet::from([code("copy")]), documents: vec![PAPER] }.into(),
        DefaultGap { decision: PAPER, remedy: remedy() }.into(),
        ClockSuspended { ground: cast.pause.clone() }.into(),
        CommonCommand::ResumeClock,
        FlagSensitive { features: BTreeSet::from([SensitiveFeature::Group]) }.into(),
        SensitiveMatterReported { to: BTreeSet::from([ReportRecipient::Government]), report: PAPER }.into(),
        ConfidentialityMarked { ground: ConfidentialGround::Privacy }.into(),
    ]
}

fn passing_on(cast: &Cast) -> Vec<CommonCommand> {
    let (person, referral) = (cast.person, code("R1"));
    vec![
        ReferralSent {
            referral: referral.clone(),
            target: ReferralBody::LegalAid,
            about: BTreeSet::from([person]),
            basis: SharingBasis::Consent { by: BTreeSet::from([person]), record: PAPER },
            shared: BTreeSet::from([SharedData::Facts]),
            answer_by: cast.later,
            letter: PAPER,
        }
        .into(),
        ReferralAccepted { referral: referral.clone(), answer: PAPER }.into(),
        ReferralRejected { referral: referral.clone(), why: cast.sealed.clone(), answer: PAPER }.into(),
        ReferralResultRecorded { referral, result: cast.sealed.clone() }.into(),
        ReferralReceived { source: ReferralBody::PoliceStation, letter: PAPER, answer_by: None }.into(),
        CaseLinked {
            case: ELSEWHERE,
            kind: CaseKind::LegalAid,
            relation: CaseRelation::Bundle,
            evidence: vec![PAPER],
        }
        .into(),
        TransferJurisdiction {
            to: code("CN/510100/centre"),
            jurisdiction: "510100".parse().unwrap(),
            competence: CompetenceBasis::PlaceOfEvent,
            decision: PAPER,
            remedy: remedy(),
        }
        .into(),
        MergeDuplicate { surviving: ELSEWHERE, persons: cast.same.clone(), decision: PAPER }.into(),
        Withdrawn { by: person }.into(),
    ]
}

fn handling(cast: &Cast) -> Vec<CommonCommand> {
    let (person, handler) = (cast.person, cast.handler);
    vec![
        RecusalRequested { by: RecusalBy::Party(person), handler, ground: RecusalGround::Interested }.into(),
        DecideRecusal { handler, granted: true, decision: PAPER }.into(),
        InterestDisclosed { person: cast.other, ground: RecusalGround::NearRelative }.into(),
        SearchConflicts { statement: Some(PAPER), ..SearchConflicts::of([handler, cast.other]) }.into(),
        ReplaceHandler { from: handler, to: cast.other, handover: PAPER }.into(),
        HandlingPlanRecorded { plan: PAPER }.into(),
        ClientContacted { person, mode: ServiceMode::Phone, note: None }.into(),
        JointConsultationHeld {
            with: BTreeSet::from([ReferralBody::Petition]),
            mode: ServiceMode::Onsite,
            record: PAPER,
        }
        .into(),
        ExpertConsulted { expert: cast.other, mode: ServiceMode::Video, opinion: PAPER }.into(),
        NoticeSent {
            notice: PAPER,
            kind: NoticeKind::Progress,
            to: BTreeSet::from([person]),
            method: ServiceMethod::Electronic { consent: PAPER },
        }
        .into(),
        NoticeServed { notice: PAPER, to: person, method: ServiceMethod::InPerson, proof: PAPER }.into(),
        ReceiptIssued { receipt: PAPER, kind: ReceiptKind::Materials, to: person }.into(),
    ]
}

fn judging(cast: &Cast) -> Vec<CommonCommand> {
    let (complaint, order) = (code("K1"), code("S1"));
    vec![
        SatisfactionRated { by: cast.person, level: 5.try_into().unwrap(), method: RatingMethod::Phone }
            .into(),
        RecordReturnVisit {
            person: None,
            mode: ServiceMode::Phone,
            result: VisitResult::Confirmed,
            record: PAPER,
        }
        .into(),
        ComplaintFiled {
            complaint: complaint.clone(),
            by: Some(cast.person),
            against: Some(cast.handler),
            matter: ComplaintMatter::Delay,
            text: cast.sealed.clone(),
        }
        .into(),
        ResolveComplaint {
            complaint,
            finding: ComplaintFinding::Upheld,
            decision: PAPER,
            told: Some(Told { method: ServiceMethod::Post, record: PAPER }),
        }
        .into(),
        IssueSupervisionOrder {
            order: order.clone(),
            form: OrderForm::ReminderLetter,
            due: cast.later,
            decision: PAPER,
        }
        .into(),
        VerifyRectification { order, passed: true, decision: PAPER }.into(),
        CommonCommand::NoteMissedDeadline,
        OpenAccountability { against: cast.handler, level: AccountabilityLevel::Reminder, decision: PAPER }
            .into(),
        ResolutionTierRecorded { resolved_at_tier: Tier::Village }.into(),
        DispositionRecorded { disposition: Disposition::Solved }.into(),
    ]
}

fn keeping(cast: &Cast) -> Vec<CommonCommand> {
    let (field, review) = (code("occurred_at"), code("Q1"));
    let moment = |text: &str| Some(RecordedValue::Moment(text.parse().unwrap()));
    vec![
        CorrectRecord {
            target_seq: Revision::FIRST,
            field: field.clone(),
            old: moment("2026-06-26T09:00:00+08:00"),
            new: moment("2026-06-25T09:00:00+08:00"),
            reason: CorrectionReason::Misunderstood,
        }
        .into(),
        ConfirmCorrection { target_seq: Revision::FIRST, field, agreed: true }.into(),
        SubmitArchive { items: cast.papers.clone() }.into(),
        CommonCommand::AcceptArchive,
        ArchiveReturned { defects: cast.sealed.clone() }.into(),
        FileLent { borrower: cast.other, purpose: LoanPurpose::Review, due: cast.later, approval: None }
            .into(),
        FileReturned { borrower: cast.other }.into(),
        QualityReviewOpened { review: review.clone(), form: ReviewForm::Peer }.into(),
        ScoreQualityReview { review: review.clone(), score: 92.try_into().unwrap(), record: PAPER }.into(),
        FinaliseQualityReview { review, decision: PAPER }.into(),
        ReopenCase { ground: code("NEW_FACTS"), decision: PAPER, continuation: None }.into(),
    ]
}
