//! The twenty refusals that every bureau's system must know, R1 to R20, one by one.
//!
//! Each is a step of a scenario that a bureau refuses. What the person at the window reads then is kept in `twenty.txt`,
//! in both languages and with the names of those it speaks of, so that a lawyer can read the list beside the law. What
//! no command could ask for has no refusal, and the list says why.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anjuan::case::consultation::Consultation;
use anjuan::case::legal_aid::LegalAid;
use anjuan::case::mediation::Mediation;
use anjuan::case::notary::Notary;
use anjuan::case::{ReasonCode, Refusal};
use anjuan::event::HashAlgorithm;
use anjuan::policy::CaseKind;
use anjuan::testing::scenario::{Cast, Played, Scenario, Step};
use anjuan::words::Words;

use crate::stages::{folder, memory};

/// How a rule is kept.
enum Kept {
    /// In this scenario, the command is refused for this reason, perhaps among others; the last such step counts.
    Refused(&'static str, &'static str, ReasonCode),
    /// No command could break it, and why; the last is the test that shows it.
    NoCommand(&'static str, &'static str, (&'static str, &'static str)),
}

use Kept::{NoCommand, Refused};
use ReasonCode as R;

const TWENTY: &[(&str, &str, &[Kept])] = &[
    (
        "在全体当事人同意之前开始调解",
        "start a session before all consents",
        &[Refused("mediation/m-15-before-the-talks.toml", "HoldSession", R::ConsentMissing)],
    ),
    (
        "签名不全即在协议上盖章",
        "seal an agreement without all signatures",
        &[Refused("mediation/m-16-signatures.toml", "SealAgreement", R::SignatureMissing)],
    ),
    (
        "三十日后或者由一方当事人申请司法确认",
        "apply for confirmation after 30 days or by one party",
        &[
            // Both at once.
            Refused("mediation/m-01-late-confirmation.toml", "ApplyConfirmation", R::ConfirmationLate),
        ],
    ),
    (
        "没有理由、不告知救济途径即不予受理或者终止",
        "refuse or terminate without ground and remedy text",
        &[
            Refused("mediation/m-02-refused-by-a-party.toml", "RefuseMediation", R::UnknownGround),
            Refused("mediation/m-05-crime-in-the-talks.toml", "TerminateMediation", R::NoRemedyTold),
            Refused("legal_aid/a-02.toml", "RefuseAid", R::UnknownGround),
            Refused("legal_aid/a-02.toml", "RefuseAid", R::NoRemedyTold),
            Refused("notary/n-04-refused.toml", "RefuseNotary", R::UnknownGround),
            Refused("notary/n-04-refused.toml", "CheckAcceptance", R::NoRemedyTold),
            Refused("consultation/c-08-declined.toml", "DeclineConsultation", R::CompetentBodyMissing),
        ],
    ),
    (
        "审批自己的审查意见、自己承办的公证书、对自己的异议",
        "approve one's own review (SOD-01), own certificate (SOD-06), own objection (SOD-02)",
        &[
            Refused("legal_aid/a-02.toml", "RefuseAid", R::OwnReview),
            Refused("notary/n-01-own-hands.toml", "Approve", R::IsHandler),
            Refused("legal_aid/a-02-the-agency-answers-itself.toml", "DecideObjection", R::OwnDecision),
        ],
    ),
    (
        "指派基层法律服务工作者担任刑事辩护人",
        "assign a legal-service worker as criminal defender",
        &[
            Refused("legal_aid/a-04-notified-defence.toml", "AssignUnit", R::NotForDefence),
            Refused("legal_aid/a-04-notified-defence.toml", "NameCounsel", R::NotForDefence),
        ],
    ),
    (
        "在可能判处无期徒刑、死刑的案件中指派不合格的律师",
        "assign unqualified counsel for life or death cases",
        &[Refused("legal_aid/a-04-notified-defence.toml", "NameCounsel", R::TooLittlePractice)],
    ),
    (
        "不予援助后，没有异议结果或者新的申请即给予援助",
        "grant after refusal without the result of an objection or a new application",
        &[Refused("legal_aid/a-02.toml", "CorrectDecision", R::NoOrderToCorrect)],
    ),
    (
        "应当亲自办理的公证由代理人办理",
        "notarise in-person matters by an agent",
        &[Refused("notary/n-02-will.toml", "ApplyNotary", R::InPersonOnly)],
    ),
    (
        "审批之前出具公证书",
        "issue before approval",
        &[Refused("notary/n-01-own-hands.toml", "IssueCertificate", R::WrongState)],
    ),
    (
        "必备材料不全即归档",
        "archive with missing required items",
        &[
            Refused("consultation/c-01.toml", "SubmitArchive", R::FileIncomplete),
            Refused("mediation/m-17-overdue.toml", "SubmitArchive", R::FileIncomplete),
            Refused("legal_aid/a-02.toml", "SubmitCaseFile", R::FileIncomplete),
            Refused("notary/n-02-will.toml", "SubmitArchive", R::FileIncomplete),
        ],
    ),
    (
        "归档后改动（依法例外的除外）",
        "change anything after archive, except what an archive takes",
        &[
            Refused("mediation/m-01.toml", "RecordContact", R::Archived),
            Refused("mediation/m-17-overdue.toml", "CloseMediation", R::Archived),
        ],
    ),
    (
        "以规则未列的事由中止期限，或者期限届满后中止",
        "pause a clock on an unlisted ground or after it is due",
        &[
            Refused("mediation/m-15-before-the-talks.toml", "SuspendClock", R::PauseNotAllowed),
            Refused("mediation/m-07-court-sent-appraisal.toml", "SuspendClock", R::TermOver),
        ],
    ),
    (
        "第二次要求补正第一次即可发现的材料",
        "a second supplement list with items visible at the first",
        &[Refused("skeleton/s-03-supplement.toml", "RequestSupplement", R::KnownEarlier)],
    ),
    (
        "转介、工单或者异议未了即结案",
        "close a case with an open referral, work order or objection",
        &[
            Refused("skeleton/s-06-referral.toml", "CloseMediation", R::ReferralOpen),
            Refused("consultation/c-01-too-early.toml", "CloseConsultation", R::OrderOpen),
            Refused("legal_aid/a-02-the-end-is-taken-back.toml", "AcceptCaseFile", R::ObjectionOpen),
        ],
    ),
    (
        "把未评价的案件计为满意",
        "count an unrated case as satisfied",
        &[NoCommand(
            "没有一条命令能使人被计为满意，除非本人评价；未评价的，案件中没有评价可计。",
            "no command makes anybody count as satisfied who has not rated: without a rating the case has none to count.",
            (
                "core/src/case/skeleton/tests/judging.rs",
                "the_dissatisfied_are_visited_before_the_file_goes_to_the_archive",
            ),
        )],
    ),
    (
        "导入只有比率而无计数的数据",
        "import a rate without counts",
        &[NoCommand(
            "任何命令、任何事件都没有记载比率的栏目，本库也不导入统计数据；所存的都是可以计数的事件。",
            "no command asks for a rate, and the library imports no statistics: what is kept are events, which can be counted.",
            ("tests/it/twenty.rs", "no_command_asks_for_a_rate"),
        )],
    ),
    (
        "在没有日历的年份计算期限",
        "compute a deadline in a year without calendar data",
        &[
            Refused("mediation/m-09-labour-at-year-end.toml", "AcceptMediation", R::CalendarMissing),
            Refused("notary/n-01-calendar-missing.toml", "IssueCertificate", R::CalendarMissing),
        ],
    ),
    (
        "把身份信息以明文写入日志",
        "write plaintext identity data into the log",
        &[
            Refused("mediation/m-15-before-the-talks.toml", "ApplyMediation", R::WrongKey),
            NoCommand(
                "凡涉及个人的栏目只接受密封盒，代码中不得有连续七位数字；明文不能成为命令，所以无从被拒绝。",
                "every field for what is personal takes a sealed box and nothing else, and a code no seven digits in a row: what is open \
                 does not become a command, so there is none to refuse.",
                ("tests/it/refusals.rs", "nothing_personal_of_any_scenario_lies_open"),
            ),
        ],
    ),
    (
        "合并不同当事人的案件",
        "merge cases of different persons",
        &[Refused("skeleton/s-08-merged.toml", "MergeDuplicate", R::NotTheSame)],
    ),
];

#[tokio::test]
async fn the_twenty_refusals_read_as_they_did() {
    let mut lists = BTreeMap::new();
    let mut text = String::from(
        "办案系统必须作出的二十项拒绝：情形、理由、依据和补救办法。\n\
         The twenty refusals that every bureau's system must know: situation, reasons, basis and cure.\n",
    );
    for (number, (chinese, english, places)) in (1..).zip(TWENTY) {
        writeln!(text, "\n\nR{number}  {chinese}\n     {english}").unwrap();
        for place in *places {
            match place {
                Refused(file, command, reason) => {
                    if !lists.contains_key(file) {
                        lists.insert(file, refusals_of(&folder().join(file)).await);
                    }
                    let asked = |one: &&Told| one.command == *command && one.reasons.contains(reason);
                    let told = lists[file].iter().rfind(asked);
                    let told =
                        told.unwrap_or_else(|| panic!("{file}: {command} is not refused for {reason}"));
                    writeln!(text, "\n  [{file}]\n{}", told.text.trim_end()).unwrap();
                }
                NoCommand(chinese, english, (file, test)) => {
                    writeln!(text, "\n  {chinese}\n  {english}").unwrap();
                    let source = std::fs::read_to_string(root().join(file)).unwrap();
                    assert!(source.contains(&format!("fn {test}(")), "R{number}: {test} is not in {file}");
                }
            }
        }
    }
    assert_eq!(TWENTY.len(), 20);
    let golden = root().join("tests/it/twenty.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    assert_eq!(text, expected, "if this is meant, run the test again with UPDATE_GOLDEN=1");
}

/// R17: a share of the whole would be a number of that name, and the only one there is is no rate of anything counted.
#[test]
fn no_command_asks_for_a_rate() {
    let forms = std::fs::read_to_string(root().join("core/src/case/form/tests/forms.txt")).unwrap();
    let fields = forms.split(['{', ',', '}']).filter_map(|part| part.split_once(':'));
    let numbers: BTreeSet<_> =
        fields.filter(|(_, shape)| shape.trim() == "Number").map(|(name, _)| name.trim()).collect();
    assert!(numbers.contains("cents"), "{numbers:?}");
    let shares = ["rate", "ratio", "share", "percent"];
    let rates: Vec<_> =
        numbers.iter().filter(|name| shares.iter().any(|share| name.contains(share))).collect();
    assert_eq!(rates, [&"percent"], "how far the time of a work order has run when its unit is reminded");
}

/// A refusal, as it was told.
struct Told {
    command: &'static str,
    reasons: Vec<ReasonCode>,
    text: String,
}

/// Every refusal of a scenario, in order.
async fn refusals_of(path: &Path) -> Vec<Told> {
    let (scenario, stage) = (Scenario::read(path).unwrap(), memory(HashAlgorithm::Sha256));
    match scenario.kind {
        CaseKind::Consultation => told(&scenario, scenario.play::<Consultation>(&stage).await.unwrap()),
        CaseKind::Mediation => told(&scenario, scenario.play::<Mediation>(&stage).await.unwrap()),
        CaseKind::LegalAid => told(&scenario, scenario.play::<LegalAid>(&stage).await.unwrap()),
        CaseKind::Notary => told(&scenario, scenario.play::<Notary>(&stage).await.unwrap()),
    }
}

fn told<K: anjuan::case::Kind>(scenario: &Scenario, played: Played<K>) -> Vec<Told> {
    let names = names(scenario, &played.cast);
    let told = played.refusals.iter().map(|(index, refusal)| Told {
        command: refusal.command,
        reasons: refusal.reasons.iter().map(|reason| reason.code).collect(),
        text: written(scenario, scenario.steps.get(*index).unwrap(), refusal, &names),
    });
    told.collect()
}

/// Who stands behind the pseudonyms of a scenario: people by their names, staff as the file calls them.
fn names(scenario: &Scenario, cast: &Cast) -> BTreeMap<String, String> {
    let people = scenario
        .people
        .iter()
        .map(|(short, person)| (cast.person(short).unwrap().to_string(), person.name.clone()));
    let staff = scenario.actors.iter().map(|(short, actor)| {
        let name = if actor.name.is_empty() { short.clone() } else { actor.name.clone() };
        (cast.actor(short).unwrap().id.to_string(), name)
    });
    staff.chain(people).collect()
}

/// What the person at the window reads, in both languages. Every reason says what it rests on and what would cure it.
fn written(scenario: &Scenario, step: &Step, refusal: &Refusal, names: &BTreeMap<String, String>) -> String {
    let words = Words::embedded();
    let mut text = String::new();
    let role = scenario.actors.get(&step.by).unwrap().role;
    for (language, cure, basis) in [("zh", "补救", "依据"), ("en", "cure", "basis")] {
        let [command, state, role] = [
            words.term(language, "command", refusal.command),
            words.term(language, "state", refusal.state),
            words.term(language, "role", role),
        ];
        let day = step.at.china_date();
        writeln!(text, "  {language}  {day} {role}: {command} ({state})").unwrap();
        let explained = refusal.explain_naming(&words, language, |id| names.get(id).cloned());
        assert_eq!(explained.len(), refusal.reasons.len());
        for reason in explained {
            let sentences = [&reason.why, &reason.cure, &reason.basis];
            let is_whole = |sentence: &&String| !sentence.trim().is_empty() && !sentence.contains('…');
            assert!(sentences.iter().all(is_whole), "{}: {sentences:?}", reason.code);
            writeln!(text, "      {}: {}", reason.rule, reason.why).unwrap();
            writeln!(text, "        {cure}: {}", reason.cure).unwrap();
            writeln!(text, "        {basis}: {}", reason.basis).unwrap();
        }
    }
    text
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
