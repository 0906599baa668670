//! Referrals, links, transfer, merging, withdrawal.

use std::collections::BTreeSet;

use super::errand::Command;
use super::kit::{
    Desk, ELSEWHERE, HE, HERE, LIN, MA, PAPER, QIN, STRANGER, SUN, code, day, example, fingerprint, same,
    sealed,
};
use crate::case::ReasonCode;
use crate::case::code::{Phase, Role};
use crate::case::skeleton::examples::remedy;
use crate::case::skeleton::{
    CaseLinked, CaseRelation, CompetenceBasis, MergeDuplicate, ReferralBody, ReferralRejected,
    ReferralResultRecorded, ReferralSent, SamePerson, SharedData, SharingBasis, TransferJurisdiction,
    Withdrawn,
};
use crate::policy::CaseKind;

fn referral(basis: SharingBasis) -> ReferralSent {
    ReferralSent {
        referral: code("R1"),
        target: ReferralBody::LaborArb,
        about: BTreeSet::from([SUN, MA]),
        basis,
        shared: BTreeSet::from([SharedData::Facts]),
        answer_by: day(7, 10),
        letter: PAPER,
    }
}

fn consent(by: &[crate::id::PersonRef]) -> SharingBasis {
    SharingBasis::Consent { by: by.iter().copied().collect(), record: PAPER }
}

#[test]
fn data_go_out_by_consent_of_each_or_by_law() {
    let mut desk = Desk::taken();
    desk.refuses(Role::Clerk, LIN, referral(consent(&[SUN])), &[ReasonCode::SharingNotAgreed]);
    let about_a_stranger = ReferralSent {
        about: BTreeSet::from([STRANGER]),
        answer_by: day(6, 25),
        ..referral(SharingBasis::StatutoryDuty { basis: code("PML-25") })
    };
    desk.refuses(Role::Clerk, LIN, about_a_stranger, &[ReasonCode::NotAParty, ReasonCode::DayPast]);
    let about_nobody = ReferralSent { about: BTreeSet::new(), ..referral(consent(&[])) };
    desk.refuses(Role::Clerk, LIN, about_nobody, &[ReasonCode::NobodyNamed]);
    desk.does(Role::Clerk, LIN, referral(consent(&[SUN, MA])), &["ReferralSent"]);
    let again = referral(SharingBasis::StatutoryDuty { basis: code("PML-25") });
    desk.refuses(Role::Clerk, LIN, again.clone(), &[ReasonCode::ItemTwice]);
    desk.does(Role::Clerk, LIN, ReferralSent { referral: code("R2"), ..again }, &["ReferralSent"]);
}

/// R15.
#[test]
fn no_case_is_closed_with_an_open_referral_or_objection() {
    let mut desk = Desk::delivered();
    desk.does(Role::Clerk, LIN, example("ReferOut"), &["ReferralSent"]);
    desk.own(Role::Applicant, LIN, Command::Object).unwrap();
    let open = desk.own(Role::Counsel, QIN, Command::Shut).unwrap_err();
    assert!(open.is_for(ReasonCode::ReferralOpen) && open.is_for(ReasonCode::ObjectionOpen), "{open}");
    let rejected = ReferralRejected { referral: code("R1"), why: sealed(), answer: PAPER };
    desk.does(Role::External, HE, rejected.clone(), &["ReferralRejected"]);
    desk.refuses(Role::External, HE, rejected, &[ReasonCode::NoSuchReferral]);
    let open = desk.own(Role::Counsel, QIN, Command::Shut).unwrap_err();
    assert!(!open.is_for(ReasonCode::ReferralOpen), "{open}");
    desk.case.common.objection_pending = false;
    desk.own(Role::Counsel, QIN, Command::Shut).unwrap();
}

#[test]
fn a_result_is_noted_of_a_referral_that_was_taken() {
    let mut desk = Desk::taken();
    let result = || ReferralResultRecorded { referral: code("R1"), result: sealed() };
    desk.refuses(Role::Clerk, LIN, result(), &[ReasonCode::NoSuchReferral]);
    desk.does(Role::Clerk, LIN, example("ReferOut"), &["ReferralSent"]);
    desk.refuses(Role::Clerk, LIN, result(), &[ReasonCode::NoSuchReferral]);
    desk.does(Role::Clerk, LIN, example("AcceptReferral"), &["ReferralAccepted"]);
    desk.does(Role::Clerk, LIN, result(), &["ReferralResultRecorded"]);
}

#[test]
fn a_case_is_not_its_own_relation() {
    let mut desk = Desk::taken();
    let link = |case| CaseLinked {
        case,
        kind: CaseKind::LegalAid,
        relation: CaseRelation::ReferredTo,
        evidence: vec![PAPER],
    };
    desk.refuses(Role::Clerk, LIN, link(HERE), &[ReasonCode::SameCase]);
    desk.does(Role::Clerk, LIN, link(ELSEWHERE), &["CaseLinked"]);
}

#[test]
fn a_case_goes_to_another_institution_and_is_no_longer_handled_here() {
    let transfer = |to: &str, jurisdiction: &str| TransferJurisdiction {
        to: code(to),
        jurisdiction: jurisdiction.parse().unwrap(),
        competence: CompetenceBasis::Residence,
        decision: PAPER,
        remedy: remedy(),
    };
    let mut desk = Desk::asked();
    let itself = transfer("CN/510185/centre", "510100");
    desk.refuses(Role::Reviewer, LIN, itself, &[ReasonCode::StillCompetent]);
    desk.refuses(Role::Reviewer, LIN, transfer("CN/510100", "CN"), &[ReasonCode::StillCompetent]);
    desk.does(Role::Clerk, LIN, example("ReferOut"), &["ReferralSent"]);
    desk.refuses(Role::Reviewer, LIN, transfer("CN/510100", "510100"), &[ReasonCode::ReferralOpen]);
    desk.does(Role::Clerk, LIN, example("RejectReferral"), &["ReferralRejected"]);
    desk.does(Role::Reviewer, LIN, transfer("CN/510100", "510100"), &["CaseTransferred"]);
    assert_eq!((desk.case.state_name(), desk.case.phase()), ("Transferred", Phase::Closed));
    assert!(desk.case.available(Role::Counsel).iter().all(|name| *name != "Take"));
    let gone = desk.own(Role::Counsel, QIN, Command::Take { handler: QIN }).unwrap_err();
    assert!(gone.is_for(ReasonCode::WrongState));
    desk.refuses(Role::Approver, LIN, example("ReopenCase"), &[ReasonCode::NotClosed]);
    desk.does(Role::Clerk, LIN, example("SubmitArchive"), &["ArchiveSubmitted"]);
}

/// R20.
#[test]
fn two_cases_are_one_only_if_everybody_in_them_is_the_same() {
    let merge = |surviving, persons| MergeDuplicate { surviving, persons, decision: PAPER };
    let person = |here, digit| SamePerson { here, there: STRANGER, fingerprint: fingerprint(digit) };
    let mut desk = Desk::taken();
    for persons in [
        Vec::new(),
        vec![person(SUN, '1')],
        vec![person(SUN, '1'), person(MA, '3')],
        vec![person(SUN, '2'), person(MA, '1')],
        vec![person(SUN, '1'), person(MA, '2'), person(MA, '3')],
    ] {
        desk.refuses(Role::Dispatcher, LIN, merge(ELSEWHERE, persons), &[ReasonCode::NotTheSame]);
    }
    let with_a_stranger = [same(), vec![person(STRANGER, '3')]].concat();
    desk.refuses(Role::Dispatcher, LIN, merge(ELSEWHERE, with_a_stranger), &[ReasonCode::NotAParty]);
    desk.refuses(Role::Dispatcher, LIN, merge(HERE, same()), &[ReasonCode::SameCase]);
    desk.does(Role::Dispatcher, LIN, merge(ELSEWHERE, same()), &["DuplicateMerged"]);
    assert_eq!(desk.case.state_name(), "Merged");
}

#[test]
fn a_party_takes_the_matter_back_before_it_is_decided() {
    let mut desk = Desk::delivered();
    desk.refuses(Role::Applicant, LIN, Withdrawn { by: SUN }, &[ReasonCode::AlreadyDecided]);
    let mut desk = Desk::taken();
    desk.refuses(Role::Applicant, LIN, Withdrawn { by: STRANGER }, &[ReasonCode::NotAParty]);
    desk.does(Role::Applicant, LIN, Withdrawn { by: SUN }, &["Withdrawn"]);
    assert_eq!(desk.case.state_name(), "Withdrawn");
    desk.own(Role::Counsel, QIN, Command::Shut).unwrap();
}
