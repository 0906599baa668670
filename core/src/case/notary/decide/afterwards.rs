//! What a certificate does after it is issued: N21, N22, and the file of a will.

use super::{Desk, Events, one};
use crate::case::ReasonCode;
use crate::case::notary::certificate::CertificateForm;
use crate::case::notary::command::{ENDED, ExecutionAnswer};
use crate::case::notary::event::Event;
use crate::case::notary::matter::Report;
use crate::case::notary::reexamination::{
    CourtRouteTold, ExecutionCertificateIssued, ExecutionCertificateRefused, ExecutionClaim, FileUnsealed,
};
use crate::case::skeleton::ConfidentialGround;
use crate::id::{DocumentId, PersonRef};
use crate::policy::GroundUse;

impl Desk<'_> {
    /// A dispute over the content goes to a court, which does not change or revoke the certificate itself.
    ///
    /// Source: Notary Law (公证法, 2017) Art 40; Provisions on Civil Cases about Notarisation (2020) Art 2.
    pub(super) fn guide_to_court(&mut self, person: PersonRef, notice: DocumentId) -> Events {
        let issued = self.state().issued();
        self.with(issued)?;
        self.are_parties([person]);
        one(Event::CourtRouteTold(CourtRouteTold { person, notice }))
    }

    /// Source: Notary Law (公证法, 2017) Art 37; Provisions on the Enforcement of Notarised Debts (2018) Art 3.
    pub(super) fn execution(
        &mut self,
        claim: ExecutionClaim,
        report: Report,
        answer: ExecutionAnswer,
    ) -> Events {
        let in_effect = self.state().in_effect();
        let issued = self.with(in_effect)?;
        let enforceable = issued.certificate.form == CertificateForm::Enforcement;
        self.check.must(enforceable, ReasonCode::NotEnforceable);
        self.are_parties([claim.creditor, claim.debtor]);
        self.check.none((claim.creditor == claim.debtor).then_some(claim.debtor), ReasonCode::NamedTwice);
        self.check.must(report.by != self.context.actor.id, ReasonCode::SamePerson);
        let decided_by = self.context.actor.id;
        one(match answer {
            ExecutionAnswer::Issue { certificate, debtor_asked } => {
                self.check.must(claim.amount_cents > 0, ReasonCode::NothingOwed);
                let number = self.certificate_number()?;
                Event::ExecutionCertificateIssued(ExecutionCertificateIssued {
                    number,
                    claim,
                    report,
                    certificate,
                    debtor_asked,
                    decided_by,
                })
            }
            ExecutionAnswer::Refuse { ground, decision, remedy } => {
                self.ground_is_listed(&ground, GroundUse::DeclineExecution);
                self.other_ways_are_told(&remedy);
                Event::ExecutionCertificateRefused(ExecutionCertificateRefused {
                    ground,
                    claim,
                    report,
                    decision,
                    decided_by,
                    remedy,
                })
            }
        })
    }

    /// Source: Rules on Notarised Wills (遗嘱公证细则) Art 21; Rules of Notarial Procedure (2020) Art 60.
    pub(super) fn unseal(&mut self, proof: DocumentId) -> Events {
        if !ENDED.contains(&self.state().step()) {
            return self.check.wrong_state();
        }
        let sealed = self.case.common.confidential.contains(&ConfidentialGround::Will);
        self.check.must(sealed, ReasonCode::NotUnderSeal);
        let decided_by = self.context.actor.id;
        one(Event::FileUnsealed(FileUnsealed { proof, decided_by }))
    }
}
