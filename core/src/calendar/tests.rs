use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, Weekday};
use proptest::prelude::*;

use super::*;
use crate::clock::Timestamp;
use crate::id::Code;

const LIST: &str = include_str!("../../data/cn-calendar.csv");

const LIST_2027: &str = "date,kind,occasion\n2026-12-31,off,New Year's Day\n2027-01-01,off,New Year's Day\n\
    2027-01-03,working,New Year's Day\n2027-05-01,off,Labour Day\n2027-10-01,off,National Day\n";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(date: &str, time: &str) -> Timestamp {
    format!("{date}T{time}:00+08:00").parse().unwrap()
}

fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

fn term(count: u32, unit: Unit) -> Term {
    Term::new(count, unit).unwrap()
}

fn pause(from: &str, until: Option<&str>, ground: &str) -> Pause {
    Pause { from: day(from), until: until.map(day), ground: code(ground) }
}

fn computed(start: &str, term: Term, pauses: &[Pause]) -> Result<Due, DueError> {
    due(at(start, "09:00"), term, pauses, &Calendar::china(), Counting::default())
}

#[track_caller]
fn check(start: &str, term: Term, pauses: &[Pause], raw_end: &str, last: &str) -> Due {
    let due = computed(start, term, pauses).unwrap();
    assert_eq!((due.raw_end, due.due), (day(raw_end), day(last)), "{:#?}", due.why);
    due
}

mod days {
    use super::*;

    #[test]
    fn a_day_is_one_of_four() {
        let calendar = Calendar::china();
        for (date, expected) in [
            ("2026-10-09", Day::Working),
            ("2026-10-10", Day::MakeUp),
            ("2026-10-11", Day::Weekend),
            ("2026-10-05", Day::Holiday),
            ("2026-10-03", Day::Holiday),
        ] {
            assert_eq!(calendar.day(day(date)), Ok(expected), "{date}");
        }
    }

    #[test]
    fn the_built_in_years_are_known_and_no_others() {
        let calendar = Calendar::china();
        assert!(calendar.years().eq(2010..=2026));
        for year in [2009, 2027] {
            let date = NaiveDate::from_ymd_opt(year, 6, 1).unwrap();
            assert_eq!(calendar.is_working_day(date).unwrap_err().year, year);
        }
    }

    #[test]
    fn a_stray_day_does_not_make_its_year_known() {
        let mut calendar = Calendar::china();
        calendar.extend("date,kind,occasion\n2027-12-31,off,New Year's Day of 2028\n", "stray").unwrap();
        assert!(calendar.is_working_day(day("2027-12-31")).is_err());
        assert!(calendar.is_working_day(day("2027-06-01")).is_err());
    }

    #[test]
    fn a_year_is_added_at_run_time_with_its_stray_days() {
        let mut calendar = Calendar::china();
        calendar.extend(LIST_2027, "2027.csv").unwrap();
        assert_eq!(
            calendar.day(day("2026-12-31")),
            Ok(Day::Holiday),
            "the notice reaches into the year before"
        );
        assert_eq!(calendar.day(day("2027-01-03")), Ok(Day::MakeUp));
        assert_eq!(calendar.occasion(day("2027-01-03")), Some("New Year's Day"));
    }

    #[test]
    fn half_a_year_is_refused_and_leaves_no_trace() {
        let mut calendar = Calendar::china();
        let version = calendar.version().clone();
        let error = calendar
            .extend(
                "date,kind,occasion\n2027-01-01,off,New Year\n2027-02-05,off,Spring Festival\n",
                "half.csv",
            )
            .unwrap_err();
        assert_eq!(error.to_string(), "half.csv, line 3: the list of the year lacks the holiday 2027-05-01");
        assert_eq!(*calendar.version(), version);
        assert!(calendar.day(day("2027-01-01")).is_err());
    }

    #[test]
    fn a_day_off_is_taken_back_and_given() {
        let mut calendar = Calendar::china();
        let text = "\u{feff}date,kind,occasion\r\n2026-06-19,working,corrected\r\n2026-09-03,off,parade, at noon\r\n";
        calendar.extend(text, "correction.csv").unwrap();
        assert_eq!(calendar.day(day("2026-06-19")), Ok(Day::Working));
        assert_eq!(calendar.day(day("2026-09-03")), Ok(Day::Holiday));
        assert_eq!(calendar.occasion(day("2026-09-03")), Some("parade, at noon"));
        assert!(calendar.years().eq(2010..=2026));
    }

    #[test]
    fn bad_lists_are_refused_with_line_and_reason() {
        for (lines, expected) in [
            ("2026-02-30,off,x", "l, line 2: not a date in the form YYYY-MM-DD: \"2026-02-30\""),
            ("2026-2-3,off,x", "l, line 2: not a date in the form YYYY-MM-DD: \"2026-2-3\""),
            ("2026-02-03,holiday,x", "l, line 2: the kind is neither `off` nor `working`: \"holiday\""),
            ("2026-02-03,off", "l, line 2: not three columns"),
            ("2026-02-03,off,x\n\n2026-02-03,off,y", "l, line 4: the same day as in line 2"),
            ("2026-02-07,off,x\n2026-02-07,working,y", "l, line 3: contradicts line 2"),
            ("2026-02-03,working,x", "l, line 2: `working` on a Monday to Friday that nothing took off"),
        ] {
            let text = format!("date,kind,occasion\n{lines}\n");
            assert_eq!(Calendar::china().extend(&text, "l").unwrap_err().to_string(), expected);
        }
        for text in ["", "2026-02-03,off,x\n", "date;kind;occasion\n"] {
            let error = Calendar::china().extend(text, "l").unwrap_err();
            assert_eq!((error.line, error.fault), (1, CalendarFault::Header));
        }
    }

    #[test]
    fn a_region_adds_its_festivals() {
        let list = "date,kind,occasion\n2026-04-20,off,Sanyuesan\n2026-04-25,working,Sanyuesan\n";
        let guangxi = Calendar::china().with_regional(code("450000"), list, "guangxi.csv").unwrap();
        assert_eq!(guangxi.day(day("2026-04-20")), Ok(Day::Holiday));
        assert_eq!(guangxi.day(day("2026-04-25")), Ok(Day::MakeUp));
        assert_eq!(guangxi.day(day("2026-10-05")), Ok(Day::Holiday), "national holidays stay");
        assert_eq!(Calendar::china().day(day("2026-04-20")), Ok(Day::Working));

        let error = Calendar::china()
            .with_regional(code("450000"), "date,kind,occasion\n2026-10-03,working,x\n", "g")
            .unwrap_err();
        assert_eq!(error.to_string(), "g, line 2: a region cannot take away a national day off");
    }

    #[test]
    fn a_year_the_region_did_not_list_is_national_and_says_so() {
        let list = "date,kind,occasion\n2026-04-20,off,Sanyuesan\n";
        let mut guangxi = Calendar::china().with_regional(code("450000"), list, "guangxi.csv").unwrap();
        guangxi.extend(LIST_2027, "2027.csv").unwrap();
        let said = |start| {
            let due = due(at(start, "09:00"), term(3, Unit::WorkingDays), &[], &guangxi, Counting::default());
            due.unwrap().why.contains(&Step::NationalDaysOnly { region: code("450000"), year: 2027 })
        };
        assert!(said("2027-04-19"));
        assert!(!said("2026-04-17"));
    }

    #[test]
    fn the_version_names_the_data() {
        let china = Calendar::china();
        assert!(china.version().as_str().starts_with("cn-2026-"), "{}", china.version());
        assert_eq!(china.version(), Calendar::china().version());
        let mut longer = Calendar::china();
        longer.extend(LIST_2027, "a").unwrap();
        let mut same = Calendar::china();
        same.extend(LIST_2027, "another name for it").unwrap();
        assert_eq!(longer.version(), same.version());
        let region = china.with_regional(code("450000"), "date,kind,occasion\n", "empty").unwrap();
        let versions = BTreeSet::from([china.version(), longer.version(), region.version()]);
        assert_eq!(versions.len(), 3, "{versions:?}");
        let longest = code(&"x".repeat(64));
        assert!(china.with_regional(longest, "date,kind,occasion\n", "empty").is_ok());
    }
}

mod ends {
    use super::*;

    #[test]
    fn months_end_on_the_same_number_or_the_last_day() {
        check("2024-01-31", term(1, Unit::Months), &[], "2024-02-29", "2024-02-29");
        check("2023-01-31", term(1, Unit::Months), &[], "2023-02-28", "2023-02-28");
        check("2024-02-29", term(1, Unit::Years), &[], "2025-02-28", "2025-02-28");
        let due = check("2025-08-31", term(1, Unit::Months), &[], "2025-09-30", "2025-09-30");
        assert!(due.why.contains(&Step::MonthTooShort { wanted: 31, end: day("2025-09-30") }));
    }

    #[test]
    fn the_day_is_the_day_in_china() {
        let late: Timestamp = "2026-07-08T16:30:00Z".parse().unwrap();
        let due =
            due(late, term(1, Unit::CalendarDays), &[], &Calendar::china(), Counting::default()).unwrap();
        assert_eq!(due.due, day("2026-07-10"));
    }

    #[test]
    fn custody_never_rolls() {
        let counting = Counting { roll: Roll::None, ..Counting::default() };
        let due =
            due(at("2026-09-28", "09:00"), term(7, Unit::CalendarDays), &[], &Calendar::china(), counting);
        assert_eq!(due.unwrap().due, day("2026-10-05"));
    }

    #[test]
    fn a_calendar_is_needed_only_where_it_matters() {
        let never = Counting { roll: Roll::None, ..Counting::default() };
        let far = term(20, Unit::Years);
        let start = at("2026-01-05", "09:00");
        assert_eq!(due(start, far, &[], &Calendar::china(), never).unwrap().due, day("2046-01-05"));
        assert!(due(start, term(9000, Unit::Hours), &[], &Calendar::china(), Counting::default()).is_ok());
        // 2005 was never supplied, but the term ends in 2010.
        check("2005-03-01", term(5, Unit::Years), &[], "2010-03-01", "2010-03-01");
        let error = due(start, far, &[], &Calendar::china(), Counting::default()).unwrap_err();
        assert!(matches!(error, DueError::CalendarMissing(CalendarMissing { year: 2046, .. })), "{error}");
    }

    #[test]
    fn the_last_instant_of_a_day_is_in_time() {
        let due = check("2026-07-08", term(30, Unit::CalendarDays), &[], "2026-08-07", "2026-08-07");
        assert!(!due.is_late("2026-08-07T23:59:59.999999+08:00".parse().unwrap()));
        assert!(due.is_late("2026-08-08T00:00:00+08:00".parse().unwrap()));
    }

    #[test]
    fn office_hours_end_the_day_early() {
        let half_past_five = NaiveTime::from_hms_opt(17, 30, 0).unwrap();
        let counting = Counting { end: DayEnd::Business(half_past_five), ..Counting::default() };
        let due =
            due(at("2026-07-08", "09:00"), term(30, Unit::CalendarDays), &[], &Calendar::china(), counting)
                .unwrap();
        assert!(!due.is_late(at("2026-08-07", "17:30")));
        assert!(due.is_late(at("2026-08-07", "17:31")));
        assert!(due.explain(Language::Chinese).last().unwrap().contains("2026-08-07 17:30"));
    }

    #[test]
    fn hours_are_exact() {
        let due = computed("2026-10-03", term(24, Unit::Hours), &[]).unwrap();
        assert!(!due.is_late(at("2026-10-04", "09:00")));
        assert!(due.is_late("2026-10-04T09:00:00.000001+08:00".parse().unwrap()));
    }

    #[test]
    fn hours_leave_out_whole_days_of_a_pause() {
        let pauses = [pause("2026-10-03", Some("2026-10-05"), "supplement")];
        let due = computed("2026-10-03", term(24, Unit::Hours), &pauses).unwrap();
        assert_eq!(due.until, at("2026-10-06", "09:00"));
        // What was over before the event, or begins after the last hour, changes nothing.
        let pauses = [
            pause("2026-10-01", Some("2026-10-03"), "supplement"),
            pause("2026-10-04", Some("2026-10-09"), "supplement"),
        ];
        let due = computed("2026-10-03", term(24, Unit::Hours), &pauses).unwrap();
        assert_eq!(due.until, at("2026-10-04", "09:00"));
    }

    #[test]
    fn terms_without_end_are_errors_and_not_loops() {
        for unit in [Unit::Hours, Unit::CalendarDays, Unit::Months, Unit::Years] {
            let error = computed("2026-07-08", term(u32::MAX, unit), &[]).unwrap_err();
            assert!(matches!(error, DueError::OutOfRange { .. }), "{unit:?}: {error}");
        }
        let error = computed("2026-07-08", term(u32::MAX, Unit::WorkingDays), &[]).unwrap_err();
        assert!(matches!(error, DueError::CalendarMissing(CalendarMissing { year: 2027, .. })), "{error}");
        let late = "9999-12-31T12:00:00Z".parse().unwrap();
        let never = Counting { roll: Roll::None, ..Counting::default() };
        for unit in [Unit::Hours, Unit::CalendarDays, Unit::WorkingDays, Unit::Months, Unit::Years] {
            assert!(due(late, term(30, unit), &[], &Calendar::china(), never).is_err(), "{unit:?}");
        }
        let endless =
            Pause { from: day("2026-07-09"), until: Some(NaiveDate::MAX), ground: code("supplement") };
        for unit in [Unit::Hours, Unit::CalendarDays, Unit::WorkingDays] {
            let pauses = std::slice::from_ref(&endless);
            assert!(
                due(at("2026-07-08", "09:00"), term(90, unit), pauses, &Calendar::china(), never).is_err()
            );
        }
    }

    #[test]
    fn a_term_has_a_length() {
        assert_eq!(Term::new(0, Unit::Months), Err(InvalidTerm));
        assert!(serde_json::from_str::<Term>(r#"{"count":0,"unit":"months"}"#).is_err());
        let month: Term = serde_json::from_str(r#"{"count":1,"unit":"months"}"#).unwrap();
        assert_eq!(
            (month.to_string(), month.in_words(Language::Chinese)),
            ("1 month".into(), "1个月".into())
        );
        assert_eq!(term(15, Unit::WorkingDays).to_string(), "15 working days");
        assert_eq!(term(15, Unit::WorkingDays).in_words(Language::Chinese), "15个工作日");
    }

    #[test]
    fn the_end_of_a_day_is_text() {
        for (text, end) in [
            ("midnight", DayEnd::Midnight),
            ("17:30:00", DayEnd::Business(NaiveTime::from_hms_opt(17, 30, 0).unwrap())),
        ] {
            assert_eq!(text.parse::<DayEnd>().unwrap(), end);
            assert_eq!(end.to_string(), text);
        }
        assert_eq!("17:30".parse::<DayEnd>().unwrap().to_string(), "17:30:00");
        assert!("noon".parse::<DayEnd>().is_err());
    }

    #[test]
    fn reasons_read_in_both_languages() {
        let due = check("2026-09-28", term(7, Unit::CalendarDays), &[], "2026-10-05", "2026-10-08");
        assert_eq!(
            due.explain(Language::English),
            [
                "The day of the event, 2026-09-28, does not count.",
                "Counting 7 calendar days leads to 2026-10-05.",
                "2026-10-05 is a rest day; the first day after the rest days is 2026-10-08.",
                "It is in time until the end of 2026-10-08, 24:00.",
            ]
        );
        assert_eq!(
            due.explain(Language::Chinese),
            [
                "事件发生之日2026-09-28不计入，自次日起计算。",
                "7日的最后一日为2026-10-05。",
                "2026-10-05为休息日，顺延至休息日后的第一日2026-10-08。",
                "截止时间为2026-10-08二十四时。",
            ]
        );
    }
}

mod pauses {
    use super::*;

    const WEEK: fn() -> Term = || term(7, Unit::CalendarDays);

    #[test]
    fn overlapping_and_touching_pauses_are_one() {
        let pauses = [
            pause("2026-07-15", Some("2026-07-17"), "verification"),
            pause("2026-07-09", Some("2026-07-13"), "supplement"),
            pause("2026-07-10", Some("2026-07-15"), "supplement"),
        ];
        let due = check("2026-07-08", WEEK(), &pauses, "2026-07-23", "2026-07-23");
        assert_eq!(due.pauses.len(), 1);
        assert_eq!(due.pauses[0].grounds, BTreeSet::from([code("supplement"), code("verification")]));
    }

    #[test]
    fn what_lies_outside_the_term_changes_nothing() {
        check(
            "2026-07-08",
            WEEK(),
            &[pause("2026-06-01", Some("2026-07-08"), "supplement")],
            "2026-07-15",
            "2026-07-15",
        );
        check(
            "2026-07-08",
            WEEK(),
            &[pause("2026-06-01", Some("2026-07-10"), "supplement")],
            "2026-07-17",
            "2026-07-17",
        );
        check(
            "2026-07-08",
            WEEK(),
            &[pause("2026-07-10", Some("2026-07-10"), "supplement")],
            "2026-07-15",
            "2026-07-15",
        );
    }

    #[test]
    fn a_pause_on_the_last_day_cures_nothing() {
        for unit in [Unit::CalendarDays, Unit::WorkingDays] {
            let pauses = [pause("2026-07-15", Some("2026-07-20"), "supplement")];
            let without = computed("2026-07-08", term(5, unit), &[]).unwrap();
            let with = computed("2026-07-08", term(5, unit), &pauses).unwrap();
            assert_eq!(with.until, without.until);
            assert!(with.why.contains(&Step::PauseTooLate { from: day("2026-07-15") }), "{unit:?}");
        }
    }

    #[test]
    fn a_month_moves_on_by_the_days_taken_out() {
        let pauses = [pause("2026-02-02", Some("2026-02-05"), "appraisal")];
        check("2026-01-30", term(1, Unit::Months), &pauses, "2026-03-03", "2026-03-03");
    }

    #[test]
    fn while_the_clock_stands_still_nothing_is_late() {
        for unit in [Unit::CalendarDays, Unit::WorkingDays, Unit::Hours] {
            let pauses = [pause("2026-07-08", None, "supplement")];
            let due = computed("2026-07-08", term(20, unit), &pauses).unwrap();
            assert!(due.is_paused(), "{unit:?}");
            assert!(!due.is_late("2030-01-01T00:00:00Z".parse().unwrap()));
            let earliest = computed("2026-07-08", term(20, unit), &[]).unwrap();
            assert_eq!(due.until, earliest.until, "the earliest it can become");
        }
        let after = computed("2026-07-08", WEEK(), &[pause("2026-07-15", None, "supplement")]).unwrap();
        assert!(!after.is_paused() && after.is_late("2026-07-16T00:00:00+08:00".parse().unwrap()));
    }

    #[test]
    fn an_open_pause_swallows_what_follows() {
        let pauses = [
            pause("2026-07-09", None, "supplement"),
            pause("2026-07-12", Some("2026-07-20"), "verification"),
        ];
        let due = computed("2026-07-08", WEEK(), &pauses).unwrap();
        assert_eq!((due.pauses.len(), due.pauses[0].until), (1, None));
    }

    #[test]
    fn a_pause_cannot_end_before_it_begins() {
        let error = computed("2026-07-08", WEEK(), &[pause("2026-07-10", Some("2026-07-09"), "supplement")]);
        assert!(matches!(error, Err(DueError::PauseEndsBeforeItBegins { .. })));
    }
}

/// The calendar read a second time, with nothing of the code under test: a day is taken as the list says, and
/// otherwise as its weekday says.
static ORACLE: LazyLock<BTreeMap<NaiveDate, bool>> = LazyLock::new(|| {
    let listed: BTreeMap<&str, bool> = LIST
        .lines()
        .skip(1)
        .map(|line| (line.split(',').next().unwrap(), line.split(',').nth(1).unwrap() == "working"))
        .collect();
    day("2010-01-01")
        .iter_days()
        .take_while(|date| date.year() <= 2026)
        .map(|date| {
            let ordinary = !matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
            (date, listed.get(&*date.to_string()).copied().unwrap_or(ordinary))
        })
        .collect()
});

#[test]
fn every_day_since_2010_agrees_with_the_list() {
    let calendar = Calendar::china();
    for (&date, &works) in ORACLE.iter() {
        assert_eq!(calendar.is_working_day(date), Ok(works), "{date}");
    }
}

fn starts() -> impl Strategy<Value = Timestamp> {
    // Up to March 2024, so that two years and the pauses below still end in a known year.
    (0..5200_u64, 0..86_400_i64).prop_map(|(days, seconds)| {
        let date = day("2010-01-01") + Days::new(days);
        Timestamp::start_of_china_day(date).unwrap().plus_micros(seconds * 1_000_000).unwrap()
    })
}

fn terms() -> impl Strategy<Value = Term> {
    prop_oneof![
        (1..200_u32).prop_map(|n| term(n, Unit::Hours)),
        (1..90_u32).prop_map(|n| term(n, Unit::CalendarDays)),
        (1..90_u32).prop_map(|n| term(n, Unit::InclusiveDays)),
        (1..60_u32).prop_map(|n| term(n, Unit::WorkingDays)),
        (1..8_u32).prop_map(|n| term(n, Unit::Months)),
        Just(term(1, Unit::Years)),
    ]
}

/// Up to three pauses as days after the start, which may overlap, touch, lie before it or be empty.
fn offsets() -> impl Strategy<Value = Vec<(i64, u64)>> {
    prop::collection::vec((-5..60_i64, 0..40_u64), 0..4)
}

fn pauses_from(start: Timestamp, offsets: &[(i64, u64)]) -> Vec<Pause> {
    offsets
        .iter()
        .map(|(offset, length)| {
            let from = start.china_date() + chrono::Duration::days(*offset);
            Pause { from, until: Some(from + Days::new(*length)), ground: code("supplement") }
        })
        .collect()
}

fn by_default(start: Timestamp, term: Term, pauses: &[Pause]) -> Due {
    due(start, term, pauses, &Calendar::china(), Counting::default()).unwrap()
}

/// A term of the day itself is over when the day is, whatever stood still before it.
#[test]
fn a_pause_from_before_does_not_lengthen_a_term_of_the_day_itself() {
    let start: Timestamp = "2010-01-04T09:00:00+08:00".parse().unwrap();
    let term = term(1, Unit::InclusiveDays);
    let due = by_default(start, term, &pauses_from(start, &[(-1, 2)]));
    assert_eq!(due.raw_end, start.china_date());
}

proptest! {
    #[test]
    fn a_rolled_due_date_is_never_a_rest_day(start in starts(), term in terms(), offsets in offsets()) {
        let due = by_default(start, term, &pauses_from(start, &offsets));
        prop_assert!(term.unit() == Unit::Hours || ORACLE[&due.due], "{due:?}");
    }

    #[test]
    fn a_term_never_ends_before_it_starts(start in starts(), term in terms(), offsets in offsets()) {
        let due = by_default(start, term, &pauses_from(start, &offsets));
        prop_assert!(start < due.until && start.china_date() <= due.raw_end && due.raw_end <= due.due);
        prop_assert!(!due.is_late(start));
    }

    #[test]
    fn a_longer_term_never_ends_earlier(start in starts(), shorter in terms(), offsets in offsets()) {
        let longer = term(shorter.count() + 1, shorter.unit());
        let pauses = pauses_from(start, &offsets);
        prop_assert!(by_default(start, shorter, &pauses).until <= by_default(start, longer, &pauses).until);
    }

    #[test]
    fn a_pause_never_shortens_a_term(start in starts(), term in terms(), offsets in offsets()) {
        let pauses = pauses_from(start, &offsets);
        for fewer in 0..pauses.len() {
            prop_assert!(
                by_default(start, term, &pauses[..fewer]).until <= by_default(start, term, &pauses).until
            );
        }
    }

    #[test]
    fn counting_agrees_with_going_day_by_day(start in starts(), term in terms(), offsets in offsets()) {
        prop_assume!(term.unit() != Unit::Hours);
        let pauses = pauses_from(start, &offsets);
        let works = &*ORACLE;
        let stands = |date: NaiveDate| pauses.iter().any(|p| p.from < date && date <= p.until.unwrap());
        let first = start.china_date();
        // As many days as the term has, one after another; months and years have as many as lie between the dates.
        let months = |n| first.checked_add_months(Months::new(n)).unwrap();
        let mut left = match term.unit() {
            Unit::Months => (months(term.count()) - first).num_days(),
            Unit::Years => (months(12 * term.count()) - first).num_days(),
            Unit::InclusiveDays => i64::from(term.count()) - 1,
            Unit::CalendarDays | Unit::WorkingDays | Unit::Hours => i64::from(term.count()),
        };
        let mut date = first;
        while left > 0 {
            date = date.succ_opt().unwrap();
            if !stands(date) && (term.unit() != Unit::WorkingDays || works[&date]) {
                left -= 1;
            }
        }
        let found = by_default(start, term, &pauses);
        prop_assert_eq!(found.raw_end, date);
        while !works[&date] {
            date = date.succ_opt().unwrap();
        }
        prop_assert_eq!(found.due, date);
        prop_assert_eq!(found.until, Timestamp::start_of_china_day(date.succ_opt().unwrap()).unwrap());
    }

    #[test]
    fn a_due_date_reads_back_as_it_was_stored(start in starts(), term in terms(), offsets in offsets()) {
        let due = by_default(start, term, &pauses_from(start, &offsets));
        let text = serde_json::to_string(&due).unwrap();
        prop_assert_eq!(serde_json::from_str::<Due>(&text).unwrap(), due);
    }
}
