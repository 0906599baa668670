//! The counsel's file, the subsidy, the costs: A32 to A34, A36.

use super::{Desk, Events};
use crate::case::legal_aid::event::Event;
use crate::case::legal_aid::means::Commitment;
use crate::case::legal_aid::settlement::{
    ApproveSubsidy, CalculateSubsidy, CaseFileAccepted, CaseFileReturned, CaseFileSubmitted,
    CostRecoveryOrdered, CounselFile, PaySubsidy, RecoverCost, SubmitCaseFile, Subsidy, SubsidyApproved,
    SubsidyCalculated, SubsidyPaid,
};
use crate::case::legal_aid::state::{File, Stage};
use crate::case::legal_aid::work::{Course, Work};
use crate::case::{Kind, Reason, ReasonCode};
use crate::policy::{CaseKind, FilePart};

use crate::case::legal_aid::LegalAid;

impl<'a> Desk<'a> {
    /// Source: Legal Aid Law (法律援助法, 2021) Art 50.
    pub(super) fn submit_file(&mut self, command: &SubmitCaseFile) -> Events {
        let (file, work) = self.ended_work()?;
        self.actor_is_counsel(work);
        self.check.must(file.counsel_file == CounselFile::NotSubmitted, ReasonCode::AlreadySubmitted);
        let rules = self.rules();
        let missing: Vec<_> = rules
            .checklist(CaseKind::LegalAid)
            .into_iter()
            .filter(|item| item.part == Some(FilePart::Counsel))
            .filter(|item| LegalAid::file_needs(self.case, item) && !command.items.contains(&item.item))
            .map(|item| format!("{} {} ({})", item.item, item.title_zh, item.title))
            .collect();
        if !missing.is_empty() {
            self.check.refuse(Reason::new(ReasonCode::FileIncomplete).list("items", missing));
        }
        let (items, by) = (command.items.clone(), self.context.actor.id);
        Some(vec![Event::CaseFileSubmitted(CaseFileSubmitted { items, by })])
    }

    /// Whoever handled the matter does not look at the file.
    pub(super) fn accept_file(&mut self) -> Events {
        self.submitted_by_another()?;
        let pay_by = self.promised("AID-D13", self.context.occurred_at)?;
        let by = self.context.actor.id;
        Some(vec![Event::CaseFileAccepted(CaseFileAccepted { by, pay_by })])
    }

    pub(super) fn return_file(&mut self, returned: &CaseFileReturned) -> Events {
        self.submitted_by_another()?;
        Some(vec![Event::CaseFileReturned(returned.clone())])
    }

    fn submitted_by_another(&mut self) -> Option<()> {
        let (file, work) = self.ended_work()?;
        self.check.must(file.counsel_file == CounselFile::Submitted, ReasonCode::NotSubmitted);
        let handled = work.everyone().any(|one| one == self.context.actor.id);
        self.check.must(!handled, ReasonCode::IsHandler);
        Some(())
    }

    /// The matter has ended, or aid was ended; in both somebody may have worked on it.
    fn ended_work(&mut self) -> Option<(&'a File, &'a Work)> {
        let registered = self.state().registered();
        let ended = registered.filter(|(_, stage)| match stage {
            Stage::Handling(_, course) => *course == Course::Reported,
            Stage::Terminated(_) => true,
            Stage::Received
            | Stage::UnderReview
            | Stage::Granted(_)
            | Stage::Assigned(_)
            | Stage::Refused(_)
            | Stage::Withdrawn
            | Stage::DeemedWithdrawn
            | Stage::Completed(_) => false,
        });
        let (file, stage) = self.with(ended)?;
        self.check.must(stage.work().is_some(), ReasonCode::NobodyWorked);
        Some((file, stage.work()?))
    }

    /// Source: Legal Aid Law Art 52.
    pub(super) fn calculate_subsidy(&mut self, command: &CalculateSubsidy) -> Events {
        let file = self.settled()?;
        self.check.must(
            matches!(file.subsidy, Subsidy::None | Subsidy::Calculated { .. }),
            ReasonCode::AlreadyDecided,
        );
        let total = command.items.iter().try_fold(0_u64, |sum, part| sum.checked_add(part.cents));
        self.check.must(total.is_some_and(|total| total > 0), ReasonCode::NoSubsidy);
        let CalculateSubsidy { items, standard } = command.clone();
        let (total_cents, by) = (total?, self.context.actor.id);
        Some(vec![Event::SubsidyCalculated(SubsidyCalculated { items, total_cents, standard, by })])
    }

    /// Neither whoever handled the matter nor whoever took the file approves; less needs a reason, more is not approved.
    pub(super) fn approve_subsidy(&mut self, command: &ApproveSubsidy) -> Events {
        let file = self.settled()?;
        let approved_by = self.context.actor.id;
        let handled = self.state().work().is_some_and(|work| work.everyone().any(|one| one == approved_by));
        self.check.must(!handled, ReasonCode::IsHandler);
        let took_file = matches!(&file.counsel_file, CounselFile::Accepted { by, .. } if *by == approved_by);
        self.check.must(!took_file, ReasonCode::SamePerson);
        let Subsidy::Calculated { cents: calculated } = file.subsidy else {
            self.check.must(false, ReasonCode::NoSubsidy);
            return None;
        };
        self.is_at_most(command.cents, calculated);
        let less = command.cents < calculated;
        self.check.must(!less || command.reduction.is_some(), ReasonCode::NoGroundGiven);
        let ApproveSubsidy { cents, reduction, approval } = *command;
        Some(vec![Event::SubsidyApproved(SubsidyApproved { cents, reduction, approval, approved_by })])
    }

    /// Whoever approved does not pay, and only those who handled the matter are paid.
    pub(super) fn pay_subsidy(&mut self, command: &PaySubsidy) -> Events {
        let file = self.settled()?;
        let paid_by = self.context.actor.id;
        let worked =
            |person| self.case.own.work().is_some_and(|work| work.everyone().any(|one| one == person));
        let (pays_himself, payee_worked) = (worked(paid_by), worked(command.payee));
        self.check.must(!pays_himself, ReasonCode::IsHandler);
        self.check.none((!payee_worked).then_some(command.payee), ReasonCode::NotAssigned);
        let Subsidy::Approved { by, cents, paid_cents } = file.subsidy else {
            self.check.must(false, ReasonCode::NoSubsidy);
            return None;
        };
        self.check.must(by != paid_by, ReasonCode::SamePerson);
        let owed = cents.saturating_sub(paid_cents);
        self.check.must(command.cents > 0, ReasonCode::NoSubsidy);
        self.is_at_most(command.cents, owed);
        let PaySubsidy { payee, cents, voucher } = *command;
        Some(vec![Event::SubsidyPaid(SubsidyPaid { payee, cents, voucher, paid_by })])
    }

    fn is_at_most(&mut self, cents: u64, owed: u64) {
        if cents > owed {
            self.check.refuse(Reason::new(ReasonCode::TooMuch).text("cents", cents).text("owed", owed));
        }
    }

    /// Aid that was got by fraud is paid for, with a fine up to what the law allows.
    ///
    /// Source: Legal Aid Law Art 64.
    pub(super) fn recover_cost(&mut self, command: &RecoverCost) -> Events {
        let registered = self.state().registered();
        let ended =
            registered.filter(|(_, stage)| matches!(stage, Stage::Terminated(_) | Stage::Completed(_)));
        let (file, stage) = self.with(ended)?;
        let for_fraud = matches!(stage, Stage::Terminated(end)
            if matches!(end.ground.as_str(), "FRAUD" | "FALSE_COMMITMENT"));
        self.check.must(for_fraud || file.commitment == Commitment::False, ReasonCode::NoFraud);
        self.check.must(!command.remedy.routes.is_empty(), ReasonCode::NoRemedyTold);
        let rules = self.rules();
        if let Some(max) = rules.number("aid.fraud_fine_yuan_max")
            && command.fine_cents > u64::from(max.value).saturating_mul(100)
        {
            let reason = Reason::new(ReasonCode::FineTooHigh)
                .text("fine", command.fine_cents)
                .text("max", max.value)
                .text("basis", &max.provenance.basis);
            self.check.refuse(reason);
        }
        let RecoverCost { cost_cents, fine_cents, decision, remedy } = command.clone();
        let decided_by = self.context.actor.id;
        let ordered = CostRecoveryOrdered { cost_cents, fine_cents, decision, decided_by, remedy };
        Some(vec![Event::CostRecoveryOrdered(ordered)])
    }

    /// The agency has taken the counsel's file; nothing is paid before.
    fn settled(&mut self) -> Option<&'a File> {
        let file = self.file_at(|_, stage| matches!(stage, Stage::Terminated(_) | Stage::Completed(_)))?;
        let accepted = matches!(file.counsel_file, CounselFile::Accepted { .. });
        self.check.must(accepted, ReasonCode::FileNotAccepted);
        Some(file)
    }
}
