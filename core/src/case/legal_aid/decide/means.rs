//! Whether somebody can afford a lawyer: A8 to A10, and the checks of commitments.

use super::{Desk, Events};
use crate::case::legal_aid::event::Event;
use crate::case::legal_aid::means::{
    Commitment, CommitmentChecked, CommitmentNoticeGiven, CommitmentSigned, Credit, ExemptHardship,
    HardshipExempted, HardshipVerified, Means, MeansSource, NoticeTopic, VerifyCommitment, VerifyHardship,
};
use crate::case::legal_aid::state::{File, Grant, Stage};
use crate::case::{Reason, ReasonCode};
use crate::policy::GroundUse;

impl<'a> Desk<'a> {
    /// Source: Shanxi rule on notice and commitment (2023-07-01).
    pub(super) fn give_commitment_notice(&mut self, given: &CommitmentNoticeGiven) -> Events {
        let file = self.in_question()?;
        self.are_aided(file, [given.to]);
        self.means_are_asked(file);
        // A notice begins a commitment; it neither undoes one that stands nor whitewashes a false one.
        self.check.must(!file.commitment.stands(), ReasonCode::AlreadySigned);
        self.check.must(file.commitment != Commitment::False, ReasonCode::CommitmentFalse);
        let untold: Vec<_> =
            NoticeTopic::ALL.iter().filter(|topic| !given.told.contains(topic)).copied().collect();
        if !untold.is_empty() {
            self.check.refuse(Reason::new(ReasonCode::NotAllTold).words("topics", "notice_topic", untold));
        }
        Some(vec![Event::CommitmentNoticeGiven(given.clone())])
    }

    /// The person chooses, and is told before; where the rules say so three papers are signed, and a bad credit record
    /// keeps from it until it is repaired.
    pub(super) fn sign_commitment(&mut self, signed: &CommitmentSigned) -> Events {
        let file = self.in_question()?;
        self.are_aided(file, [signed.by]);
        self.means_are_asked(file);
        let rules = self.rules();
        let told = file.commitment == Commitment::Told || !rules.flag("aid.commitment_notice_first");
        self.check.must(told, ReasonCode::CommitmentNotTold);
        let papers = signed.statement.is_some() && signed.authorisation.is_some();
        self.check
            .must(papers || !rules.flag("aid.commitment_three_papers"), ReasonCode::CommitmentPapersMissing);
        let barred = signed.credit == Credit::Bad && rules.flag("aid.commitment_barred_by_bad_credit");
        self.check.must(!barred, ReasonCode::BadCredit);
        self.check.must(file.commitment != Commitment::False, ReasonCode::CommitmentFalse);
        Some(vec![Event::CommitmentSigned(signed.clone())])
    }

    pub(super) fn verify_commitment(&mut self, command: VerifyCommitment) -> Events {
        let file = self.file_at(|_, stage| match stage {
            Stage::UnderReview
            | Stage::Granted(Grant::Emergency | Grant::Decision)
            | Stage::Assigned(_)
            | Stage::Handling(..) => true,
            Stage::Received
            | Stage::Granted(Grant::Notice)
            | Stage::Refused(_)
            | Stage::Terminated(_)
            | Stage::Withdrawn
            | Stage::DeemedWithdrawn
            | Stage::Completed(_) => false,
        })?;
        self.check.must(file.commitment.stands(), ReasonCode::NoCommitment);
        let VerifyCommitment { means, holds, record } = command;
        let reviewer = self.context.actor.id;
        let checked = CommitmentChecked { means, record, reviewer };
        Some(vec![if holds {
            Event::CommitmentVerified(checked)
        } else {
            Event::CommitmentFoundFalse(checked)
        }])
    }

    /// Source: Legal Aid Law (法律援助法, 2021) Art 41.
    pub(super) fn verify_hardship(&mut self, command: &VerifyHardship) -> Events {
        let file = self.in_question()?;
        self.means_are_asked(file);
        self.may_review(file);
        let VerifyHardship { source, met, query, record } = command.clone();
        let on_commitment = source == MeansSource::Commitment;
        self.check.must(!on_commitment || file.commitment.stands(), ReasonCode::NoCommitment);
        let asked = query.is_some() == (source == MeansSource::InfoShare);
        self.check.must(asked, ReasonCode::QueryMissing);
        let reviewer = self.context.actor.id;
        Some(vec![Event::HardshipVerified(HardshipVerified { source, met, query, record, reviewer })])
    }

    /// Source: Legal Aid Law Art 42.
    pub(super) fn exempt(&mut self, command: &ExemptHardship) -> Events {
        let file = self.in_question()?;
        self.means_are_asked(file);
        self.may_review(file);
        self.grounds_are_listed([&command.ground], GroundUse::Exempt);
        let (ground, proof, reviewer) = (command.ground.clone(), command.proof, self.context.actor.id);
        Some(vec![Event::HardshipExempted(HardshipExempted { ground, proof, reviewer })])
    }

    /// While the means may be looked into: in the review, and after aid that could not wait for it.
    fn in_question(&mut self) -> Option<&'a File> {
        self.file_at(|_, stage| matches!(stage, Stage::UnderReview | Stage::Granted(Grant::Emergency)))
    }

    /// Source: Legal Aid Law Art 25, 28, 32: in such matters nobody asks.
    fn means_are_asked(&mut self, file: &File) {
        self.check.must(file.means != Means::NotAsked, ReasonCode::MeansNotAsked);
    }
}
