//! Every key of consultation that must have a word, as the code has it.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::{Fields, Keys, commands, fields_of, struct_fields, variants};
use crate::case::Kind;
use crate::case::consultation::{self, Consultation, Event, Step};

/// The codes.
pub(super) fn labels(keys: &mut Keys) {
    keys.group("state", Step::ALL.iter().map(|step| step.name()));
    keys.group("command", Consultation::COMMANDS.iter().map(|spec| spec.name));
    keys.group("event", Event::TYPES.iter().map(|(name, _)| name));
    keys.group("outcome", consultation::Outcome::ALL);
    keys.group("topic", consultation::Topic::ALL);
    keys.group("urgency", consultation::Urgency::ALL);
    keys.group("feature", consultation::Feature::ALL);
    keys.group("assignee", variants::<consultation::Assignee>());
    keys.group("replacement", consultation::Replacement::ALL);
    keys.group("advice", consultation::AdviceScope::ALL);
    keys.group("guardian", consultation::GuardianNotice::ALL);
    keys.group("order", consultation::OrderKind::ALL);
    keys.group("loop", consultation::LoopStage::ALL);
    keys.group("extension", consultation::ExtensionGround::ALL);
}

/// The fields, by the type that has them.
pub(super) fn fields() -> Fields {
    let payloads = fields_of!(consultation {
        ConsultationRegistered,
        CallerQueued,
        ConsultationBooked,
        ConsultationClassified,
        CallerIdentified,
        ConsultationDeclined,
        AdviserAssigned,
        AdviserReplaced,
        GuardianNotified,
        AutoAnswerGiven,
        AdviceGiven,
        AidRightsNotified,
        AidRequestRecorded,
        AidRequestHandedOver,
        MaterialRequested,
        MaterialReceived,
        WorkOrderIssued,
        WorkOrderAccepted,
        WorkOrderReturned,
        WorkOrderAnswered,
        WorkOrderExtended,
        WorkOrderReminded,
        WorkOrderSupervised,
        FeedbackGiven,
        DissatisfactionRecorded,
        ReworkOrdered,
        DissatisfactionReported,
        ConvertedToCase,
        ContactAttempted,
        ConsultationClosed,
    });
    let names: BTreeSet<_> = Event::TYPES.iter().map(|(name, _)| *name).collect();
    assert_eq!(payloads.keys().copied().collect::<BTreeSet<_>>(), names);
    let nested = fields_of!(consultation {
        Inquiry,
        Caller,
        Letter,
        BatchItem,
        Classification,
        Adviser,
        CheckIn,
        Advice,
        Conversion,
    });
    payloads.into_iter().chain(nested).chain(commands::<consultation::Command>()).collect()
}
