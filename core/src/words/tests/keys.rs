//! Every key that must have a word, as the code has it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::DeserializeOwned;

use super::forms::Asked;
use super::{consultation, legal_aid, notary};
use crate::bureau::{
    self, AccessEvent, BundleEvent, CaseRead, ReadingPurpose, ReadingRefused, RegisterEvent,
};
use crate::case::code::{Channel, DisputeType, Phase, Role, ServiceMode, SpecialGroup};
use crate::case::form::{Record, Shape, shape_of};
use crate::case::mediation::{self, Mediation, Step};
use crate::case::skeleton::{self, CommonCommand, CommonEvent};
use crate::case::{Case, CaseNumber, Kind, Particulars, Party, PartyGroup, READ, Register, Side};
use crate::decider::Decider;
use crate::event::{Actor, Metadata, RecordedEvent};
use crate::policy::{CaseKind, Confidence, DEADLINES, FLAGS, Layer, NUMBERS, PAUSE_GROUNDS, Policy};
use crate::staff::{self, PenaltyLevel, ProviderCommand, ProviderEvent, ShiftCommand, ShiftEvent, Title};

/// The keys of all labels.
pub(super) fn labels() -> BTreeSet<String> {
    let mut keys = Keys::default();
    keys.group("phase", Phase::ALL);
    keys.group("state", Step::ALL.iter().map(|step| step.name()));
    keys.group("state", ["Archived", "Transferred", "Merged"]);
    keys.group("kind", [CaseKind::Consultation, CaseKind::Mediation, CaseKind::LegalAid, CaseKind::Notary]);
    keys.group("command", CommonCommand::COMMANDS.iter().map(|spec| spec.name));
    keys.group("command", Mediation::COMMANDS.iter().map(|spec| spec.name));
    keys.group("command", [READ]);
    keys.group("event", AccessEvent::TYPES.iter().map(|(name, _)| name));
    keys.group("reading", ReadingPurpose::ALL);
    keys.group("event", CommonEvent::TYPES.iter().map(|(name, _)| name));
    keys.group("event", mediation::Event::TYPES.iter().map(|(name, _)| name));
    keys.group("role", Role::ALL);
    keys.group("channel", Channel::ALL);
    keys.group("mode", ServiceMode::ALL);
    keys.group("group", SpecialGroup::ALL);
    keys.group("proof", skeleton::Proof::ALL);
    keys.group("stage", skeleton::PriorityStage::ALL);
    keys.group("priority", variants::<skeleton::PriorityGround>());
    keys.group("rating", skeleton::RatingMethod::ALL);
    keys.group("level", (0..=u8::MAX).filter(|level| skeleton::Level::try_from(*level).is_ok()));
    keys.group("visit", skeleton::VisitResult::ALL);
    keys.group("identity", skeleton::IdentityMethod::ALL);
    keys.group("accommodation", skeleton::Accommodation::ALL);
    keys.group("supplement_effect", skeleton::SupplementEffect::ALL);
    keys.group("gap_consequence", skeleton::GapConsequence::ALL);
    keys.group("sensitive", skeleton::SensitiveFeature::ALL);
    keys.group("recipient", skeleton::ReportRecipient::ALL);
    keys.group("confidential", skeleton::ConfidentialGround::ALL);
    keys.group("body", skeleton::ReferralBody::ALL);
    keys.group("shared_data", skeleton::SharedData::ALL);
    keys.group("relation", skeleton::CaseRelation::ALL);
    keys.group("competence", skeleton::CompetenceBasis::ALL);
    keys.group("notice", skeleton::NoticeKind::ALL);
    keys.group("receipt", skeleton::ReceiptKind::ALL);
    keys.group("complaint", skeleton::ComplaintMatter::ALL);
    keys.group("finding", skeleton::ComplaintFinding::ALL);
    keys.group("order_form", skeleton::OrderForm::ALL);
    keys.group("accountability", skeleton::AccountabilityLevel::ALL);
    keys.group("tier", skeleton::Tier::ALL);
    keys.group("disposition", skeleton::Disposition::ALL);
    keys.group("correction", skeleton::CorrectionReason::ALL);
    keys.group("loan", skeleton::LoanPurpose::ALL);
    keys.group("review", skeleton::ReviewForm::ALL);
    keys.group("grade", skeleton::Grade::ALL);
    keys.group("overlay", skeleton::Overlay::ALL);
    keys.group("sharing", variants::<skeleton::SharingBasis>());
    keys.group("service", variants::<skeleton::ServiceMethod>());
    keys.group("recusal_by", variants::<skeleton::RecusalBy>());
    keys.group("value", variants::<skeleton::RecordedValue>());
    keys.group("dispute", DisputeType::ALL);
    keys.group("side", Side::ALL);
    keys.group("scope", mediation::ScopeTag::ALL);
    keys.group("form", mediation::Form::ALL);
    keys.group("delegator", mediation::Delegator::ALL);
    keys.group("remedy", skeleton::RemedyRoute::ALL);
    keys.group("chosen_by", mediation::ChosenBy::ALL);
    keys.group("recusal", skeleton::RecusalGround::ALL);
    keys.group("conflict", skeleton::ConflictGround::ALL);
    keys.group("conflict_of", skeleton::ConflictOf::ALL);
    keys.group("openness", mediation::Openness::ALL);
    keys.group("session_mode", mediation::SessionMode::ALL);
    keys.group("session", mediation::SessionResult::ALL);
    keys.group("authority", mediation::Authority::ALL);
    keys.group("outcome", mediation::Outcome::ALL);
    keys.group("obligation", mediation::ObligationKind::ALL);
    keys.group("performance", mediation::PerformanceMode::ALL);
    keys.group("court", mediation::CourtResult::ALL);
    keys.group("state", ["Unregistered", "Pooled", "Suspended", "Removed"]);
    keys.group("state", ["Unplanned", "Scheduled", "OnDuty", "SignedOut", "Absent"]);
    keys.group("command", ProviderCommand::NAMES);
    keys.group("command", ShiftCommand::NAMES);
    keys.group("event", ProviderEvent::TYPES.iter().map(|(name, _)| name));
    keys.group("event", ShiftEvent::TYPES.iter().map(|(name, _)| name));
    keys.group("event", BundleEvent::TYPES.iter().map(|(name, _)| name));
    keys.group("event", RegisterEvent::TYPES.iter().map(|(name, _)| name));
    keys.group("register", Register::ALL);
    keys.group("signer", variants::<mediation::Signer>());
    keys.group("title", Title::ALL);
    keys.group("penalty", PenaltyLevel::ALL);
    keys.group("answer", [true, false]);
    keys.group("change", ["PHASE", "STATE"]);
    keys.group("layer", variants::<Layer>());
    keys.group("confidence", variants::<Confidence>());
    keys.group("pause", PAUSE_GROUNDS);
    keys.group("deadline", DEADLINES.iter().map(|known| known.id));
    keys.group("rule", NUMBERS.iter().map(|known| known.key));
    keys.group("rule", FLAGS.iter().map(|known| known.key));
    let policy = Policy::embedded();
    keys.group("ground", policy.profiles().flat_map(|profile| &profile.grounds).map(|ground| &ground.code));
    consultation::labels(&mut keys);
    legal_aid::labels(&mut keys);
    notary::labels(&mut keys);
    keys.group("field", fields().into_values().flatten());
    keys.0
}

/// The keys under which a field may have a word of its own.
pub(super) fn fields_by_owner() -> BTreeSet<String> {
    let fields = fields().into_iter();
    fields
        .flat_map(|(owner, names)| names.into_iter().map(move |name| format!("field.{owner}.{name}")))
        .collect()
}

#[derive(Default)]
pub(super) struct Keys(BTreeSet<String>);

impl Keys {
    pub(super) fn group<T: fmt::Display>(&mut self, group: &str, codes: impl IntoIterator<Item = T>) {
        self.0.extend(codes.into_iter().map(|code| format!("{group}.{code}")));
    }
}

/// The fields that a history shows, by the type that has them.
pub(super) type Fields = BTreeMap<&'static str, Vec<&'static str>>;

fn fields() -> Fields {
    let mut fields = payloads();
    fields.extend(nested());
    fields.extend(commands::<CommonCommand>());
    fields.extend(commands::<mediation::Command>());
    fields.extend(commands::<ProviderCommand>());
    fields.extend(commands::<ShiftCommand>());
    fields.extend(consultation::fields());
    fields.extend(legal_aid::fields());
    fields.extend(notary::fields());
    fields.extend(envelope());
    for (owner, name) in Asked::for_by_all().fields {
        fields.entry(owner).or_default().push(name);
    }
    fields
}

/// The struct and its name, for each of several types.
macro_rules! fields_of {
    ($module:ident { $($name:ident),* $(,)? }) => {
        BTreeMap::from([$((stringify!($name), struct_fields::<$module::$name>())),*])
    };
}
pub(super) use fields_of;

fn payloads() -> Fields {
    let common = fields_of!(skeleton {
        FirstContactAssigned,
        IdentityVerified,
        ProxyIntakeReceived,
        ForwardedToAuthority,
        ReceivedByAuthority,
        OfflineCaptureRecorded,
        SpecialGroupTagged,
        PriorityGranted,
        LanguagePreferenceRecorded,
        InterpreterAssigned,
        AccommodationRecorded,
        SupplementRequested,
        SupplementSubmitted,
        SupplementLapsed,
        ProvisionallyAccepted,
        GapFilled,
        GapDefaulted,
        ClockSuspended,
        ClockResumed,
        ClockRecomputed,
        SensitiveMatterFlagged,
        SensitiveMatterReported,
        ConfidentialityMarked,
        ReferralSent,
        ReferralAccepted,
        ReferralRejected,
        ReferralResultRecorded,
        ReferralReceived,
        CaseLinked,
        CaseTransferred,
        DuplicateMerged,
        Withdrawn,
        RecusalRequested,
        RecusalDecided,
        HandlerReplaced,
        InterestDisclosed,
        ConflictsSearched,
        HandlingPlanRecorded,
        ClientContacted,
        JointConsultationHeld,
        ExpertConsulted,
        NoticeSent,
        NoticeServed,
        ReceiptIssued,
        SatisfactionRated,
        ReturnVisitRecorded,
        ComplaintFiled,
        ComplaintResolved,
        SupervisionOrderIssued,
        RectificationVerified,
        DeadlineMissed,
        AccountabilityOpened,
        ResolutionTierRecorded,
        DispositionRecorded,
        CorrectionProposed,
        RecordCorrected,
        CorrectionRejected,
        ArchiveSubmitted,
        ArchiveAccepted,
        ArchiveReturned,
        FileLent,
        FileReturned,
        QualityReviewOpened,
        QualityReviewScored,
        QualityReviewFinalised,
        CaseReopened,
    });
    let own = fields_of!(mediation {
        MediationApplied,
        MediationInitiated,
        MediationDelegated,
        ConsentRecorded,
        MediationRefused,
        MediationAccepted,
        RightsNotified,
        MediatorAssigned,
        RecusalRequested,
        MediatorReplaced,
        InvestigationRecorded,
        ParticipantInvited,
        SessionHeld,
        SessionAdjourned,
        EscalationReported,
        TermExtended,
        AgreementDrafted,
        AgreementSigned,
        AgreementSealed,
        AgreementEffective,
        OralAgreementRecorded,
        UndisputedFactsRecorded,
        MediationTerminated,
        ObligationPerformed,
        ObligationOverdue,
        PerformanceUrged,
        ConfirmationApplied,
        ConfirmationRuled,
        AgreementAmended,
        MediationClosed,
    });
    let staff = fields_of!(staff {
        ProviderRegistered,
        ProviderIdentified,
        PenaltyRecorded,
        ProviderSuspended,
        ProviderReinstated,
        ProviderRemoved,
        ShiftScheduled,
        CheckedIn,
        CheckedOut,
        RollCalled,
        AbsenceRecorded,
    });
    let beside = fields_of!(bureau { BundleOpened, NumberDrawn });
    let names = |types: &[(&'static str, u32)]| types.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>();
    assert_eq!(common.keys().copied().collect::<BTreeSet<_>>(), names(CommonEvent::TYPES));
    assert_eq!(own.keys().copied().collect::<BTreeSet<_>>(), names(mediation::Event::TYPES));
    let staff_types = &names(ProviderEvent::TYPES) | &names(ShiftEvent::TYPES);
    assert_eq!(staff.keys().copied().collect::<BTreeSet<_>>(), staff_types);
    let beside_types = &names(BundleEvent::TYPES) | &names(RegisterEvent::TYPES);
    assert_eq!(beside.keys().copied().collect::<BTreeSet<_>>(), beside_types);
    common.into_iter().chain(own).chain(staff).chain(beside).collect()
}

fn nested() -> Fields {
    BTreeMap::from([
        ("SupplementItem", struct_fields::<skeleton::SupplementItem>()),
        ("StatedConflict", struct_fields::<skeleton::StatedConflict>()),
        ("ConflictFound", struct_fields::<skeleton::ConflictFound>()),
        ("CaseRead", struct_fields::<CaseRead>()),
        ("ReadingRefused", struct_fields::<ReadingRefused>()),
        ("SamePerson", struct_fields::<skeleton::SamePerson>()),
        ("Told", struct_fields::<skeleton::Told>()),
        ("Dispute", struct_fields::<mediation::Dispute>()),
        ("Remedy", struct_fields::<skeleton::Remedy>()),
        ("Agreement", struct_fields::<mediation::Agreement>()),
        ("Obligation", struct_fields::<mediation::Obligation>()),
        ("OralCircumstances", struct_fields::<mediation::OralCircumstances>()),
        ("Plan", struct_fields::<staff::Plan>()),
        ("Party", struct_fields::<Party>()),
        ("PartyGroup", struct_fields::<PartyGroup>()),
        ("Particulars", struct_fields::<Particulars>()),
        ("CaseNumber", struct_fields::<CaseNumber>()),
        ("BundledCase", struct_fields::<bureau::BundledCase>()),
    ])
}

/// The names of a struct's fields; a field that is added breaks the build here.
macro_rules! named {
    ($type:ident { $($name:ident),* }) => {{
        let _ = |$type { $($name: _),* }: $type| ();
        (stringify!($type), vec![$(stringify!($name)),*])
    }};
}

/// What is stored around a payload; its short names in the log are not those a reader knows it by.
fn envelope() -> Fields {
    BTreeMap::from([
        named!(RecordedEvent {
            position,
            stream,
            revision,
            id,
            event_type,
            schema_version,
            occurred_at,
            recorded_at,
            metadata,
            data,
            digest
        }),
        named!(Metadata {
            command,
            correlation,
            causation,
            actor,
            on_behalf_of,
            channel,
            device,
            rules,
            late
        }),
        named!(Actor { id, role, office }),
    ])
}

pub(super) fn struct_fields<T: DeserializeOwned>() -> Vec<&'static str> {
    let Shape::Record(record) = shape_of::<T>() else { panic!("not a struct") };
    names(&record)
}

pub(super) fn variants<T: DeserializeOwned>() -> Vec<&'static str> {
    commands::<T>().into_keys().collect()
}

/// The fields of every variant of an enum.
pub(super) fn commands<T: DeserializeOwned>() -> Fields {
    let Shape::Choice(choice) = shape_of::<T>() else { panic!("not an enum") };
    let fields = choice.options.into_iter().map(|option| match option.content {
        Some(Shape::Record(record)) => (option.name, names(&record)),
        _ => (option.name, Vec::new()),
    });
    fields.collect()
}

fn names(record: &Record) -> Vec<&'static str> {
    record.fields.iter().map(|field| field.name).collect()
}

/// `Case::state_name` has one name beside those of the steps.
#[test]
fn the_archived_state_is_called_archived() {
    let mut case = Case::<Mediation>::initial();
    case.common.archive = skeleton::Archive::Accepted { at: "2026-06-26T10:30:00+08:00".parse().unwrap() };
    case.common.gone = Some(skeleton::Gone::Transferred { to: "CN/510100/centre".parse().unwrap() });
    assert_eq!(case.state_name(), "Archived");
}
