//! From terms on paper to an agreement that binds: M15 to M18, M24.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Desk, Events};
use crate::case::code::Role;
use crate::case::mediation::agreement::{Agreement, Confirmation, Obligation, OralCircumstances, Signer};
use crate::case::mediation::event::{
    AgreementAmended, AgreementDrafted, AgreementEffective, AgreementSealed, AgreementSigned, Event,
    OralAgreementRecorded,
};
use crate::case::mediation::state::{Matter, Work};
use crate::case::{Reason, ReasonCode};
use crate::id::{DocumentId, PersonRef};

impl Desk<'_> {
    pub(super) fn draft(&mut self, agreement: &Agreement) -> Events {
        let after_session = self.state().after_session();
        let work = self.with(after_session)?;
        self.actor_is_assigned(work);
        self.no_recusal_open(work);
        self.terms_are_sound(&work.file.matter, agreement, None);
        Some(vec![Event::AgreementDrafted(AgreementDrafted { agreement: agreement.clone() })])
    }

    /// Every obligation names two parties, a day to come and, if it is a payment, an amount; and the sum is right.
    ///
    /// Only what is taken over unchanged from an agreement that binds may lie in the past: it may be performed already.
    fn terms_are_sound(&mut self, matter: &Matter, agreement: &Agreement, before: Option<&Agreement>) {
        let today = self.context.date();
        let taken_over =
            |one: &Obligation| before.is_some_and(|before| before.obligation(&one.id) == Some(one));
        let mut names = BTreeSet::new();
        let malformed: Vec<_> = agreement
            .obligations
            .iter()
            .filter(|one| {
                !names.insert(&one.id) || !one.is_well_formed() || (one.due < today && !taken_over(one))
            })
            .map(|one| &one.id)
            .collect();
        if agreement.obligations.is_empty() || !malformed.is_empty() {
            self.check.refuse(Reason::new(ReasonCode::BadObligation).list("obligations", malformed));
        }
        let people = agreement.obligations.iter().flat_map(|one| [one.debtor, one.creditor]);
        self.are_parties(matter, people.collect::<BTreeSet<_>>());
        let sum = agreement.sum_cents();
        if sum != Some(agreement.total_cents) {
            let reason =
                Reason::new(ReasonCode::SumDiffers).text("total", agreement.total_cents).list("sum", sum);
            self.check.refuse(reason);
        }
    }

    pub(super) fn sign(&mut self, signer: Signer) -> Events {
        let drafted = self.state().drafted();
        let (work, draft) = self.with(drafted)?;
        self.no_recusal_open(work);
        match signer {
            Signer::Party(person) => {
                self.are_parties(&work.file.matter, [person]);
                self.actor_is_assigned(work);
            }
            Signer::Mediator(mediator) => {
                self.is_assigned(work, mediator);
                let own_hand = self.context.actor.role == Role::Mediator && self.context.actor.id == mediator;
                self.check.none((!own_hand).then_some(self.context.actor.id), ReasonCode::NotAssigned);
            }
        }
        self.check.must(!draft.signatures.contains_key(&signer), ReasonCode::AlreadySigned);
        Some(vec![Event::AgreementSigned(AgreementSigned { signer })])
    }

    /// With the seal on it the agreement binds from the day of the last signature or seal.
    ///
    /// Source: People's Mediation Law Art 29.
    pub(super) fn seal(&mut self, document: DocumentId) -> Events {
        let drafted = self.state().drafted();
        let (work, draft) = self.with(drafted)?;
        self.no_recusal_open(work);
        let parties = work.file.matter.dispute.people().map(Signer::Party);
        let mediators = work.mediators.iter().copied().map(Signer::Mediator);
        let missing: Vec<_> = parties
            .chain(mediators)
            .filter(|signer| !draft.signatures.contains_key(signer))
            .map(|signer| match signer {
                Signer::Party(person) => person.to_string(),
                Signer::Mediator(mediator) => mediator.to_string(),
            })
            .collect();
        self.check.none(missing, ReasonCode::SignatureMissing);
        let last = draft.signatures.values().copied().max();
        let date = last.map_or(self.context.date(), |last| last.max(self.context.date()));
        let effective = self.takes_effect(date)?;
        Some(vec![Event::AgreementSealed(AgreementSealed { document }), effective])
    }

    fn takes_effect(&mut self, date: NaiveDate) -> Option<Event> {
        let start = if date == self.context.date() { self.context.occurred_at } else { self.start_of(date)? };
        let place = self.case.jurisdiction();
        let confirm_by = self.check.deadline(self.context.deadline_from(&place, "MED-D05", None, start, &[]));
        let visit_by = self.check.deadline(self.context.deadline_from(&place, "MED-D09", None, start, &[]));
        let (confirm_by, visit_by) = (confirm_by?, visit_by?);
        Some(Event::AgreementEffective(AgreementEffective { date, confirm_by, visit_by }))
    }

    /// Source: People's Mediation Law Art 28, 30; Ningbo Regulations on People's Mediation Art 24, where in force.
    pub(super) fn agree_orally(&mut self, agreement: &Agreement, how: &OralCircumstances) -> Events {
        let after_session = self.state().after_session();
        let work = self.with(after_session)?;
        self.actor_is_assigned(work);
        self.no_recusal_open(work);
        self.terms_are_sound(&work.file.matter, agreement, None);
        self.all_agree(&work.file.matter, &how.waived_by);
        self.word_of_mouth_will_do(how);
        let recorded = OralAgreementRecorded { agreement: agreement.clone(), circumstances: how.clone() };
        let effective = self.takes_effect(self.context.date())?;
        Some(vec![Event::OralAgreementRecorded(recorded), effective])
    }

    fn word_of_mouth_will_do(&mut self, how: &OralCircumstances) {
        let rules = self.rules();
        let against = [
            ("mediation.oral_agreement_only_if_performed_at_once", !how.performed_at_once),
            ("mediation.oral_agreement_not_if_writing_asked", how.writing_asked),
            ("mediation.oral_agreement_not_if_major", how.major),
        ];
        for (rule, applies) in against {
            if let Some(flag) = rules.flag_rule(rule).filter(|flag| flag.value && applies) {
                let reason = Reason::new(ReasonCode::WritingRequired)
                    .text("rule", rule)
                    .text("basis", &flag.provenance.basis);
                self.check.refuse(reason);
            }
        }
    }

    /// New terms are signed and sealed in their turn; until then the old ones bind. What was performed stays performed.
    ///
    /// Source: Civil Procedure Law (民事诉讼法, 2023) Art 206.
    pub(super) fn change(&mut self, agreement: &Agreement, agreed_by: &BTreeSet<PersonRef>) -> Events {
        let in_effect = self.state().in_effect();
        let (work, present): (&Work, _) = self.with(in_effect)?;
        self.all_agree(&work.file.matter, agreed_by);
        self.terms_are_sound(&work.file.matter, agreement, Some(&present.agreement));
        let free = match present.confirmation {
            Confirmation::None | Confirmation::Dismissed | Confirmation::NotAccepted => true,
            Confirmation::Applied | Confirmation::Accepted | Confirmation::Confirmed => false,
        };
        self.check.must(free, ReasonCode::AlreadyAtCourt);
        let (agreement, agreed_by) = (agreement.clone(), agreed_by.clone());
        Some(vec![Event::AgreementAmended(AgreementAmended { agreement, agreed_by })])
    }
}
