//! Who may look at a case.
//!
//! To look is no command: it changes nothing in the case, so the tables of the kinds do not speak of it. How far a role
//! reaches is a rule of the house, under the name [`READ`] like that of a command; beside it whoever belongs to no office is
//! tied to the case, and a confidential case is shown to those alone who need it.

use super::code::Role;
use super::permission::is_permitted;
use super::{Case, Check, Context, Kind, Reason, ReasonCode, Refusal};
use crate::id::PersonRef;

/// The name under which the rules speak of looking at a case.
pub(crate) const READ: &str = "OpenFile";

/// Those who have something to do with cases. A platform's operator has not, nor has the system; other bodies get what is
/// referred to them, a firm sees a case through the counsel it named, and whoever pays sees the sheet.
const READERS: &[Role] = &[
    Role::Applicant,
    Role::Party,
    Role::Agent,
    Role::Guardian,
    Role::Clerk,
    Role::Hotline,
    Role::Liaison,
    Role::DutyLawyer,
    Role::Reviewer,
    Role::Approver,
    Role::Dispatcher,
    Role::Counsel,
    Role::Mediator,
    Role::Committee,
    Role::Notary,
    Role::NotaryAssistant,
    Role::NotaryHead,
    Role::Bureau,
    Role::Qa,
    Role::Peer,
    Role::Archivist,
];

/// Somebody may look at a case, by the rules in force at the moment of the context.
///
/// # Errors
/// They may not, for every reason.
pub(crate) fn may_be_read<K: Kind>(
    case: &Case<K>,
    context: &Context,
    on_behalf_of: Option<PersonRef>,
) -> Result<(), Refusal> {
    let mut check = Check::new(READ, case.state_name());
    is_permitted(case, READ, READERS, context, &mut check);
    let (people, actor) = (K::people(&case.own), &context.actor);
    let handles = people.handlers.contains(&actor.id);
    match actor.role {
        Role::Applicant | Role::Party | Role::Agent | Role::Guardian => {
            check.must(on_behalf_of.is_some(), ReasonCode::NobodyNamed);
            let stranger = on_behalf_of.filter(|person| !people.parties.contains(person));
            check.none(stranger, ReasonCode::NotAParty);
        }
        Role::Counsel => check.none((!handles).then_some(actor.id), ReasonCode::NotHandler),
        Role::Peer => check.must(!case.common.reviews.is_empty(), ReasonCode::NoSuchReview),
        Role::Approver
        | Role::Dispatcher
        | Role::Committee
        | Role::NotaryHead
        | Role::Bureau
        | Role::Archivist => is_not_tied(case, context, &mut check),
        Role::Clerk
        | Role::Hotline
        | Role::Liaison
        | Role::DutyLawyer
        | Role::Reviewer
        | Role::Mediator
        | Role::Notary
        | Role::NotaryAssistant
        | Role::Qa
        | Role::LawFirm
        | Role::Finance
        | Role::Operator
        | Role::External
        | Role::System => {
            is_not_tied(case, context, &mut check);
            if !case.common.confidential.is_empty() && !handles {
                let grounds = &case.common.confidential;
                check.refuse(Reason::new(ReasonCode::Confidential).words("grounds", "confidential", grounds));
            }
        }
    }
    check.finish(Some(Vec::<()>::new())).map(drop)
}

/// Whoever is tied to a party or to the outcome does not look at what is written of it either.
fn is_not_tied<K: Kind>(case: &Case<K>, context: &Context, check: &mut Check) {
    let actor = context.actor.id;
    if let Some(ground) = case.common.interested.get(&actor) {
        let reason =
            Reason::new(ReasonCode::Interested).list("who", [actor]).words("grounds", "recusal", [ground]);
        check.refuse(reason);
    }
}
