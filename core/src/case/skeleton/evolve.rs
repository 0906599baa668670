//! What the events of every kind of case do to it.

use std::mem::take;

use super::event::CommonEvent;
use super::intake::{FirstContact, Proxy};
use super::leaving::Gone;
use super::referral::ReferralAnswer;
use super::reopen::CaseReopened;
use super::supervision::Order;
use super::{Archive, CaseClock};
use crate::case::code::Phase;
use crate::case::{Case, Kind};
use crate::clock::Timestamp;
use crate::decider::Misplaced;
use crate::event::EventSet;

pub(in crate::case) fn evolve<K: Kind>(
    mut case: Case<K>,
    event: &CommonEvent,
    occurred_at: Timestamp,
) -> Result<Case<K>, Misplaced> {
    let misplaced = Misplaced { event: event.event_type(), state: case.state_name() };
    if case.phase() == Phase::Unopened {
        return Err(misplaced);
    }
    note(&mut case, event, occurred_at).ok_or(misplaced)?;
    Ok(case)
}

/// Notes an event; nothing if it cannot follow what was noted before.
fn note<K: Kind>(case: &mut Case<K>, event: &CommonEvent, at: Timestamp) -> Option<()> {
    let common = &mut case.common;
    match event {
        CommonEvent::FirstContactAssigned(assigned) => {
            let responsible = assigned.responsible;
            common.first_contact = Some(FirstContact { responsible, released: false });
        }
        CommonEvent::IdentityVerified(verified) => {
            common.identified.insert(verified.person);
        }
        CommonEvent::ProxyIntakeReceived(received) => {
            common.proxy = Some(Proxy::Received { agent_org: received.agent_org.clone() });
        }
        CommonEvent::ForwardedToAuthority(forwarded) => {
            common.proxy = Some(Proxy::Forwarded { authority: forwarded.authority.clone() });
        }
        CommonEvent::ReceivedByAuthority(received) => {
            common.proxy = Some(Proxy::Arrived { authority: received.authority.clone(), at });
        }
        CommonEvent::OfflineCaptureRecorded(captured) => common.captures.push(captured.clone()),
        CommonEvent::SpecialGroupTagged(tagged) => common.groups.push(tagged.clone()),
        CommonEvent::PriorityGranted(granted) => common.priority.extend(&granted.stages),
        CommonEvent::LanguagePreferenceRecorded(preference) => {
            common.languages.insert(preference.person, preference.language.clone());
        }
        CommonEvent::AccommodationRecorded(recorded) => {
            common.accommodations.entry(recorded.person).or_default().extend(&recorded.accommodations);
        }
        CommonEvent::SupplementRequested(requested) => common.supplement_requested(requested),
        CommonEvent::SupplementSubmitted(submitted) => common.supplement_submitted(submitted)?,
        CommonEvent::SupplementLapsed(_) => common.supplement_lapsed()?,
        CommonEvent::ProvisionallyAccepted(accepted) => common.provisionally_accepted(accepted),
        CommonEvent::GapFilled(filled) => common.gap_filled(filled)?,
        CommonEvent::GapDefaulted(_) => common.gap.take().map(|_| ())?,
        CommonEvent::ClockSuspended(suspended) => {
            common.clock.as_mut()?.stop(at.china_date(), suspended.ground.clone());
        }
        CommonEvent::ClockResumed(resumed) => {
            common.clock.as_mut()?.resume(at.china_date(), resumed.deadline.clone());
        }
        CommonEvent::ClockRecomputed(recomputed) => {
            common.clock.as_mut()?.deadline = recomputed.deadline.clone();
        }
        CommonEvent::SensitiveMatterFlagged(flagged) => common.sensitive_flagged(flagged),
        CommonEvent::SensitiveMatterReported(_) => common.sensitive_reported(at)?,
        CommonEvent::ConfidentialityMarked(marked) => {
            common.confidential.insert(marked.ground);
        }
        CommonEvent::ReferralSent(sent) => common.referral_sent(sent),
        CommonEvent::ReferralAccepted(accepted) => {
            common.referral_answered(&accepted.referral, ReferralAnswer::Accepted)?;
        }
        CommonEvent::ReferralRejected(rejected) => {
            common.referral_answered(&rejected.referral, ReferralAnswer::Rejected)?;
        }
        CommonEvent::CaseLinked(linked) => common.links.push(linked.clone()),
        CommonEvent::CaseTransferred(transferred) => {
            common.gone = Some(Gone::Transferred { to: transferred.to.clone() });
        }
        CommonEvent::DuplicateMerged(merged) => {
            common.gone = Some(Gone::Merged { surviving: merged.surviving });
        }
        CommonEvent::RecusalRequested(requested) => {
            common.recusals.insert(requested.handler);
        }
        CommonEvent::ConflictsSearched(search) => common.conflicts_searched(search),
        CommonEvent::InterestDisclosed(disclosed) => {
            common.interested.insert(disclosed.person, disclosed.ground);
        }
        CommonEvent::RecusalDecided(decided) => common.recusal_decided(decided)?,
        CommonEvent::Withdrawn(_) => case.own = K::withdraw(take(&mut case.own))?,
        CommonEvent::HandlerReplaced(replaced) => {
            case.own = K::replace_handler(take(&mut case.own), replaced.from, replaced.to)?;
            common.recusals.remove(&replaced.from);
        }
        CommonEvent::NoticeSent(sent) => common.notice_sent(sent),
        CommonEvent::NoticeServed(served) => common.notice_served(served, at)?,
        CommonEvent::SatisfactionRated(rated) => common.rated(rated),
        CommonEvent::ReturnVisitRecorded(visit) => common.visited(visit),
        CommonEvent::ComplaintFiled(filed) => common.complaint_filed(filed),
        CommonEvent::ComplaintResolved(resolved) => common.complaint_resolved(resolved)?,
        CommonEvent::SupervisionOrderIssued(issued) => {
            common.orders.insert(issued.order.clone(), Order { due: issued.due, passed: None });
        }
        CommonEvent::RectificationVerified(verified) => common.rectification_verified(verified)?,
        CommonEvent::DeadlineMissed(missed) => common.missed.push(missed.clone()),
        CommonEvent::ResolutionTierRecorded(recorded) => {
            common.resolved_at_tier = Some(recorded.resolved_at_tier)
        }
        CommonEvent::DispositionRecorded(recorded) => common.disposition = Some(recorded.disposition),
        CommonEvent::CorrectionProposed(proposed) => {
            common.proposed_corrections.push(proposed.correction.clone());
        }
        CommonEvent::RecordCorrected(corrected) => common.corrected(corrected),
        CommonEvent::CorrectionRejected(rejected) => common.correction_rejected(rejected),
        CommonEvent::ArchiveSubmitted(submitted) => {
            common.archive = Archive::Submitted { by: submitted.by };
        }
        CommonEvent::ArchiveAccepted(_) => common.archive = Archive::Accepted { at },
        CommonEvent::ArchiveReturned(_) => common.archive = Archive::NotSubmitted,
        CommonEvent::FileLent(lent) => common.loan = Some(lent.clone()),
        CommonEvent::FileReturned(_) => common.file_returned()?,
        CommonEvent::QualityReviewOpened(opened) => common.review_opened(opened),
        CommonEvent::QualityReviewScored(scored) => common.review_scored(scored)?,
        CommonEvent::QualityReviewFinalised(finalised) => common.review_finalised(finalised)?,
        CommonEvent::CaseReopened(reopened) => reopen(case, reopened, at)?,
        CommonEvent::InterpreterAssigned(_)
        | CommonEvent::ReferralResultRecorded(_)
        | CommonEvent::ReferralReceived(_)
        | CommonEvent::HandlingPlanRecorded(_)
        | CommonEvent::ClientContacted(_)
        | CommonEvent::JointConsultationHeld(_)
        | CommonEvent::ExpertConsulted(_)
        | CommonEvent::ReceiptIssued(_)
        | CommonEvent::AccountabilityOpened(_) => {}
    }
    Some(())
}

/// A case that goes on has its file back and its clock at the beginning; one in the archive stays as it is.
fn reopen<K: Kind>(case: &mut Case<K>, reopened: &CaseReopened, at: Timestamp) -> Option<()> {
    if reopened.continuation.is_none() {
        case.own = K::reopen(take(&mut case.own))?;
        case.common.archive = Archive::NotSubmitted;
        case.common.clock = reopened.term.clone().map(|term| CaseClock::started(term, at));
    }
    Some(())
}
