//! The guards of the commands that every kind of case knows; each stands in the file of its subject.

use chrono::NaiveDate;

use super::command::CommonCommand;
use super::event::CommonEvent;
use super::remedy::Remedy;
use crate::case::{Case, Check, Context, Kind, Reason, ReasonCode, Register};
use crate::id::{ActorId, PersonRef};
use crate::policy::{Deadline, Rules};

/// What a guard looks at: the case, the world, and the reasons found so far.
///
/// Events are built even when a reason was found: the check drops them, and all guards have spoken.
pub(super) struct Desk<'a, K: Kind> {
    pub(super) case: &'a Case<K>,
    pub(super) context: &'a Context,
    pub(super) check: &'a mut Check,
}

pub(super) type Events = Option<Vec<CommonEvent>>;

pub(in crate::case) fn decide<K: Kind>(
    case: &Case<K>,
    command: &CommonCommand,
    context: &Context,
    check: &mut Check,
) -> Events {
    if !case.knows(command.name()) {
        return check.wrong_state();
    }
    let mut desk = Desk { case, context, check };
    match command {
        CommonCommand::AssignFirstContact(command) => desk.assign_first_contact(command),
        CommonCommand::VerifyIdentity(command) => desk.verify_identity(command),
        CommonCommand::RecordProxyIntake(command) => desk.record_proxy_intake(command),
        CommonCommand::ForwardToAuthority(command) => desk.forward_to_authority(command),
        CommonCommand::ReceiveByAuthority(command) => desk.receive_by_authority(command),
        CommonCommand::RecordOfflineCapture(command) => desk.record_offline_capture(command),
        CommonCommand::TagSpecialGroup(command) => desk.tag_special_group(command),
        CommonCommand::GrantPriority(command) => desk.grant_priority(command),
        CommonCommand::RecordLanguagePreference(command) => desk.record_language(command),
        CommonCommand::AssignInterpreter(command) => desk.assign_interpreter(command),
        CommonCommand::RecordAccommodation(command) => desk.record_accommodation(command),
        CommonCommand::RequestSupplement(command) => desk.request_supplement(command),
        CommonCommand::SubmitSupplement(command) => desk.submit_supplement(command),
        CommonCommand::LapseSupplement(command) => desk.lapse_supplement(command),
        CommonCommand::AcceptProvisionally(command) => desk.accept_provisionally(command),
        CommonCommand::FillGap(command) => desk.fill_gap(command),
        CommonCommand::DefaultGap(command) => desk.default_gap(command),
        CommonCommand::SuspendClock(command) => desk.suspend_clock(command),
        CommonCommand::ResumeClock => desk.resume_clock(),
        CommonCommand::FlagSensitive(command) => desk.flag_sensitive(command),
        CommonCommand::ReportSensitive(command) => desk.report_sensitive(command),
        CommonCommand::MarkConfidential(command) => desk.mark_confidential(command),
        CommonCommand::ReferOut(command) => desk.refer_out(command),
        CommonCommand::AcceptReferral(command) => desk.accept_referral(command),
        CommonCommand::RejectReferral(command) => desk.reject_referral(command),
        CommonCommand::RecordReferralResult(command) => desk.record_referral_result(command),
        CommonCommand::ReceiveReferral(command) => desk.receive_referral(command),
        CommonCommand::LinkCase(command) => desk.link_case(command),
        CommonCommand::TransferJurisdiction(command) => desk.transfer(command),
        CommonCommand::MergeDuplicate(command) => desk.merge_duplicate(command),
        CommonCommand::WithdrawByParty(command) => desk.withdraw(command),
        CommonCommand::Recuse(command) => desk.request_recusal(command),
        CommonCommand::DecideRecusal(command) => desk.decide_recusal(command),
        CommonCommand::DiscloseInterest(command) => desk.disclose_interest(command),
        CommonCommand::SearchConflicts(command) => desk.search_conflicts(command),
        CommonCommand::ReplaceHandler(command) => desk.replace_handler(command),
        CommonCommand::RecordHandlingPlan(command) => desk.record_handling_plan(command),
        CommonCommand::RecordContact(command) => desk.record_contact(command),
        CommonCommand::HoldJointConsultation(command) => desk.hold_joint_consultation(command),
        CommonCommand::ConsultExpert(command) => desk.consult_expert(command),
        CommonCommand::SendNotice(command) => desk.send_notice(command),
        CommonCommand::ServeNotice(command) => desk.serve_notice(command),
        CommonCommand::IssueReceipt(command) => desk.issue_receipt(command),
        CommonCommand::RateSatisfaction(command) => desk.rate_satisfaction(command),
        CommonCommand::RecordReturnVisit(command) => desk.record_return_visit(command),
        CommonCommand::FileComplaint(command) => desk.file_complaint(command),
        CommonCommand::ResolveComplaint(command) => desk.resolve_complaint(command),
        CommonCommand::IssueSupervisionOrder(command) => desk.issue_supervision_order(command),
        CommonCommand::VerifyRectification(command) => desk.verify_rectification(command),
        CommonCommand::NoteMissedDeadline => desk.note_missed_deadline(),
        CommonCommand::OpenAccountability(command) => desk.open_accountability(command),
        CommonCommand::RecordResolutionTier(command) => desk.record_tier(command),
        CommonCommand::RecordDisposition(command) => desk.record_disposition(command),
        CommonCommand::CorrectRecord(command) => desk.correct_record(command),
        CommonCommand::ConfirmCorrection(command) => desk.confirm_correction(command),
        CommonCommand::SubmitArchive(command) => desk.submit_archive(command),
        CommonCommand::AcceptArchive => desk.accept_archive(),
        CommonCommand::ReturnArchive(command) => desk.return_archive(command),
        CommonCommand::LendFile(command) => desk.lend_file(command),
        CommonCommand::ReturnFile(command) => desk.return_file(command),
        CommonCommand::OpenQualityReview(command) => desk.open_quality_review(command),
        CommonCommand::ScoreQualityReview(command) => desk.score_quality_review(command),
        CommonCommand::FinaliseQualityReview(command) => desk.finalise_quality_review(command),
        CommonCommand::ReopenCase(command) => desk.reopen(command),
    }
}

/// What holds before any kind of case is registered or closed.
pub(in crate::case) fn before<K: Kind>(
    case: &Case<K>,
    command: &K::Command,
    context: &Context,
    check: &mut Check,
) {
    let mut desk = Desk { case, context, check };
    if K::register(command) == Some(Register::Cases) {
        desk.check.must(!case.common.is_on_the_way(), ReasonCode::OnTheWay);
    }
    if K::closes(command) {
        desk.nothing_is_left_open();
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn rules(&self) -> Rules {
        self.context.rules(&self.case.jurisdiction())
    }

    /// The due dates of a rule that starts to run now.
    pub(super) fn deadline(&mut self, rule: &str) -> Option<Deadline> {
        self.check.deadline(self.context.deadline(&self.case.jurisdiction(), rule, None))
    }

    pub(super) fn are_parties(&mut self, people: impl IntoIterator<Item = PersonRef>) {
        let parties = K::people(&self.case.own).parties;
        let strangers = people.into_iter().filter(|person| !parties.contains(person));
        self.check.none(strangers, ReasonCode::NotAParty);
    }

    /// Nobody reviews what they did themselves, whether they handle the case now or did before.
    pub(super) fn actor_is_no_handler(&mut self) {
        self.is_no_handler(self.context.actor.id);
    }

    pub(super) fn is_no_handler(&mut self, actor: ActorId) {
        self.check.must(!K::people(&self.case.own).handlers.contains(&actor), ReasonCode::IsHandler);
    }

    pub(super) fn something_is_delivered(&mut self) {
        self.check.must(K::delivered(&self.case.own), ReasonCode::NothingDelivered);
    }

    pub(super) fn is_no_day_past(&mut self, day: NaiveDate) {
        if day < self.context.date() {
            self.check.refuse(Reason::new(ReasonCode::DayPast).text("day", day));
        }
    }

    /// The last day has passed, that of the law if a law sets one.
    pub(super) fn time_is_over(&mut self, due: &Deadline) {
        let end = due.judged().or_else(|| due.warned());
        if let Some(end) = end.filter(|end| !end.due.is_late(self.context.occurred_at)) {
            self.check.refuse(Reason::new(ReasonCode::TimeNotOver).text("due", end.due.due));
        }
    }

    /// Whoever is turned away hears where else to go.
    pub(super) fn other_ways_are_told(&mut self, remedy: &Remedy) {
        self.check.must(!remedy.routes.is_empty(), ReasonCode::NoRemedyTold);
    }

    /// No case ends while somebody waits for an answer that belongs to it.
    pub(super) fn nothing_is_left_open(&mut self) {
        self.no_referral_open();
        self.check.must(!self.case.common.objection_pending, ReasonCode::ObjectionOpen);
    }
}
