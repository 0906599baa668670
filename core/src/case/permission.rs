//! Who may act on a case: the roles that the law names, as far as the rules in force let them reach.
//!
//! The tables of commands give the roles that a law names, and hold for every bureau. How far a role reaches from its own
//! office is no law of a kind of case but a rule of the house, so it is data ([`Permission`](crate::policy::Permission)): a
//! window acts in the cases of its own office, a bureau in those of all offices under it, a unit with an order wherever
//! the case lies. The rules of the day on which the command happens decide.

use super::code::Role;
use super::{Case, Check, Context, Kind, Reason, ReasonCode};
use crate::id::Code;
use crate::policy::Scope;

impl<K: Kind> Case<K> {
    /// The office to which it belongs: where it is registered; until then the competent institution to which it was sent on,
    /// or else the office at which it came in.
    #[must_use]
    pub fn office<'a>(&'a self, came_in_at: &'a Code) -> &'a Code {
        let registered = K::number(&self.own).map(|number| &number.office);
        registered.or_else(|| self.common.authority()).unwrap_or(came_in_at)
    }

    /// The names of the commands that the actor of the context could give now, the kind's own ones first.
    ///
    /// As [`available`](Self::available) it looks at state and role; beside these at the office for which they act, by the
    /// rules in force at the moment of the context.
    #[must_use]
    pub fn available_to(&self, context: &Context) -> Vec<&'static str> {
        let (rules, office) = (context.rules(&self.jurisdiction()), self.office(&context.came_in_at));
        let actor = &context.actor;
        let reaches = |name: &&str| rules.scope(actor.role.as_str(), name).reaches(&actor.office, office);
        self.available(actor.role).into_iter().filter(reaches).collect()
    }
}

/// The role is one of those that may do this, and may in a case of this office.
pub(super) fn is_permitted<K: Kind>(
    case: &Case<K>,
    name: &str,
    roles: &[Role],
    context: &Context,
    check: &mut Check,
) {
    let (actor, rules) = (&context.actor, context.rules(&case.jurisdiction()));
    let (role, office) = (actor.role, case.office(&context.came_in_at));
    let allowed = roles.iter().filter(|role| rules.scope(role.as_str(), name) != Scope::Nowhere);
    if !roles.contains(&role) {
        let reason = Reason::new(ReasonCode::WrongRole)
            .words("role", "role", [role])
            .words("allowed", "role", allowed);
        return check.refuse(reason);
    }
    if rules.scope(role.as_str(), name).reaches(&actor.office, office) {
        return;
    }
    let permission = rules.permission(role.as_str(), name);
    if let Some(taken) = permission.filter(|permission| permission.scope == Scope::Nowhere) {
        let reason = Reason::new(ReasonCode::NotPermitted)
            .words("role", "role", [role])
            .words("allowed", "role", allowed)
            .text("basis", &taken.provenance.basis);
        return check.refuse(reason);
    }
    let reason = Reason::new(ReasonCode::NotTheirOffice)
        .words("role", "role", [role])
        .text("own", &actor.office)
        .text("office", office)
        .words("allowed", "role", allowed);
    check.refuse(permission.iter().fold(reason, |reason, said| reason.text("basis", &said.provenance.basis)));
}
