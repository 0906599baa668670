//! From the draft to the certificate in the party's hands: N10 to N13.

use std::collections::BTreeSet;

use super::{Desk, Events, missing, one};
use crate::case::notary::certificate::{
    ApprovalCheck, CertificateCondition, CertificateForm, CertificatePart,
};
use crate::case::notary::event::{
    ApprovalReturned, CertificateApproved, CertificateDelivered, CertificateDrafted, CertificateIssued,
    CollectiveDiscussionRecorded, Event,
};
use crate::case::notary::matter::MatterTrait;
use crate::case::notary::state::{Draft, Stage, Work};
use crate::case::{Reason, ReasonCode};
use crate::id::{ActorId, DocumentId, PersonRef};
use crate::privacy::Sealed;

impl<'a> Desk<'a> {
    /// Nothing is drafted while anything is unexamined or in doubt.
    ///
    /// Source: Notary Law (公证法, 2017) Art 28-30; Rules of Notarial Procedure (公证程序规则, 2020) Art 36-39.
    pub(super) fn draft(
        &mut self,
        draft: DocumentId,
        form: CertificateForm,
        conditions: BTreeSet<CertificateCondition>,
        major: bool,
    ) -> Events {
        let examining = self.state().working().and_then(|(work, stage)| match stage {
            Some(Stage::Examining) => Some(work),
            None | Some(Stage::Delegated { .. } | Stage::Drafted(_) | Stage::Approved { .. }) => None,
        });
        let work = self.with(examining)?;
        self.actor_is_assigned(work);
        self.goes_on(&work.file);
        let unsettled: Vec<_> = work.unsettled().collect();
        if !unsettled.is_empty() {
            self.check.refuse(Reason::new(ReasonCode::NotExamined).words("items", "examination", unsettled));
        }
        let on_site = work.file.matter.traits.contains(&MatterTrait::OnSite);
        self.check.must(!on_site || work.testified, ReasonCode::NoTestimony);
        if let Some(missing) = missing(form.conditions(), &conditions) {
            self.check.refuse(Reason::new(ReasonCode::ConditionMissing).words(
                "missing",
                "condition",
                missing,
            ));
        }
        one(Event::CertificateDrafted(CertificateDrafted { draft, form, conditions, major }))
    }

    pub(super) fn discuss(&mut self, participants: BTreeSet<ActorId>, record: DocumentId) -> Events {
        let drafted = self.state().drafted();
        let (work, _) = self.with(drafted)?;
        self.check.must(!work.file.withdrawn, ReasonCode::TakenBack);
        self.check.must(participants.len() > 1, ReasonCode::NobodyNamed);
        one(Event::CollectiveDiscussionRecorded(CollectiveDiscussionRecorded { participants, record }))
    }

    /// Nobody approves their own certificate, and nobody a big matter that was not discussed.
    pub(super) fn approve(&mut self, checks: BTreeSet<ApprovalCheck>, sheet: DocumentId) -> Events {
        let (work, draft) = self.awaiting_approval()?;
        self.goes_on(&work.file);
        if let Some(missing) = missing(ApprovalCheck::ALL, &checks) {
            self.check.refuse(Reason::new(ReasonCode::NotChecked).words("missing", "approval", missing));
        }
        self.check.must(!draft.major || draft.discussed, ReasonCode::NotDiscussed);
        match work.file.fee {
            None => self.check.must(false, ReasonCode::NoFee),
            Some(fee) => {
                let reduced = !fee.aid_eligible || fee.cents == 0 || fee.reduced_cents > 0;
                self.check.must(reduced, ReasonCode::ReductionMissing);
            }
        }
        let approved_by = self.context.actor.id;
        one(Event::CertificateApproved(CertificateApproved { checks, sheet, approved_by }))
    }

    pub(super) fn return_draft(&mut self, reasons: Sealed, sheet: DocumentId) -> Events {
        self.awaiting_approval()?;
        let decided_by = self.context.actor.id;
        one(Event::ApprovalReturned(ApprovalReturned { reasons, sheet, decided_by }))
    }

    /// The work and its draft, before somebody who has not handled it.
    fn awaiting_approval(&mut self) -> Option<(&'a Work, &'a Draft)> {
        let drafted = self.state().drafted();
        let (work, draft) = self.with(drafted)?;
        self.actor_is_no_handler(work);
        Some((work, draft))
    }

    /// Source: Notary Law (公证法, 2017) Art 30, 32; Rules of Notarial Procedure (公证程序规则, 2020) Art 42, 43.
    pub(super) fn issue(
        &mut self,
        original: DocumentId,
        parts: BTreeSet<CertificatePart>,
        other_language: Option<DocumentId>,
    ) -> Events {
        let approved = self.state().working().and_then(|(work, stage)| match stage {
            Some(Stage::Approved { .. }) => Some(work),
            None | Some(Stage::Examining | Stage::Delegated { .. } | Stage::Drafted(_)) => None,
        });
        let work = self.with(approved)?;
        self.actor_is_assigned(work);
        self.goes_on(&work.file);
        if let Some(missing) = missing(CertificatePart::ALL, &parts) {
            self.check.refuse(Reason::new(ReasonCode::PartMissing).words("missing", "part", missing));
        }
        let number = self.certificate_number();
        let archive_by = self.deadline("NOT-D05", None);
        one(Event::CertificateIssued(CertificateIssued {
            number: number?,
            original,
            parts,
            other_language,
            issued_by: self.context.actor.id,
            archive_by: archive_by?,
        }))
    }

    /// Until when the party may ask for a reexamination is noted where the calendar of that year is known: to hand a
    /// certificate out does not wait for it.
    ///
    /// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 61.
    pub(super) fn deliver(&mut self, to: BTreeSet<PersonRef>, receipt: DocumentId) -> Events {
        let in_effect = self.state().in_effect();
        let issued = self.with(in_effect)?;
        self.check.must(!to.is_empty(), ReasonCode::NobodyNamed);
        self.are_parties(to.iter().copied());
        let twice = to.iter().filter(|person| issued.certificate.received.contains_key(person));
        self.check.none(twice, ReasonCode::AlreadyReceived);
        let party = self.context.deadline(&self.case.jurisdiction(), "NOT-D06", Some("party"));
        let reexamine_by = party.ok();
        one(Event::CertificateDelivered(CertificateDelivered { to, receipt, reexamine_by }))
    }
}
