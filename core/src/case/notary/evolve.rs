//! What events do to a notary matter.

use std::collections::{BTreeMap, BTreeSet};

use super::Notary;
use super::certificate::{Certificate, Duty, Progress, Reexamination, ReexaminationOutcome};
use super::event::{CertificateIssued, Event, ExaminationRecorded};
use super::matter::MatterTrait;
use super::state::{Draft, End, Fee, File, Finding, Issued, Matter, Remains, Stage, State, Work};
use crate::case::Case;
use crate::case::skeleton::{CaseClock, ConfidentialGround};
use crate::clock::Timestamp;
use crate::decider::Misplaced;
use crate::event::EventSet;
use crate::id::ActorId;
use crate::policy::Deadline;

/// The next state; nothing if the event cannot follow the one before.
type Next = Option<State>;

pub(super) fn evolve(
    mut case: Case<Notary>,
    event: &Event,
    at: Timestamp,
) -> Result<Case<Notary>, Misplaced> {
    let misplaced = Misplaced { event: event.event_type(), state: case.state_name() };
    let next = next(std::mem::take(&mut case.own), event, at);
    case.own = next.ok_or(misplaced)?;
    keep_common(&mut case, event, at);
    Ok(case)
}

fn next(state: State, event: &Event, at: Timestamp) -> Next {
    match event {
        Event::NotaryBooked(booked) => (state == State::Unopened).then_some(State::Booked(booked.person)),
        Event::NotaryApplied(applied) => {
            let matter = Matter { application: applied.application.clone(), traits: applied.traits.clone() };
            matches!(state, State::Unopened | State::Booked(_)).then_some(State::Applied(matter))
        }
        Event::NotaryAccepted(accepted) => Some(State::Accepted(File {
            matter: applied(state)?,
            number: accepted.number.clone(),
            accepted_by: accepted.accepted_by,
            accepted_at: at,
            fee: None,
            withdrawn: false,
        })),
        Event::NotAccepted(_) => end(state, End::NotAccepted, None),
        Event::NotaryAssigned(assigned) => {
            Some(State::Assigned(Work::begun(accepted(state)?, assigned.notaries.clone())))
        }
        Event::FeeSet(set) => on_file(state, |file| {
            file.fee = Some(Fee { cents: set.cents, aid_eligible: set.aid_eligible, reduced_cents: 0 });
        }),
        Event::FeeReduced(reduced) => on_file(state, |file| {
            if let Some(fee) = &mut file.fee {
                fee.reduced_cents = fee.reduced_cents.saturating_add(reduced.amount_cents);
            }
        }),
        Event::ExaminationRecorded(examined) => examining(state, |work| note(work, examined)),
        Event::VerificationRecorded(verified) => examining(state, |work| {
            work.examined.extend(verified.settled.iter().map(|item| (*item, Finding::Passed)));
        }),
        Event::VerificationDelegated(delegated) => {
            let (work, _) = in_examination(state)?;
            Some(State::Handling(work, Stage::Delegated { answer_by: delegated.answer_by.clone() }))
        }
        Event::DelegatedVerificationAnswered(_) | Event::DelegatedVerificationImpossible(_) => {
            at_stage(state, |stage| match stage {
                Stage::Delegated { .. } => Some(Stage::Examining),
                Stage::Examining | Stage::Drafted(_) | Stage::Approved { .. } => None,
            })
        }
        Event::TestimonyGiven(_) => examining(state, |work| work.testified = true),
        Event::CertificateDrafted(drafted) => at_stage(state, |stage| match stage {
            Stage::Examining => Some(Stage::Drafted(Draft {
                document: drafted.draft,
                form: drafted.form,
                major: drafted.major,
                discussed: false,
            })),
            Stage::Delegated { .. } | Stage::Drafted(_) | Stage::Approved { .. } => None,
        }),
        Event::CollectiveDiscussionRecorded(_) => {
            drafted(state, |draft| Stage::Drafted(Draft { discussed: true, ..draft }))
        }
        Event::CertificateApproved(approved) => {
            drafted(state, |draft| Stage::Approved { draft, approved_by: approved.approved_by })
        }
        Event::ApprovalReturned(_) => drafted(state, |_| Stage::Examining),
        Event::CertificateIssued(issued) => issue(state, issued, at),
        Event::CertificateDelivered(delivered) => on_certificate(state, |certificate| {
            certificate.received.extend(delivered.to.iter().map(|person| (*person, at)));
        }),
        Event::NotaryRefused(refused) => end(state, End::Refused, Some(&refused.archive_by)),
        Event::NotaryTerminated(terminated) => end(state, End::Terminated, Some(&terminated.archive_by)),
        Event::ReexaminationRequested(requested) => match state {
            State::Issued(mut issued) => {
                let by = requested.by.person();
                issued.concerned.insert(by);
                Some(State::Reexamining(issued, Reexamination { by, progress: Progress::Requested }))
            }
            State::Unopened
            | State::Booked(_)
            | State::Applied(_)
            | State::Accepted(_)
            | State::Assigned(_)
            | State::Handling(..)
            | State::Ended(..)
            | State::Reexamining(..) => None,
        },
        Event::ReexaminerAssigned(assigned) => assign_reexaminer(state, assigned.reexaminer),
        Event::CertificateUpheld(_) => decide(state, ReexaminationOutcome::Upheld, None, None),
        Event::CertificateCorrected(corrected) => {
            decide(state, ReexaminationOutcome::Corrected, Some(&corrected.carry_out_by), None)
        }
        Event::SupplementaryCertificateIssued(other) => {
            let outcome = ReexaminationOutcome::Supplemented;
            let state = decide(state, outcome, Some(&other.carry_out_by), Some(&other.file_by))?;
            on_certificate(state, |certificate| certificate.supplements.push(other.number.clone()))
        }
        Event::CertificatePartlyRevoked(revoked) => {
            let outcome = ReexaminationOutcome::PartlyRevoked;
            decide(state, outcome, Some(&revoked.carry_out_by), Some(&revoked.file_by))
        }
        Event::CertificateRevoked(revoked) => {
            let outcome = ReexaminationOutcome::Revoked;
            decide(state, outcome, Some(&revoked.carry_out_by), Some(&revoked.file_by))
        }
        Event::ReexaminationCarriedOut(_) => carry_out(state, Duty::Replace),
        Event::RevocationPublished(_) => carry_out(state, Duty::Publish),
        Event::AssociationNotified(_) => carry_out(state, Duty::File),
        Event::ExecutionCertificateIssued(execution) => on_certificate(state, |certificate| {
            certificate.executions.push(execution.number.clone());
        }),
        Event::AssociationComplaintFiled(_)
        | Event::CourtRouteTold(_)
        | Event::ExecutionCertificateRefused(_)
        | Event::FileUnsealed(_) => Some(state),
    }
}

fn applied(state: State) -> Option<Matter> {
    match state {
        State::Applied(matter) => Some(matter),
        State::Unopened
        | State::Booked(_)
        | State::Accepted(_)
        | State::Assigned(_)
        | State::Handling(..)
        | State::Ended(..)
        | State::Issued(_)
        | State::Reexamining(..) => None,
    }
}

fn accepted(state: State) -> Option<File> {
    match state {
        State::Accepted(file) => Some(file),
        State::Unopened
        | State::Booked(_)
        | State::Applied(_)
        | State::Assigned(_)
        | State::Handling(..)
        | State::Ended(..)
        | State::Issued(_)
        | State::Reexamining(..) => None,
    }
}

fn working(state: State) -> Option<(Work, Option<Stage>)> {
    match state {
        State::Assigned(work) => Some((work, None)),
        State::Handling(work, stage) => Some((work, Some(stage))),
        State::Unopened
        | State::Booked(_)
        | State::Applied(_)
        | State::Accepted(_)
        | State::Ended(..)
        | State::Issued(_)
        | State::Reexamining(..) => None,
    }
}

/// The work, and the stage of an examination; one that has not begun begins.
fn in_examination(state: State) -> Option<(Work, Stage)> {
    let (work, stage) = working(state)?;
    match stage.unwrap_or(Stage::Examining) {
        stage @ (Stage::Examining | Stage::Delegated { .. }) => Some((work, stage)),
        Stage::Drafted(_) | Stage::Approved { .. } => None,
    }
}

fn examining(state: State, note: impl FnOnce(&mut Work)) -> Next {
    let (mut work, stage) = in_examination(state)?;
    note(&mut work);
    Some(State::Handling(work, stage))
}

fn at_stage(state: State, change: impl FnOnce(Stage) -> Option<Stage>) -> Next {
    let (work, stage) = working(state)?;
    Some(State::Handling(work, change(stage?)?))
}

fn drafted(state: State, change: impl FnOnce(Draft) -> Stage) -> Next {
    at_stage(state, |stage| match stage {
        Stage::Drafted(draft) => Some(change(draft)),
        Stage::Examining | Stage::Delegated { .. } | Stage::Approved { .. } => None,
    })
}

fn on_file(state: State, note: impl FnOnce(&mut File)) -> Next {
    match state {
        State::Accepted(mut file) => {
            note(&mut file);
            Some(State::Accepted(file))
        }
        State::Assigned(mut work) => {
            note(&mut work.file);
            Some(State::Assigned(work))
        }
        State::Handling(mut work, stage) => {
            note(&mut work.file);
            Some(State::Handling(work, stage))
        }
        State::Unopened
        | State::Booked(_)
        | State::Applied(_)
        | State::Ended(..)
        | State::Issued(_)
        | State::Reexamining(..) => None,
    }
}

/// What is examined again replaces what was found before.
fn note(work: &mut Work, examined: &ExaminationRecorded) {
    work.examined.extend(examined.passed.iter().map(|item| (*item, Finding::Passed)));
    work.examined.extend(examined.doubtful.iter().map(|item| (*item, Finding::Doubtful)));
}

fn issue(state: State, issued: &CertificateIssued, at: Timestamp) -> Next {
    let (work, stage) = working(state)?;
    let (draft, approved_by) = match stage? {
        Stage::Approved { draft, approved_by } => (draft, approved_by),
        Stage::Examining | Stage::Delegated { .. } | Stage::Drafted(_) => return None,
    };
    let certificate = Certificate {
        number: issued.number.clone(),
        form: draft.form,
        original: issued.original,
        issued_at: at,
        received: BTreeMap::new(),
        standing: None,
        supplements: Vec::new(),
        executions: Vec::new(),
    };
    Some(State::Issued(Box::new(Issued {
        work,
        approved_by,
        certificate,
        archive_by: issued.archive_by.clone(),
        reexaminers: BTreeSet::new(),
        concerned: BTreeSet::new(),
    })))
}

fn on_certificate(state: State, note: impl FnOnce(&mut Certificate)) -> Next {
    match state {
        State::Issued(mut issued) => {
            note(&mut issued.certificate);
            Some(State::Issued(issued))
        }
        State::Reexamining(mut issued, reexamination) => {
            note(&mut issued.certificate);
            Some(State::Reexamining(issued, reexamination))
        }
        State::Unopened
        | State::Booked(_)
        | State::Applied(_)
        | State::Accepted(_)
        | State::Assigned(_)
        | State::Handling(..)
        | State::Ended(..) => None,
    }
}

fn reexamining(state: State) -> Option<(Box<Issued>, Reexamination)> {
    match state {
        State::Reexamining(issued, reexamination) => Some((issued, reexamination)),
        State::Unopened
        | State::Booked(_)
        | State::Applied(_)
        | State::Accepted(_)
        | State::Assigned(_)
        | State::Handling(..)
        | State::Ended(..)
        | State::Issued(_) => None,
    }
}

fn assign_reexaminer(state: State, reexaminer: ActorId) -> Next {
    let (mut issued, before) = reexamining(state)?;
    match before.progress {
        Progress::Requested => {
            issued.reexaminers.insert(reexaminer);
            let progress = Progress::Examining { reexaminer };
            Some(State::Reexamining(issued, Reexamination { progress, ..before }))
        }
        Progress::Examining { .. } | Progress::CarryingOut { .. } => None,
    }
}

/// What is decided counts at once; where something is left to be done, the reexamination goes on until it is.
fn decide(
    state: State,
    outcome: ReexaminationOutcome,
    carry_out_by: Option<&Deadline>,
    file_by: Option<&Deadline>,
) -> Next {
    let (mut issued, before) = reexamining(state)?;
    let reexaminer = match before.progress {
        Progress::Examining { reexaminer } => reexaminer,
        Progress::Requested | Progress::CarryingOut { .. } => return None,
    };
    issued.certificate.standing = Some(outcome);
    Some(match carry_out_by.cloned() {
        None => State::Issued(issued),
        Some(carry_out_by) => {
            let (file_by, duties) = (file_by.cloned(), outcome.duties());
            let progress = Progress::CarryingOut { reexaminer, outcome, carry_out_by, file_by, duties };
            State::Reexamining(issued, Reexamination { progress, ..before })
        }
    })
}

fn carry_out(state: State, duty: Duty) -> Next {
    let (issued, mut reexamination) = reexamining(state)?;
    let done = match &mut reexamination.progress {
        Progress::CarryingOut { duties, .. } => duties.remove(&duty).then_some(duties.is_empty())?,
        Progress::Requested | Progress::Examining { .. } => return None,
    };
    Some(if done { State::Issued(issued) } else { State::Reexamining(issued, reexamination) })
}

fn end(state: State, how: End, archive_by: Option<&Deadline>) -> Next {
    let (people, handlers) = (state.people(), state.handlers());
    let (matter, number) = (state.matter().cloned(), state.number().cloned());
    match state {
        State::Booked(_)
        | State::Applied(_)
        | State::Accepted(_)
        | State::Assigned(_)
        | State::Handling(..) => {
            let archive_by = archive_by.cloned();
            Some(State::Ended(how, Remains { people, matter, number, handlers, archive_by }))
        }
        State::Unopened | State::Ended(..) | State::Issued(_) | State::Reexamining(..) => None,
    }
}

/// The state after a party has taken the matter back.
///
/// Before it is taken on, that ends it. Later the office ends it by a decision, for which this is a ground. A request to
/// look at a certificate anew can be taken back until it is decided.
pub(super) fn withdraw(state: State) -> Next {
    match state {
        State::Booked(_) | State::Applied(_) => end(state, End::Withdrawn, None),
        State::Accepted(_) | State::Assigned(_) | State::Handling(..) => {
            let twice = state.before_issue().is_some_and(|file| file.withdrawn);
            if twice { None } else { on_file(state, |file| file.withdrawn = true) }
        }
        State::Reexamining(issued, reexamination) => match reexamination.progress {
            Progress::Requested | Progress::Examining { .. } => Some(State::Issued(issued)),
            Progress::CarryingOut { .. } => None,
        },
        State::Unopened | State::Ended(..) | State::Issued(_) => None,
    }
}

/// The state with one notary in the place of another.
pub(super) fn replace_handler(state: State, from: ActorId, to: ActorId) -> Next {
    match state {
        State::Assigned(work) => replace(work, from, to).map(State::Assigned),
        State::Handling(work, stage) => Some(State::Handling(replace(work, from, to)?, stage)),
        State::Reexamining(mut issued, mut reexamination) => match &mut reexamination.progress {
            Progress::Examining { reexaminer }
                if *reexaminer == from
                    && !issued.work.handlers().contains(&to)
                    && issued.approved_by != to =>
            {
                *reexaminer = to;
                issued.reexaminers.insert(to);
                Some(State::Reexamining(issued, reexamination))
            }
            Progress::Requested | Progress::Examining { .. } | Progress::CarryingOut { .. } => None,
        },
        State::Unopened
        | State::Booked(_)
        | State::Applied(_)
        | State::Accepted(_)
        | State::Ended(..)
        | State::Issued(_) => None,
    }
}

fn replace(mut work: Work, from: ActorId, to: ActorId) -> Option<Work> {
    if work.notaries.contains(&to) {
        return None;
    }
    let place = work.notaries.iter_mut().find(|notary| **notary == from)?;
    *place = to;
    work.former.insert(from);
    Some(work)
}

/// What an event of a notary matter means for what all kinds have: where it belongs, its clock, who may see the file.
fn keep_common(case: &mut Case<Notary>, event: &Event, at: Timestamp) {
    let common = &mut case.common;
    match event {
        Event::NotaryBooked(booked) => common.jurisdiction = Some(booked.jurisdiction),
        Event::NotaryApplied(applied) => {
            common.jurisdiction = Some(applied.application.jurisdiction);
            if applied.traits.contains(&MatterTrait::SealedFile) {
                common.confidential.insert(ConfidentialGround::Will);
            }
        }
        Event::NotaryAccepted(accepted) => {
            common.clock = Some(CaseClock::started(accepted.term.clone(), at));
        }
        Event::ReexaminationRequested(requested) => {
            common.clock = Some(CaseClock::started(requested.decide_by.clone(), at));
        }
        Event::FileUnsealed(_) => {
            common.confidential.remove(&ConfidentialGround::Will);
        }
        Event::NotAccepted(_)
        | Event::NotaryAssigned(_)
        | Event::FeeSet(_)
        | Event::FeeReduced(_)
        | Event::ExaminationRecorded(_)
        | Event::VerificationRecorded(_)
        | Event::VerificationDelegated(_)
        | Event::DelegatedVerificationAnswered(_)
        | Event::DelegatedVerificationImpossible(_)
        | Event::TestimonyGiven(_)
        | Event::CertificateDrafted(_)
        | Event::CollectiveDiscussionRecorded(_)
        | Event::CertificateApproved(_)
        | Event::ApprovalReturned(_)
        | Event::CertificateIssued(_)
        | Event::CertificateDelivered(_)
        | Event::NotaryRefused(_)
        | Event::NotaryTerminated(_)
        | Event::ReexaminerAssigned(_)
        | Event::CertificateUpheld(_)
        | Event::CertificateCorrected(_)
        | Event::SupplementaryCertificateIssued(_)
        | Event::CertificatePartlyRevoked(_)
        | Event::CertificateRevoked(_)
        | Event::ReexaminationCarriedOut(_)
        | Event::RevocationPublished(_)
        | Event::AssociationNotified(_)
        | Event::AssociationComplaintFiled(_)
        | Event::CourtRouteTold(_)
        | Event::ExecutionCertificateIssued(_)
        | Event::ExecutionCertificateRefused(_) => {}
    }
}
