//! Every code has its word in every language, every sentence asks only for what its reason says, and nothing
//! stands in the files that nobody looks up. The list of keys is built from the code, never by hand: whoever adds
//! an event, a role or a reason hears from these tests which words are missing.

mod calls;
mod consultation;
mod events;
mod forms;
mod golden;
mod keys;
mod legal_aid;
mod notary;

use std::collections::{BTreeMap, BTreeSet};

use super::rule::Rule;
use super::sentence::{Sentence, Show};
use super::{DataFileError, Dictionary, Words};
use crate::calendar::Language;
use crate::case::code::Role;
use crate::case::{Reason, ReasonCode};

const TAGS: [&str; 2] = ["en", "zh"];

fn dictionary(tag: &str) -> &'static Dictionary {
    static WORDS: std::sync::LazyLock<Words> = std::sync::LazyLock::new(Words::embedded);
    &WORDS.languages[tag]
}

#[test]
fn every_code_has_a_word_in_both_languages_and_no_word_is_for_nothing() {
    let wanted = keys::labels();
    let possible: BTreeSet<String> = wanted.union(&keys::fields_by_owner()).cloned().collect();
    for tag in TAGS {
        let there: BTreeSet<String> = dictionary(tag).labels.keys().cloned().collect();
        let missing: Vec<_> = wanted.difference(&there).collect();
        assert!(missing.is_empty(), "{tag}.toml lacks {missing:#?}");
        let superfluous: Vec<_> = there.difference(&possible).collect();
        assert!(superfluous.is_empty(), "nobody looks up in {tag}.toml: {superfluous:#?}");
    }
    assert_eq!(
        dictionary("en").labels.keys().collect::<Vec<_>>(),
        dictionary("zh").labels.keys().collect::<Vec<_>>()
    );
}

#[test]
fn every_reason_has_a_rule_and_three_sentences_in_both_languages() {
    let wanted: BTreeSet<String> = ReasonCode::ALL
        .iter()
        .flat_map(|code| ["basis", "why", "cure"].map(|text| format!("reason.{code}.{text}")))
        .collect();
    for tag in TAGS {
        let there: BTreeSet<String> = dictionary(tag).sentences.keys().cloned().collect();
        assert_eq!(there, wanted, "{tag}.toml");
    }
    for code in ReasonCode::ALL {
        assert!(Rule::of(*code).is_some_and(|rule| !rule.rule.is_empty()), "{code}");
    }
}

/// A slot that one language has and the other lacks is a fact that one reader is not told.
#[test]
fn sentences_ask_for_the_same_in_both_languages() {
    let slots = |sentence: &Sentence| -> BTreeSet<(String, String, bool)> {
        let slots = sentence.slots();
        slots.map(|(slot, optional)| (slot.name.clone(), format!("{:?}", slot.show), optional)).collect()
    };
    for (key, english) in &dictionary("en").sentences {
        assert_eq!(slots(english), slots(&dictionary("zh").sentences[key]), "{key}");
    }
}

#[test]
fn what_a_reason_says_is_shown() {
    for code in ReasonCode::ALL {
        let rule = Rule::of(*code).unwrap();
        let shown: BTreeSet<&str> = ["basis", "why", "cure"]
            .iter()
            .flat_map(|text| dictionary("en").sentences[&format!("reason.{code}.{text}")].slots())
            .map(|(slot, _)| slot.name.as_str())
            .collect();
        // A sentence may name the law itself, in its own language, instead of the profile's text.
        let unshown = rule.about.iter().chain(&rule.sometimes).filter(|name| *name != "basis");
        assert!(unshown.clone().all(|name| shown.contains(name.as_str())), "{code} shows {shown:?}");
    }
}

#[test]
fn slots_that_look_words_up_look_in_groups_that_exist() {
    let groups: BTreeSet<&str> =
        dictionary("en").labels.keys().filter_map(|key| Some(key.split_once('.')?.0)).collect();
    for (key, sentence) in &dictionary("en").sentences {
        for (slot, _) in sentence.slots() {
            if let Show::Word(group) = &slot.show {
                assert!(groups.contains(group.as_str()), "{key} looks in {group}");
            }
        }
    }
}

#[test]
fn a_third_language_is_picked_up_at_run_time_and_falls_back() {
    let mut words = Words::embedded();
    let mongolian = r#"
        [language]
        name = "Монгол"
        separator = " ба "
        fallback = "zh"
        [role]
        CLERK = "Цонхны ажилтан"
        COMMITTEE = "Зуучлалын хороо"
        [ground]
        LOCAL_1 = "Орон нутгийн үндэслэл"
        [reason.wrong_role]
        why = "{role} үүнийг хийж чадахгүй."
    "#;
    words.extend("mn-Cyrl", "mn.toml", mongolian).unwrap();

    assert_eq!(words.term("mn-Cyrl-CN", "role", Role::Clerk), "Цонхны ажилтан");
    assert_eq!(words.term("mn-Cyrl", "role", Role::Mediator), "人民调解员", "it falls back to Chinese");
    assert_eq!(words.term("mn-Cyrl", "ground", "LOCAL_1"), "Орон нутгийн үндэслэл");
    assert_eq!(words.term("zh", "ground", "LOCAL_1"), "LOCAL_1", "a ground only one language knows");
    assert_eq!(words.label("mn-Cyrl", "role.NOBODY"), None);
    assert_eq!(words.native("mn-Cyrl"), Language::Chinese);

    let reason = Reason::new(ReasonCode::WrongRole).words("role", "role", [Role::Clerk]).words(
        "allowed",
        "role",
        [Role::Committee, Role::Mediator],
    );
    let explained = words.explain(&reason, "mn-Cyrl");
    assert_eq!(explained.why, "Цонхны ажилтан үүнийг хийж чадахгүй.");
    assert_eq!(explained.cure, "由有权的人办理：Зуучлалын хороо ба 人民调解员。");

    let tags: Vec<_> = words.languages().collect();
    assert_eq!(tags, [("en", "English"), ("mn-cyrl", "Монгол"), ("zh", "中文")]);
}

#[test]
fn without_a_word_on_it_a_language_falls_back_to_english() {
    let mut words = Words::embedded();
    words.extend("ug", "ug.toml", "[language]\nname = \"ئۇيغۇرچە\"").unwrap();
    assert_eq!(words.term("ug", "role", Role::Clerk), "window clerk");
    assert_eq!(words.native("ug"), Language::English);
    assert_eq!(words.term("fr", "role", Role::Clerk), "window clerk", "nobody has loaded French");
    assert_eq!(words.term("", "role", Role::Clerk), "window clerk");
    assert_eq!(words.term(Language::Chinese, "role", Role::Clerk), "窗口人员");
    assert_eq!(words.term("ZH-hans", "role", Role::Clerk), "窗口人员", "tags know no case");
}

#[test]
fn a_host_uses_its_own_terms() {
    let mut words = Words::embedded();
    words.extend("zh", "ours.toml", "[role]\nCLERK = \"综合窗口\"").unwrap();
    assert_eq!(words.term("zh", "role", Role::Clerk), "综合窗口");
    assert_eq!(words.term("zh", "role", Role::Notary), "公证员");
    assert_eq!(
        Words::embedded().term("zh", "role", Role::Clerk),
        "窗口人员",
        "other catalogues are as they were"
    );
}

#[test]
fn a_field_has_its_own_word_where_it_means_something_of_its_own() {
    let words = Words::embedded();
    assert_eq!(words.field("zh", "ConfirmationApplied", "by"), "提出人");
    assert_eq!(words.field("zh", "MediationDelegated", "by"), "移送单位");
    assert_eq!(words.field("en", "Party", "shoe_size"), "shoe_size");
}

#[test]
fn a_bad_file_is_refused_with_all_its_faults_and_changes_nothing() {
    let mut words = Words::embedded();
    let text = r#"
        [language]
        name = "Deutsch"
        fallback = "fr"
        [role]
        CLERK = ""
        CLARK = "Sachbearbeiter"
        NOTARY = 7
        [reason.not_due]
        why = "Fällig am {day}."
        cure = "Nach {due wiederkommen."
        [reason.not_later]
        why = "{until} liegt nicht nach {last_day}."
        [reason.not_dew]
        why = "Morgen."
    "#;
    let error = words.extend("de", "de.toml", text).unwrap_err();
    let DataFileError::Refused { faults, .. } = &error else { panic!("{error}") };
    let faults: BTreeMap<&str, &str> =
        faults.iter().map(|fault| (fault.key.as_str(), fault.reason.as_str())).collect();
    let expected = [
        ("language.fallback", "fr is not loaded"),
        ("reason.not_dew.why", "no such key"),
        ("reason.not_due.cure", "a `{` is not closed"),
        ("reason.not_due.why", "the reason says nothing of {day}"),
        ("reason.not_later.why", "{last_day} may be missing, so it belongs between `[` and `]`"),
        ("role.CLARK", "no such key"),
        ("role.CLERK", "it is empty"),
        ("role.NOTARY", "not a text"),
    ];
    assert_eq!(faults, BTreeMap::from(expected));
    assert!(error.to_string().starts_with("de.toml is refused: language.fallback: fr is not loaded; "));
    assert_eq!(words.languages().count(), 2);
}

#[test]
fn headers_and_tags_are_checked() {
    #[track_caller]
    fn check(tag: &str, text: &str, expected: &str) {
        let error = Words::embedded().extend(tag, "x.toml", text).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    check(
        "de",
        "role.CLERK = \"S\"",
        "x.toml is refused: language: the header is missing, and the language is new",
    );
    check(
        "zh",
        "language.name = \"汉语\"",
        "x.toml is refused: language: zh is loaded already, with a header of its own",
    );
    check("de", "language.name = \" \"", "x.toml is refused: language.name: it is empty");
    check(
        "de",
        "language = { name = \"d\", fallback = \"de\" }",
        "x.toml is refused: language.fallback: de is not loaded",
    );
    check(
        "中文",
        "language.name = \"中文\"",
        "x.toml is refused: language: not the tag of a language: \"中文\"",
    );
    check(
        "zh-",
        "language.name = \"中文\"",
        "x.toml is refused: language: not the tag of a language: \"zh-\"",
    );
    check("de", "language", "x.toml is not TOML");
}

#[test]
fn clauses_are_left_out_and_gaps_are_marked() {
    let words = Words::embedded();
    let reason = Reason::new(ReasonCode::SumDiffers).text("total", 123_456);
    let empty = reason.clone().list("sum", None::<u64>);
    let full = reason.clone().list("sum", Some(5));
    for reason in [reason, empty] {
        let explained = words.explain(&reason, "en");
        assert_eq!(explained.why, "The total, 1234.56 yuan, is not the sum of the obligations.");
    }
    let explained = words.explain(&full, "en");
    assert_eq!(explained.why, "The total, 1234.56 yuan, is not the sum of the obligations, 0.05 yuan.");
    assert_eq!(
        words.explain(&Reason::new(ReasonCode::NotDue), "en").cure,
        "Come back after … if it is still not performed."
    );
}

#[test]
fn an_explanation_can_be_sent_to_a_screen() {
    let explained = Words::embedded().explain(&Reason::new(ReasonCode::ClockRunning), "zh");
    let json = serde_json::to_string(&explained).unwrap();
    let expected = r#"{"code":"clock_running","rule":"2.0","basis":"法律未作规定，由本系统设定","why":"期限没有中止。","cure":"无需恢复。"}"#;
    assert_eq!(json, expected);
}
