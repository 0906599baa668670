//! The guards of consultation, command by command, in the order of a case's life.
//!
//! A guard that fails adds its reason and the rest still speak; only a state in which the command makes no sense
//! ends the matter at once.

mod advice;
mod closing;
mod custody;
mod feedback;
mod follow;
mod opening;
mod orders;

use super::Consultation;
use super::command::Command;
use super::event::Event;
use super::inquiry::Assignee;
use super::state::{Course, File, Stage, State, Work};
use crate::calendar::Pause;
use crate::case::code::{Role, ServiceMode};
use crate::case::skeleton::CommonEvent;
use crate::case::{Case, Check, Context, Reason, ReasonCode};
use crate::clock::Timestamp;
use crate::policy::{Deadline, DeadlineError, Jurisdiction, Rules};

/// What a guard looks at: the case, the world, and the reasons found so far.
struct Desk<'a> {
    case: &'a Case<Consultation>,
    context: &'a Context,
    check: &'a mut Check,
}

type Events = Option<Vec<Event>>;

pub(super) fn decide(
    case: &Case<Consultation>,
    command: &Command,
    context: &Context,
    check: &mut Check,
) -> Events {
    let mut desk = Desk { case, context, check };
    match command {
        Command::RegisterConsultation { inquiry, registration } => desk.register(inquiry, *registration),
        Command::QueueCaller { ticket } => desk.queue(ticket),
        Command::BookConsultation { at } => desk.book(*at),
        Command::ClassifyConsultation { class } => desk.classify(class),
        Command::IdentifyCaller { particulars, fingerprint } => {
            desk.identify(particulars, fingerprint.as_ref())
        }
        Command::DeclineConsultation { ground, competent, remedy } => {
            desk.decline(ground, competent.as_ref(), remedy)
        }
        Command::AssignAdviser { to } => desk.assign(to),
        Command::ReplaceAdviser { to, ground, handover } => desk.replace(to, *ground, *handover),
        Command::NotifyGuardian { told, record } => desk.notify_guardian(*told, *record),
        Command::RecordAutoAnswer { engine, answer } => desk.record_auto_answer(engine, answer),
        Command::GiveAdvice { advice, record } => desk.advise(advice, *record),
        Command::NotifyAidRights { notice } => desk.notify_aid_rights(*notice),
        Command::RecordAidRequest { request } => desk.record_aid_request(*request),
        Command::HandOverAidRequest { to, receipt } => desk.hand_over_aid_request(to, *receipt),
        Command::RequestMaterial { items, notice } => desk.request_material(items, *notice),
        Command::ReceiveMaterial { documents } => desk.receive_material(documents),
        Command::IssueWorkOrder { order, kind, unit } => desk.issue(*order, *kind, unit),
        Command::AcceptWorkOrder { order } => desk.accept_order(*order),
        Command::ReturnWorkOrder { order, ground, competent } => {
            desk.return_order(*order, ground, competent.as_ref())
        }
        Command::AnswerWorkOrder { order, result } => desk.answer_order(*order, *result),
        Command::ExtendWorkOrder { order, until, ground, approval, told_by } => {
            desk.extend_order(*order, *until, *ground, *approval, *told_by)
        }
        Command::RemindWorkOrder { order, percent } => desk.remind(*order, *percent),
        Command::SuperviseWorkOrder { order, finding } => desk.supervise(*order, finding),
        Command::FeedbackToClient { mode, content } => desk.feed_back(*mode, content),
        Command::RejectResult { reason } => desk.reject(reason),
        Command::OrderRework { order, reason } => desk.order_rework(*order, reason),
        Command::ReportDissatisfaction { to, explanation } => desk.report_dissatisfaction(to, explanation),
        Command::ConvertToCase { to, consent } => desk.convert(*to, *consent),
        Command::RecordContactAttempt { mode, reached } => desk.attempt_contact(*mode, *reached),
        Command::CloseConsultation { outcome } => desk.close(*outcome),
    }
}

/// What follows from an event that all kinds know.
pub(super) fn follow(
    case: &Case<Consultation>,
    event: &CommonEvent,
    context: &Context,
    check: &mut Check,
) -> Vec<Event> {
    Desk { case, context, check }.follow(event)
}

impl<'a> Desk<'a> {
    const fn state(&self) -> &'a State {
        &self.case.own
    }

    /// What the state holds for this command; without it the state is the wrong one.
    fn with<T>(&mut self, found: Option<T>) -> Option<T> {
        found.or_else(|| self.check.wrong_state())
    }

    fn open(&mut self) -> Option<&'a Stage> {
        let open = self.state().open();
        self.with(open)
    }

    fn at_work(&mut self) -> Option<&'a Work> {
        let at_work = self.state().at_work();
        self.with(at_work)
    }

    fn handling(&mut self) -> Option<(&'a Work, &'a Course)> {
        let handling = self.state().handling();
        self.with(handling)
    }

    /// What has been done, once the answering has begun or is over; that may be nothing.
    fn handled(&mut self) -> Option<Option<&'a Course>> {
        let course = match self.state() {
            State::Open(stage @ Stage::Handling(..)) | State::Closed(_, stage) => Some(stage.course()),
            State::Unopened
            | State::Open(Stage::Received(..) | Stage::UnderReview(_) | Stage::Assigned(_)) => None,
        };
        self.with(course)
    }

    fn rules(&self) -> Rules {
        self.context.rules(&self.case.jurisdiction())
    }

    /// The due dates of a rule, if one is in force there: hardly anything about consultation is law everywhere.
    fn promised_in(
        &mut self,
        place: &Jurisdiction,
        (rule, variant): (&str, Option<&str>),
        start: Timestamp,
        pauses: &[Pause],
    ) -> Option<Option<Deadline>> {
        match self.context.deadline_from(place, rule, variant, start, pauses) {
            Ok(deadline) => Some(Some(deadline)),
            Err(DeadlineError::NotInForce { .. } | DeadlineError::UnknownVariant { .. }) => Some(None),
            Err(
                error @ (DeadlineError::UnknownRule { .. }
                | DeadlineError::PauseNotAllowed { .. }
                | DeadlineError::Due { .. }),
            ) => self.check.deadline(Err(error)).map(Some),
        }
    }

    /// The due dates of a rule that starts to run now, if one is in force.
    fn promised(&mut self, rule: &str) -> Option<Option<Deadline>> {
        self.promised_in(&self.case.jurisdiction(), (rule, None), self.context.occurred_at, &[])
    }

    /// Whoever answers is the one who was asked to, or one of the unit that was, and did not have to leave the case.
    fn actor_answers(&mut self, work: &Work) {
        let actor = &self.context.actor;
        let asked = match &work.assignee {
            Assignee::Adviser(adviser) => adviser.id == actor.id,
            Assignee::Unit(office) => *office == actor.office,
        };
        let asked = asked && !self.case.common.recused.contains(&actor.id);
        self.check.none((!asked).then_some(actor.id), ReasonCode::NotTheAdviser);
    }

    /// A lawyer acts only in what they were asked to answer; the desk acts for all.
    fn lawyer_has_a_part(&mut self, work: &Work) {
        let actor = &self.context.actor;
        let stranger = actor.role == Role::DutyLawyer && !work.handlers.contains(&actor.id);
        self.check.none(stranger.then_some(actor.id), ReasonCode::NotTheAdviser);
    }

    /// A caller who gave no name is reached only where the caller comes back: at the window, or under the receipt number
    /// on the site.
    fn can_be_reached(&mut self, file: &File, mode: ServiceMode) {
        let comes_back = match mode {
            ServiceMode::Onsite | ServiceMode::AsyncOnline => true,
            ServiceMode::Phone
            | ServiceMode::Video
            | ServiceMode::Paper
            | ServiceMode::Appointment
            | ServiceMode::ExtendedHours
            | ServiceMode::CrossRegion
            | ServiceMode::OfflineSync => false,
        };
        if !comes_back && file.inquiry.caller.is_anonymous() {
            let reason = Reason::new(ReasonCode::NoContact).words("mode", "mode", [mode]);
            self.check.refuse(reason);
        }
    }
}
