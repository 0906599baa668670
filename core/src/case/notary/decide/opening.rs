//! How a matter comes in, whether it is taken on, who handles it and what it costs: N1 to N5.

use std::collections::BTreeSet;

use super::{Desk, Events, missing, one};
use crate::case::code::Role;
use crate::case::notary::command::AcceptanceAnswer;
use crate::case::notary::event::{
    Event, FeeReduced, FeeSet, NotAccepted, NotaryAccepted, NotaryApplied, NotaryAssigned, NotaryBooked,
};
use crate::case::notary::matter::{
    AcceptanceCondition, Application, Comes, Competence, Information, MatterTrait,
};
use crate::case::notary::state::{Matter, State};
use crate::case::skeleton::{Remedy, no_conflict};
use crate::case::{Reason, ReasonCode};
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::{CaseKind, GroundUse, Jurisdiction};
use crate::privacy::Sealed;

impl<'a> Desk<'a> {
    pub(super) fn book(
        &mut self,
        jurisdiction: Jurisdiction,
        person: PersonRef,
        particulars: Sealed,
        matter: Code,
        appointment: Timestamp,
    ) -> Events {
        if *self.state() != State::Unopened {
            return self.check.wrong_state();
        }
        self.traits_of(&jurisdiction, &matter);
        self.check.none((particulars.key() != person.key()).then_some(person), ReasonCode::WrongKey);
        let day = appointment.china_date();
        if appointment < self.context.occurred_at {
            self.check.refuse(Reason::new(ReasonCode::DayPast).text("day", day));
        }
        let booked = NotaryBooked { jurisdiction, person, particulars, matter, appointment };
        one(Event::NotaryBooked(booked))
    }

    pub(super) fn apply(&mut self, application: Application) -> Events {
        match self.state() {
            State::Unopened | State::Booked(_) => {}
            State::Applied(_)
            | State::Accepted(_)
            | State::Assigned(_)
            | State::Handling(..)
            | State::Ended(..)
            | State::Issued(_)
            | State::Reexamining(..) => return self.check.wrong_state(),
        }
        self.check.must(!application.applicants.is_empty(), ReasonCode::NobodyNamed);
        let mut seen = BTreeSet::new();
        self.check.none(application.people().filter(|person| !seen.insert(*person)), ReasonCode::NamedTwice);
        let astray = application.applicants.iter().filter(|one| one.particulars.key() != one.person.key());
        self.check.none(astray.map(|one| one.person), ReasonCode::WrongKey);
        let enclosed = !application.documents.is_empty() || !application.evidence.is_empty();
        self.check.must(enclosed, ReasonCode::NothingEnclosed);
        let traits = self.traits_of(&application.jurisdiction, &application.matter)?;
        if traits.contains(&MatterTrait::InPerson) {
            self.nobody_is_sent(&application);
        }
        one(Event::NotaryApplied(NotaryApplied { application, traits }))
    }

    /// What the law attaches to a matter, if the rules in force know it.
    fn traits_of(&mut self, place: &Jurisdiction, matter: &Code) -> Option<BTreeSet<MatterTrait>> {
        let rules = self.context.rules(place);
        let Some(known) = rules.matter(CaseKind::Notary, matter.as_str()) else {
            self.check.refuse(Reason::new(ReasonCode::NoSuchMatter).text("matter", matter));
            return None;
        };
        Some(known.features.iter().filter_map(|feature| feature.as_str().parse().ok()).collect())
    }

    /// Wills, being alive, adoption: who is concerned comes, or whoever acts for them by law.
    ///
    /// Source: Notary Law (公证法, 2017) Art 26.
    fn nobody_is_sent(&mut self, application: &Application) {
        let somebody_is_sent = application.applicants.iter().any(|one| match one.comes {
            Comes::ByAgent { .. } => true,
            Comes::InPerson | Comes::ByGuardian { .. } => false,
        });
        if somebody_is_sent || self.context.actor.role == Role::Agent {
            let matter = [&application.matter];
            self.check.refuse(Reason::new(ReasonCode::InPersonOnly).words("matter", "matter", matter));
        }
    }

    pub(super) fn check_acceptance(&mut self, answer: AcceptanceAnswer) -> Events {
        let matter = self.applied()?;
        match answer {
            AcceptanceAnswer::Accept {
                competence,
                confirmed,
                search,
                information,
                simple,
                notice,
                national_entry,
            } => {
                if let Some(missing) = missing(AcceptanceCondition::ALL, &confirmed) {
                    let reason =
                        Reason::new(ReasonCode::ConditionMissing).words("missing", "acceptance", missing);
                    self.check.refuse(reason);
                }
                self.is_competent(matter, competence);
                self.applicants_are_told(matter, &information);
                let waiting = self.case.common.open_supplement().is_some();
                self.check.must(!waiting, ReasonCode::SupplementOpen);
                let (rule, variant) = term_of(matter, simple);
                let term = self.deadline(rule, variant);
                let number = self.context.number.clone();
                self.check.must(number.is_some(), ReasonCode::NoNumber);
                one(Event::NotaryAccepted(NotaryAccepted {
                    number: number?,
                    competence,
                    confirmed,
                    search,
                    information,
                    simple,
                    notice,
                    national_entry,
                    accepted_by: self.context.actor.id,
                    term: term?,
                }))
            }
            AcceptanceAnswer::Decline { ground, decision, remedy } => self.decline(ground, decision, remedy),
        }
    }

    fn decline(&mut self, ground: Code, decision: DocumentId, remedy: Remedy) -> Events {
        self.ground_is_listed(&ground, GroundUse::Refuse);
        self.other_ways_are_told(&remedy);
        let decided_by = self.context.actor.id;
        one(Event::NotAccepted(NotAccepted { ground, decision, decided_by, remedy }))
    }

    fn applied(&mut self) -> Option<&'a Matter> {
        match self.state() {
            State::Applied(matter) => Some(matter),
            State::Unopened
            | State::Booked(_)
            | State::Accepted(_)
            | State::Assigned(_)
            | State::Handling(..)
            | State::Ended(..)
            | State::Issued(_)
            | State::Reexamining(..) => self.check.wrong_state(),
        }
    }

    /// What concerns real estate goes to the office of the place, unless it is an entrustment, a declaration, a gift or a
    /// will.
    ///
    /// Source: Notary Law (公证法, 2017) Art 25.
    fn is_competent(&mut self, matter: &Matter, competence: Competence) {
        let bound = matter.application.real_estate && !matter.traits.contains(&MatterTrait::EstateAnywhere);
        self.check.must(!bound || competence == Competence::PlaceOfEstate, ReasonCode::OtherPlace);
    }

    /// Source: Notary Law (公证法, 2017) Art 27; Rules of Notarial Procedure (公证程序规则, 2020) Art 21.
    fn applicants_are_told(&mut self, matter: &Matter, information: &Information) {
        self.are_parties(information.told.iter().copied());
        let untold = matter.application.people().filter(|person| !information.told.contains(person));
        self.check.none(untold, ReasonCode::RightsNotTold);
    }

    /// Source: Notary Law (公证法, 2017) Art 23(3).
    pub(super) fn assign(&mut self, notaries: Vec<ActorId>, recusal_told: DocumentId) -> Events {
        let file = match self.state() {
            State::Accepted(file) => file,
            State::Unopened
            | State::Booked(_)
            | State::Applied(_)
            | State::Assigned(_)
            | State::Handling(..)
            | State::Ended(..)
            | State::Issued(_)
            | State::Reexamining(..) => return self.check.wrong_state(),
        };
        self.check.must(!file.withdrawn, ReasonCode::TakenBack);
        self.check.must(!notaries.is_empty(), ReasonCode::NobodyNamed);
        let mut seen = BTreeSet::new();
        self.check.none(notaries.iter().filter(|one| !seen.insert(**one)), ReasonCode::NamedTwice);
        no_conflict(self.case, notaries.iter().copied(), self.context, self.check);
        let decided_by = self.context.actor.id;
        one(Event::NotaryAssigned(NotaryAssigned { notaries, recusal_told, decided_by }))
    }

    pub(super) fn set_fee(&mut self, cents: u64, aid_eligible: bool, sheet: DocumentId) -> Events {
        let file = self.state().before_approval();
        self.with(file)?;
        if let Some((work, _)) = self.state().working() {
            self.actor_is_assigned(work);
        }
        one(Event::FeeSet(FeeSet { cents, aid_eligible, sheet }))
    }

    /// Source: Notary Law (公证法, 2017) Art 34; Legal Aid Law (法律援助法, 2021) Art 53.
    pub(super) fn reduce_fee(&mut self, ground: Code, amount_cents: u64, decision: DocumentId) -> Events {
        let file = self.state().before_approval();
        let file = self.with(file)?;
        self.ground_is_listed(&ground, GroundUse::ReduceFee);
        self.check.must(file.fee.is_some(), ReasonCode::NoFee);
        let fee = file.fee?;
        self.ground_is_borne_out(&ground, ground.as_str() != "AID_ELIGIBLE" || fee.aid_eligible);
        self.is_no_more_than(amount_cents, fee.left_cents());
        let decided_by = self.context.actor.id;
        one(Event::FeeReduced(FeeReduced { ground, amount_cents, decision, decided_by }))
    }

    pub(super) fn is_no_more_than(&mut self, cents: u64, fee: u64) {
        if cents > fee {
            let reason = Reason::new(ReasonCode::MoreThanFee).text("cents", cents).text("fee", fee);
            self.check.refuse(reason);
        }
    }
}

/// The rule until when the certificate is issued: listed matters that are simple go faster.
fn term_of(matter: &Matter, simple: bool) -> (&'static str, Option<&'static str>) {
    if simple && matter.traits.contains(&MatterTrait::FiveDays) {
        ("NOT-D02", Some("five_days"))
    } else if simple && matter.traits.contains(&MatterTrait::TenDays) {
        ("NOT-D02", Some("ten_days"))
    } else {
        ("NOT-D01", None)
    }
}
