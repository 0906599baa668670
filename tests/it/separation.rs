//! The separation of duties (职责分离): for each rule, where it is enforced.
//!
//! A rule is a hard guard only if somebody who breaks it is refused for it. So the table names, for each, a step of a
//! scenario that is refused for the reason given, or a test of the library beside the guard; and for the one rule that no
//! command could break, why.

use std::path::Path;

use anjuan::case::consultation::Consultation;
use anjuan::case::legal_aid::LegalAid;
use anjuan::case::mediation::Mediation;
use anjuan::case::notary::Notary;
use anjuan::case::{Kind, ReasonCode};
use anjuan::testing::scenario::Scenario;

use crate::stages::folder;

/// Where a rule is enforced.
enum Enforced {
    /// A step of this scenario has this command refused for this reason.
    Step(&'static str, &'static str, ReasonCode),
    /// This test in this file has it refused.
    Test(&'static str, &'static str),
    /// No command can break it, and why.
    NoCommand(&'static str),
}

use Enforced::{NoCommand, Step, Test};

const RULES: &[(&str, &str, &[Enforced])] = &[
    (
        "SOD-01",
        "whoever reviewed does not grant, refuse or terminate",
        &[
            Step("legal_aid/a-02.toml", "RefuseAid", ReasonCode::OwnReview),
            Test("core/src/case/legal_aid/tests/guards.rs", "whoever_reviewed_does_not_approve"),
            Test("core/src/case/legal_aid/tests/guards.rs", "whoever_reviewed_does_not_terminate"),
        ],
    ),
    (
        "SOD-02",
        "an objection is decided by the bureau, never by the agency or its staff",
        &[Step("legal_aid/a-02-the-agency-answers-itself.toml", "DecideObjection", ReasonCode::OwnDecision)],
    ),
    (
        "SOD-03",
        "counsel, whoever takes the file and whoever approves the subsidy are three",
        &[Step("legal_aid/a-02.toml", "ApproveSubsidy", ReasonCode::SamePerson)],
    ),
    (
        "SOD-04",
        "quality is reviewed neither by the handler nor by the handler's unit",
        &[
            Step("skeleton/s-11-after-the-archive.toml", "ScoreQualityReview", ReasonCode::IsHandler),
            Step("skeleton/s-11-after-the-archive.toml", "ScoreQualityReview", ReasonCode::SameUnit),
        ],
    ),
    (
        "SOD-05",
        "no return visit by the handler",
        &[Step("mediation/m-01.toml", "RecordReturnVisit", ReasonCode::IsHandler)],
    ),
    (
        "SOD-06",
        "no notary approves a certificate that they handle, or have handled",
        &[
            Step("notary/n-01-own-hands.toml", "Approve", ReasonCode::IsHandler),
            Step("notary/n-11-replaced.toml", "Approve", ReasonCode::IsHandler),
        ],
    ),
    (
        "SOD-07",
        "the original notary does not reexamine",
        &[Step("notary/n-01.toml", "AssignReexaminer", ReasonCode::MadeIt)],
    ),
    (
        "SOD-08",
        "no notary for oneself, near relatives or related interests",
        &[
            Step("notary/n-02-will.toml", "AssignNotary", ReasonCode::ConflictFound),
            Step("notary/n-11-replaced.toml", "ReplaceHandler", ReasonCode::Interested),
        ],
    ),
    (
        "SOD-09",
        "a mediator who is a near relative or interested does not preside",
        &[
            Step("mediation/m-22-tied-to-a-party.toml", "AssignMediator", ReasonCode::Interested),
            Step("mediation/m-22-tied-to-a-party.toml", "ReplaceMediator", ReasonCode::Interested),
            Step("mediation/m-22-tied-to-a-party.toml", "Investigate", ReasonCode::Interested),
        ],
    ),
    (
        "SOD-10",
        "nobody leads for both sides, and no mediator is later counsel in the dispute",
        &[
            Step("legal_aid/a-04-notified-defence.toml", "NameCounsel", ReasonCode::ConflictsNotSearched),
            Step("legal_aid/a-04-notified-defence.toml", "NameCounsel", ReasonCode::ConflictFound),
            Test("tests/it/conflict.rs", "of_two_assignments_at_one_moment_one_is_refused"),
            Test("tests/it/conflict.rs", "a_mediator_is_not_later_counsel"),
        ],
    ),
    (
        "SOD-11",
        "staff of legal aid who are parties, near relatives or interested withdraw; three working days, one reconsideration",
        &[
            Step("legal_aid/a-08-papers-and-another-region.toml", "RefuseAid", ReasonCode::RecusalOpen),
            Step("legal_aid/a-08-papers-and-another-region.toml", "RefuseAid", ReasonCode::WasReplaced),
            Step("legal_aid/a-13-hangzhou-recusal.toml", "RequestStaffRecusal", ReasonCode::RecusalSettled),
            Step("legal_aid/a-13-hangzhou-recusal.toml", "GrantAid", ReasonCode::Interested),
        ],
    ),
    (
        "SOD-12",
        "operators and providers record no results of supervision",
        &[
            Test("tests/it/staff.rs", "a_provider_is_barred_while_suspended_and_for_good_once_removed"),
            Test("core/src/case/skeleton/tests/judging.rs", "an_order_stays_open_until_it_is_followed"),
        ],
    ),
    (
        "SOD-13",
        "a correction of an identity or a date takes a second person",
        &[Step("skeleton/s-11-after-the-archive.toml", "ConfirmCorrection", ReasonCode::SecondPerson)],
    ),
    (
        "SOD-14",
        "counsel and mediators take no money from the client",
        &[NoCommand(
            "no command of mediation, legal aid or consultation notes a payment by a client: fees are a notary's, what a \
             party performs goes to the other party, a subsidy is paid by the agency, and costs are recovered by the \
             bureau. Money that is taken all the same is a complaint about a fee, and holds somebody to account",
        )],
    ),
];

#[test]
fn every_rule_of_the_separation_of_duties_is_a_guard() {
    let names: Vec<_> = RULES.iter().map(|(rule, ..)| (*rule).to_owned()).collect();
    assert_eq!(names, (1..=14).map(|number| format!("SOD-{number:02}")).collect::<Vec<_>>());
    let mut wrong = Vec::new();
    for (rule, _, places) in RULES {
        assert!(!places.is_empty(), "{rule}");
        wrong.extend(
            places.iter().filter(|place| !holds(place)).map(|place| format!("{rule}: {}", name(place))),
        );
    }
    assert!(wrong.is_empty(), "not found:\n{}", wrong.join("\n"));
}

/// The one rule that no command can break stays so: only a notary office has a command about a fee.
#[test]
fn only_a_notary_office_notes_a_fee() {
    fn fees<K: Kind>() -> Vec<&'static str> {
        K::COMMANDS.iter().map(|spec| spec.name).filter(|name| name.contains("Fee")).collect()
    }
    let others = [fees::<Consultation>(), fees::<Mediation>(), fees::<LegalAid>()].concat();
    assert!(others.iter().all(|name| name.starts_with("Feed")), "{others:?}");
    assert_eq!(fees::<Notary>(), ["SetFee", "ReduceFee"]);
}

fn name(place: &Enforced) -> String {
    match place {
        Step(file, command, reason) => format!("{command} refused for {reason} in {file}"),
        Test(file, test) => format!("{test} in {file}"),
        NoCommand(why) => (*why).to_owned(),
    }
}

fn holds(place: &Enforced) -> bool {
    match place {
        Step(file, command, reason) => {
            let scenario = Scenario::read(&folder().join(file)).unwrap();
            let steps = scenario.steps.iter();
            steps
                .filter(|step| step.command_name() == Some(*command))
                .any(|step| step.refused.contains(reason))
        }
        Test(file, test) => {
            let text = std::fs::read_to_string(root().join(file)).unwrap();
            text.contains(&format!("fn {test}("))
        }
        NoCommand(why) => !why.is_empty(),
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
