//! The guards of the commands that every kind of case knows.

use super::command::{CommonCommand, PriorityGround};
use super::event::{
    ArchiveAccepted, ArchiveReturned, ArchiveSubmitted, ClientContacted, ClockResumed, ClockSuspended,
    CommonEvent, PriorityGranted, ReturnVisitRecorded, SatisfactionRated, SpecialGroupTagged,
};
use super::{Archive, CaseClock};
use crate::case::{Case, Check, Context, Kind, Reason, ReasonCode};
use crate::id::{Code, PersonRef};

/// Events are built even when a reason was found: `check` drops them, and all guards have spoken.
pub(in crate::case) fn decide<K: Kind>(
    case: &Case<K>,
    command: &CommonCommand,
    context: &Context,
    check: &mut Check,
) -> Option<Vec<CommonEvent>> {
    let phase = case.phase();
    if !CommonCommand::COMMANDS.iter().any(|spec| spec.name == command.name() && spec.from.contains(&phase)) {
        return check.wrong_state();
    }
    let event = match command.clone() {
        CommonCommand::TagSpecialGroup { person, group, proof } => {
            is_party(case, person, check);
            CommonEvent::SpecialGroupTagged(SpecialGroupTagged { person, group, proof })
        }
        CommonCommand::GrantPriority { ground, stages } => {
            check.must(!stages.is_empty(), ReasonCode::NobodyNamed);
            check.must(is_borne_out(case, ground), ReasonCode::NotInGroup);
            CommonEvent::PriorityGranted(PriorityGranted { ground, stages })
        }
        CommonCommand::SuspendClock { ground } => suspend(case, ground, context, check),
        CommonCommand::ResumeClock => resume(case, context, check)?,
        CommonCommand::RecordContact { person, mode, note } => {
            is_party(case, person, check);
            CommonEvent::ClientContacted(ClientContacted { person, mode, note })
        }
        CommonCommand::RateSatisfaction { by, level, method } => {
            is_party(case, by, check);
            check.must(K::delivered(&case.own), ReasonCode::NothingDelivered);
            CommonEvent::SatisfactionRated(SatisfactionRated { by, level, method })
        }
        CommonCommand::RecordReturnVisit { mode, result, record } => {
            check.must(K::delivered(&case.own), ReasonCode::NothingDelivered);
            let visitor = context.actor.id;
            check.must(!K::people(&case.own).handlers.contains(&visitor), ReasonCode::IsHandler);
            CommonEvent::ReturnVisitRecorded(ReturnVisitRecorded { visitor, mode, result, record })
        }
        CommonCommand::SubmitArchive { items } => {
            check.must(K::is_closed(&case.own), ReasonCode::NotClosed);
            check.must(case.common.archive == Archive::NotSubmitted, ReasonCode::AlreadySubmitted);
            let rules = context.rules(&case.jurisdiction());
            let missing: Vec<_> = rules
                .checklist(K::KIND)
                .into_iter()
                .filter(|item| K::file_needs(&case.own, item) && !items.contains(&item.item))
                .map(|item| format!("{} {} ({})", item.item, item.title_zh, item.title))
                .collect();
            if !missing.is_empty() {
                check.refuse(Reason::new(ReasonCode::FileIncomplete).list("items", missing));
            }
            CommonEvent::ArchiveSubmitted(ArchiveSubmitted { by: context.actor.id, items })
        }
        CommonCommand::AcceptArchive => {
            was_submitted(case, context, check);
            CommonEvent::ArchiveAccepted(ArchiveAccepted {})
        }
        CommonCommand::ReturnArchive { defects } => {
            was_submitted(case, context, check);
            CommonEvent::ArchiveReturned(ArchiveReturned { defects })
        }
    };
    Some(vec![event])
}

fn is_party<K: Kind>(case: &Case<K>, person: PersonRef, check: &mut Check) {
    let known = K::people(&case.own).parties.contains(&person);
    check.none((!known).then_some(person), ReasonCode::NotAParty);
}

/// Whether somebody was tagged with the group on which the priority is grounded.
fn is_borne_out<K: Kind>(case: &Case<K>, ground: PriorityGround) -> bool {
    match ground {
        PriorityGround::Urgent => true,
        PriorityGround::Group(group) => case.common.groups.iter().any(|tag| tag.group == group),
    }
}

fn suspend<K: Kind>(case: &Case<K>, ground: Code, context: &Context, check: &mut Check) -> CommonEvent {
    match &case.common.clock {
        None => check.must(false, ReasonCode::NoClock),
        Some(clock) => {
            check.must(!clock.is_stopped(), ReasonCode::ClockStopped);
            check.must(!clock.is_over(context.occurred_at), ReasonCode::TermOver);
            // Whether the rule lists the ground shows when its end is computed with such a pause.
            let mut stopped = clock.clone();
            stopped.stop(context.date(), ground.clone());
            recompute(case, &stopped, context, check);
        }
    }
    CommonEvent::ClockSuspended(ClockSuspended { ground })
}

fn resume<K: Kind>(case: &Case<K>, context: &Context, check: &mut Check) -> Option<CommonEvent> {
    let Some(clock) = &case.common.clock else {
        check.must(false, ReasonCode::NoClock);
        return None;
    };
    check.must(clock.is_stopped(), ReasonCode::ClockRunning);
    let deadline = recompute(case, clock, context, check)?;
    Some(CommonEvent::ClockResumed(ClockResumed { deadline }))
}

/// The due dates with the pauses so far, by the rules in force when the clock started.
fn recompute<K: Kind>(
    case: &Case<K>,
    clock: &CaseClock,
    context: &Context,
    check: &mut Check,
) -> Option<crate::policy::Deadline> {
    let variant = clock.deadline.variant.as_ref().map(Code::as_str);
    check.deadline(context.deadline_from(
        &case.jurisdiction(),
        clock.deadline.id.as_str(),
        variant,
        clock.start,
        &clock.pauses_until(context.date()),
    ))
}

fn was_submitted<K: Kind>(case: &Case<K>, context: &Context, check: &mut Check) {
    match case.common.archive {
        Archive::Submitted { by } => {
            check.must(by != context.actor.id, ReasonCode::SamePerson);
            let handled = K::people(&case.own).handlers.contains(&context.actor.id);
            check.must(!handled, ReasonCode::IsHandler);
        }
        Archive::NotSubmitted | Archive::Accepted { .. } => check.must(false, ReasonCode::NotSubmitted),
    }
}
