//! What events do to a case of legal aid.

use std::collections::{BTreeMap, BTreeSet};

use super::LegalAid;
use super::application::AidApplicationReceived;
use super::clock::{answered_on, keep_common};
use super::counsel::CounselChanged;
use super::decision::GrantedBy;
use super::event::Event;
use super::handling::{HandlingStep, StepRecorded};
use super::means::{Commitment, Means};
use super::objection::{AdminResult, Contest, Objection};
use super::request::AidRequest;
use super::review::{InterRegionalCheck, StaffRecusalDecided};
use super::settlement::{CounselFile, Subsidy};
use super::state::{DecisionKind, Emergency, File, Grant, Served, Stage, State, TakenIn, Termination};
use super::work::{Course, Work};
use crate::case::{Case, CaseNumber};
use crate::clock::Timestamp;
use crate::decider::Misplaced;
use crate::event::EventSet;
use crate::id::{ActorId, DocumentId};

/// The next state; nothing if the event cannot follow the one before.
type Next = Option<State>;

pub(super) fn evolve(
    mut case: Case<LegalAid>,
    event: &Event,
    at: Timestamp,
) -> Result<Case<LegalAid>, Misplaced> {
    let misplaced = Misplaced { event: event.event_type(), state: case.state_name() };
    let paused = case.own.file().and_then(|file| file.check.as_ref()).filter(|check| check.clock_stops);
    let asked_on = paused.map(|check| check.asked_on);
    let next = next(std::mem::take(&mut case.own), event, at);
    case.own = next.ok_or(misplaced)?;
    keep_common(&mut case.common, event, at);
    if let (Event::InterRegionalCheckAnswered(answered), Some(asked_on)) = (event, asked_on) {
        answered_on(&mut case.common, asked_on, at, &answered.decide_by);
    }
    Ok(case)
}

fn next(state: State, event: &Event, at: Timestamp) -> Next {
    match event {
        Event::AidApplicationTaken(taken) => {
            let taken_in = TakenIn {
                request: taken.request.clone(),
                by: taken.by,
                form: taken.form,
                papers: taken.papers.clone(),
                at,
                hand_over_by: taken.hand_over_by.clone(),
                forwarded: None,
            };
            (state == State::Unopened).then(|| State::TakenIn(Box::new(taken_in)))
        }
        Event::ApplicationForwarded(forwarded) => match state {
            State::TakenIn(mut taken) => {
                taken.forwarded = Some(forwarded.organ);
                Some(State::TakenIn(taken))
            }
            State::Unopened | State::TakenBack(_) | State::Registered(..) | State::Served(_) => None,
        },
        Event::AidApplicationReceived(received) => register(&state, received),
        Event::DefenceNoticeReceived(received) => {
            let file = file(received.number.clone(), received.request.clone(), Means::NotAsked);
            let stage = Stage::Granted(Grant::Notice);
            (state == State::Unopened).then(|| State::Registered(Box::new(file), Box::new(stage)))
        }
        Event::DutyServiceRecorded(recorded) => {
            let mut services = match state {
                State::Unopened => Vec::new(),
                State::Served(services) => services,
                State::TakenIn(_) | State::TakenBack(_) | State::Registered(..) => return None,
            };
            services.push(Served { service: recorded.service.clone(), by: recorded.by });
            Some(State::Served(services))
        }
        Event::JurisdictionConfirmed(_) => {
            to_stage(state, |_, stage| (stage == Stage::Received).then_some(Stage::UnderReview))
        }
        Event::DeemedWithdrawn(_) => undecided(state, Stage::DeemedWithdrawn),
        Event::CommitmentNoticeGiven(_) => on_file(state, |file| file.commitment = Commitment::Told),
        Event::CommitmentSigned(_) => on_file(state, |file| file.commitment = Commitment::Signed),
        Event::CommitmentVerified(checked) => on_file(state, |file| {
            file.commitment = Commitment::Holds;
            file.reviewers.insert(checked.reviewer);
        }),
        Event::CommitmentFoundFalse(checked) => on_file(state, |file| {
            file.commitment = Commitment::False;
            file.reviewers.insert(checked.reviewer);
        }),
        Event::HardshipVerified(verified) => on_file(state, |file| {
            file.means = Means::Verified { met: verified.met };
            file.reviewers.insert(verified.reviewer);
        }),
        Event::HardshipExempted(exempted) => on_file(state, |file| {
            file.means = Means::Exempt { ground: exempted.ground.clone() };
            file.reviewers.insert(exempted.reviewer);
        }),
        Event::InterRegionalCheckRequested(requested) => on_file(state, |file| {
            let (agency, asked_on) = (requested.agency.clone(), at.china_date());
            let clock_stops = requested.clock_stops;
            file.check = Some(InterRegionalCheck { agency, asked_on, clock_stops });
        }),
        Event::InterRegionalCheckAnswered(_) => on_file(state, |file| file.check = None),
        Event::EmergencyAidGranted(granted) => to_stage(state, |file, stage| {
            file.emergency = Some(Emergency { papers_by: granted.papers_by.clone(), supplied: false });
            file.deciders.insert(granted.decided_by);
            file.unserved.insert(granted.decision, DecisionKind::Favourable);
            stage.is_undecided().then_some(Stage::Granted(Grant::Emergency))
        }),
        Event::EmergencyPapersSupplied(_) => on_file(state, |file| {
            file.emergency.iter_mut().for_each(|emergency| emergency.supplied = true);
        }),
        Event::ReviewOpinionRecorded(review) => on_file(state, |file| {
            file.opinion = Some(review.opinion.clone());
            file.reviewers.insert(review.reviewer);
        }),
        Event::StaffRecusalRequested(requested) => on_file(state, |file| {
            file.unwanted.insert(requested.staff, requested.decide_by.clone());
        }),
        Event::StaffRecusalDecided(decided) => on_file(state, |file| recuse(file, decided)),
        Event::AidGranted(granted) => to_stage(state, |file, stage| {
            file.deciders.insert(granted.decided_by);
            file.unserved.insert(granted.decision, DecisionKind::Favourable);
            let fits = match granted.by {
                GrantedBy::Decision => stage.is_undecided(),
                GrantedBy::Correction => matches!(stage, Stage::Refused(_)),
            };
            fits.then_some(Stage::Granted(Grant::Decision))
        }),
        Event::AidRefused(refused) => to_stage(state, |file, stage| {
            file.deciders.insert(refused.decided_by);
            file.unserved.insert(refused.decision, DecisionKind::Adverse);
            stage.is_undecided().then(|| Stage::Refused(Contest::of(refused.decision)))
        }),
        Event::DecisionServed(served) => to_stage(state, |file, mut stage| {
            file.unserved.remove(&served.decision)?;
            if let Some(contest) = stage.contest_mut().filter(|contest| contest.decision == served.decision) {
                contest.object_by.clone_from(&served.object_by);
            }
            Some(stage)
        }),
        Event::CounselPreferenceRecorded(preference) => {
            on_file(state, |file| file.preference = Some(preference.clone()))
        }
        Event::UnitAssigned(assigned) => to_stage(state, |_, stage| {
            let Stage::Granted(_) = stage else { return None };
            Some(Stage::Assigned(assigned.unit.clone()))
        }),
        Event::CounselNamed(named) => to_stage(state, |_, stage| {
            let Stage::Assigned(unit) = stage else { return None };
            Some(Stage::Handling(Work::begun(unit, named.nomination.counsel), Course::Going))
        }),
        Event::AgencyAgreementSigned(_) => on_work(state, |work| work.signed = true),
        Event::StepRecorded(step) => on_work(state, |work| take_step(work, step)),
        Event::SigningDelayed(_) => to_stage(state, |_, mut stage| {
            if let Stage::Handling(work, _) = &mut stage {
                work.delay_noted = true;
            }
            Some(stage)
        }),
        Event::ProgressReported(_) | Event::CostRecoveryOrdered(_) => on_file(state, |_| {}),
        Event::CounselChangeRequested(requested) => {
            let decide_by = requested.decide_by.clone();
            on_course(state, |_, _| Some(Course::Replacing { decide_by }))
        }
        Event::CounselRefusalRecorded(_) => {
            on_course(state, |_, _| Some(Course::Replacing { decide_by: None }))
        }
        Event::CounselChanged(changed) => on_course(state, |work, _| change_counsel(work, changed)),
        Event::CounselChangeRefused(_) => {
            back_to_work(state, |course| matches!(course, Course::Replacing { .. }))
        }
        Event::AidContinued(_) => back_to_work(state, |course| matches!(course, Course::Ending { .. })),
        Event::TerminationGroundReported(reported) => on_course(state, |work, _| {
            Some(Course::Ending { ground: reported.ground.clone(), by: work.counsel })
        }),
        Event::AidTerminated(terminated) => to_stage(state, |file, mut stage| {
            file.deciders.insert(terminated.decided_by);
            file.unserved.insert(terminated.decision, DecisionKind::Adverse);
            match &mut stage {
                Stage::Granted(_) | Stage::Assigned(_) => {}
                Stage::Handling(work, course) => {
                    work.file_by.clone_from(&terminated.file_by);
                    *course = Course::Going;
                }
                Stage::Received
                | Stage::UnderReview
                | Stage::Refused(_)
                | Stage::Terminated(_)
                | Stage::Withdrawn
                | Stage::DeemedWithdrawn
                | Stage::Completed(_) => return None,
            }
            Some(Stage::Terminated(Termination {
                ground: terminated.ground.clone(),
                contest: Contest::of(terminated.decision),
                notify_by: terminated.notify_by.clone(),
                before: Box::new(stage),
            }))
        }),
        Event::ObjectionFiled(filed) => {
            let decide_by = filed.decide_by.clone();
            on_objection(state, |_| Some(Objection::UnderBureauReview { decide_by }))
        }
        Event::ObjectionUpheld(upheld) => {
            let state = on_objection(state, |_| Some(Objection::Upheld))?;
            unserved(state, upheld.decision, DecisionKind::ObjectionUpheld)
        }
        Event::AgencyOrderedToCorrect(ordered) => {
            let state = on_objection(state, |_| Some(Objection::Overturned))?;
            unserved(state, ordered.decision, DecisionKind::ObjectionGranted)
        }
        Event::TerminationRevoked(revoked) => to_stage(state, |file, stage| {
            file.deciders.insert(revoked.decided_by);
            file.unserved.insert(revoked.decision, DecisionKind::Favourable);
            file.counsel_file = CounselFile::NotSubmitted;
            let Stage::Terminated(termination) = stage else { return None };
            Some(*termination.before)
        }),
        Event::ReconsiderationFiled(_) => on_objection(state, |_| Some(Objection::Reconsideration)),
        Event::AdministrativeSuitFiled(_) => on_objection(state, |_| Some(Objection::Litigation)),
        Event::AdminRemedyConcluded(concluded) => on_objection(state, |_| {
            Some(match concluded.result {
                AdminResult::Kept => Objection::Final,
                AdminResult::Revoked => Objection::Overturned,
                AdminResult::Withdrawn => Objection::Upheld,
            })
        }),
        Event::CompletionReported(reported) => on_course(state, |work, _| {
            work.file_by.clone_from(&reported.file_by);
            Some(Course::Reported)
        }),
        Event::CaseFileSubmitted(_) => on_file(state, |file| file.counsel_file = CounselFile::Submitted),
        Event::CaseFileReturned(_) => on_file(state, |file| file.counsel_file = CounselFile::NotSubmitted),
        Event::CaseFileAccepted(accepted) => to_stage(state, |file, stage| {
            let (by, pay_by) = (accepted.by, accepted.pay_by.clone());
            file.counsel_file = CounselFile::Accepted { by, pay_by };
            if let Stage::Handling(work, Course::Reported) = stage {
                return Some(Stage::Completed(work));
            }
            matches!(stage, Stage::Terminated(_)).then_some(stage)
        }),
        Event::SubsidyCalculated(calculated) => on_file(state, |file| {
            file.subsidy = Subsidy::Calculated { cents: calculated.total_cents };
        }),
        Event::SubsidyApproved(approved) => on_file(state, |file| {
            let (by, cents) = (approved.approved_by, approved.cents);
            file.subsidy = Subsidy::Approved { by, cents, paid_cents: 0 };
        }),
        Event::SubsidyPaid(paid) => on_file(state, |file| {
            if let Subsidy::Approved { paid_cents, .. } = &mut file.subsidy {
                *paid_cents = paid_cents.saturating_add(paid.cents);
            }
        }),
    }
}

fn file(number: CaseNumber, request: AidRequest, means: Means) -> File {
    File {
        number,
        request,
        means,
        commitment: Commitment::None,
        check: None,
        emergency: None,
        opinion: None,
        reviewers: BTreeSet::new(),
        deciders: BTreeSet::new(),
        unwanted: BTreeMap::new(),
        recusals_refused: BTreeMap::new(),
        recused: BTreeSet::new(),
        unserved: BTreeMap::new(),
        preference: None,
        counsel_file: CounselFile::NotSubmitted,
        subsidy: Subsidy::None,
    }
}

fn register(state: &State, received: &AidApplicationReceived) -> Next {
    let means = if received.means_test { Means::Open } else { Means::NotAsked };
    let file = file(received.number.clone(), received.request.clone(), means);
    match state {
        State::Unopened | State::TakenIn(_) => {
            Some(State::Registered(Box::new(file), Box::new(Stage::Received)))
        }
        State::TakenBack(_) | State::Registered(..) | State::Served(_) => None,
    }
}

fn to_stage(state: State, change: impl FnOnce(&mut File, Stage) -> Option<Stage>) -> Next {
    match state {
        State::Registered(mut file, stage) => {
            let stage = change(&mut file, *stage)?;
            Some(State::Registered(file, Box::new(stage)))
        }
        State::Unopened | State::TakenIn(_) | State::TakenBack(_) | State::Served(_) => None,
    }
}

fn on_file(state: State, note: impl FnOnce(&mut File)) -> Next {
    to_stage(state, |file, stage| {
        note(file);
        Some(stage)
    })
}

fn unserved(state: State, decision: DocumentId, kind: DecisionKind) -> Next {
    on_file(state, |file| {
        file.unserved.insert(decision, kind);
    })
}

fn undecided(state: State, end: Stage) -> Next {
    to_stage(state, |_, stage| stage.is_undecided().then_some(end))
}

fn on_course(state: State, change: impl FnOnce(&mut Work, Course) -> Option<Course>) -> Next {
    to_stage(state, |_, stage| {
        let Stage::Handling(mut work, course) = stage else { return None };
        let course = change(&mut work, course)?;
        Some(Stage::Handling(work, course))
    })
}

fn on_work(state: State, note: impl FnOnce(&mut Work)) -> Next {
    on_course(state, |work, course| {
        note(work);
        Some(course)
    })
}

fn back_to_work(state: State, from: impl FnOnce(&Course) -> bool) -> Next {
    on_course(state, |_, course| from(&course).then_some(Course::Going))
}

fn on_objection(state: State, change: impl FnOnce(&Objection) -> Option<Objection>) -> Next {
    to_stage(state, |_, mut stage| {
        let contest = stage.contest_mut()?;
        contest.objection = change(&contest.objection)?;
        Some(stage)
    })
}

/// What a reviewer found who should have kept away is looked into anew.
fn recuse(file: &mut File, decided: &StaffRecusalDecided) {
    file.unwanted.remove(&decided.staff);
    if !decided.granted {
        *file.recusals_refused.entry(decided.staff).or_default() += 1;
        return;
    }
    file.recused.insert(decided.staff);
    if file.reviewers.remove(&decided.staff) {
        file.opinion = None;
        if file.means != Means::NotAsked {
            file.means = Means::Open;
        }
    }
}

fn take_step(work: &mut Work, step: &StepRecorded) {
    work.steps = work.steps.saturating_add(1);
    work.client_met |= step.step == HandlingStep::ClientMeeting;
    work.at_organ |= step.step.reaches_an_organ();
}

fn change_counsel(work: &mut Work, changed: &CounselChanged) -> Option<Course> {
    work.former.insert(changed.from);
    work.counsel = changed.nomination.counsel;
    work.client_met = false;
    if let Some(unit) = &changed.unit {
        work.unit = unit.clone();
        work.signed = false;
        work.delay_noted = false;
    }
    Some(Course::Going)
}

/// The state after the person has taken the application back; nothing once it is decided.
pub(super) fn withdraw(state: State) -> Next {
    match state {
        State::TakenIn(taken) => Some(State::TakenBack(taken)),
        State::Unopened | State::TakenBack(_) | State::Registered(..) | State::Served(_) => {
            undecided(state, Stage::Withdrawn)
        }
    }
}

/// The state of a closed case that goes on: what was not supplied came late without fault, or the matter was not at its
/// end.
pub(super) fn reopen(state: State) -> Next {
    to_stage(state, |file, stage| {
        file.counsel_file = CounselFile::NotSubmitted;
        match stage {
            Stage::Withdrawn | Stage::DeemedWithdrawn => Some(Stage::UnderReview),
            Stage::Completed(work) => Some(Stage::Handling(work, Course::Going)),
            Stage::Received
            | Stage::UnderReview
            | Stage::Granted(_)
            | Stage::Assigned(_)
            | Stage::Handling(..)
            | Stage::Refused(_)
            | Stage::Terminated(_) => None,
        }
    })
}

impl Stage {
    /// Whether the agency has not decided yet.
    pub(super) const fn is_undecided(&self) -> bool {
        matches!(self, Self::Received | Self::UnderReview)
    }

    const fn contest_mut(&mut self) -> Option<&mut Contest> {
        match self {
            Self::Refused(contest) => Some(contest),
            Self::Terminated(termination) => Some(&mut termination.contest),
            Self::Received
            | Self::UnderReview
            | Self::Granted(_)
            | Self::Assigned(_)
            | Self::Handling(..)
            | Self::Withdrawn
            | Self::DeemedWithdrawn
            | Self::Completed(_) => None,
        }
    }
}

/// Whoever handles the matter now; before counsel is named, those who review it.
pub(super) fn responsible(state: &State) -> Vec<ActorId> {
    match state {
        State::Unopened | State::TakenIn(_) | State::TakenBack(_) => Vec::new(),
        State::Served(services) => services.last().map(|served| served.by).into_iter().collect(),
        State::Registered(file, stage) => match stage.work() {
            Some(work) => vec![work.counsel],
            None => file.reviewers.iter().copied().collect(),
        },
    }
}
