//! The guards of legal aid, command by command, in the order of a case's life.
//!
//! A guard that fails adds its reason and the rest still speak; only a state in which the command makes no sense
//! ends the matter at once.

mod assignment;
mod change;
mod decision;
mod ending;
mod handling;
mod means;
mod objection;
mod opening;
mod review;
mod settlement;

use super::LegalAid;
use super::application::DeemedWithdrawn;
use super::command::Command;
use super::event::Event;
use super::state::{File, Stage, State};
use super::work::{Course, Work};
use crate::case::code::Role;
use crate::case::skeleton::{CommonEvent, GapConsequence, Remedy, RemedyRoute, SupplementEffect};
use crate::case::{Case, Check, Context, Reason, ReasonCode};
use crate::clock::Timestamp;
use crate::id::{Code, PersonRef};
use crate::policy::{CaseKind, Deadline, DeadlineError, GroundUse, Rules};

/// What a guard looks at: the case, the world, and the reasons found so far.
struct Desk<'a> {
    case: &'a Case<LegalAid>,
    context: &'a Context,
    check: &'a mut Check,
}

type Events = Option<Vec<Event>>;

pub(super) fn decide(
    case: &Case<LegalAid>,
    command: &Command,
    context: &Context,
    check: &mut Check,
) -> Events {
    let mut desk = Desk { case, context, check };
    match command {
        Command::SubmitAidApplication(command) => desk.apply(command),
        Command::TakeAidApplication(command) => desk.take_in(command),
        Command::ForwardDetaineeApplication(forwarded) => desk.forward(forwarded),
        Command::ReceiveAidApplication(command) => desk.receive(*command),
        Command::ReceiveDefenceNotice(command) => desk.receive_notice(command),
        Command::RecordDutyService(service) => desk.serve_on_duty(service),
        Command::CheckJurisdiction(confirmed) => desk.check_jurisdiction(confirmed),
        Command::GiveCommitmentNotice(notice) => desk.give_commitment_notice(notice),
        Command::SignCommitment(signed) => desk.sign_commitment(signed),
        Command::VerifyCommitment(command) => desk.verify_commitment(*command),
        Command::VerifyHardship(command) => desk.verify_hardship(command),
        Command::ExemptHardship(command) => desk.exempt(command),
        Command::AskOtherAgency(command) => desk.ask_other_agency(command),
        Command::AnswerInterRegionalCheck(command) => desk.answer_check(command),
        Command::GrantEmergencyAid(command) => desk.grant_emergency(command),
        Command::SupplyEmergencyPapers(supplied) => desk.supply_papers(supplied),
        Command::RecordReview(command) => desk.review(command),
        Command::RequestStaffRecusal(command) => desk.request_recusal(*command),
        Command::DecideStaffRecusal(command) => desk.decide_recusal(*command),
        Command::GrantAid(command) => desk.grant(*command),
        Command::RefuseAid(command) => desk.refuse(command),
        Command::ServeDecision(command) => desk.serve(command),
        Command::RecordCounselPreference(preference) => desk.prefer(preference),
        Command::AssignUnit(command) => desk.assign(command),
        Command::NameCounsel(command) => desk.name_counsel(command),
        Command::SignAgencyAgreement(signed) => desk.sign_agreement(signed),
        Command::DelaySigning(delayed) => desk.delay_signing(delayed),
        Command::RecordStep(command) => desk.record_step(command),
        Command::ReportProgress(reported) => desk.report_progress(reported),
        Command::RequestCounselChange(command) => desk.request_change(command),
        Command::ChangeCounsel(command) => desk.change_counsel(command),
        Command::RefuseCounselChange(command) => desk.refuse_change(command),
        Command::RecordCounselRefusal(recorded) => desk.record_refusal(recorded),
        Command::ReportTerminationGround(reported) => desk.report_ground(reported),
        Command::ContinueAid(command) => desk.continue_aid(*command),
        Command::TerminateAid(command) => desk.terminate(command),
        Command::FileObjection(command) => desk.object(command),
        Command::DecideObjection(command) => desk.decide_objection(command),
        Command::CorrectDecision(command) => desk.correct(*command),
        Command::RecordAdminRemedy(command) => desk.go_on(command),
        Command::RecordAdminResult(concluded) => desk.conclude(concluded),
        Command::ReportCompletion(command) => desk.complete(command),
        Command::SubmitCaseFile(command) => desk.submit_file(command),
        Command::AcceptCaseFile => desk.accept_file(),
        Command::ReturnCaseFile(returned) => desk.return_file(returned),
        Command::CalculateSubsidy(command) => desk.calculate_subsidy(command),
        Command::ApproveSubsidy(command) => desk.approve_subsidy(command),
        Command::PaySubsidy(command) => desk.pay_subsidy(command),
        Command::RecoverCost(command) => desk.recover_cost(command),
    }
}

/// An application to which nothing was supplied in time counts as taken back, if that is what the person was told.
///
/// Source: Legal Aid Law (法律援助法, 2021) Art 43.
pub(super) fn follow(case: &Case<LegalAid>, event: &CommonEvent) -> Vec<Event> {
    let undecided = case.own.registered().is_some_and(|(_, stage)| stage.is_undecided());
    let told = matches!(event, CommonEvent::SupplementLapsed(lapsed)
        if lapsed.legal_effect == SupplementEffect::DeemedWithdrawn);
    let tolerated = matches!(event, CommonEvent::GapDefaulted(defaulted)
        if defaulted.consequence == GapConsequence::DeemedWithdrawn);
    let ends = told || tolerated;
    if ends && undecided { vec![Event::DeemedWithdrawn(DeemedWithdrawn {})] } else { Vec::new() }
}

impl<'a> Desk<'a> {
    const fn state(&self) -> &'a State {
        &self.case.own
    }

    /// What the state holds for this command; without it the state is the wrong one.
    fn with<T>(&mut self, found: Option<T>) -> Option<T> {
        found.or_else(|| self.check.wrong_state())
    }

    /// The file, if it is at one of some stages.
    fn file_at(&mut self, fits: impl FnOnce(&File, &Stage) -> bool) -> Option<&'a File> {
        let found = self.state().registered().filter(|(file, stage)| fits(file, stage));
        self.with(found.map(|(file, _)| file))
    }

    /// The file and the work on it, if that goes one of some ways.
    fn work_at(&mut self, fits: impl FnOnce(&Work, &Course) -> bool) -> Option<(&'a File, &'a Work)> {
        let found = self.state().registered().and_then(|(file, stage)| match stage {
            Stage::Handling(work, course) if fits(work, course) => Some((file, work)),
            Stage::Received
            | Stage::UnderReview
            | Stage::Granted(_)
            | Stage::Assigned(_)
            | Stage::Handling(..)
            | Stage::Refused(_)
            | Stage::Terminated(_)
            | Stage::Withdrawn
            | Stage::DeemedWithdrawn
            | Stage::Completed(_) => None,
        });
        self.with(found)
    }

    fn rules(&self) -> Rules {
        self.context.rules(&self.case.jurisdiction())
    }

    /// The due dates of a rule that starts to run now.
    fn deadline(&mut self, rule: &str, variant: Option<&str>) -> Option<Deadline> {
        self.check.deadline(self.context.deadline(&self.case.jurisdiction(), rule, variant))
    }

    /// The due dates of a rule, if one is in force there: where the law says "in time", a place may set a number.
    fn promised(&mut self, rule: &str, start: Timestamp) -> Option<Option<Deadline>> {
        match self.context.deadline_from(&self.case.jurisdiction(), rule, None, start, &[]) {
            Ok(deadline) => Some(Some(deadline)),
            Err(DeadlineError::NotInForce { .. }) => Some(None),
            Err(
                error @ (DeadlineError::UnknownRule { .. }
                | DeadlineError::UnknownVariant { .. }
                | DeadlineError::PauseNotAllowed { .. }
                | DeadlineError::Due { .. }),
            ) => self.check.deadline(Err(error)).map(Some),
        }
    }

    /// The people are among those whom aid is asked for.
    fn are_aided(&mut self, file: &File, people: impl IntoIterator<Item = PersonRef>) {
        self.check.none(people.into_iter().filter(|person| !file.aids(*person)), ReasonCode::NotAParty);
    }

    /// Whoever acts as counsel is the counsel of this matter.
    fn actor_is_counsel(&mut self, work: &Work) {
        let actor = &self.context.actor;
        let stranger = actor.role == Role::Counsel && work.counsel != actor.id;
        let foreign = actor.role == Role::LawFirm && work.unit.office != actor.office;
        self.check.none((stranger || foreign).then_some(actor.id), ReasonCode::NotAssigned);
    }

    /// The grounds are among those in force for this use.
    fn grounds_are_listed<'c>(&mut self, grounds: impl IntoIterator<Item = &'c Code>, purpose: GroundUse) {
        let rules = self.rules();
        let known = rules.grounds(CaseKind::LegalAid, purpose);
        for ground in grounds {
            if !known.iter().any(|known| known.code == *ground) {
                let reason = Reason::new(ReasonCode::UnknownGround)
                    .text("ground", ground)
                    .list("allowed", known.iter().map(|known| &known.code));
                self.check.refuse(reason);
            }
        }
    }

    fn ground_not_met(&mut self, ground: &Code) {
        self.check.refuse(Reason::new(ReasonCode::GroundNotMet).text("ground", ground));
    }

    /// Whoever is turned away hears that the bureau can be asked.
    ///
    /// Source: Legal Aid Law (法律援助法, 2021) Art 43, 49.
    fn objection_is_told(&mut self, remedy: &Remedy) {
        if !remedy.routes.contains(&RemedyRoute::Objection) {
            let reason = Reason::new(ReasonCode::NoRemedyTold);
            self.check.refuse(reason.words("routes", "remedy", [RemedyRoute::Objection]));
        }
    }
}
