//! The commands behind the events of every kind of case.

use super::command::CommonCommand;
use super::event::CommonEvent;

pub(in crate::case) fn recall(event: &CommonEvent) -> Option<CommonCommand> {
    Some(match event.clone() {
        // It comes with whatever was learnt late.
        CommonEvent::ClockRecomputed(_) => return None,
        CommonEvent::SpecialGroupTagged(tagged) => {
            CommonCommand::TagSpecialGroup { person: tagged.person, group: tagged.group, proof: tagged.proof }
        }
        CommonEvent::PriorityGranted(granted) => {
            CommonCommand::GrantPriority { ground: granted.ground, stages: granted.stages }
        }
        CommonEvent::ClockSuspended(suspended) => CommonCommand::SuspendClock { ground: suspended.ground },
        CommonEvent::ClockResumed(_) => CommonCommand::ResumeClock,
        CommonEvent::ClientContacted(contact) => {
            CommonCommand::RecordContact { person: contact.person, mode: contact.mode, note: contact.note }
        }
        CommonEvent::SatisfactionRated(rated) => {
            CommonCommand::RateSatisfaction { by: rated.by, level: rated.level, method: rated.method }
        }
        CommonEvent::ReturnVisitRecorded(visit) => {
            CommonCommand::RecordReturnVisit { mode: visit.mode, result: visit.result, record: visit.record }
        }
        CommonEvent::ArchiveSubmitted(submitted) => CommonCommand::SubmitArchive { items: submitted.items },
        CommonEvent::ArchiveAccepted(_) => CommonCommand::AcceptArchive,
        CommonEvent::ArchiveReturned(returned) => CommonCommand::ReturnArchive { defects: returned.defects },
    })
}
