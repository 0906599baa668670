//! What comes out of a consultation, and how it is closed: C13, C14.

use super::{Desk, Events};
use crate::case::code::ServiceMode;
use crate::case::consultation::event::{ConsultationClosed, ContactAttempted, ConvertedToCase, Event};
use crate::case::consultation::inquiry::{Conversion, Feature, Outcome};
use crate::case::consultation::order::WorkOrder;
use crate::case::consultation::state::{Course, Stage};
use crate::case::skeleton::ReferralAnswer;
use crate::case::{Reason, ReasonCode};
use crate::id::DocumentId;
use crate::policy::CaseKind;

impl Desk<'_> {
    /// The case is opened first; its clocks are its own, and what is known is taken over by reference.
    pub(super) fn convert(&mut self, to: Conversion, consent: Option<DocumentId>) -> Events {
        let (work, course) = self.handling()?;
        self.check.must(to.kind != CaseKind::Consultation, ReasonCode::SameKind);
        self.check.must(!work.matter.file.inquiry.caller.is_anonymous(), ReasonCode::CallerUnknown);
        let twice = course.conversions.contains(&to);
        self.check.none(twice.then_some(to.case), ReasonCode::NamedTwice);
        self.check.must(consent.is_some(), ReasonCode::ConversionConsentMissing);
        Some(vec![Event::ConvertedToCase(ConvertedToCase { to, consent: consent? })])
    }

    pub(super) fn attempt_contact(&mut self, mode: ServiceMode, reached: bool) -> Events {
        let file = self.open()?.file();
        self.can_be_reached(file, mode);
        let by = self.context.actor.id;
        Some(vec![Event::ContactAttempted(ContactAttempted { by, mode, reached })])
    }

    pub(super) fn close(&mut self, outcome: Outcome) -> Events {
        let stage = self.open()?;
        if let Some(work) = stage.work() {
            self.lawyer_has_a_part(work);
        }
        let reached = self.reached(stage, outcome);
        if reached != Some(outcome) {
            let reason = Reason::new(ReasonCode::OutcomeNotReached).words("outcome", "outcome", [outcome]);
            let reason = match reached {
                Some(reached) => reason.words("reached", "outcome", [reached]),
                None => reason,
            };
            self.check.refuse(reason);
        }
        if outcome != Outcome::Abandoned {
            self.caller_knows(stage);
        }
        self.nothing_is_pending(stage);
        let reopen_by = self.promised("CON-D10")?;
        Some(vec![Event::ConsultationClosed(ConsultationClosed { outcome, reopen_by })])
    }

    /// The outcome, if the case has come to it; else the one that it has come to, if any.
    fn reached(&self, stage: &Stage, outcome: Outcome) -> Option<Outcome> {
        match outcome {
            Outcome::Converted => {
                stage.course().filter(|course| !course.conversions.is_empty()).map(|_| outcome)
            }
            Outcome::Referred => {
                let answers = self.case.common.referrals.values().map(|referral| referral.answer);
                answers.into_iter().find(|answer| *answer == ReferralAnswer::Accepted).map(|_| outcome)
            }
            Outcome::Abandoned => {
                let rules = self.rules();
                let min = rules.number("consultation.contact_attempts_min")?;
                stage.file().is_out_of_reach(min.value).then_some(outcome)
            }
            Outcome::Answered
            | Outcome::AnsweredLater
            | Outcome::Guided
            | Outcome::Declined
            | Outcome::Withdrawn => stage.answered(),
        }
    }

    /// The caller was told of legal aid, and whoever looks after a child knows.
    ///
    /// Source: Legal Aid Law (法律援助法, 2021) Art 23; Personal Information Protection Law (个人信息保护法, 2021) Art 31.
    fn caller_knows(&mut self, stage: &Stage) {
        let file = stage.file();
        self.check.must(file.aid_told || !self.may_get_aid(stage), ReasonCode::AidRightsNotTold);
        self.check.must(!file.inquiry.under_14 || file.guardian_told, ReasonCode::GuardianNotTold);
    }

    /// Whether the facts may meet the conditions of legal aid: by the sort of question, by what came out in the talk, or
    /// because the caller belongs to a group that the law favours.
    fn may_get_aid(&self, stage: &Stage) -> bool {
        let by_class = stage.class().is_some_and(|class| class.has(Feature::AidPossible));
        let by_advice = |course: &Course| course.advice.iter().any(|given| given.aid_possible);
        let by_group = self.case.common.groups.iter().any(|tag| tag.holds_on(self.context.date()));
        by_class || by_group || stage.course().is_some_and(by_advice)
    }

    /// Nothing that somebody else waits for is left lying.
    pub(super) fn nothing_is_pending(&mut self, stage: &Stage) {
        self.sensitive_matter_is_reported(stage);
        let asked = self.case.common.supplements.as_ref().is_some_and(|asked| asked.open.is_some());
        self.check.must(!asked, ReasonCode::SupplementOpen);
        let request = stage.work().is_some_and(|work| work.aid_request.is_some());
        self.check.must(!request, ReasonCode::AidRequestOpen);
        let Some(course) = stage.course() else { return };
        let open = course.orders.iter().filter(|order| order.is_open());
        self.check.none(open.map(|order: &WorkOrder| order.id), ReasonCode::OrderOpen);
        self.check.must(course.rework.is_none(), ReasonCode::ReworkOpen);
        self.check.must(course.dissatisfied.is_none(), ReasonCode::DissatisfactionOpen);
        self.check.must(course.awaited.is_none(), ReasonCode::MaterialAwaited);
    }

    /// What concerns a petition or a group, and whatever else was flagged, has gone to those who must know.
    fn sensitive_matter_is_reported(&mut self, stage: &Stage) {
        let rules = self.rules();
        let many = rules.number("consultation.group_persons_min").map(|min| min.value);
        let group = stage.file().inquiry.group;
        let is_group = group.zip(many).is_some_and(|(group, many)| group.members >= many);
        let petition = stage.class().is_some_and(|class| class.has(Feature::PetitionRelated));
        let sensitive = self.case.common.sensitive.as_ref();
        let reported = match sensitive {
            Some(matter) => matter.reported_at.is_some(),
            None => !is_group && !petition,
        };
        self.check.must(reported, ReasonCode::SensitiveNotReported);
    }
}
