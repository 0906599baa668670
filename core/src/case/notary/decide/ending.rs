//! How a matter ends without a certificate: N14 and N15.

use chrono::Datelike;

use super::{Desk, Events, one};
use crate::case::notary::event::{Event, NotaryRefused, NotaryTerminated};
use crate::case::notary::matter::Report;
use crate::case::notary::state::File;
use crate::case::skeleton::Remedy;
use crate::id::{Code, DocumentId};
use crate::policy::{Deadline, GroundUse};

impl Desk<'_> {
    /// Source: Notary Law (公证法, 2017) Art 31; Rules of Notarial Procedure (公证程序规则, 2020) Art 48, 49.
    pub(super) fn refuse(
        &mut self,
        ground: Code,
        report: Report,
        decision: DocumentId,
        remedy: Remedy,
        refund_cents: u64,
    ) -> Events {
        let archive_by = self.end(&ground, GroundUse::Decline, report, &remedy, refund_cents)?;
        let decided_by = self.context.actor.id;
        one(Event::NotaryRefused(NotaryRefused {
            ground,
            report,
            decision,
            decided_by,
            remedy,
            refund_cents,
            archive_by,
        }))
    }

    /// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 50, 51; neither was read.
    pub(super) fn terminate(
        &mut self,
        ground: Code,
        report: Report,
        decision: DocumentId,
        remedy: Remedy,
        refund_cents: u64,
    ) -> Events {
        let archive_by = self.end(&ground, GroundUse::Terminate, report, &remedy, refund_cents)?;
        let decided_by = self.context.actor.id;
        one(Event::NotaryTerminated(NotaryTerminated {
            ground,
            report,
            decision,
            decided_by,
            remedy,
            refund_cents,
            archive_by,
        }))
    }

    /// A notary who handles the matter reports, the head decides, the party is told and gets a part of the fee back. Until
    /// when the file goes to the archive.
    fn end(
        &mut self,
        ground: &Code,
        purpose: GroundUse,
        report: Report,
        remedy: &Remedy,
        refund_cents: u64,
    ) -> Option<Deadline> {
        let before_issue = self.state().before_issue();
        let file = self.with(before_issue)?;
        match self.state().working() {
            Some((work, _)) => {
                self.actor_is_no_handler(work);
                self.reported(report, &work.notaries);
            }
            None => self.reported(report, &[file.accepted_by]),
        }
        self.ground_is_listed(ground, purpose);
        let borne_out = self.bears_out(ground, file);
        self.ground_is_borne_out(ground, borne_out);
        self.other_ways_are_told(remedy);
        self.is_no_more_than(refund_cents, file.fee.map_or(0, |fee| fee.left_cents()));
        self.deadline("NOT-D05", None)
    }

    /// Whether what the file shows bears the ground out; most grounds are found outside of it.
    fn bears_out(&mut self, ground: &Code, file: &File) -> bool {
        match ground.as_str() {
            "FEE_UNPAID" => file.fee.is_some_and(|fee| fee.left_cents() > 0),
            "INSUFFICIENT" => self.case.common.supplements.is_some(),
            "WITHDRAWN" => file.withdrawn,
            "PARTY_DELAY" => self.party_delays(file),
            _ => true,
        }
    }

    /// Whether the time that a party has for bringing the matter to an end is over.
    fn party_delays(&mut self, file: &File) -> bool {
        let place = self.case.jurisdiction();
        let term = self.context.deadline_from(&place, "NOT-D04", None, file.accepted_at, &[]);
        let at = self.context.occurred_at;
        match term {
            Ok(term) => term.warned().is_some_and(|end| end.due.is_late(at)),
            // The end lies in a year whose calendar is not known yet, or in one that somebody has to supply.
            Err(error) => match error.calendar_missing() {
                Some(missing) if missing.year > at.china_date().year() => false,
                Some(_) | None => {
                    self.check.deadline(Err(error));
                    true
                }
            },
        }
    }
}
