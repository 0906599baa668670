//! A certificate is examined anew, and what follows from it: N16 to N20.

use std::collections::BTreeSet;

use chrono::Datelike;

use super::{Desk, Events, one};
use crate::case::notary::certificate::{Duty, Progress, ReexaminationFinding, Verdict};
use crate::case::notary::command::REEXAMINED;
use crate::case::notary::event::Event;
use crate::case::notary::matter::{Report, Requester};
use crate::case::notary::reexamination::{
    AssociationComplaintFiled, AssociationNotified, CertificateCorrected, CertificatePartlyRevoked,
    CertificateRevoked, CertificateUpheld, ReexaminationCarriedOut, ReexaminationRequested,
    ReexaminerAssigned, RevocationPublished, Ruling, SupplementaryCertificateIssued,
};
use crate::case::notary::state::Issued;
use crate::case::skeleton::{Remedy, no_conflict};
use crate::case::{CaseEvent, Reason, ReasonCode};
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::privacy::Sealed;

impl<'a> Desk<'a> {
    /// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 61, 64.
    pub(super) fn request_reexamination(
        &mut self,
        by: Requester,
        errors: Sealed,
        request: DocumentId,
        evidence: Vec<DocumentId>,
        excuse: Option<DocumentId>,
    ) -> Events {
        let in_effect = self.state().in_effect();
        let issued = self.with(in_effect)?;
        match &by {
            Requester::Party(person) => self.are_parties([*person]),
            Requester::Interested { person, particulars, .. } => {
                self.check.none((particulars.key() != person.key()).then_some(*person), ReasonCode::WrongKey);
            }
        }
        self.is_in_time(issued, &by, excuse.is_some());
        let decide_by = self.deadline("NOT-D07", None)?;
        let requested = ReexaminationRequested { by, errors, request, evidence, excuse, decide_by };
        one(Event::ReexaminationRequested(requested))
    }

    /// A year from the receipt or from learning of the certificate, unless it is proved that they could not know; twenty
    /// years from its issue for everybody.
    fn is_in_time(&mut self, issued: &Issued, by: &Requester, excused: bool) {
        self.is_not_later(Some("at_most"), issued.certificate.issued_at);
        if excused {
            return;
        }
        match by {
            Requester::Party(person) => {
                // Whoever has not received it has not begun to lose time.
                if let Some(received) = issued.certificate.received.get(person) {
                    self.is_not_later(Some("party"), *received);
                }
            }
            Requester::Interested { known_on, .. } => match Timestamp::start_of_china_day(*known_on) {
                Ok(known) => self.is_not_later(Some("interested_person"), known),
                Err(error) => {
                    self.check.refuse(Reason::new(ReasonCode::NoDeadline).text("error", error));
                }
            },
        }
    }

    fn is_not_later(&mut self, variant: Option<&str>, start: Timestamp) {
        let (place, at) = (self.case.jurisdiction(), self.context.occurred_at);
        match self.context.deadline_from(&place, "NOT-D06", variant, start, &[]) {
            Ok(term) => {
                if let Some(end) = term.judged().filter(|end| end.due.is_late(at)) {
                    let reason = Reason::new(ReasonCode::ReexaminationLate)
                        .text("due", end.due.due)
                        .text("basis", &end.basis);
                    self.check.refuse(reason);
                }
            }
            // An end in a year that has not come is not over.
            Err(error) => {
                let to_come = error.calendar_missing().is_some_and(|one| one.year > at.china_date().year());
                if !to_come {
                    self.check.deadline(Err(error));
                }
            }
        }
    }

    /// Another notary than those who made the certificate, and not the one who approved it.
    ///
    /// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 62.
    pub(super) fn assign_reexaminer(&mut self, reexaminer: ActorId) -> Events {
        let requested = self.state().reexamining().filter(|(_, one)| one.progress == Progress::Requested);
        let (issued, _) = self.with(requested)?;
        let made_it = issued.work.handlers().contains(&reexaminer) || issued.approved_by == reexaminer;
        self.check.none(made_it.then_some(reexaminer), ReasonCode::MadeIt);
        no_conflict(self.case, [reexaminer], self.context, self.check);
        let decided_by = self.context.actor.id;
        one(Event::ReexaminerAssigned(ReexaminerAssigned { reexaminer, decided_by }))
    }

    /// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 62, 63.
    pub(super) fn decide_reexamination(
        &mut self,
        finding: ReexaminationFinding,
        verdict: &Verdict,
        report: DocumentId,
        decision: DocumentId,
        remedy: Remedy,
    ) -> Events {
        let reexaminer = self.state().reexamining().and_then(|(_, one)| match one.progress {
            Progress::Examining { reexaminer } => Some(reexaminer),
            Progress::Requested | Progress::CarryingOut { .. } => None,
        });
        let reexaminer = self.with(reexaminer)?;
        self.check.must(self.context.actor.id != reexaminer, ReasonCode::SamePerson);
        self.check.must(self.case.common.open_supplement().is_none(), ReasonCode::SupplementOpen);
        self.other_ways_are_told(&remedy);
        self.verdict_follows(finding, verdict);
        let report = Report { document: report, by: reexaminer };
        let decided_by = self.context.actor.id;
        let ruling = Ruling { finding, report, decision, decided_by, remedy };
        one(match verdict.clone() {
            Verdict::Uphold { made_good } => {
                Event::CertificateUpheld(CertificateUpheld { ruling, made_good })
            }
            Verdict::Correct => {
                let carry_out_by = self.deadline("NOT-D07", Some("carry_out"))?;
                Event::CertificateCorrected(CertificateCorrected { ruling, carry_out_by })
            }
            Verdict::Supplement { original } => {
                let number = self.certificate_number();
                let carry_out_by = self.deadline("NOT-D07", Some("carry_out"))?;
                let file_by = self.deadline("NOT-D08", None)?;
                let number = number?;
                Event::SupplementaryCertificateIssued(SupplementaryCertificateIssued {
                    ruling,
                    number,
                    original,
                    carry_out_by,
                    file_by,
                })
            }
            Verdict::RevokePart => {
                let carry_out_by = self.deadline("NOT-D07", Some("carry_out"))?;
                let file_by = self.deadline("NOT-D08", None)?;
                let revoked = CertificatePartlyRevoked { ruling, carry_out_by, file_by };
                Event::CertificatePartlyRevoked(revoked)
            }
            Verdict::Revoke => {
                let carry_out_by = self.deadline("NOT-D07", Some("carry_out"))?;
                let file_by = self.deadline("NOT-D08", None)?;
                Event::CertificateRevoked(CertificateRevoked { ruling, carry_out_by, file_by })
            }
        })
    }

    /// A certificate stands in spite of a fault of procedure only if that was made good.
    fn verdict_follows(&mut self, finding: ReexaminationFinding, verdict: &Verdict) {
        let outcome = verdict.outcome();
        let mended = match verdict {
            Verdict::Uphold { made_good } => {
                finding != ReexaminationFinding::Procedure || made_good.is_some()
            }
            Verdict::Correct | Verdict::Supplement { .. } | Verdict::RevokePart | Verdict::Revoke => true,
        };
        if !finding.allows().contains(&outcome) || !mended {
            let reason = Reason::new(ReasonCode::DoesNotFollow)
                .words("outcome", "reexamination", [outcome])
                .words("finding", "reexamination_finding", [finding]);
            self.check.refuse(reason);
        }
    }

    pub(super) fn carry_out(
        &mut self,
        recalled: DocumentId,
        handed_out: DocumentId,
        to: BTreeSet<PersonRef>,
        receipt: DocumentId,
    ) -> Events {
        let duties = self.carrying_out()?;
        self.check.must(duties.contains(&Duty::Replace), ReasonCode::NothingToDo);
        self.check.must(!to.is_empty(), ReasonCode::NobodyNamed);
        self.are_parties(to.iter().copied());
        let done = ReexaminationCarriedOut { recalled, handed_out, to, receipt };
        one(Event::ReexaminationCarriedOut(done))
    }

    /// A revoked certificate is recalled and the revocation published; the association hears of that and of a
    /// supplementary certificate.
    ///
    /// Source: Notary Law (公证法, 2017) Art 39; Rules of Notarial Procedure (公证程序规则, 2020) Art 63.
    pub(super) fn revoke_effects(
        &mut self,
        recalled: Option<DocumentId>,
        publication: Option<DocumentId>,
        filing: DocumentId,
        national_entry: Code,
    ) -> Events {
        let duties = self.carrying_out()?;
        self.check.must(duties.contains(&Duty::File), ReasonCode::NothingToDo);
        let told = AssociationNotified { filing, national_entry: national_entry.clone() };
        let told = CaseEvent::Own(Event::AssociationNotified(told));
        if !duties.contains(&Duty::Publish) {
            return Some(vec![told]);
        }
        self.check.must(recalled.is_some() && publication.is_some(), ReasonCode::NotPublished);
        let (recalled, publication) = (recalled?, publication?);
        let published = RevocationPublished { recalled, publication, filing, national_entry };
        Some(vec![CaseEvent::Own(Event::RevocationPublished(published)), told])
    }

    fn carrying_out(&mut self) -> Option<&'a BTreeSet<Duty>> {
        let carrying_out = self.state().reexamining().and_then(|(_, one)| match &one.progress {
            Progress::CarryingOut { duties, .. } => Some(duties),
            Progress::Requested | Progress::Examining { .. } => None,
        });
        self.with(carrying_out)
    }

    pub(super) fn complain_to_association(&mut self, by: PersonRef, complaint: DocumentId) -> Events {
        // While it is examined once more, there is nothing yet to complain about.
        let decided = REEXAMINED.contains(&self.state().step());
        let issued = self.state().issued().filter(|issued| decided && issued.certificate.standing.is_some());
        self.with(issued)?;
        self.are_parties([by]);
        one(Event::AssociationComplaintFiled(AssociationComplaintFiled { by, complaint }))
    }
}
