use chrono::NaiveDate;

use super::*;
use crate::calendar::{Calendar, Pause};
use crate::clock::Timestamp;
use crate::id::Code;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(date: &str) -> Timestamp {
    format!("{date}T09:00:00+08:00").parse().unwrap()
}

fn place(text: &str) -> Jurisdiction {
    text.parse().unwrap()
}

fn rules(policy: &Policy, jurisdiction: &str, date: &str) -> Rules {
    policy.rules_at(&place(jurisdiction), day(date))
}

fn deadline(policy: &Policy, jurisdiction: &str, id: &str, start: &str) -> Result<Deadline, DeadlineError> {
    rules(policy, jurisdiction, start).deadline(id, None, at(start), &[], &Calendar::china())
}

/// A profile of one place with these entries.
fn profile(id: &str, jurisdiction: &str, entries: &str) -> String {
    format!(
        "[profile]\nid = \"{id}\"\nversion = \"1\"\njurisdiction = \"{jurisdiction}\"\nname = \"n\"\n\
         name_zh = \"名\"\n{entries}"
    )
}

/// A local rule on a deadline of legal aid.
fn local(id: &str, from: &str, count: u32, unit: &str, validity: &str) -> String {
    format!(
        "[[deadline]]\nid = \"{id}\"\ntitle = \"t\"\ntitle_zh = \"题\"\nlayer = \"promise\"\n\
         term = {{ count = {count}, unit = \"{unit}\" }}\nfrom = \"{from}\"\nbasis = \"a local rule\"\n\
         confidence = \"V\"\n{validity}\n"
    )
}

fn with(text: &str) -> Policy {
    let mut policy = Policy::national();
    policy.load("local.toml", text).unwrap();
    policy
}

mod jurisdictions {
    use super::*;

    #[test]
    fn a_county_lies_in_prefecture_province_and_country() {
        let chain: Vec<String> = place("330206").chain().map(|place| place.to_string()).collect();
        assert_eq!(chain, ["330206", "330200", "330000", "CN"]);
        let chain: Vec<String> = place("429004").chain().map(|place| place.to_string()).collect();
        assert_eq!(chain, ["429004", "429000", "420000", "CN"]);
        assert_eq!(place("CN").parent(), None);
    }

    #[test]
    fn its_text_is_its_code() {
        for text in ["CN", "330206", "110000"] {
            assert_eq!(place(text).to_string(), text);
            let stored = serde_json::to_string(&place(text)).unwrap();
            assert_eq!(serde_json::from_str::<Jurisdiction>(&stored).unwrap(), place(text));
        }
        for text in ["", "cn", "33020", "3302066", "330006", "000000", "01", "+30206", "三三"] {
            assert!(text.parse::<Jurisdiction>().is_err(), "{text:?}");
        }
    }
}

mod embedded {
    use super::*;

    #[test]
    fn every_profile_loads() {
        let ids: Vec<String> = Policy::embedded().profiles().map(|profile| profile.id.to_string()).collect();
        let places = [
            "cn", "ningbo", "shenzhen", "shandong", "shanxi", "beijing", "zhejiang", "hangzhou", "henan",
            "shanghai", "anhui", "yunnan", "nujiang", "fuxin", "baoshan",
        ];
        assert_eq!(ids, places);
        assert_eq!(Policy::national().profiles().count(), 1);
    }

    #[test]
    fn a_local_rule_holds_in_its_place_only() {
        let policy = Policy::embedded();
        let count = |place| {
            rules(&policy, place, "2026-06-26").number("mediation.group_representatives_max").map(|n| n.value)
        };
        assert_eq!(count("330203"), Some(5), "Haishu lies in Ningbo");
        assert_eq!(count("330100"), None, "Hangzhou does not");
        assert_eq!(count("CN"), None);
        assert!(rules(&policy, "370100", "2026-06-26").flag("mediation.undisputed_facts_record"));
        assert!(!rules(&policy, "330200", "2026-06-26").flag("mediation.undisputed_facts_record"));
    }

    #[test]
    fn a_flag_shows_the_basis_of_the_narrowest_place() {
        let policy = Policy::embedded();
        let basis = |place| {
            let rules = rules(&policy, place, "2026-06-26");
            rules.flag_rule("mediation.extension_needs_all_parties").unwrap().provenance.basis.clone()
        };
        assert!(basis("330200").contains("Ningbo"));
        assert!(basis("CN").contains("Invited Mediation"));
    }

    #[test]
    fn a_mediation_may_be_ended_on_more_grounds_than_it_may_be_refused() {
        let policy = Policy::national();
        let codes = |purpose| -> Vec<String> {
            let rules = rules(&policy, "CN", "2026-06-26");
            rules.grounds(CaseKind::Mediation, purpose).iter().map(|ground| ground.code.to_string()).collect()
        };
        assert_eq!(codes(GroundUse::Terminate).len(), 8);
        let refuse = codes(GroundUse::Refuse);
        assert_eq!(
            refuse,
            ["CRIME_SUSPECTED", "OUT_OF_SCOPE", "PARTY_REFUSED", "PARTY_WITHDREW", "SUSPECTED_FALSE"]
        );
        let notary = rules(&policy, "CN", "2026-06-26");
        let notary = notary.grounds(CaseKind::Notary, GroundUse::Refuse);
        assert!(notary.iter().all(|ground| ground.kind == CaseKind::Notary), "kinds do not share grounds");
    }

    #[test]
    fn a_mediation_file_has_thirteen_papers_in_order() {
        let policy = Policy::national();
        let rules = rules(&policy, "CN", "2026-06-26");
        let papers = rules.checklist(CaseKind::Mediation);
        assert!(papers.iter().map(|paper| paper.item).eq(1..=13));
        let needed =
            |required| papers.iter().filter(|p| p.required == required).map(|p| p.item).collect::<Vec<_>>();
        assert_eq!(needed(Required::Always), [1, 3, 13]);
        assert_eq!(needed(Required::IfMet), [2, 7]);
        assert_eq!(needed(Required::IfAgreed), [8]);
    }

    #[test]
    fn what_nobody_verified_is_listed_and_never_judges() {
        let policy = Policy::national();
        let rules = rules(&policy, "CN", "2026-06-26");
        let names: Vec<String> = rules.unverified().into_iter().map(|entry| entry.name).collect();
        assert_eq!(
            names,
            [
                "deadline GEN-D01",
                "deadline GEN-D02",
                "deadline MED-D09",
                "deadline MED-D10",
                "deadline AID-D11",
                "deadline NOT-D04",
                "number retention.consultation_years",
                "number retention.mediation_short_years",
                "number retention.mediation_long_years",
                "number notary.verifiers_outside_min",
                "ground notary PARTY_DELAY",
                "ground notary WITHDRAWN",
                "ground notary PARTY_GONE",
                "ground notary OBSTRUCTED",
            ]
        );
        let archive = deadline(&policy, "CN", "MED-D10", "2026-06-26").unwrap();
        assert_eq!(archive.judged(), None);
        assert!(archive.warned().is_some());
        let statutes = policy
            .profiles()
            .flat_map(|profile| &profile.deadlines)
            .filter(|rule| rule.layer == Layer::Statute);
        for rule in statutes {
            assert_ne!(rule.provenance.confidence, Confidence::Unverified, "{}", rule.id);
        }
    }
}

mod layers {
    use super::*;

    /// Hangzhou and other places have an objection decided in five working days; the law says five days.
    fn five_working_days() -> Policy {
        with(&profile(
            "hangzhou",
            "330100",
            &local("AID-D09", "objection_receipt", 5, "working_days", "valid_from = 2017-01-01"),
        ))
    }

    #[test]
    fn a_local_rule_later_than_national_law_is_ignored_and_reported() {
        let found = deadline(&five_working_days(), "330100", "AID-D09", "2026-04-28").unwrap();
        assert_eq!(found.judged().unwrap().due.due, day("2026-05-06"));
        assert_eq!(found.warned(), found.judged());
        let [conflict] = &*found.ignored else { panic!("{:?}", found.ignored) };
        assert_eq!((conflict.local.due.due, conflict.national), (day("2026-05-08"), day("2026-05-06")));
        assert_eq!(conflict.local.profile.as_str(), "hangzhou-1");
    }

    #[test]
    fn dates_are_compared_and_not_numbers() {
        // Around Labour Day five working days end after five days; here both end on the Monday after a weekend.
        let found = deadline(&five_working_days(), "330100", "AID-D09", "2026-04-20").unwrap();
        assert!(found.ignored.is_empty());
        assert_eq!(found.dues.len(), 2);
        assert!(found.dues.iter().all(|due| due.due.due == day("2026-04-27")));
    }

    #[test]
    fn an_earlier_promise_warns_and_the_statute_judges() {
        let policy = with(&profile(
            "desk",
            "330203",
            &local("AID-D01", "application_receipt", 3, "working_days", "valid_from = 2026-01-01"),
        ));
        let found = deadline(&policy, "330203", "AID-D01", "2026-04-20").unwrap();
        assert_eq!(found.warned().unwrap().due.due, day("2026-04-23"));
        assert_eq!(found.warned().unwrap().layer, Layer::Promise);
        assert_eq!(found.judged().unwrap().due.due, day("2026-04-27"));
        let elsewhere = deadline(&policy, "330204", "AID-D01", "2026-04-20").unwrap();
        assert_eq!(elsewhere.dues.len(), 1);
    }

    #[test]
    fn thirty_days_of_shenzhen_are_compared_with_a_month_each_time() {
        let policy = Policy::embedded();
        // From 26 June a month has thirty days and both end on Sunday 26 July; from 1 July it has thirty-one.
        for (start, shenzhen, national) in
            [("2026-06-26", "2026-07-27", "2026-07-27"), ("2026-07-01", "2026-07-31", "2026-08-03")]
        {
            let found = deadline(&policy, "440304", "MED-D01", start).unwrap();
            assert!(found.ignored.is_empty());
            assert_eq!(found.warned().unwrap().due.due, day(shenzhen).min(day(national)));
            assert_eq!(found.judged().unwrap().due.due, day(national));
        }
        // February is shorter than thirty days, so the local rule is the later one.
        let found = deadline(&policy, "440304", "MED-D01", "2026-02-10").unwrap();
        assert_eq!(found.ignored.len(), 1);
        assert_eq!(found.dues.len(), 1);
    }

    #[test]
    fn without_a_statute_nothing_judges() {
        let found = deadline(&Policy::embedded(), "370100", "CON-D02", "2026-09-21").unwrap();
        assert_eq!(found.judged(), None);
        assert_eq!(found.warned().unwrap().due.due, day("2026-09-22"));
    }

    #[test]
    fn a_deadline_reads_back_as_it_was_stored() {
        let found = deadline(&five_working_days(), "330100", "AID-D09", "2026-04-28").unwrap();
        let text = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<Deadline>(&text).unwrap(), found);
    }

    #[test]
    fn a_pause_needs_a_listed_ground() {
        let rules = rules(&Policy::national(), "CN", "2026-09-18");
        let pause = |ground| {
            [Pause {
                from: day("2026-09-18"),
                until: Some(day("2026-09-22")),
                ground: Code::new(ground).unwrap(),
            }]
        };
        let ask =
            |ground| rules.deadline("AID-D01", None, at("2026-09-18"), &pause(ground), &Calendar::china());
        assert_eq!(ask("supplement").unwrap().judged().unwrap().due.due, day("2026-09-29"));
        let error = ask("verification").unwrap_err();
        assert_eq!(error.to_string(), "the clock of AID-D01 cannot be paused on the ground verification");
        assert!(matches!(error, DeadlineError::PauseNotAllowed { allowed, .. } if allowed.len() == 2));
    }

    #[test]
    fn a_pause_stops_only_the_clocks_that_list_it() {
        let rule = local("AID-D01", "application_receipt", 7, "calendar_days", "valid_from = 2026-01-01");
        let policy = with(&profile("desk", "330203", &rule));
        let pauses = [Pause {
            from: day("2026-07-09"),
            until: Some(day("2026-07-12")),
            ground: Code::new("supplement").unwrap(),
        }];
        let rules = rules(&policy, "330203", "2026-07-08");
        let found = rules.deadline("AID-D01", None, at("2026-07-08"), &pauses, &Calendar::china()).unwrap();
        assert_eq!(found.judged().unwrap().due.raw_end, day("2026-07-18"));
        assert_eq!(found.warned().unwrap().due.raw_end, day("2026-07-15"));
    }

    /// The rules of places on legal aid are older than the law, and some allow more than it does.
    #[test]
    fn no_place_has_more_time_for_legal_aid_than_the_law() {
        let policy = Policy::embedded();
        for (place, id, start, due, ignored) in [
            ("110100", "AID-D01", "2026-04-29", "2026-05-06", 1),
            ("110100", "AID-D01", "2026-06-01", "2026-06-08", 0),
            ("310100", "AID-D01", "2026-06-01", "2026-06-08", 1),
            ("410100", "AID-D01", "2026-06-01", "2026-06-08", 1),
            ("410100", "AID-D02", "2026-06-01", "2026-06-04", 1),
            ("330100", "AID-D01", "2026-06-01", "2026-06-08", 1),
            ("330100", "AID-D02", "2026-06-01", "2026-06-04", 0),
            ("370100", "AID-D09", "2026-04-28", "2026-05-06", 1),
        ] {
            let found = deadline(&policy, place, id, start).unwrap();
            let judged = found.judged().unwrap().due.due;
            assert_eq!((judged, found.ignored.len()), (day(due), ignored), "{id} in {place} from {start}");
            assert!(found.warned().unwrap().due.due <= judged);
        }
    }

    #[test]
    fn what_cannot_be_answered_says_why() {
        let policy = Policy::embedded();
        let ask = |id: &str, variant: Option<&str>, start: &str| {
            let rules = rules(&policy, "510100", start);
            rules.deadline(id, variant, at(start), &[], &Calendar::china()).unwrap_err()
        };
        for (error, expected) in [
            (ask("MED-D99", None, "2026-06-26"), "unknown deadline: MED-D99"),
            (
                ask("MED-D03", None, "2026-06-26"),
                "deadline MED-D03 has no variant without a name: choose one of ordinary, summary",
            ),
            (
                ask("AID-D09", Some("x"), "2026-06-26"),
                "deadline AID-D09 has no variant x: choose one of without a name",
            ),
            (ask("AID-D01", None, "2021-12-31"), "no rule on AID-D01 is in force in 510100 on 2021-12-31"),
            (ask("CON-D02", None, "2026-06-26"), "no rule on CON-D02 is in force in 510100 on 2026-06-26"),
            (ask("NOT-D01", None, "2026-12-20"), "the end of NOT-D01 by cn-2026.1 cannot be computed"),
        ] {
            assert_eq!(error.to_string(), expected);
        }
        assert_eq!(ask("NOT-D01", None, "2026-12-20").calendar_missing().unwrap().year, 2027);
        assert_eq!(ask("MED-D99", None, "2026-12-20").calendar_missing(), None);
    }
}

mod versions {
    use super::*;

    #[test]
    fn a_rule_change_never_rewrites_the_past() {
        let old = local(
            "AID-D10",
            "change_request",
            5,
            "working_days",
            "valid_from = 2017-01-01\nvalid_to = 2026-06-30",
        );
        let new = local("AID-D10", "change_request", 3, "working_days", "valid_from = 2026-07-01");
        let policy = with(&profile("hangzhou", "330100", &format!("{old}{new}")));
        for (start, due) in [("2026-06-30", "2026-07-07"), ("2026-07-01", "2026-07-06")] {
            // Asked today, with today's rules in hand, the day of the event decides all the same.
            let rules = rules(&policy, "330100", "2026-11-01");
            let found = rules.deadline("AID-D10", None, at(start), &[], &Calendar::china()).unwrap();
            assert_eq!(found.warned().unwrap().due.due, day(due), "from {start}");
        }
    }

    #[test]
    fn the_version_names_every_profile() {
        let policy = Policy::embedded();
        assert_eq!(rules(&policy, "CN", "2026-06-26").version().as_str(), "cn-2026.1");
        assert_eq!(
            rules(&policy, "330206", "2026-06-26").version().as_str(),
            "cn-2026.1_zhejiang-2026.1_ningbo-2026.1"
        );
        assert_eq!(rules(&Policy::empty(), "CN", "2026-06-26").version().as_str(), "none");
    }

    #[test]
    fn a_long_version_keeps_the_first_name_and_a_digest() {
        let mut policy = Policy::national();
        for (id, place) in
            [("zhejiang-of-2026", "330000"), ("ningbo-of-2026", "330200"), ("haishu-of-2026", "330203")]
        {
            policy.load("x.toml", &profile(id, place, "")).unwrap();
        }
        let haishu = rules(&policy, "330203", "2026-06-26").version().clone();
        assert_eq!(
            haishu.as_str().len(),
            "cn-2026.1_zhejiang-of-2026-1_ningbo-of-2026-1_haishu-of-2026-1".len()
        );
        policy.load("x.toml", &profile("another-of-2026", "330203", "")).unwrap();
        let longer = rules(&policy, "330203", "2026-06-26").version().clone();
        assert!(longer.as_str().starts_with("cn-2026.1_and-4_"), "{longer}");
        assert_eq!(longer, *rules(&policy, "330203", "2020-01-01").version());
    }
}

mod refusals {
    use super::*;

    #[track_caller]
    fn refused(text: &str) -> Vec<String> {
        let mut policy = Policy::national();
        let error = policy.load("bad.toml", text).unwrap_err();
        assert_eq!(policy.profiles().count(), 1, "nothing of a refused profile is kept");
        match error {
            DataFileError::Refused { faults, .. } => faults.iter().map(Fault::to_string).collect(),
            DataFileError::Syntax { cause, .. } => vec![cause.message().to_owned()],
        }
    }

    #[test]
    fn every_fault_of_a_bad_profile_is_named() {
        assert_eq!(
            refused(include_str!("tests/bad.toml")),
            include_str!("tests/bad.txt").lines().collect::<Vec<_>>()
        );
    }

    #[test]
    fn the_error_names_the_file() {
        let error = Policy::national().load("bad.toml", "[profile").unwrap_err();
        assert_eq!(error.to_string(), "bad.toml is not TOML");
        assert!(std::error::Error::source(&error).is_some());
        let error = Policy::national().load("bad.toml", "").unwrap_err();
        assert_eq!(error.to_string(), "bad.toml is refused: profile: the section is missing");
    }

    #[test]
    fn two_entries_cannot_hold_on_the_same_day() {
        let entry = |validity| local("AID-D10", "change_request", 5, "working_days", validity);
        let [until, after, within] = [
            "valid_from = 2017-01-01\nvalid_to = 2020-12-31",
            "valid_from = 2021-01-01",
            "valid_from = 2020-12-31",
        ]
        .map(entry);
        with(&profile("hangzhou", "330100", &format!("{until}{after}")));
        assert_eq!(
            refused(&profile("hangzhou", "330100", &format!("{until}{within}"))),
            ["deadline AID-D10: holds on the same days as the one of hangzhou from 2017-01-01"]
        );
        // Another file of the same place is no way round it, a narrower place is no repetition.
        let mut policy = with(&profile("hangzhou", "330100", &after));
        let text = |id, place| profile(id, place, &after);
        assert!(policy.load("x.toml", &text("again", "330100")).is_err());
        policy.load("x.toml", &text("county", "330106")).unwrap();
    }

    #[test]
    fn a_profile_is_loaded_once() {
        assert_eq!(refused(&profile("cn", "CN", "")), ["profile: cn is loaded already"]);
    }

    #[test]
    fn names_that_would_not_fit_a_version_are_refused() {
        for (id, expected) in [
            ("Ningbo", "profile: the id is not 1 to 20 of a-z, 0-9 and hyphens"),
            ("a-name-of-more-than-twenty", "profile: the id is not 1 to 20 of a-z, 0-9 and hyphens"),
        ] {
            assert_eq!(refused(&profile(id, "330200", "")), [expected]);
        }
        let text = profile("x", "330200", "").replace("version = \"1\"", "version = \"1-2\"");
        assert_eq!(refused(&text), ["profile: the version is not 1 to 12 of A-Z, a-z, 0-9 and dots"]);
    }
}

mod permissions {
    use super::*;

    fn entry(roles: &str, commands: &str, scope: &str) -> String {
        format!(
            "[[permission]]\nroles = [{roles}]\n{commands}\nscope = \"{scope}\"\nbasis = \"b\"\n\
             confidence = \"D\"\nvalid_from = 2026-01-01\n"
        )
    }

    #[test]
    fn a_named_command_goes_before_all_others_and_a_narrower_place_before_a_wider() {
        let named = "commands = [\"NotifyRights\"]";
        let mut policy = with(&profile("ningbo", "330200", &entry("\"MEDIATOR\"", named, "anywhere")));
        let beilun = entry("\"MEDIATOR\", \"CLERK\"", "", "office_and_under");
        policy.load("beilun.toml", &profile("beilun", "330206", &beilun)).unwrap();
        let scope = |place, role, command| rules(&policy, place, "2026-06-26").scope(role, command);
        assert_eq!(scope("330200", "MEDIATOR", "NotifyRights"), Scope::Anywhere);
        assert_eq!(scope("330200", "MEDIATOR", "SeekConsent"), Scope::OwnOffice);
        assert_eq!(scope("330206", "MEDIATOR", "NotifyRights"), Scope::OfficeAndUnder);
        assert_eq!(scope("330206", "MEDIATOR", "SeekConsent"), Scope::OfficeAndUnder);
        assert_eq!(scope("CN", "MEDIATOR", "NotifyRights"), Scope::OwnOffice);
        let before = rules(&policy, "330200", "2025-12-31").scope("MEDIATOR", "NotifyRights");
        assert_eq!(before, Scope::OwnOffice);
        assert_eq!(
            rules(&Policy::empty(), "CN", "2026-06-26").scope("BUREAU", "DecideObjection"),
            Scope::OwnOffice
        );
    }

    #[test]
    fn two_entries_do_not_speak_of_one_pair_on_the_same_day() {
        let named = "commands = [\"NotifyRights\", \"SeekConsent\"]";
        let both = [
            entry("\"MEDIATOR\"", named, "anywhere"),
            entry("\"COMMITTEE\", \"MEDIATOR\"", named, "nowhere"),
        ];
        let error = Policy::national().load("x.toml", &profile("x", "330200", &both.concat())).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("permission MEDIATOR NotifyRights: holds on the same days"), "{text}");
    }

    #[test]
    fn a_scope_reaches_along_the_tree() {
        let code = |text| Code::new(text).unwrap();
        let (city, county, desk) = (code("CN/330200"), code("CN/330200/haishu"), code("CN/330200/haishu/1"));
        let (look_alike, beside) = (code("CN/330200/haishu-2"), code("CN/330200/beilun"));
        for (scope, reached) in [
            (Scope::Nowhere, [false; 5]),
            (Scope::OwnOffice, [false, true, false, false, false]),
            (Scope::OfficeAndUnder, [false, true, true, false, false]),
            (Scope::Anywhere, [true; 5]),
        ] {
            let offices = [&city, &county, &desk, &look_alike, &beside];
            assert_eq!(offices.map(|case| scope.reaches(&county, case)), reached, "{scope:?}");
        }
    }
}
