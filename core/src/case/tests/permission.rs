//! Who may act in whose cases: the tables of the kinds, the rules in force, and what is offered must agree.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::kit::{Tested, all_examples, case_at, code, context, example, now};
use crate::case::code::Role;
use crate::case::consultation::Consultation;
use crate::case::legal_aid::LegalAid;
use crate::case::mediation::Mediation;
use crate::case::notary::Notary;
use crate::case::skeleton::{CommonCommand, Proxy};
use crate::case::{Case, Context, Kind, READ, ReasonCode};
use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::policy::{COMMANDS, Policy, ROLES, Scope};

/// Every command with the roles of its table.
fn commands() -> Vec<(&'static str, &'static [Role])> {
    fn own<K: Kind>() -> impl Iterator<Item = (&'static str, &'static [Role])> {
        K::COMMANDS.iter().map(|spec| (spec.name, spec.roles))
    }
    let common = CommonCommand::COMMANDS.iter().map(|spec| (spec.name, spec.roles));
    let kinds =
        own::<Consultation>().chain(own::<Mediation>()).chain(own::<LegalAid>()).chain(own::<Notary>());
    common.chain(kinds).collect()
}

#[test]
fn the_rules_know_every_role_and_every_command() {
    assert_eq!(ROLES, Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>());
    // To look at a case is no command, and the house says who may all the same.
    let names: BTreeSet<_> = commands().into_iter().map(|(name, _)| name).chain([READ]).collect();
    assert_eq!(COMMANDS, names.into_iter().collect::<Vec<_>>());
}

/// An entry that gave a role what no law gives it would do nothing, and somebody would rely on it.
#[test]
fn no_entry_speaks_of_what_the_law_does_not_let_a_role_do() {
    let commands = commands();
    let policy = Policy::embedded();
    for permission in policy.profiles().flat_map(|profile| &profile.permissions) {
        for (role, name) in
            permission.roles.iter().flat_map(|role| permission.commands.iter().map(move |name| (role, name)))
        {
            let lawful = commands.iter().any(|(known, roles)| {
                *known == name.as_str() && roles.iter().any(|one| one.as_str() == role.as_str())
            });
            assert!(lawful, "{role} {name}");
        }
    }
}

/// Of every role that can do anything the national rules say how far it reaches.
#[test]
fn nobody_is_forgotten() {
    let rules = Policy::national().rules_at(&"CN".parse().unwrap(), "2026-06-26".parse().unwrap());
    for (name, roles) in commands() {
        for role in roles {
            let said = rules.permission(role.as_str(), name);
            assert!(said.is_some_and(|said| said.scope != Scope::Nowhere), "{role} {name}");
        }
    }
}

fn seen_from(context: Context, office: &str) -> Context {
    let mut context = context;
    context.actor.office = code(office);
    context
}

/// What is offered is not refused for role, state or office, and the other way round.
fn assert_agreement<K: Tested>() {
    let out_of_place = [
        ReasonCode::WrongState,
        ReasonCode::Archived,
        ReasonCode::WrongRole,
        ReasonCode::NotPermitted,
        ReasonCode::NotTheirOffice,
    ];
    let under = format!("{}/1", K::OFFICE);
    for step in K::STEPS.iter().copied().map(Some).chain([None]) {
        let case = case_at::<K>(step);
        for (command, role, actor) in all_examples::<K>() {
            let here = context::<K>(now(&case), role, actor);
            for office in [K::OFFICE, "CN", &under, "CN/990000/elsewhere"] {
                let there = seen_from(here.clone(), office);
                let decided = Case::decide(&case, &command, &there);
                let refused =
                    decided.is_err_and(|refusal| out_of_place.iter().any(|code| refusal.is_for(*code)));
                let offered = case.available_to(&there).contains(&command.name());
                assert_eq!(offered, !refused, "{} by {role} of {office} at {step:?}", command.name());
            }
        }
    }
}

#[test]
fn what_is_offered_to_somebody_is_what_they_may() {
    assert_agreement::<Consultation>();
    assert_agreement::<Mediation>();
    assert_agreement::<LegalAid>();
    assert_agreement::<Notary>();
}

/// A national profile beside the embedded one, that says something about mediators.
fn local(scope: &str, validity: &str) -> Policy {
    let mut policy = Policy::national();
    let text = format!(
        "[profile]\nid = \"local\"\nversion = \"1\"\njurisdiction = \"CN\"\nname = \"n\"\nname_zh = \"名\"\n\
         [[permission]]\nroles = [\"MEDIATOR\"]\ncommands = [\"NotifyRights\"]\nscope = \"{scope}\"\n\
         basis = \"an order of the bureau\"\nconfidence = \"S\"\n{validity}\n"
    );
    policy.load("local.toml", &text).unwrap();
    policy
}

/// What the rules of a day say is not changed by what they say later.
#[test]
fn the_table_in_force_when_it_happens_decides() {
    let (command, role, actor) = example::<Mediation>("NotifyRights");
    let case = case_at::<Mediation>(Some(crate::case::mediation::Step::Accepted));
    let policy = Arc::new(local("nowhere", "valid_from = 2026-07-01"));
    let at = |day: &str| -> Context {
        let moment: Timestamp = format!("{day}T12:00:00+08:00").parse().unwrap();
        Context { policy: Arc::clone(&policy), ..context::<Mediation>(moment, role, actor) }
    };
    Case::decide(&case, &command, &at("2026-06-30")).unwrap();
    assert!(case.available_to(&at("2026-06-30")).contains(&"NotifyRights"));
    let refusal = Case::decide(&case, &command, &at("2026-07-01")).unwrap_err();
    assert!(refusal.is_for(ReasonCode::NotPermitted), "{refusal}");
    assert!(!case.available_to(&at("2026-07-01")).contains(&"NotifyRights"));
    // What happened in June and is learnt in July is judged by the table of June.
    let late = Context {
        recorded_at: "2026-07-02T09:00:00+08:00".parse().unwrap(),
        late: Some(code("NO_NETWORK")),
        ..at("2026-06-30")
    };
    Case::decide(&case, &command, &late).unwrap();
}

#[test]
fn the_rules_may_widen_the_place_and_never_the_role() {
    let (command, role, actor) = example::<Mediation>("NotifyRights");
    let case = case_at::<Mediation>(Some(crate::case::mediation::Step::Accepted));
    let policy = Arc::new(local("anywhere", "valid_from = 2026-01-01"));
    let seen = |role, office: &str| {
        let context = context::<Mediation>(now(&case), role, actor);
        seen_from(Context { policy: Arc::clone(&policy), ..context }, office)
    };
    Case::decide(&case, &command, &seen(role, "CN/990000/elsewhere")).unwrap();
    let refusal = Case::decide(&case, &command, &seen(Role::Clerk, "CN/510185/tiaoweihui")).unwrap_err();
    assert!(refusal.is_for(ReasonCode::WrongRole), "{refusal}");
}

#[test]
fn a_case_belongs_to_whoever_has_it() {
    let (village, town) = (code("CN/510185/village-3"), code("CN/510185/tiaoweihui"));
    let mut case = case_at::<Mediation>(Some(crate::case::mediation::Step::UnderReview));
    assert_eq!(case.office(&village), &village);
    case.common.proxy = Some(Proxy::Received { agent_org: village.clone() });
    assert_eq!(case.office(&village), &village);
    case.common.proxy = Some(Proxy::Forwarded { authority: town.clone() });
    assert_eq!(case.office(&village), &town);
    case.common.proxy = Some(Proxy::Arrived { authority: town.clone(), at: now(&case) });
    assert_eq!(case.office(&village), &town);
    let registered = case_at::<Mediation>(Some(crate::case::mediation::Step::Accepted));
    assert_eq!(registered.office(&village).as_str(), Mediation::OFFICE);
}
