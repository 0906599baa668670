//! The guards of mediation, command by command, in the order of a case's life.
//!
//! A guard that fails adds its reason and the rest still speak; only a state in which the command makes no sense
//! ends the matter at once.

mod agreement;
mod closing;
mod opening;
mod performance;
mod talks;

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::Mediation;
use super::command::Command;
use super::event::Event;
use super::state::{Matter, State, Work};
use crate::case::code::Role;
use crate::case::{Case, Check, Context, Reason, ReasonCode};
use crate::clock::Timestamp;
use crate::id::{ActorId, PersonRef};
use crate::policy::{Deadline, Rules};

/// What a guard looks at: the case, the world, and the reasons found so far.
struct Desk<'a> {
    case: &'a Case<Mediation>,
    context: &'a Context,
    check: &'a mut Check,
}

type Events = Option<Vec<Event>>;

pub(super) fn decide(
    case: &Case<Mediation>,
    command: &Command,
    context: &Context,
    check: &mut Check,
) -> Events {
    let mut desk = Desk { case, context, check };
    match command {
        Command::ApplyMediation { form, dispute } => desk.apply(*form, dispute),
        Command::InitiateMediation { campaign, dispute } => desk.initiate(campaign.as_ref(), dispute),
        Command::ReceiveDelegation { by, letter, materials, online, dispute } => {
            desk.receive_delegation(*by, *letter, materials, *online, dispute)
        }
        Command::SeekConsent { party, given } => desk.seek_consent(*party, *given),
        Command::RefuseMediation { ground, decision, remedy } => desk.refuse(ground, *decision, remedy),
        Command::AcceptMediation { registration } => desk.accept(*registration),
        Command::NotifyRights { parties, form, notice } => desk.notify_rights(parties, *form, *notice),
        Command::AssignMediator { mediators, chosen_by } => desk.assign(mediators, *chosen_by),
        Command::RequestMediatorRecusal { by, mediator, ground } => {
            desk.request_recusal(*by, *mediator, *ground)
        }
        Command::ReplaceMediator { from, to, handover } => desk.replace(*from, *to, *handover),
        Command::Investigate { record } => desk.investigate(*record),
        Command::InviteParticipant { participant, agreed_by } => desk.invite(*participant, agreed_by),
        Command::HoldSession { mode, openness, present, result, record } => {
            desk.hold_session(*mode, *openness, present, *result, *record)
        }
        Command::ReportEscalation { to, risk } => desk.report_escalation(*to, risk),
        Command::ExtendTerm { until, agreed_by, record } => desk.extend_term(*until, agreed_by, *record),
        Command::DraftAgreement { agreement } => desk.draft(agreement),
        Command::SignAgreement { signer } => desk.sign(*signer),
        Command::SealAgreement { document } => desk.seal(*document),
        Command::RecordOralAgreement { agreement, circumstances } => {
            desk.agree_orally(agreement, circumstances)
        }
        Command::RecordUndisputedFacts { facts, agreed_by, record } => {
            desk.record_undisputed_facts(facts, agreed_by, *record)
        }
        Command::TerminateMediation { ground, notice, remedy } => desk.terminate(ground, *notice, remedy),
        Command::RecordPerformance { obligation, cents, receipt } => {
            desk.perform(obligation, *cents, *receipt)
        }
        Command::RecordOverdue { obligation } => desk.overdue(obligation),
        Command::UrgePerformance { obligation, record } => desk.urge(obligation, *record),
        Command::ApplyConfirmation { by, application } => desk.apply_confirmation(by, *application),
        Command::RecordCourtResult { result, ruling } => desk.record_court_result(*result, *ruling),
        Command::ChangeAgreement { agreement, agreed_by } => desk.change(agreement, agreed_by),
        Command::CloseMediation { outcome, report } => desk.close(*outcome, *report),
    }
}

impl<'a> Desk<'a> {
    const fn state(&self) -> &'a State {
        &self.case.own
    }

    /// What the state holds for this command; without it the state is the wrong one.
    fn with<T>(&mut self, found: Option<T>) -> Option<T> {
        found.or_else(|| self.check.wrong_state())
    }

    fn rules(&self) -> Rules {
        self.context.rules(&self.case.jurisdiction())
    }

    /// The due dates of a rule that starts to run now.
    fn deadline(&mut self, rule: &str, variant: Option<&str>) -> Option<Deadline> {
        self.check.deadline(self.context.deadline(&self.case.jurisdiction(), rule, variant))
    }

    /// The first moment of a day.
    fn start_of(&mut self, day: NaiveDate) -> Option<Timestamp> {
        let start = Timestamp::start_of_china_day(day);
        start
            .map_err(|error| self.check.refuse(Reason::new(ReasonCode::NoDeadline).text("error", error)))
            .ok()
    }

    /// Whoever acts as a mediator must be one in this case.
    fn actor_is_assigned(&mut self, work: &Work) {
        let actor = &self.context.actor;
        let stranger = actor.role == Role::Mediator && !work.mediators.contains(&actor.id);
        self.check.none(stranger.then_some(actor.id), ReasonCode::NotAssigned);
    }

    fn is_assigned(&mut self, work: &Work, mediator: ActorId) {
        let stranger = !work.mediators.contains(&mediator);
        self.check.none(stranger.then_some(mediator), ReasonCode::NotAssigned);
    }

    fn are_parties(&mut self, matter: &Matter, people: impl IntoIterator<Item = PersonRef>) {
        self.check.none(matter.strangers_in(people), ReasonCode::NotAParty);
    }

    /// Every party agrees, and nobody else is asked.
    fn all_agree(&mut self, matter: &Matter, agreed_by: &BTreeSet<PersonRef>) {
        self.are_parties(matter, agreed_by.iter().copied());
        self.check.none(matter.missing_in(agreed_by), ReasonCode::AgreementMissing);
    }

    /// Nobody waits for a mediator to be replaced.
    ///
    /// Source: Provisions on the Work of People's Mediation (人民调解工作若干规定, MoJ Order 75 of 2002).
    fn no_recusal_open(&mut self, work: &Work) {
        self.check.none(&work.unwanted, ReasonCode::RecusalOpen);
    }
}
