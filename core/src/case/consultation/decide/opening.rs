//! How a question comes in, and who is asked to answer it: C1 to C4.

use super::{Desk, Events};
use crate::case::code::Channel;
use crate::case::consultation::event::{
    AdviserAssigned, AdviserReplaced, CallerIdentified, CallerQueued, ConsultationBooked,
    ConsultationClassified, ConsultationClosed, ConsultationDeclined, ConsultationRegistered, Event,
    GuardianNotified,
};
use crate::case::consultation::inquiry::{
    Adviser, Assignee, Caller, Classification, Feature, GuardianNotice, Inquiry, Outcome, Replacement,
    Urgency,
};
use crate::case::consultation::state::{Matter, Stage, Waiting};
use crate::case::consultation::{LETTER, RESULT};
use crate::case::skeleton::{Remedy, no_conflict};
use crate::case::{Reason, ReasonCode};
use crate::clock::Timestamp;
use crate::id::{Code, DocumentId};
use crate::policy::{CaseKind, Deadline, DeadlineError, GroundUse};
use crate::privacy::{Fingerprint, Sealed};

impl<'a> Desk<'a> {
    pub(super) fn register(&mut self, inquiry: &Inquiry, registration: DocumentId) -> Events {
        if self.state().stage().is_some() {
            return self.check.wrong_state();
        }
        self.own_key(&inquiry.caller, inquiry.caller.particulars.as_ref());
        self.group_is_one(inquiry);
        self.was_collected_before(inquiry);
        let now = self.context.occurred_at;
        let letter_came = inquiry.letter.as_ref().map(|letter| letter.received_at);
        self.check.must(letter_came.is_none_or(|came| came <= now), ReasonCode::InTheFuture);
        let place = &inquiry.jurisdiction;
        let letter_by = letter_came.map(|came| self.promised_in(place, (LETTER, None), came, &[]));
        let on_the_site = inquiry.channel == Channel::Web;
        let online_by = on_the_site.then(|| self.promised_in(place, ("CON-D07", None), now, &[]));
        let transfer_by = self.promised_in(place, ("CON-D02", None), now, &[]);
        let result_by = self.promised_in(place, (RESULT, None), now, &[]);
        let number = self.context.number.clone();
        self.check.must(number.is_some(), ReasonCode::NoNumber);
        let registered = ConsultationRegistered {
            number: number?,
            inquiry: inquiry.clone(),
            registration,
            transfer_by: transfer_by?,
            result_by: result_by?,
            letter_by: letter_by.unwrap_or(Some(None))?,
            online_by: online_by.unwrap_or(Some(None))?,
        };
        Some(vec![Event::ConsultationRegistered(Box::new(registered))])
    }

    /// Under another key the particulars would outlive the destruction of the person's own.
    fn own_key(&mut self, caller: &Caller, particulars: Option<&Sealed>) {
        let astray = particulars.is_some_and(|particulars| particulars.key() != caller.person.key());
        self.check.none(astray.then_some(caller.person), ReasonCode::WrongKey);
    }

    /// A group has at least two members, and somebody with a name speaks for it.
    fn group_is_one(&mut self, inquiry: &Inquiry) {
        let Some(group) = inquiry.group else { return };
        let sound = group.members >= 2 && (1..=group.members).contains(&group.representatives);
        self.check.must(sound, ReasonCode::NoGroup);
        self.check.must(!inquiry.caller.is_anonymous(), ReasonCode::CallerUnknown);
    }

    fn was_collected_before(&mut self, inquiry: &Inquiry) {
        let now = self.context.occurred_at;
        let before = inquiry.batch.as_ref().is_none_or(|item| item.collected_at < now);
        self.check.must(before, ReasonCode::CollectedLater);
    }

    pub(super) fn queue(&mut self, ticket: &Code) -> Events {
        match self.open()? {
            Stage::Received(_, Waiting::Here) => {}
            Stage::Received(_, Waiting::InQueue { .. } | Waiting::Booked { .. })
            | Stage::UnderReview(_)
            | Stage::Assigned(_)
            | Stage::Handling(..) => return self.check.wrong_state(),
        }
        Some(vec![Event::CallerQueued(CallerQueued { ticket: ticket.clone() })])
    }

    pub(super) fn book(&mut self, at: Timestamp) -> Events {
        match self.open()? {
            Stage::Received(..) => {}
            Stage::UnderReview(_) | Stage::Assigned(_) | Stage::Handling(..) => {
                return self.check.wrong_state();
            }
        }
        self.check.must(at > self.context.occurred_at, ReasonCode::AppointmentPast);
        Some(vec![Event::ConsultationBooked(ConsultationBooked { at })])
    }

    pub(super) fn classify(&mut self, class: &Classification) -> Events {
        let registered_at = match self.open()? {
            Stage::Received(file, _) | Stage::UnderReview(Matter { file, .. }) => file.registered_at,
            Stage::Assigned(_) | Stage::Handling(..) => return self.check.wrong_state(),
        };
        let urgent = class.urgency == Urgency::U1;
        let at_once = match (urgent, class.has(Feature::Simple)) {
            (true, _) => Some(("CON-D01", Some("urgent"))),
            (false, true) => Some(("CON-D01", None)),
            (false, false) => None,
        };
        let place = self.case.jurisdiction();
        let answer_by = at_once.map(|rule| self.promised_in(&place, rule, registered_at, &[]));
        let transfer_by = urgent.then(|| self.promised_in(&place, ("CON-D04", None), registered_at, &[]));
        let classified = ConsultationClassified {
            class: class.clone(),
            answer_by: answer_by.unwrap_or(Some(None))?,
            transfer_by: transfer_by.unwrap_or(Some(None))?,
        };
        Some(vec![Event::ConsultationClassified(classified)])
    }

    /// Who asked is found out once; what changes afterwards is a correction.
    pub(super) fn identify(&mut self, particulars: &Sealed, fingerprint: Option<&Fingerprint>) -> Events {
        let caller = &self.open()?.file().inquiry.caller;
        self.own_key(caller, Some(particulars));
        self.check.must(caller.is_anonymous(), ReasonCode::AlreadyIdentified);
        let (particulars, fingerprint) = (particulars.clone(), fingerprint.cloned());
        Some(vec![Event::CallerIdentified(CallerIdentified { particulars, fingerprint })])
    }

    /// What is not answered is closed by that; nothing else remains to be done about it.
    ///
    /// Source: People's Mediation Law (人民调解法) Art 26, by analogy of this library.
    pub(super) fn decline(&mut self, ground: &Code, competent: Option<&Code>, remedy: &Remedy) -> Events {
        let stage = self.open()?;
        let class = match stage {
            Stage::Received(..) => None,
            Stage::UnderReview(matter) => Some(&matter.class),
            Stage::Assigned(_) | Stage::Handling(..) => return self.check.wrong_state(),
        };
        self.ground_is_known(ground, GroundUse::Refuse);
        let legal = class.is_some_and(|class| !class.has(Feature::NonLegal));
        if ground.as_str() == "NOT_LEGAL" && legal {
            self.check.refuse(Reason::new(ReasonCode::GroundNotMet).text("ground", ground));
        }
        let named = competent.is_some() || ground.as_str() == "ABUSIVE";
        self.check.must(named, ReasonCode::CompetentBodyMissing);
        self.check.must(!remedy.routes.is_empty(), ReasonCode::NoRemedyTold);
        self.nothing_is_pending(stage);
        let (ground, competent, remedy) = (ground.clone(), competent.cloned(), remedy.clone());
        let closed = ConsultationClosed { outcome: Outcome::Declined, reopen_by: self.promised("CON-D10")? };
        Some(vec![
            Event::ConsultationDeclined(ConsultationDeclined { ground, competent, remedy }),
            Event::ConsultationClosed(closed),
        ])
    }

    /// The ground is one of those in force.
    pub(super) fn ground_is_known(&mut self, ground: &Code, purpose: GroundUse) {
        let rules = self.rules();
        let grounds = rules.grounds(CaseKind::Consultation, purpose);
        if !grounds.iter().any(|known| known.code == *ground) {
            let reason = Reason::new(ReasonCode::UnknownGround)
                .text("ground", ground)
                .list("allowed", grounds.iter().map(|known| &known.code));
            self.check.refuse(reason);
        }
    }

    pub(super) fn assign(&mut self, to: &Assignee) -> Events {
        let matter = match self.open()? {
            Stage::UnderReview(matter) if !matter.lacks_identity() => matter,
            Stage::Received(..) | Stage::UnderReview(_) | Stage::Assigned(_) | Stage::Handling(..) => {
                return self.check.wrong_state();
            }
        };
        match to {
            Assignee::Adviser(adviser) => self.may_advise(adviser),
            Assignee::Unit(_) => {}
        }
        let result_by = self.result_of_letter(matter)?;
        Some(vec![Event::AdviserAssigned(AdviserAssigned { to: to.clone(), result_by })])
    }

    /// An adviser has checked in on a shift that is not over, or is a registered expert.
    ///
    /// Source: duty sign-in of Changzhi (签到签退), quality rule CON-02.
    fn may_advise(&mut self, adviser: &Adviser) {
        let now = self.context.occurred_at;
        let rules = self.rules();
        let shift_hours = rules.number("consultation.shift_hours_max").map_or(0, |max| max.value);
        let on_duty = adviser.on_duty.as_ref().is_some_and(|check_in| {
            let over = check_in.at.plus_micros(i64::from(shift_hours) * MICROS_PER_HOUR);
            check_in.at <= now && over.is_ok_and(|over| now < over)
        });
        let may = on_duty || adviser.expert.is_some();
        self.check.none((!may).then_some(adviser.id), ReasonCode::AdviserNotOnDuty);
        let recused = self.case.common.recused.contains(&adviser.id);
        self.check.none(recused.then_some(adviser.id), ReasonCode::WasReplaced);
        no_conflict(self.case, [adviser.id], self.context, self.check);
    }

    /// A letter's clock ran towards the decision who answers. From now on that of the result runs, from the registration;
    /// it stood still with the letter's, if its rule lists the ground.
    fn result_of_letter(&mut self, matter: &Matter) -> Option<Option<Deadline>> {
        let clock = self.case.common.clock.as_ref().filter(|clock| clock.deadline.id.as_str() == LETTER);
        let Some(clock) = clock else { return Some(None) };
        let (place, start) = (self.case.jurisdiction(), matter.file.registered_at);
        match self.context.deadline_from(&place, RESULT, None, start, &clock.pauses) {
            Err(DeadlineError::PauseNotAllowed { .. }) => {
                self.promised_in(&place, (RESULT, None), start, &[])
            }
            Ok(_) | Err(_) => self.promised_in(&place, (RESULT, None), start, &clock.pauses),
        }
    }

    pub(super) fn replace(&mut self, to: &Adviser, ground: Replacement, handover: DocumentId) -> Events {
        let work = self.at_work()?;
        self.may_advise(to);
        self.check.none(work.adviser().filter(|adviser| *adviser == to.id), ReasonCode::NamedTwice);
        self.check.none(work.former.contains(&to.id).then_some(to.id), ReasonCode::WasReplaced);
        let (from, to) = (work.assignee.clone(), to.clone());
        Some(vec![Event::AdviserReplaced(AdviserReplaced { from, to, ground, handover })])
    }

    /// Source: Personal Information Protection Law (个人信息保护法, 2021) Art 31.
    pub(super) fn notify_guardian(&mut self, told: GuardianNotice, record: DocumentId) -> Events {
        let file = self.open()?.file();
        self.check.must(file.inquiry.under_14, ReasonCode::NoChild);
        Some(vec![Event::GuardianNotified(GuardianNotified { told, record })])
    }
}

const MICROS_PER_HOUR: i64 = 3_600_000_000;
