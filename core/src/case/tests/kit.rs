//! A case in the hands of a test: made-up people, and one fitting example of each command.

use std::sync::{Arc, LazyLock};

use uuid::Uuid;

use crate::calendar::Calendar;
use crate::case::code::Role;
use crate::case::skeleton::SamePerson;
use crate::case::skeleton::examples::{self, Cast};
use crate::case::{
    Acting, Case, CaseCommand, CaseEvent, CaseId, CaseNumber, Context, Kind, KnownCase, KnownCases,
    NamedCase, Refusal, Staff,
};
use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::{CaseKind, Policy};
use crate::privacy::{Fingerprint, Sealed};

pub(in crate::case) const CASE: CaseId = CaseId::from_uuid(Uuid::from_u128(31));
pub(in crate::case) const PAPER: DocumentId = DocumentId::from_uuid(Uuid::from_u128(21));

static POLICY: LazyLock<Arc<Policy>> = LazyLock::new(|| Arc::new(Policy::embedded()));
static CALENDAR: LazyLock<Arc<Calendar>> = LazyLock::new(|| Arc::new(Calendar::china()));

/// A command with the role and the actor who gives it.
pub(in crate::case) type Given<K> = (CaseCommand<K>, Role, ActorId);

/// A kind with an example of everything.
pub(in crate::case) trait Tested: Kind {
    /// Every step, in the order of a case's life.
    const STEPS: &'static [Self::Step];

    /// The office that handles the examples.
    const OFFICE: &'static str;

    /// One example of every command of its own, as it fits a case that is ripe for it.
    fn own_examples() -> Vec<Self::Command>;

    /// The people in whose case the common examples fit.
    fn cast() -> Cast;

    /// Who gives a command in the examples.
    fn giver(command: &str) -> (Role, ActorId);

    /// The commands before which a day passes on the way to a step.
    const A_DAY_LATER: &'static [&'static str] = &[];

    /// The commands that bring a case to a step, or into the archive for `None`.
    fn way_to(step: Option<Self::Step>) -> Vec<Given<Self>>;
}

/// The opening moment of every made-up case: a Friday morning.
pub(in crate::case) fn opening() -> Timestamp {
    "2026-06-26T09:00:00+08:00".parse().unwrap()
}

pub(in crate::case) fn context<K: Tested>(at: Timestamp, role: Role, actor: ActorId) -> Context {
    let office = code(K::OFFICE);
    let number = CaseNumber { kind: K::KIND, office: office.clone(), year: 2026, serial: 1 };
    Context {
        case: CASE,
        actor: Acting { id: actor, role, office: office.clone() },
        came_in_at: office,
        occurred_at: at,
        recorded_at: at,
        late: None,
        policy: Arc::clone(&POLICY),
        calendar: Arc::clone(&CALENDAR),
        number: Some(number),
        staff: Staff::default(),
        other_cases: Default::default(),
        known_cases: known_cases(),
    }
}

/// The other cases of the examples, with everybody in them.
fn known_cases() -> KnownCases {
    let people = (1..=3).map(|number| PersonRef::from_uuid(Uuid::from_u128(number)));
    let fingerprints = people.map(|person| (person, fingerprint_of(person))).collect();
    let there = KnownCase { fingerprints, is_closed: false };
    let kinds = [CaseKind::Consultation, CaseKind::Mediation, CaseKind::LegalAid, CaseKind::Notary];
    let cases = [32, 33].map(|number| CaseId::from_uuid(Uuid::from_u128(number)));
    let named = kinds.into_iter().flat_map(|kind| cases.map(|case| NamedCase { kind, case }));
    named.map(|named| (named, there.clone())).collect()
}

/// An empty box under the key of a person.
pub(in crate::case) fn sealed_under(person: PersonRef) -> Sealed {
    format!("x1.{}.{}", person.as_uuid().simple(), "A".repeat(54)).parse().unwrap()
}

/// The fingerprint of a made-up person: no two have the same.
pub(in crate::case) fn fingerprint_of(person: PersonRef) -> Fingerprint {
    let digits = person.as_uuid().simple().to_string().repeat(2);
    serde_json::from_value(digits.into()).unwrap()
}

/// A made-up person, as known in another case.
pub(in crate::case) fn same(here: PersonRef) -> SamePerson {
    SamePerson { here, there: here, fingerprint: fingerprint_of(here) }
}

pub(in crate::case) fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

/// One example of every command, the kind's own ones first.
pub(in crate::case) fn all_examples<K: Tested>() -> Vec<Given<K>> {
    let own = K::own_examples().into_iter().map(CaseCommand::Own);
    let common = examples::examples(&K::cast()).into_iter().map(CaseCommand::Common);
    own.chain(common).map(with_giver).collect()
}

/// The example of a command.
pub(in crate::case) fn example<K: Tested>(name: &str) -> Given<K> {
    all_examples::<K>().into_iter().find(|(command, ..)| command.name() == name).unwrap()
}

/// A command with who gives such a one in the examples.
pub(in crate::case) fn with_giver<K: Tested>(command: CaseCommand<K>) -> Given<K> {
    let (role, actor) = K::giver(command.name());
    (command, role, actor)
}

/// Decides and evolves; the events, or the refusal.
pub(in crate::case) fn give<K: Kind>(
    case: &mut Case<K>,
    command: &CaseCommand<K>,
    context: &Context,
) -> Result<Vec<CaseEvent<K>>, Refusal> {
    let events = Case::decide(case, command, context)?;
    for event in &events {
        *case = Case::evolve(case.clone(), event, context.occurred_at)
            .unwrap_or_else(|error| panic!("what was decided must be accepted: {error}"));
    }
    Ok(events)
}

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// The moment of the last thing that happened in a case.
pub(in crate::case) fn now<K: Kind>(case: &Case<K>) -> Timestamp {
    case.common.last_occurred_at.unwrap_or_else(opening)
}

/// A case at a step, brought there by commands; and one in the archive for `None`.
pub(in crate::case) fn case_at<K: Tested>(step: Option<K::Step>) -> Case<K> {
    let (mut case, mut now) = (Case::default(), opening());
    for (command, role, actor) in K::way_to(step) {
        let days = i64::from(K::A_DAY_LATER.contains(&command.name()));
        now = now.plus_micros(days * MICROS_PER_DAY).unwrap();
        give(&mut case, &command, &context::<K>(now, role, actor))
            .unwrap_or_else(|refusal| panic!("on the way to {step:?}: {refusal}"));
    }
    assert_eq!(step, (case.state_name() != "Archived").then(|| K::step(&case.own)));
    case
}
