//! The review and what it waits for: A11, A13, and who must keep away from it.

use chrono::NaiveDate;

use super::{Desk, Events};
use crate::calendar::Pause;
use crate::case::legal_aid::INTER_REGIONAL;
use crate::case::legal_aid::event::Event;
use crate::case::legal_aid::review::{
    AnswerInterRegionalCheck, AskOtherAgency, DecideStaffRecusal, InterRegionalCheck,
    InterRegionalCheckAnswered, InterRegionalCheckRequested, Opinion, RecordReview, RequestStaffRecusal,
    ReviewOpinionRecorded, StaffRecusalDecided, StaffRecusalRequested,
};
use crate::case::legal_aid::state::{File, Stage};
use crate::case::{ReasonCode, skeleton::CaseClock};
use crate::id::{ActorId, Code};
use crate::policy::{Deadline, GroundUse};

impl<'a> Desk<'a> {
    /// The clock stands still until the answer, unless its time is over: no pause cures what is late.
    pub(super) fn ask_other_agency(&mut self, command: &AskOtherAgency) -> Events {
        let file = self.reviewable()?;
        self.may_review(file);
        self.check.must(command.agency != self.context.actor.office, ReasonCode::StillCompetent);
        let clock = self.clock()?;
        self.with_check(clock, self.context.date())?;
        let clock_stops = !clock.is_over(self.context.occurred_at);
        let AskOtherAgency { agency, letter } = command.clone();
        let requested = InterRegionalCheckRequested { agency, letter, clock_stops };
        Some(vec![Event::InterRegionalCheckRequested(requested)])
    }

    pub(super) fn answer_check(&mut self, command: &AnswerInterRegionalCheck) -> Events {
        let file = self.file_at(|file, stage| *stage == Stage::UnderReview && file.check.is_some())?;
        let InterRegionalCheck { asked_on, clock_stops, .. } = *file.check.as_ref()?;
        let clock = self.clock()?;
        let decide_by = if clock_stops { self.with_check(clock, asked_on)? } else { clock.deadline.clone() };
        let (confirms, answer) = (command.confirms, command.answer);
        let answered = InterRegionalCheckAnswered { confirms, answer, decide_by };
        Some(vec![Event::InterRegionalCheckAnswered(answered)])
    }

    fn clock(&mut self) -> Option<&'a CaseClock> {
        let clock = self.case.common.clock.as_ref();
        self.check.must(clock.is_some(), ReasonCode::NoClock);
        clock
    }

    /// The end of the review with a pause from `asked_on` until today beside all others; pauses that overlap count once.
    fn with_check(&mut self, clock: &CaseClock, asked_on: NaiveDate) -> Option<Deadline> {
        let today = self.context.date();
        let ground = Code::new(INTER_REGIONAL).ok()?;
        let mut pauses = clock.pauses_until(today);
        pauses.push(Pause { from: asked_on, until: Some(today), ground });
        let place = self.case.jurisdiction();
        let (rule, variant) = (&clock.deadline.id, clock.deadline.variant.as_ref().map(Code::as_str));
        self.check.deadline(self.context.deadline_from(&place, rule.as_str(), variant, clock.start, &pauses))
    }

    /// An opinion on person, scope and means; who gives it does not decide on it.
    pub(super) fn review(&mut self, command: &RecordReview) -> Events {
        let file = self.reviewable()?;
        self.may_review(file);
        match &command.opinion {
            Opinion::Grant => {}
            Opinion::Refuse(grounds) => {
                self.check.must(!grounds.is_empty(), ReasonCode::NoGroundGiven);
                self.grounds_are_listed(grounds, GroundUse::Refuse);
            }
        }
        let RecordReview { opinion, form } = command.clone();
        let reviewer = self.context.actor.id;
        Some(vec![Event::ReviewOpinionRecorded(ReviewOpinionRecorded { opinion, form, reviewer })])
    }

    /// A refusal is reconsidered once.
    ///
    /// Source: Hangzhou Regulations on Legal Aid (杭州市法律援助条例, 2017) Art 39.
    pub(super) fn request_recusal(&mut self, command: RequestStaffRecusal) -> Events {
        let file = self.file_at(|_, stage| stage.is_undecided())?;
        let RequestStaffRecusal { staff, ground } = command;
        self.check.none(file.recused.contains(&staff).then_some(staff), ReasonCode::WasReplaced);
        self.check.none(file.unwanted.contains_key(&staff).then_some(staff), ReasonCode::RecusalOpen);
        let settled = file.recusals_refused.get(&staff).is_some_and(|times| *times > 1);
        self.check.none(settled.then_some(staff), ReasonCode::RecusalSettled);
        let decide_by = self.promised("AID-D16", self.context.occurred_at)?;
        Some(vec![Event::StaffRecusalRequested(StaffRecusalRequested { staff, ground, decide_by })])
    }

    /// Nobody decides on their own recusal.
    pub(super) fn decide_recusal(&mut self, command: DecideStaffRecusal) -> Events {
        let file = self.file_at(|_, stage| stage.is_undecided())?;
        let DecideStaffRecusal { staff, granted, decision } = command;
        self.check.must(file.unwanted.contains_key(&staff), ReasonCode::NoRecusalOpen);
        let decided_by = self.context.actor.id;
        self.check.must(staff != decided_by, ReasonCode::OwnDecision);
        let decided = StaffRecusalDecided { staff, granted, decision, decided_by };
        Some(vec![Event::StaffRecusalDecided(decided)])
    }

    /// While nothing is decided and no other region has to answer.
    pub(super) fn reviewable(&mut self) -> Option<&'a File> {
        self.file_at(|file, stage| *stage == Stage::UnderReview && file.check.is_none())
    }

    /// Whoever is interested keeps away, and as long as that is not decided, waits.
    pub(super) fn may_review(&mut self, file: &File) {
        let actor = self.context.actor.id;
        self.is_not_recused(file, actor);
    }

    pub(super) fn is_not_recused(&mut self, file: &File, actor: ActorId) {
        self.check.none(file.unwanted.contains_key(&actor).then_some(actor), ReasonCode::RecusalOpen);
        self.check.none(file.recused.contains(&actor).then_some(actor), ReasonCode::WasReplaced);
    }
}
