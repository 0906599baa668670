//! From the first interview to the last answer of another office: N6 to N9.

use std::collections::BTreeSet;

use super::{Desk, Events, VERIFICATION, one};
use crate::case::code::ServiceMode;
use crate::case::notary::event::{
    DelegatedVerificationAnswered, DelegatedVerificationImpossible, Event, ExaminationRecorded,
    TestimonyGiven, VerificationDelegated, VerificationRecorded,
};
use crate::case::notary::matter::{DelegatedAnswer, ExaminationItem, MatterTrait};
use crate::case::notary::state::{Stage, Work};
use crate::case::{CaseEvent, Reason, ReasonCode, skeleton};
use crate::id::{Code, DocumentId};
use crate::privacy::Sealed;

impl<'a> Desk<'a> {
    /// The notary examines in person; what was in doubt is in order only once more material was asked for and came in.
    ///
    /// Source: Notary Law (公证法, 2017) Art 28, 29; Rules of Notarial Procedure (公证程序规则, 2020) Art 5, 24, 25.
    pub(super) fn examine(
        &mut self,
        mode: ServiceMode,
        passed: BTreeSet<ExaminationItem>,
        doubtful: BTreeSet<ExaminationItem>,
        record: DocumentId,
    ) -> Events {
        let in_examination = self.state().in_examination();
        let work = self.with(in_examination)?;
        self.actor_is_assigned(work);
        self.check.must(!work.file.withdrawn, ReasonCode::TakenBack);
        self.check.must(!passed.is_empty() || !doubtful.is_empty(), ReasonCode::NobodyNamed);
        let both: Vec<_> = passed.intersection(&doubtful).copied().collect();
        if !both.is_empty() {
            self.check.refuse(Reason::new(ReasonCode::BothWays).words("items", "examination", both));
        }
        let supplied = self.case.common.supplements.as_ref().is_some_and(|asked| asked.open.is_none());
        let still: Vec<_> = passed.iter().copied().filter(|item| work.doubts(*item) && !supplied).collect();
        if !still.is_empty() {
            self.check.refuse(Reason::new(ReasonCode::StillDoubtful).words("items", "examination", still));
        }
        one(Event::ExaminationRecorded(ExaminationRecorded { mode, passed, doubtful, record }))
    }

    /// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 27, 28.
    pub(super) fn verify(&mut self, verified: VerificationRecorded) -> Events {
        let in_examination = self.state().in_examination();
        let work = self.with(in_examination)?;
        self.actor_is_assigned(work);
        self.check.must(!work.file.withdrawn, ReasonCode::TakenBack);
        let actor = self.context.actor.id;
        self.check.none((!verified.by.contains(&actor)).then_some(actor), ReasonCode::NotNamed);
        let undoubted: Vec<_> = verified.settled.iter().copied().filter(|item| !work.doubts(*item)).collect();
        if !undoubted.is_empty() {
            let reason = Reason::new(ReasonCode::NotDoubted).words("items", "examination", undoubted);
            self.check.refuse(reason);
        }
        if verified.outside && verified.alone_because.is_none() {
            self.enough_go_out(verified.by.len());
        }
        one(Event::VerificationRecorded(verified))
    }

    fn enough_go_out(&mut self, actual: usize) {
        let rules = self.rules();
        let Some(min) = rules.number("notary.verifiers_outside_min") else { return };
        if u32::try_from(actual).is_ok_and(|actual| actual < min.value) {
            let reason = Reason::new(ReasonCode::TooFewVerifiers)
                .text("actual", actual)
                .text("min", min.value)
                .text("basis", &min.provenance.basis);
            self.check.refuse(reason);
        }
    }

    /// Another office is asked; the clock stands still until it answers.
    ///
    /// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 33, 35.
    pub(super) fn delegate(&mut self, to: Code, letter: DocumentId, questions: Vec<Sealed>) -> Events {
        let work = self.undelegated()?;
        self.actor_is_assigned(work);
        self.check.must(!work.file.withdrawn, ReasonCode::TakenBack);
        self.check.must(!questions.is_empty(), ReasonCode::NothingAsked);
        self.check.must(to != self.context.actor.office, ReasonCode::OwnOffice);
        let answer_by = self.deadline("NOT-D03", None)?;
        let delegated = VerificationDelegated { to, letter, questions, answer_by };
        let paused = skeleton::pause(self.case, VERIFICATION, self.context, self.check);
        let delegated = CaseEvent::Own(Event::VerificationDelegated(delegated));
        Some([delegated].into_iter().chain(paused.map(CaseEvent::Common)).collect())
    }

    /// The work, if it is being examined and no other office is at it.
    fn undelegated(&mut self) -> Option<&'a Work> {
        let undelegated = self.state().working().and_then(|(work, stage)| match stage {
            None | Some(Stage::Examining) => Some(work),
            Some(Stage::Delegated { .. } | Stage::Drafted(_) | Stage::Approved { .. }) => None,
        });
        self.with(undelegated)
    }

    pub(super) fn answer_delegated(&mut self, answer: DelegatedAnswer) -> Events {
        let delegated = self.state().working().and_then(|(work, stage)| match stage {
            Some(Stage::Delegated { .. }) => Some(work),
            None | Some(Stage::Examining | Stage::Drafted(_) | Stage::Approved { .. }) => None,
        });
        let work = self.with(delegated)?;
        self.actor_is_assigned(work);
        let answered = CaseEvent::Own(match answer {
            DelegatedAnswer::Verified { letter } => {
                Event::DelegatedVerificationAnswered(DelegatedVerificationAnswered { letter })
            }
            DelegatedAnswer::Impossible { letter } => {
                Event::DelegatedVerificationImpossible(DelegatedVerificationImpossible { letter })
            }
        });
        let resumed = skeleton::resume_from(self.case, VERIFICATION, self.context, self.check)?;
        Some([answered].into_iter().chain(resumed.map(CaseEvent::Common)).collect())
    }

    /// Where testimony is given on the spot, the certificate only repeats it.
    pub(super) fn testify(&mut self, record: DocumentId) -> Events {
        let in_examination = self.state().in_examination();
        let work = self.with(in_examination)?;
        self.actor_is_assigned(work);
        self.goes_on(&work.file);
        let on_site = work.file.matter.traits.contains(&MatterTrait::OnSite);
        self.check.must(on_site, ReasonCode::NotOnSite);
        one(Event::TestimonyGiven(TestimonyGiven { record }))
    }
}
