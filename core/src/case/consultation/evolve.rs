//! What events do to a consultation.

use std::collections::BTreeSet;

use super::Consultation;
use super::LETTER;
use super::event::{
    AdviserAssigned, AdviserReplaced, ConsultationRegistered, Event, ReworkOrdered, WorkOrderIssued,
};
use super::inquiry::{Assignee, Outcome};
use super::order::{LoopStage, Progress, WorkOrder};
use super::state::{
    Awaited, Closing, Course, Dissatisfaction, File, Given, Matter, Rework, Stage, State, Waiting, Work,
};
use crate::case::Case;
use crate::case::skeleton::{CaseClock, Common, CommonEvent};
use crate::clock::Timestamp;
use crate::decider::Misplaced;
use crate::event::EventSet;
use crate::id::DocumentId;

/// The next state; nothing if the event cannot follow the one before.
type Next = Option<State>;

pub(super) fn evolve(
    mut case: Case<Consultation>,
    event: &Event,
    at: Timestamp,
) -> Result<Case<Consultation>, Misplaced> {
    let misplaced = Misplaced { event: event.event_type(), state: case.state_name() };
    let next = next(std::mem::take(&mut case.own), event, at);
    case.own = next.ok_or(misplaced)?;
    keep_common(&mut case.common, event, at);
    keep_clock(&mut case, at);
    Ok(case)
}

fn next(state: State, event: &Event, at: Timestamp) -> Next {
    match event {
        Event::ConsultationRegistered(registered) => open(&state, registered, at),
        Event::CallerQueued(queued) => wait(state, Waiting::InQueue { ticket: queued.ticket.clone() }),
        Event::ConsultationBooked(booked) => wait(state, Waiting::Booked { at: booked.at }),
        Event::ConsultationClassified(classified) => {
            let (file, class) = (not_assigned(state)?, classified.class.clone());
            Some(State::Open(Stage::UnderReview(Matter { file, class })))
        }
        Event::CallerIdentified(identified) => {
            let (particulars, fingerprint) = (identified.particulars.clone(), identified.fingerprint);
            on_file(state, |file| {
                file.inquiry.caller.particulars = Some(particulars);
                file.inquiry.caller.fingerprint = fingerprint;
            })
        }
        // The closing that comes with it says how it ended.
        Event::ConsultationDeclined(_) => on_file(state, |_| {}),
        Event::AdviserAssigned(assigned) => assign(state, assigned),
        Event::AdviserReplaced(replaced) => on_work(state, |work| replace(work, replaced)),
        Event::GuardianNotified(_) => on_file(state, |file| file.guardian_told = true),
        Event::AutoAnswerGiven(_) => {
            on_file(state, |file| file.auto_answers = file.auto_answers.saturating_add(1))
        }
        Event::AdviceGiven(given) => on_course(state, |work, course| {
            work.handlers.insert(given.by);
            let (advice, by) = (&given.advice, given.by);
            let in_writing = advice.opinion.is_some();
            let (scope, aid_possible) = (advice.scope, advice.aid_possible);
            course.advice.push(Given { by, scope, at, in_writing, aid_possible });
            if course.rework == Some(Rework::ByAdviser) {
                course.rework = None;
            }
        }),
        Event::AidRightsNotified(_) => on_file(state, |file| file.aid_told = true),
        Event::AidRequestRecorded(request) => {
            on_work(state, |work| work.aid_request = Some(request.hand_over_by.clone()))
        }
        Event::AidRequestHandedOver(_) => on_work(state, |work| work.aid_request = None),
        Event::MaterialRequested(requested) => on_course(state, |_, course| {
            course.awaited = Some(Awaited { clock_stops: requested.pause.is_some() });
        }),
        Event::MaterialReceived(_) => on_course(state, |_, course| course.awaited = None),
        Event::WorkOrderIssued(issued) => on_course(state, |work, course| {
            work.handlers.insert(issued.by);
            course.orders.push(issue(issued, work.matter.file.registered_at, at));
        }),
        Event::WorkOrderAccepted(accepted) => on_order(state, accepted.order, |order| {
            order.progress = Progress::TakenOn;
            order.pass(LoopStage::Tracked, at);
        }),
        Event::WorkOrderReturned(returned) => {
            on_order(state, returned.order, |order| order.progress = Progress::Returned)
        }
        Event::WorkOrderAnswered(answered) => {
            let state = on_order(state, answered.order, |order| order.progress = Progress::Answered)?;
            on_course(state, |_, course| {
                if course.rework == Some(Rework::ByUnit(answered.order)) {
                    course.rework = None;
                }
            })
        }
        // The shares of the time are counted anew towards the new end.
        Event::WorkOrderExtended(extended) => on_order(state, extended.order, |order| order.reminded.clear()),
        Event::WorkOrderReminded(reminded) => on_order(state, reminded.order, |order| {
            order.reminded.insert(reminded.percent);
            order.pass(LoopStage::Tracked, at);
        }),
        Event::WorkOrderSupervised(supervised) => {
            on_order(state, supervised.order, |order| order.pass(LoopStage::Supervised, at))
        }
        Event::FeedbackGiven(feedback) => on_course(state, |work, course| {
            work.handlers.insert(feedback.by);
            course.fed_back_at = Some(at);
            for order in course.orders.iter_mut().filter(|order| order.progress == Progress::Answered) {
                order.progress = Progress::FedBack;
                order.pass(LoopStage::FedBack, at);
                // What a unit has answered anew, the adviser need not.
                course.rework = course.rework.filter(|by| *by != Rework::ByAdviser);
            }
        }),
        Event::DissatisfactionRecorded(recorded) => on_course(state, |_, course| {
            course.dissatisfied = Some(Dissatisfaction { report_by: recorded.report_by.clone() });
        }),
        Event::ReworkOrdered(ordered) => rework(state, ordered),
        Event::DissatisfactionReported(_) => on_course(state, |_, course| course.dissatisfied = None),
        Event::ConvertedToCase(converted) => {
            on_course(state, |_, course| course.conversions.push(converted.to))
        }
        Event::ContactAttempted(attempt) => on_file(state, |file| match attempt.reached {
            true => file.attempts.clear(),
            false => file.attempts.push(at.china_date()),
        }),
        Event::ConsultationClosed(closed) => {
            let mut stage = open_stage(state)?;
            pass_all(&mut stage, LoopStage::Closed, at);
            let (outcome, reopen_by) = (closed.outcome, closed.reopen_by.clone());
            Some(State::Closed(Closing { outcome, reopen_by }, stage))
        }
    }
}

fn open(state: &State, registered: &ConsultationRegistered, at: Timestamp) -> Next {
    let unopened = *state == State::Unopened;
    let file = File {
        number: registered.number.clone(),
        inquiry: registered.inquiry.clone(),
        registered_at: at,
        guardian_told: false,
        aid_told: false,
        interpreted: BTreeSet::new(),
        auto_answers: 0,
        attempts: Vec::new(),
    };
    unopened.then_some(State::Open(Stage::Received(file, Waiting::Here)))
}

fn wait(state: State, waiting: Waiting) -> Next {
    match open_stage(state)? {
        Stage::Received(file, _) => Some(State::Open(Stage::Received(file, waiting))),
        Stage::UnderReview(_) | Stage::Assigned(_) | Stage::Handling(..) => None,
    }
}

fn open_stage(state: State) -> Option<Stage> {
    match state {
        State::Open(stage) => Some(stage),
        State::Unopened | State::Closed(..) => None,
    }
}

/// The question, as long as nobody was asked to answer it.
fn not_assigned(state: State) -> Option<File> {
    match open_stage(state)? {
        Stage::Received(file, _) | Stage::UnderReview(Matter { file, .. }) => Some(file),
        Stage::Assigned(_) | Stage::Handling(..) => None,
    }
}

fn assign(state: State, assigned: &AdviserAssigned) -> Next {
    match open_stage(state)? {
        Stage::UnderReview(matter) => {
            Some(State::Open(Stage::Assigned(Work::begun(matter, assigned.to.clone()))))
        }
        Stage::Received(..) | Stage::Assigned(_) | Stage::Handling(..) => None,
    }
}

fn replace(work: &mut Work, replaced: &AdviserReplaced) {
    if let Assignee::Adviser(former) = &replaced.from {
        work.former.insert(former.id);
    }
    work.handlers.insert(replaced.to.id);
    work.assignee = Assignee::Adviser(replaced.to.clone());
}

fn on_file(state: State, note: impl FnOnce(&mut File)) -> Next {
    let mut stage = open_stage(state)?;
    note(file_of(&mut stage));
    Some(State::Open(stage))
}

const fn file_of(stage: &mut Stage) -> &mut File {
    match stage {
        Stage::Received(file, _) | Stage::UnderReview(Matter { file, .. }) => file,
        Stage::Assigned(work) | Stage::Handling(work, _) => &mut work.matter.file,
    }
}

fn on_work(state: State, note: impl FnOnce(&mut Work)) -> Next {
    let mut stage = open_stage(state)?;
    match &mut stage {
        Stage::Received(..) | Stage::UnderReview(_) => return None,
        Stage::Assigned(work) | Stage::Handling(work, _) => note(work),
    }
    Some(State::Open(stage))
}

/// Whatever is done about a question begins the handling; a rating or a supervision may come after the closing.
fn on_course(state: State, note: impl FnOnce(&mut Work, &mut Course)) -> Next {
    let begin = |stage: Stage| match stage {
        Stage::Received(..) | Stage::UnderReview(_) => None,
        Stage::Assigned(mut work) => {
            let mut course = Box::<Course>::default();
            note(&mut work, &mut course);
            Some(Stage::Handling(work, course))
        }
        Stage::Handling(mut work, mut course) => {
            note(&mut work, &mut course);
            Some(Stage::Handling(work, course))
        }
    };
    match state {
        State::Unopened => None,
        State::Open(stage) => begin(stage).map(State::Open),
        State::Closed(closing, stage) => begin(stage).map(|stage| State::Closed(closing, stage)),
    }
}

fn on_order(state: State, id: DocumentId, note: impl FnOnce(&mut WorkOrder)) -> Next {
    let mut known = false;
    let next = on_course(state, |_, course| {
        if let Some(order) = course.orders.iter_mut().find(|order| order.id == id) {
            known = true;
            note(order);
        }
    });
    next.filter(|_| known)
}

fn issue(issued: &WorkOrderIssued, registered_at: Timestamp, at: Timestamp) -> WorkOrder {
    WorkOrder {
        id: issued.order,
        kind: issued.kind,
        unit: issued.unit.clone(),
        issued_at: at,
        progress: Progress::Sent,
        stages: [(LoopStage::Accepted, registered_at), (LoopStage::Dispatched, at)].into(),
        reminded: BTreeSet::new(),
    }
}

/// The unit has the order again, without having to take it on a second time; the clock goes on as it was.
fn rework(state: State, ordered: &ReworkOrdered) -> Next {
    let by = ordered.order.map_or(Rework::ByAdviser, Rework::ByUnit);
    let state = on_course(state, |_, course| {
        course.rework = Some(by);
        course.dissatisfied = None;
    })?;
    match ordered.order {
        None => Some(state),
        Some(order) => on_order(state, order, |order| order.progress = Progress::TakenOn),
    }
}

fn pass_all(stage: &mut Stage, loop_stage: LoopStage, at: Timestamp) {
    if let Stage::Handling(_, course) = stage {
        let fed_back = course.orders.iter_mut().filter(|order| order.progress == Progress::FedBack);
        fed_back.for_each(|order| order.pass(loop_stage, at));
    }
}

/// Whoever asked may take the question back, until it is answered.
pub(super) fn withdraw(state: State) -> Next {
    let stage = open_stage(state)?;
    let closing = Closing { outcome: Outcome::Withdrawn, reopen_by: None };
    (!stage.is_answered()).then_some(State::Closed(closing, stage))
}

/// A question that goes on is answered anew, by the adviser or by a unit; and the caller is looked for anew.
pub(super) fn reopen(state: State) -> Next {
    let mut stage = match state {
        State::Closed(_, stage) => stage,
        State::Unopened | State::Open(_) => return None,
    };
    file_of(&mut stage).attempts.clear();
    if let Stage::Handling(_, course) = &mut stage {
        course.rework = Some(Rework::ByAdviser);
    }
    Some(State::Open(stage))
}

/// What an event that all kinds know means for a consultation.
pub(super) fn note(mut state: State, event: &CommonEvent, at: Timestamp) -> State {
    let stage = match &mut state {
        State::Open(stage) | State::Closed(_, stage) => stage,
        State::Unopened => return state,
    };
    if let CommonEvent::ReturnVisitRecorded(_) = event {
        pass_all(stage, LoopStage::Sampled, at);
    }
    if let CommonEvent::InterpreterAssigned(assigned) = event {
        let file = file_of(stage);
        if file.inquiry.caller.person == assigned.person {
            file.interpreted.insert(assigned.language.clone());
        }
    }
    state
}

/// What an event of consultation means for what all kinds have: where the case belongs, and its clock.
///
/// A letter's clock runs until it is decided who answers; from then on that of the result runs, with the same pauses.
fn keep_common(common: &mut Common, event: &Event, at: Timestamp) {
    match event {
        Event::ConsultationRegistered(registered) => {
            let inquiry = &registered.inquiry;
            common.jurisdiction = Some(inquiry.jurisdiction);
            let letter = inquiry.letter.as_ref().zip(registered.letter_by.clone());
            let letter = letter.map(|(letter, by)| CaseClock::started(by, letter.received_at));
            let result = registered.result_by.clone().map(|by| CaseClock::started(by, at));
            common.clock = letter.or(result);
        }
        Event::AdviserAssigned(assigned) => {
            let letter = common.clock.take_if(|clock| clock.deadline.id.as_str() == LETTER);
            if let Some((letter, by)) = letter.zip(assigned.result_by.clone()) {
                let paused = by.dues.iter().any(|due| !due.due.pauses.is_empty());
                let start = by.dues.first().map_or(at, |due| due.due.start);
                let pauses = if paused { letter.pauses } else { Vec::new() };
                common.clock = Some(CaseClock { pauses, ..CaseClock::started(by, start) });
            }
        }
        Event::MaterialRequested(requested) => {
            if let (Some(clock), Some(ground)) = (&mut common.clock, requested.pause.clone()) {
                clock.stop(at.china_date(), ground);
            }
        }
        Event::MaterialReceived(received) => {
            if let (Some(clock), Some(by)) = (&mut common.clock, received.result_by.clone()) {
                clock.resume(at.china_date(), by);
            }
        }
        Event::WorkOrderExtended(extended) => {
            if let Some(clock) = &mut common.clock {
                clock.deadline = extended.at_most.clone();
                // A day of the head's own choice stands; the rule's last day moves when the clock stands still.
                let last = extended.at_most.warned().map(|last| last.due.due);
                clock.extended_until = Some(extended.until).filter(|until| last != Some(*until));
            }
        }
        Event::CallerQueued(_)
        | Event::ConsultationBooked(_)
        | Event::ConsultationClassified(_)
        | Event::CallerIdentified(_)
        | Event::ConsultationDeclined(_)
        | Event::AdviserReplaced(_)
        | Event::GuardianNotified(_)
        | Event::AutoAnswerGiven(_)
        | Event::AdviceGiven(_)
        | Event::AidRightsNotified(_)
        | Event::AidRequestRecorded(_)
        | Event::AidRequestHandedOver(_)
        | Event::WorkOrderIssued(_)
        | Event::WorkOrderAccepted(_)
        | Event::WorkOrderReturned(_)
        | Event::WorkOrderAnswered(_)
        | Event::WorkOrderReminded(_)
        | Event::WorkOrderSupervised(_)
        | Event::FeedbackGiven(_)
        | Event::DissatisfactionRecorded(_)
        | Event::ReworkOrdered(_)
        | Event::DissatisfactionReported(_)
        | Event::ConvertedToCase(_)
        | Event::ContactAttempted(_)
        | Event::ConsultationClosed(_) => {}
    }
}

/// The clock is met when the caller knows the result, and runs on when another result is waited for.
fn keep_clock(case: &mut Case<Consultation>, at: Timestamp) {
    let known = case.own.stage().is_some_and(Stage::is_answered);
    if let Some(clock) = &mut case.common.clock {
        clock.met_at = clock.met_at.or(Some(at)).filter(|_| known);
    }
}
