//! Given cases with the same persons, what stands against giving one of them to somebody.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::entry::{Involved, KnownProvider};
use super::index::Index;
use super::read::Entry;
use crate::case::skeleton::{ConflictFound, ConflictGround, ConflictOf};
use crate::case::{CaseId, Side};
use crate::id::{ActorId, Code, Revision};
use crate::policy::CaseKind;
use crate::privacy::Fingerprint;

const WANG: ActorId = ActorId::from_uuid(Uuid::from_u128(1));
const LI: ActorId = ActorId::from_uuid(Uuid::from_u128(2));
const HERE: CaseId = CaseId::from_uuid(Uuid::from_u128(31));
const THERE: CaseId = CaseId::from_uuid(Uuid::from_u128(32));

fn finger(digit: char) -> Fingerprint {
    serde_json::from_value(serde_json::Value::String(digit.to_string().repeat(64))).unwrap()
}

/// A case with persons, `a` on the side of the claimant and `-a` on that of the respondent.
fn case(kind: CaseKind, case: CaseId, persons: &[&str], handlers: &[ActorId]) -> Involved {
    let person = |text: &&str| match text.strip_prefix('-') {
        Some(name) => (finger(name.chars().next().unwrap()), Side::Respondent),
        None => (finger(text.chars().next().unwrap()), Side::Claimant),
    };
    Involved {
        kind,
        case,
        revision: Revision::FIRST,
        open: true,
        persons: persons.iter().map(person).collect(),
        handlers: handlers.iter().copied().collect(),
    }
}

fn index(cases: &[Involved]) -> Index {
    let mut index = Index::default();
    cases.iter().cloned().for_each(|case| index.put(Entry::Case(case)));
    index
}

fn provider(index: &mut Index, provider: ActorId, unit: &str, fingerprint: Option<Fingerprint>) {
    let unit = Some(Code::new(unit).unwrap());
    index.put(Entry::Provider(KnownProvider { provider, unit, fingerprint }));
}

fn grounds(found: &BTreeSet<ConflictFound>) -> Vec<(ConflictGround, ConflictOf)> {
    found.iter().map(|one| (one.ground, one.whose)).collect()
}

/// What bars Wang, who handled the case there, from the case here.
#[track_caller]
fn check(here: (CaseKind, &[&str]), there: (CaseKind, &[&str]), expected: Option<ConflictGround>) {
    let cases = [case(here.0, HERE, here.1, &[]), case(there.0, THERE, there.1, &[WANG])];
    let found = against(&index(&cases), WANG);
    let expected: Vec<_> = expected.into_iter().map(|ground| (ground, ConflictOf::Oneself)).collect();
    assert_eq!(grounds(&found), expected);
    assert!(found.iter().all(|one| one.case == THERE && one.kind == there.0 && one.provider == WANG));
    assert!(against(&index(&cases), LI).is_empty(), "and nobody else");
}

fn against(index: &Index, provider: ActorId) -> BTreeSet<ConflictFound> {
    index.case(HERE).map(|here| index.against(here, provider)).unwrap_or_default()
}

#[test]
fn nobody_acts_for_one_who_was_the_adversary_nor_against_one_who_was_the_client() {
    use CaseKind::{Consultation, LegalAid};
    let other_side = Some(ConflictGround::OtherSide);
    check((LegalAid, &["a", "-b"]), (LegalAid, &["b", "-a"]), other_side);
    check((LegalAid, &["a"]), (LegalAid, &["b", "-a"]), other_side);
    check((LegalAid, &["a", "-b"]), (LegalAid, &["b"]), other_side);
    check((LegalAid, &["a", "-b"]), (Consultation, &["b"]), other_side);
    check((Consultation, &["a"]), (LegalAid, &["b", "-a"]), other_side);
    // For the same person again, or against the same one, is no conflict.
    check((LegalAid, &["a", "-b"]), (LegalAid, &["a", "-b"]), None);
    check((LegalAid, &["a", "-b"]), (LegalAid, &["c", "-b"]), None);
    check((LegalAid, &["a", "-b"]), (Consultation, &["a"]), None);
    check((LegalAid, &["a", "-b"]), (LegalAid, &["c", "-d"]), None);
}

#[test]
fn a_mediator_is_not_later_counsel_unless_it_was_another_dispute() {
    use CaseKind::{LegalAid, Mediation};
    let mediated = Some(ConflictGround::Mediated);
    check((LegalAid, &["a", "-b"]), (Mediation, &["a", "-b"]), mediated);
    check((LegalAid, &["b", "-a"]), (Mediation, &["a", "-b"]), mediated);
    // Nobody knows who the adversary is.
    check((LegalAid, &["a"]), (Mediation, &["a", "-b"]), mediated);
    check((LegalAid, &["a", "-c"]), (Mediation, &["a", "-b"]), None);
    check((Mediation, &["a", "-b"]), (LegalAid, &["a"]), Some(ConflictGround::ActedForParty));
    check((Mediation, &["a", "-b"]), (LegalAid, &["c", "-a"]), None);
    check((Mediation, &["a", "-b"]), (Mediation, &["b", "-a"]), None);
}

#[test]
fn a_notary_acts_for_nobody() {
    use CaseKind::{LegalAid, Notary};
    check((Notary, &["a"]), (LegalAid, &["b", "-a"]), None);
    check((LegalAid, &["a", "-b"]), (Notary, &["b"]), None);
}

#[test]
fn ones_own_matter_is_found_and_a_quarrel_with_a_party() {
    use CaseKind::{Mediation, Notary};
    let mut index = index(&[case(Notary, HERE, &["a", "b"], &[]), case(Mediation, THERE, &["c", "-b"], &[])]);
    provider(&mut index, WANG, "CN/330203/office", Some(finger('a')));
    let own = [(ConflictGround::Own, ConflictOf::Oneself)];
    assert_eq!(grounds(&against(&index, WANG)), own);
    provider(&mut index, LI, "CN/330203/office", Some(finger('c')));
    assert_eq!(grounds(&against(&index, LI)), [(ConflictGround::Interested, ConflictOf::Oneself)]);
}

#[test]
fn what_somebody_of_the_same_unit_did_on_the_other_side_is_found_and_told_apart() {
    use CaseKind::LegalAid;
    let mut index =
        index(&[case(LegalAid, HERE, &["a", "-b"], &[]), case(LegalAid, THERE, &["b", "-a"], &[LI])]);
    assert!(against(&index, WANG).is_empty());
    provider(&mut index, WANG, "CN/330203/firm", None);
    provider(&mut index, LI, "CN/330203/firm", None);
    assert_eq!(grounds(&against(&index, WANG)), [(ConflictGround::OtherSide, ConflictOf::Unit)]);
    assert_eq!(grounds(&against(&index, LI)), [(ConflictGround::OtherSide, ConflictOf::Oneself)]);
    provider(&mut index, LI, "CN/330203/other-firm", None);
    assert!(against(&index, WANG).is_empty());
}

#[test]
fn an_entry_replaces_an_older_one_and_leaves_nothing_of_it() {
    use CaseKind::LegalAid;
    let before = case(LegalAid, THERE, &["b", "-a"], &[WANG]);
    let after = Involved { revision: Revision::FIRST.next(), ..case(LegalAid, THERE, &["c"], &[WANG]) };
    let mut index = index(&[case(LegalAid, HERE, &["a"], &[]), before.clone()]);
    assert_eq!(index.open_beside(index.case(HERE).unwrap()).len(), 1);
    index.put(Entry::Case(after.clone()));
    assert!(against(&index, WANG).is_empty() && index.open_beside(index.case(HERE).unwrap()).is_empty());
    // What is read before something else and put in after it does not undo it.
    index.put(Entry::Case(before));
    assert!(index.cases().any(|case| *case == after));
}
