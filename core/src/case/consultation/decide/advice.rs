//! What the caller is told on the spot, and what the caller has to bring: C5, C6.

use super::{Desk, Events};
use crate::calendar::Pause;
use crate::case::code::Role;
use crate::case::consultation::CLIENT_MATERIAL;
use crate::case::consultation::event::{
    AdviceGiven, AidRightsNotified, AutoAnswerGiven, Event, MaterialReceived, MaterialRequested,
};
use crate::case::consultation::inquiry::{Advice, Assignee};
use crate::case::consultation::state::Work;
use crate::case::skeleton::CaseClock;
use crate::case::{Reason, ReasonCode};
use crate::id::{Code, DocumentId};
use crate::policy::{Deadline, DeadlineError};
use crate::privacy::Sealed;

impl Desk<'_> {
    /// It is kept beside the case, and answers for nothing.
    pub(super) fn record_auto_answer(&mut self, engine: &Code, answer: &Sealed) -> Events {
        self.open()?;
        let (engine, answer) = (engine.clone(), answer.clone());
        Some(vec![Event::AutoAnswerGiven(AutoAnswerGiven { engine, answer })])
    }

    pub(super) fn advise(&mut self, advice: &Advice, record: DocumentId) -> Events {
        let work = self.at_work()?;
        self.actor_answers(work);
        self.actor_is_on_duty(work);
        self.caller_understands(work, advice);
        let (by, advice) = (self.context.actor.id, advice.clone());
        Some(vec![Event::AdviceGiven(AdviceGiven { by, advice, record })])
    }

    /// Where the rules ask for it, whoever advises at the window or on the telephone is signed in to a turn of duty;
    /// registered experts and other units have none.
    ///
    /// Source: duty sign-in of Changzhi (签到签退).
    fn actor_is_on_duty(&mut self, work: &Work) {
        let on_duty = match &work.assignee {
            Assignee::Adviser(adviser) => adviser.expert.is_some() || self.context.staff.on_duty,
            Assignee::Unit(_) => true,
        };
        let rules = self.rules();
        let asked_for = rules.flag_rule("consultation.advice_needs_shift").filter(|rule| rule.value);
        if let Some(rule) = asked_for.filter(|_| !on_duty) {
            let basis = &rule.provenance.basis;
            self.check.refuse(Reason::new(ReasonCode::NotSignedIn).text("basis", basis));
        }
    }

    /// Whoever wants to be served in a language is answered in it, or somebody interprets.
    ///
    /// Source: Legal Aid Law (法律援助法, 2021) Art 45.
    fn caller_understands(&mut self, work: &Work, advice: &Advice) {
        let file = &work.matter.file;
        let Some(wanted) = self.case.common.languages.get(&file.inquiry.caller.person) else { return };
        if advice.language.as_ref() != Some(wanted) && !file.interpreted.contains(wanted) {
            self.check.refuse(Reason::new(ReasonCode::InterpreterMissing).text("language", wanted));
        }
    }

    /// The desk may tell it at any time; of the advisers, the one who was asked to answer.
    ///
    /// Source: Legal Aid Law (法律援助法, 2021) Art 23.
    pub(super) fn notify_aid_rights(&mut self, notice: DocumentId) -> Events {
        let stage = self.open()?;
        let at_the_desk = matches!(self.context.actor.role, Role::Clerk | Role::Hotline);
        if let Some(work) = stage.work().filter(|_| !at_the_desk) {
            self.actor_answers(work);
        }
        Some(vec![Event::AidRightsNotified(AidRightsNotified { notice })])
    }

    pub(super) fn request_material(&mut self, items: &Sealed, notice: DocumentId) -> Events {
        let waiting = self.state().course().is_some_and(|course| course.awaited.is_some());
        let work = if waiting { self.check.wrong_state() } else { self.at_work() };
        self.lawyer_has_a_part(work?);
        let pause = self.pause();
        Some(vec![Event::MaterialRequested(MaterialRequested { items: items.clone(), notice, pause })])
    }

    /// The ground on which the clock stands still: if it runs, is not over, and one of its rules lists it.
    fn pause(&self) -> Option<Code> {
        let clock = self.case.common.clock.as_ref()?;
        let ground = Code::new(CLIENT_MATERIAL).ok()?;
        let pause = Pause { from: self.context.date(), until: None, ground: ground.clone() };
        let running = !clock.is_stopped() && !clock.is_over_by_earliest(self.context.occurred_at);
        (running && self.recomputed(clock, &[pause]).is_ok()).then_some(ground)
    }

    pub(super) fn receive_material(&mut self, documents: &[DocumentId]) -> Events {
        let handling = self.state().handling();
        let awaited = handling.and_then(|(work, course)| Some((work, course.awaited?)));
        let (work, awaited) = self.with(awaited)?;
        self.lawyer_has_a_part(work);
        // Somebody may have let the clock run again by hand.
        let stopped =
            self.case.common.clock.as_ref().filter(|clock| awaited.clock_stops && clock.is_stopped());
        let result_by = match stopped {
            None => None,
            Some(clock) => {
                let recomputed = self.recomputed(clock, &clock.pauses_until(self.context.date()));
                Some(self.check.deadline(recomputed)?)
            }
        };
        let documents = documents.to_vec();
        Some(vec![Event::MaterialReceived(MaterialReceived { documents, result_by })])
    }

    /// The due dates of the clock with these pauses, by the rules in force when it started.
    fn recomputed(&self, clock: &CaseClock, pauses: &[Pause]) -> Result<Deadline, DeadlineError> {
        let (place, variant) = (self.case.jurisdiction(), clock.deadline.variant.as_ref().map(Code::as_str));
        self.context.deadline_from(&place, clock.deadline.id.as_str(), variant, clock.start, pauses)
    }
}
