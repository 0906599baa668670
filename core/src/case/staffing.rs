//! Whom a command puts to work: what the records of the staff say of them, and what the case does.
//!
//! Records of people lie beside the cases, in streams of their own. Whoever carries a command out looks them up, puts what
//! they say into the context, and writes only if they have not changed meanwhile: so nobody is assigned at the moment at
//! which somebody else removes them.

use std::collections::BTreeMap;

use super::code::Role;
use super::{Case, CaseCommand, Check, Context, Kind, Reason, ReasonCode};
use crate::id::ActorId;

/// The rule by which only people of the pool are assigned.
const ONLY_POOLED: &str = "staff.only_pooled_are_assigned";

/// What a record says of somebody who is to be assigned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Assignable {
    /// Nobody keeps a record of them.
    #[default]
    NoRecord,
    /// They are in the pool.
    Pooled,
    /// They are suspended or removed.
    Barred,
}

/// What the records say when a command is decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Staff {
    /// Of the people whom the command puts to work.
    pub assignable: BTreeMap<ActorId, Assignable>,
    /// Whether the actor is signed in to the turn of duty that they name.
    pub on_duty: bool,
}

impl Staff {
    /// What the records say of somebody.
    #[must_use]
    pub fn of(&self, person: ActorId) -> Assignable {
        self.assignable.get(&person).copied().unwrap_or_default()
    }
}

impl<K: Kind> CaseCommand<K> {
    /// Whom it puts to work on the case, if it is carried out.
    #[must_use]
    pub fn engages(&self) -> Vec<ActorId> {
        match self {
            Self::Common(command) => command.engages(),
            Self::Own(command) => K::engages(command),
        }
    }
}

/// Nobody is put to work who may not be assigned, or is tied to the matter; and whoever is tied to it does not go on.
pub(super) fn is_staffed<K: Kind>(
    case: &Case<K>,
    command: &CaseCommand<K>,
    context: &Context,
    check: &mut Check,
) {
    let engaged = command.engages();
    let being = |wanted| engaged.iter().copied().filter(move |person| context.staff.of(*person) == wanted);
    check.none(being(Assignable::Barred), ReasonCode::ProviderBarred);
    if let Some(rule) = context.rules(&case.jurisdiction()).flag_rule(ONLY_POOLED).filter(|rule| rule.value) {
        let strangers: Vec<_> = being(Assignable::NoRecord).collect();
        if !strangers.is_empty() {
            let basis = &rule.provenance.basis;
            check.refuse(Reason::new(ReasonCode::NotPooled).list("who", strangers).text("basis", basis));
        }
    }
    let actor = match command {
        CaseCommand::Own(_) if serves(context.actor.role) => Some(context.actor.id),
        CaseCommand::Own(_) | CaseCommand::Common(_) => None,
    };
    let tied = engaged.into_iter().chain(actor).filter(|one| case.common.interested.contains_key(one));
    let tied: BTreeMap<_, _> =
        tied.filter_map(|one| Some((one, case.common.interested.get(&one)?))).collect();
    if !tied.is_empty() {
        let reason = Reason::new(ReasonCode::Interested).list("who", tied.keys()).words(
            "grounds",
            "recusal",
            tied.values(),
        );
        check.refuse(reason);
    }
}

/// Whether somebody acts for the service, and not for themselves or another body.
fn serves(role: Role) -> bool {
    match role {
        Role::Applicant | Role::Party | Role::Agent | Role::Guardian | Role::External | Role::System => false,
        Role::Clerk
        | Role::Hotline
        | Role::Liaison
        | Role::DutyLawyer
        | Role::Reviewer
        | Role::Approver
        | Role::Dispatcher
        | Role::Counsel
        | Role::LawFirm
        | Role::Mediator
        | Role::Committee
        | Role::Notary
        | Role::NotaryAssistant
        | Role::NotaryHead
        | Role::Bureau
        | Role::Qa
        | Role::Peer
        | Role::Archivist
        | Role::Finance
        | Role::Operator => true,
    }
}
