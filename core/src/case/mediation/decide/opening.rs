//! How a dispute comes in, and whether it is taken on: M1 to M6.

use std::collections::BTreeSet;

use super::{Desk, Events};
use crate::case::code::DisputeType;
use crate::case::mediation::event::{
    ConsentRecorded, Event, MediationAccepted, MediationApplied, MediationDelegated, MediationInitiated,
    MediationRefused,
};
use crate::case::mediation::matter::{Delegator, Dispute, Form, GroundCode};
use crate::case::mediation::state::{Matter, State};
use crate::case::skeleton::{Remedy, RemedyRoute};
use crate::case::{Reason, ReasonCode, Side};
use crate::id::{Code, DocumentId, PersonRef};
use crate::policy::{CaseKind, Deadline, GroundUse};

impl<'a> Desk<'a> {
    pub(super) fn apply(&mut self, form: Form, dispute: &Dispute) -> Events {
        self.opens(dispute)?;
        // In a labour dispute the way to arbitration opens after a time even if mediation brings nothing.
        let arbitration_from =
            (dispute.kind == DisputeType::Labour).then(|| self.deadline_in(dispute, "MED-D08", None));
        let arbitration_from = all_or_none(arbitration_from)?;
        Some(vec![Event::MediationApplied(MediationApplied {
            form,
            dispute: dispute.clone(),
            arbitration_from,
        })])
    }

    pub(super) fn initiate(&mut self, campaign: Option<&Code>, dispute: &Dispute) -> Events {
        self.opens(dispute)?;
        let (campaign, dispute) = (campaign.cloned(), dispute.clone());
        Some(vec![Event::MediationInitiated(MediationInitiated { campaign, dispute })])
    }

    pub(super) fn receive_delegation(
        &mut self,
        by: Delegator,
        letter: DocumentId,
        materials: &[DocumentId],
        online: bool,
        dispute: &Dispute,
    ) -> Events {
        self.opens(dispute)?;
        let term = match by {
            Delegator::CourtBeforeFiling => Some(self.deadline_in(dispute, "MED-D02", None)),
            Delegator::CourtOrdinary => Some(self.deadline_in(dispute, "MED-D03", Some("ordinary"))),
            Delegator::CourtSummary => Some(self.deadline_in(dispute, "MED-D03", Some("summary"))),
            Delegator::Police | Delegator::Petition | Delegator::Other => None,
        };
        let confirm_by = (online && term.is_some()).then(|| self.deadline_in(dispute, "MED-D04", None));
        let event = MediationDelegated {
            by,
            letter,
            materials: materials.to_vec(),
            dispute: dispute.clone(),
            confirm_by: all_or_none(confirm_by)?,
            term: all_or_none(term)?,
        };
        Some(vec![Event::MediationDelegated(event)])
    }

    /// A dispute can only open a case, and needs two sides that are not the same people.
    fn opens(&mut self, dispute: &Dispute) -> Option<()> {
        match self.state() {
            State::Unopened => {}
            State::Received(_)
            | State::UnderReview(_)
            | State::Accepted(_)
            | State::Assigned(_)
            | State::Handling(..)
            | State::Ended(..)
            | State::Closed(..) => return self.check.wrong_state(),
        }
        let sides: BTreeSet<Side> = dispute.parties.iter().map(|party| party.side).collect();
        let two_sides = sides.contains(&Side::Claimant) && sides.contains(&Side::Respondent);
        self.check.must(two_sides, ReasonCode::TooFewParties);
        let mut seen = BTreeSet::new();
        self.check.none(dispute.people().filter(|person| !seen.insert(*person)), ReasonCode::NamedTwice);
        // Under another key they would outlive the destruction of the person's own.
        let astray = dispute.parties.iter().filter(|party| party.particulars.key() != party.person.key());
        self.check.none(astray.map(|party| party.person), ReasonCode::WrongKey);
        self.representatives_are_few(dispute);
        Some(())
    }

    /// Source: Ningbo Regulations on People's Mediation (宁波市人民调解条例) Art 20, where they are in force.
    fn representatives_are_few(&mut self, dispute: &Dispute) {
        let rules = self.context.rules(&dispute.jurisdiction);
        let Some(max) = rules.number("mediation.group_representatives_max") else { return };
        let groups = dispute.parties.iter().filter_map(|party| Some((party.person, party.group?)));
        for (person, group) in groups.filter(|(_, group)| group.representatives > max.value) {
            let reason = Reason::new(ReasonCode::TooManyRepresentatives)
                .text("who", person)
                .text("actual", group.representatives)
                .text("max", max.value)
                .text("basis", &max.provenance.basis);
            self.check.refuse(reason);
        }
    }

    fn deadline_in(&mut self, dispute: &Dispute, rule: &str, variant: Option<&str>) -> Option<Deadline> {
        self.check.deadline(self.context.deadline(&dispute.jurisdiction, rule, variant))
    }

    pub(super) fn seek_consent(&mut self, party: PersonRef, given: bool) -> Events {
        let undecided = self.state().undecided();
        let matter = self.with(undecided)?;
        self.are_parties(matter, [party]);
        if let Some(work) = self.state().at_work() {
            self.actor_is_assigned(work);
        }
        Some(vec![Event::ConsentRecorded(ConsentRecorded { party, given })])
    }

    /// What is plainly outside the scope is refused without asking anybody.
    pub(super) fn refuse(&mut self, ground: &GroundCode, decision: DocumentId, remedy: &Remedy) -> Events {
        let matter = match self.state() {
            State::Received(matter) | State::UnderReview(matter) => matter,
            State::Unopened
            | State::Accepted(_)
            | State::Assigned(_)
            | State::Handling(..)
            | State::Ended(..)
            | State::Closed(..) => return self.check.wrong_state(),
        };
        self.ground_holds(ground, GroundUse::Refuse, matter);
        self.other_ways_are_told(ground, remedy);
        let (ground, remedy) = (ground.clone(), remedy.clone());
        Some(vec![Event::MediationRefused(MediationRefused { ground, decision, remedy })])
    }

    pub(super) fn accept(&mut self, registration: DocumentId) -> Events {
        let matter = self.under_review()?;
        self.check.none(matter.refusing(), ReasonCode::PartyRefused);
        let outside: Vec<_> = matter.dispute.out_of_scope().collect();
        if !outside.is_empty() {
            self.check.refuse(Reason::new(ReasonCode::OutOfScope).words("tags", "scope", outside));
        }
        // A court's term runs from the receipt of its materials; any other from now.
        let term = match self.case.common.clock {
            Some(_) => None,
            None => Some(self.deadline("MED-D01", None)),
        };
        let number = self.context.number.clone();
        self.check.must(number.is_some(), ReasonCode::NoNumber);
        let accepted = MediationAccepted { number: number?, registration, term: all_or_none(term)? };
        Some(vec![Event::MediationAccepted(accepted)])
    }

    fn under_review(&mut self) -> Option<&'a Matter> {
        match self.state() {
            State::UnderReview(matter) => Some(matter),
            State::Unopened
            | State::Received(_)
            | State::Accepted(_)
            | State::Assigned(_)
            | State::Handling(..)
            | State::Ended(..)
            | State::Closed(..) => self.check.wrong_state(),
        }
    }

    /// The ground is one of those in force, and what the file shows bears it out.
    pub(super) fn ground_holds(&mut self, ground: &GroundCode, purpose: GroundUse, matter: &Matter) {
        let rules = self.rules();
        let grounds = rules.grounds(CaseKind::Mediation, purpose);
        if !grounds.iter().any(|known| known.code == *ground) {
            let reason = Reason::new(ReasonCode::UnknownGround)
                .text("ground", ground)
                .list("allowed", grounds.iter().map(|known| &known.code));
            return self.check.refuse(reason);
        }
        let borne_out = match ground.as_str() {
            "PARTY_REFUSED" => matter.refusing().next().is_some(),
            "NO_AGREEMENT" => self.state().sessions() > 0,
            "TERM_EXPIRED" => self.term_is_over(),
            _ => true,
        };
        if !borne_out {
            self.check.refuse(Reason::new(ReasonCode::GroundNotMet).text("ground", ground));
        }
    }

    /// Source: People's Mediation Law Art 26; Art 25 for what may be a crime.
    pub(super) fn other_ways_are_told(&mut self, ground: &GroundCode, remedy: &Remedy) {
        let crime = ground.as_str() == "CRIME_SUSPECTED";
        let told = !remedy.routes.is_empty() && (!crime || remedy.routes.contains(&RemedyRoute::Police));
        self.check.must(told, ReasonCode::NoRemedyTold);
    }
}

/// A value that is not asked for is none; one that is asked for and cannot be had ends the decision.
fn all_or_none<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(found) => found.map(Some),
    }
}
