//! One refusal with many reasons, as its readers see it; stored in `refusal.txt`, which a lawyer can read.

use std::fmt::Write as _;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::calendar::Calendar;
use crate::case::code::Role;
use crate::case::mediation::Mediation;
use crate::case::{Acting, Case, CaseCommand, CaseId, CaseNumber, Context, Refusal, Staff};
use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::id::{ActorId, Code};
use crate::policy::{CaseKind, Policy};
use crate::words::Words;

const ZHANG: &str = "01980000-0000-7000-8000-00000000000a";
const LI: &str = "01980000-0000-7000-8000-00000000000b";
const STRANGER: &str = "01980000-0000-7000-8000-00000000000c";
const MEDIATOR: &str = "01980000-0000-7000-8000-00000000000d";
const OTHER_MEDIATOR: &str = "01980000-0000-7000-8000-00000000000e";
const DOCUMENT: &str = "01980000-0000-7000-8000-00000000000f";

/// Who stands behind a pseudonym, as a host knows it.
fn name(pseudonym: &str) -> Option<String> {
    let name = match pseudonym {
        ZHANG => "张三",
        LI => "李四",
        OTHER_MEDIATOR => "王调解员",
        _ => return None,
    };
    Some(name.to_owned())
}

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn context(role: Role, actor: &str, at: &str) -> Context {
    let at: Timestamp = at.parse().unwrap();
    let office = Code::new("CN/330203").unwrap();
    Context {
        case: read::<CaseId>(json!("00000000-0000-7000-8000-0000000000c0")),
        actor: Acting { id: read::<ActorId>(json!(actor)), role, office: office.clone() },
        came_in_at: office.clone(),
        occurred_at: at,
        recorded_at: at,
        late: None,
        policy: Arc::new(Policy::embedded()),
        calendar: Arc::new(Calendar::china()),
        number: Some(CaseNumber { kind: CaseKind::Mediation, office, year: 2026, serial: 1 }),
        staff: Staff::default(),
        other_cases: Default::default(),
        known_cases: Default::default(),
    }
}

fn step(case: Case<Mediation>, role: Role, at: &str, command: Value) -> Case<Mediation> {
    let context = context(role, MEDIATOR, at);
    let command = CaseCommand::from_json(command).unwrap();
    let events = Case::decide(&case, &command, &context).unwrap();
    events.iter().fold(case, |case, event| Case::evolve(case, event, context.occurred_at).unwrap())
}

/// A mediation with mediators, of whose two parties one was asked and nobody was told their rights.
fn assigned() -> Case<Mediation> {
    let sealed = |person: &str| format!("x1.{}.{}", person.replace('-', ""), "A".repeat(54));
    let party = |person, side| json!({ "person": person, "side": side, "particulars": sealed(person) });
    let dispute = json!({
        "jurisdiction": "330203",
        "kind": "NEIGHBOUR",
        "parties": [party(ZHANG, "CLAIMANT"), party(LI, "RESPONDENT")],
        "summary": sealed(ZHANG),
        "request": sealed(ZHANG),
    });
    let apply = json!({ "ApplyMediation": { "form": "ORAL", "dispute": dispute } });
    let case = step(Case::initial(), Role::Applicant, "2026-06-24T09:00:00+08:00", apply);
    let ask = json!({ "SeekConsent": { "party": ZHANG, "given": true } });
    let case = step(case, Role::Mediator, "2026-06-25T09:00:00+08:00", ask);
    let accept = json!({ "AcceptMediation": { "registration": DOCUMENT } });
    let case = step(case, Role::Committee, "2026-06-26T10:30:00+08:00", accept);
    let assign = json!({ "AssignMediator": { "mediators": [MEDIATOR], "chosen_by": "COMMITTEE" } });
    step(case, Role::Committee, "2026-06-26T11:00:00+08:00", assign)
}

fn refused(case: &Case<Mediation>, role: Role, actor: &str, at: &str, command: Value) -> Refusal {
    let command = CaseCommand::from_json(command).unwrap();
    Case::decide(case, &command, &context(role, actor, at)).unwrap_err()
}

fn render(words: &Words, refusal: &Refusal, language: &str, into: &mut String) {
    let command = words.term(language, "command", refusal.command);
    let state = words.term(language, "state", refusal.state);
    writeln!(into, "{language}: {command} ({state})\n").unwrap();
    for reason in refusal.explain_naming(words, language, name) {
        writeln!(into, "  {}  {}", reason.rule, reason.why).unwrap();
        writeln!(into, "      {}", reason.cure).unwrap();
        writeln!(into, "      {}\n", reason.basis).unwrap();
    }
}

/// Another mediator holds a session too early, with a stranger in the room; and a clerk would end it all.
#[test]
fn a_refusal_reads_as_it_did() {
    let (words, case) = (Words::embedded(), assigned());
    let session = refused(
        &case,
        Role::Mediator,
        OTHER_MEDIATOR,
        "2026-06-26T10:45:00+08:00",
        json!({ "HoldSession": {
            "mode": "ONSITE", "openness": "CLOSED", "present": [ZHANG, STRANGER], "result": "TERMS_FOUND", "record": DOCUMENT,
        } }),
    );
    let termination = refused(
        &case,
        Role::Clerk,
        MEDIATOR,
        "2026-06-29T09:00:00+08:00",
        json!({ "TerminateMediation": {
            "ground": "BORED", "notice": DOCUMENT, "remedy": { "routes": [], "notice": DOCUMENT },
        } }),
    );
    let pause = refused(
        &case,
        Role::Clerk,
        MEDIATOR,
        "2026-06-29T09:00:00+08:00",
        json!({ "SuspendClock": { "ground": "supplement" } }),
    );
    let seal = refused(
        &case,
        Role::Committee,
        MEDIATOR,
        "2026-06-29T09:00:00+08:00",
        json!({ "SealAgreement": { "document": DOCUMENT } }),
    );
    let mut text = String::new();
    for refusal in [session, termination, pause, seal] {
        for language in ["zh", "en"] {
            render(&words, &refusal, language, &mut text);
        }
    }
    assert_eq!(text.trim_end(), include_str!("refusal.txt").trim_end(), "\n{text}");
}
