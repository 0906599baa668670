//! Who handles the matter: A17 to A20, and what the law asks of counsel.

use std::collections::BTreeSet;

use super::{Desk, Events};
use crate::case::code::{Role, SpecialGroup};
use crate::case::legal_aid::counsel::{
    AgencyAgreementSigned, AssignUnit, CounselNamed, CounselPreferenceRecorded, NameCounsel, Nomination,
    OtherChoice, Profession, SigningDelayed, Standing, Unit, UnitAssigned, UnitKind,
};
use crate::case::legal_aid::event::Event;
use crate::case::legal_aid::request::Feature;
use crate::case::legal_aid::state::{File, Stage};
use crate::case::legal_aid::work::{Course, Work};
use crate::case::skeleton::no_conflict;
use crate::case::{Reason, ReasonCode};
use crate::policy::CaseKind;

impl<'a> Desk<'a> {
    /// Whoever chooses names as many as the place asks for, so that one of them can be had.
    pub(super) fn prefer(&mut self, preference: &CounselPreferenceRecorded) -> Events {
        let file = self.file_at(|_, stage| matches!(stage, Stage::Granted(_) | Stage::Assigned(_)))?;
        self.are_aided(file, [preference.by]);
        let rules = self.rules();
        let min = rules.number("aid.counsel_choices_min").map_or(1, |number| number.value);
        let names: BTreeSet<_> = preference.names.iter().collect();
        if u32::try_from(names.len()).unwrap_or(u32::MAX) < min {
            let reason = Reason::new(ReasonCode::TooFewChoices).text("actual", names.len()).text("min", min);
            self.check.refuse(reason);
        }
        Some(vec![Event::CounselPreferenceRecorded(preference.clone())])
    }

    /// Source: Legal Aid Law (法律援助法, 2021) Art 36, 43; MoJ Order 148 (办理法律援助案件程序规定, 2023) Art 24.
    pub(super) fn assign(&mut self, command: &AssignUnit) -> Events {
        let file = self.file_at(|_, stage| matches!(stage, Stage::Granted(_)))?;
        self.unit_may_defend(file, &command.unit);
        let organ_waits = file.request.sub_kind.is_defence() && file.request.stage.has_case_organ();
        self.check.must(!organ_waits || command.organ_letter.is_some(), ReasonCode::OrganNotTold);
        let AssignUnit { unit, notice, organ_letter } = command.clone();
        let (assigned_by, sign_by) = (self.context.actor.id, self.deadline("AID-D05", None)?);
        Some(vec![Event::UnitAssigned(UnitAssigned { unit, notice, organ_letter, assigned_by, sign_by })])
    }

    /// An office of legal-service workers defends nobody in criminal proceedings.
    pub(super) fn unit_may_defend(&mut self, file: &File, unit: &Unit) {
        let may = match unit.kind {
            UnitKind::LawFirm | UnitKind::Agency => true,
            UnitKind::LegalServiceOffice => !file.request.sub_kind.is_defence(),
        };
        self.check.must(may, ReasonCode::NotForDefence);
    }

    pub(super) fn name_counsel(&mut self, command: &NameCounsel) -> Events {
        let registered = self.state().registered();
        let assigned = registered.and_then(|(file, stage)| match stage {
            Stage::Assigned(unit) => Some((file, unit)),
            Stage::Received
            | Stage::UnderReview
            | Stage::Granted(_)
            | Stage::Handling(..)
            | Stage::Refused(_)
            | Stage::Terminated(_)
            | Stage::Withdrawn
            | Stage::DeemedWithdrawn
            | Stage::Completed(_) => None,
        });
        let (file, unit) = self.with(assigned)?;
        self.unit_names_its_own(unit);
        let nomination = command.nomination.clone();
        self.counsel_fits(file, &nomination);
        let preference_followed = self.preference_is_answered(file, &nomination);
        let named_by = self.context.actor.id;
        Some(vec![Event::CounselNamed(CounselNamed { nomination, preference_followed, named_by })])
    }

    fn unit_names_its_own(&mut self, unit: &Unit) {
        let actor = &self.context.actor;
        let foreign = actor.role == Role::LawFirm && actor.office != unit.office;
        self.check.none(foreign.then_some(actor.id), ReasonCode::NotAssigned);
    }

    /// What the law asks of whoever handles a matter.
    ///
    /// Source: Legal Aid Law Art 17, 25, 26; MoJ Order 148 Art 26; Law on Minors (未成年人保护法) Art 104.
    pub(super) fn counsel_fits(&mut self, file: &File, nomination: &Nomination) {
        let request = &file.request;
        let defends = request.sub_kind.is_defence();
        let may = match nomination.profession {
            Profession::Lawyer => true,
            Profession::LegalServiceWorker => !defends,
            Profession::Volunteer => false,
        };
        self.check.must(may, if defends { ReasonCode::NotForDefence } else { ReasonCode::NotAsCounsel });
        let rules = self.rules();
        let gravest = self.concerns(file, Feature::LifeOrDeath) || self.concerns(file, Feature::DeathReview);
        let min = rules.number("aid.defence_practice_years_min");
        if let Some(min) = min.filter(|min| gravest && nomination.relevant_years < min.value) {
            let reason = Reason::new(ReasonCode::TooLittlePractice)
                .text("actual", nomination.relevant_years)
                .text("min", min.value)
                .text("basis", &min.provenance.basis);
            self.check.refuse(reason);
        }
        let minor = self.concerns(file, Feature::Minor) || self.is_tagged_minor(file);
        self.check.must(!minor || nomination.knows_minors, ReasonCode::MinorsNotKnown);
        self.check.must(nomination.standing == Standing::Active, ReasonCode::NotInRoster);
        no_conflict(self.case, [nomination.counsel], self.context, self.check);
        let staff =
            file.reviewers.contains(&nomination.counsel) || file.deciders.contains(&nomination.counsel);
        self.check.must(!staff, ReasonCode::OwnDecision);
    }

    /// Whether the matter has a feature, as the request says or as the rules say of all such matters.
    fn concerns(&self, file: &File, feature: Feature) -> bool {
        let rules = self.rules();
        let matter = rules.matter(CaseKind::LegalAid, file.request.matter.as_str());
        file.request.features.contains(&feature) || matter.is_some_and(|matter| matter.has(feature.as_str()))
    }

    fn is_tagged_minor(&self, file: &File) -> bool {
        let (today, tags) = (self.context.date(), &self.case.common.groups);
        tags.iter()
            .any(|tag| tag.group == SpecialGroup::Minor && file.aids(tag.person) && tag.holds_on(today))
    }

    /// The person gets one of those whom they chose, or there is a reason why not.
    pub(super) fn preference_is_answered(&mut self, file: &File, nomination: &Nomination) -> Option<bool> {
        let preference = file.preference.as_ref()?;
        let followed = preference.names.contains(&nomination.counsel);
        let reason: Option<OtherChoice> = nomination.other_choice;
        self.check.must(followed || reason.is_some(), ReasonCode::ChoiceNotAnswered);
        Some(followed)
    }

    /// After its last day an agreement is signed only with the note of why it took so long.
    ///
    /// Source: MoJ Order 148 Art 27.
    pub(super) fn sign_agreement(&mut self, signed: &AgencyAgreementSigned) -> Events {
        let (file, work) = self.unsigned()?;
        self.actor_is_counsel(work);
        self.check.must(!signed.by.is_empty(), ReasonCode::NobodyNamed);
        self.are_aided(file, signed.by.iter().copied());
        let clock = self.case.common.clock.as_ref();
        let late = clock.is_some_and(|clock| clock.is_over(self.context.occurred_at));
        self.check.must(!late || work.delay_noted, ReasonCode::SigningLate);
        Some(vec![Event::AgencyAgreementSigned(signed.clone())])
    }

    /// What the client or nobody can help lets the clock stand still; what the unit has not seen to does not.
    pub(super) fn delay_signing(&mut self, delayed: &SigningDelayed) -> Events {
        self.file_at(|_, stage| match stage {
            Stage::Assigned(_) => true,
            Stage::Handling(work, course) => is_signable(work, course),
            Stage::Received
            | Stage::UnderReview
            | Stage::Granted(_)
            | Stage::Refused(_)
            | Stage::Terminated(_)
            | Stage::Withdrawn
            | Stage::DeemedWithdrawn
            | Stage::Completed(_) => false,
        })?;
        if let Some(work) = self.state().work() {
            self.actor_is_counsel(work);
            self.check.must(!work.signed, ReasonCode::AlreadySigned);
        }
        Some(vec![Event::SigningDelayed(delayed.clone())])
    }

    /// The work, as long as client and unit have not signed; once they have, they need not again.
    fn unsigned(&mut self) -> Option<(&'a File, &'a Work)> {
        let (file, work) = self.work_at(is_signable)?;
        self.check.must(!work.signed, ReasonCode::AlreadySigned);
        Some((file, work))
    }
}

/// Whether an agreement may be missing: in every course of the work but the last, though where nothing else was done the
/// step itself says that it is there.
fn is_signable(work: &Work, course: &Course) -> bool {
    match course {
        Course::Going => work.steps > 0 || !work.signed,
        Course::Replacing { .. } | Course::Ending { .. } => true,
        Course::Reported => false,
    }
}
