//! First contact, identity, proxy intake, offline entries, groups, language.

use std::collections::BTreeSet;

use super::errand::Command;
use super::kit::{Desk, HE, LIN, QIN, STRANGER, SUN, code, day, example};
use crate::case::ReasonCode;
use crate::case::code::{Role, SpecialGroup};
use crate::case::skeleton::{
    Accommodation, AccommodationRecorded, FirstContactAssigned, ForwardedToAuthority, IdentityMethod,
    InterpreterAssigned, LanguagePreferenceRecorded, OfflineCaptureRecorded, Overlay, PriorityGranted,
    PriorityGround, PriorityStage, Proof, ReceivedByAuthority, TagSpecialGroup, VerifyIdentity,
};

#[test]
fn exactly_one_person_answers_first_until_another_body_has_the_matter() {
    let mut desk = Desk::asked();
    desk.does(Role::Clerk, LIN, FirstContactAssigned { responsible: LIN }, &["FirstContactAssigned"]);
    let second = FirstContactAssigned { responsible: HE };
    desk.refuses(Role::Clerk, LIN, second, &[ReasonCode::FirstContactThere]);
    desk.does(Role::Clerk, LIN, example("ReferOut"), &["ReferralSent"]);
    assert!(!desk.case.common.first_contact.as_ref().unwrap().released);
    desk.does(Role::External, HE, example("AcceptReferral"), &["ReferralAccepted"]);
    assert!(desk.case.common.first_contact.as_ref().unwrap().released);
}

#[test]
fn only_parties_are_identified() {
    let mut desk = Desk::asked();
    let verify = |person| VerifyIdentity { person, method: IdentityMethod::Document };
    desk.refuses(Role::Clerk, LIN, verify(STRANGER), &[ReasonCode::NotAParty]);
    desk.does(Role::Clerk, LIN, verify(SUN), &["IdentityVerified"]);
    assert!(desk.case.common.identified.contains(&SUN));
}

#[test]
fn a_matter_taken_in_by_proxy_is_not_registered_before_the_competent_institution_has_it() {
    let mut desk = Desk::asked();
    let there = || code("CN/510185/centre");
    let forward = || ForwardedToAuthority { authority: there(), materials: Vec::new() };
    desk.refuses(Role::Liaison, LIN, forward(), &[ReasonCode::ProxyOutOfOrder]);
    desk.does(Role::Liaison, LIN, example("RecordProxyIntake"), &["ProxyIntakeReceived"]);
    desk.refuses(Role::Liaison, LIN, example("RecordProxyIntake"), &[ReasonCode::ProxyOutOfOrder]);
    let received = |authority| ReceivedByAuthority { authority };
    desk.refuses(Role::Clerk, HE, received(there()), &[ReasonCode::ProxyOutOfOrder]);
    desk.does(Role::Liaison, LIN, forward(), &["ForwardedToAuthority"]);
    desk.refuses(Role::Clerk, HE, received(code("CN/510100")), &[ReasonCode::ProxyOutOfOrder]);

    let too_early = desk.own(Role::Counsel, QIN, Command::Take { handler: QIN }).unwrap_err();
    assert!(too_early.is_for(ReasonCode::OnTheWay));
    desk.does(Role::Clerk, HE, received(there()), &["ReceivedByAuthority"]);
    desk.own(Role::Counsel, QIN, Command::Take { handler: QIN }).unwrap();
}

#[test]
fn an_entry_of_a_device_comes_in_once() {
    let mut desk = Desk::asked();
    let entry = |captured_at: &str| OfflineCaptureRecorded {
        device: code("tablet-7"),
        device_sequence: 41,
        captured_at: captured_at.parse().unwrap(),
    };
    let from_tomorrow = entry("2026-06-27T09:00:00+08:00");
    desk.refuses(Role::Liaison, LIN, from_tomorrow, &[ReasonCode::InTheFuture]);
    let yesterday = entry("2026-06-25T09:00:00+08:00");
    desk.does(Role::Liaison, LIN, yesterday.clone(), &["OfflineCaptureRecorded"]);
    desk.refuses(Role::Liaison, LIN, yesterday, &[ReasonCode::AlreadyCaptured]);
    assert!(desk.case.common.overlays().contains(&Overlay::OfflineOrigin));
}

#[test]
fn a_tag_that_has_run_out_gives_no_priority() {
    let mut desk = Desk::asked();
    let tag = |since, until| TagSpecialGroup {
        person: SUN,
        group: SpecialGroup::LowIncome,
        proof: Proof::Document,
        since,
        until,
    };
    let priority = || PriorityGranted {
        ground: PriorityGround::Group(SpecialGroup::LowIncome),
        stages: BTreeSet::from([PriorityStage::Review]),
    };
    let backwards = tag(Some(day(6, 2)), Some(day(6, 1)));
    desk.refuses(Role::Clerk, LIN, backwards, &[ReasonCode::PeriodBackwards]);
    desk.does(Role::Clerk, LIN, tag(None, Some(day(6, 25))), &["SpecialGroupTagged"]);
    desk.refuses(Role::Clerk, LIN, priority(), &[ReasonCode::NotInGroup]);
    desk.does(Role::Clerk, LIN, tag(Some(day(6, 26)), None), &["SpecialGroupTagged"]);
    assert_eq!(desk.case.common.groups[1].tagged_by, Some(LIN));
    desk.does(Role::Clerk, LIN, priority(), &["PriorityGranted"]);
    let no_stage = PriorityGranted { ground: PriorityGround::Urgent, stages: BTreeSet::new() };
    desk.refuses(Role::Clerk, LIN, no_stage, &[ReasonCode::NobodyNamed]);
    assert_eq!(desk.case.common.overlays(), BTreeSet::from([Overlay::Priority]));
}

#[test]
fn the_voice_of_a_party_is_not_the_handler() {
    let mut desk = Desk::taken();
    let language = || code("mn-Mong");
    let preference = LanguagePreferenceRecorded { person: SUN, language: language() };
    desk.does(Role::Clerk, LIN, preference, &["LanguagePreferenceRecorded"]);
    let voice = |interpreter| InterpreterAssigned { interpreter, person: SUN, language: language() };
    desk.refuses(Role::Clerk, LIN, voice(QIN), &[ReasonCode::IsHandler]);
    desk.does(Role::Clerk, LIN, voice(HE), &["InterpreterAssigned"]);
    let nothing = AccommodationRecorded { person: SUN, accommodations: BTreeSet::new() };
    desk.refuses(Role::Clerk, LIN, nothing, &[ReasonCode::NobodyNamed]);
    desk.does(Role::Clerk, LIN, example("RecordAccommodation"), &["AccommodationRecorded"]);
    assert!(desk.case.common.accommodations[&SUN].contains(&Accommodation::LargePrint));
}
