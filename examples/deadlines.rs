//! When is it due, and why? Run with `cargo run --example deadlines`.
//!
//! A deadline of the law is a question of dates: holidays that move, Saturdays on which everybody works, months of
//! unequal length, a local rule beside the national one. The library answers with the last day and with every step
//! that led to it.

use anjuan::calendar::{Calendar, Language, Pause};
use anjuan::clock::Timestamp;
use anjuan::id::Code;
use anjuan::policy::{Deadline, Jurisdiction, Policy};
use anyhow::Result;

fn main() -> Result<()> {
    let mut calendar = Calendar::china();
    let mut policy = Policy::embedded();
    println!("Calendar {}, with the years up to {:?}.", calendar.version(), calendar.years().last());

    // An application for legal aid is to be decided within seven days, and the seventh lies in the holidays.
    let received: Timestamp = "2026-09-28T10:00:00+08:00".parse()?;
    let rules = policy.rules_at(&Jurisdiction::CN, received.china_date());
    show(&rules.deadline("AID-D01", None, received, &[], &calendar)?);

    // A notary has fifteen working days; while the applicant fetches a missing paper, the clock stands still.
    let accepted: Timestamp = "2026-09-18T09:30:00+08:00".parse()?;
    let waiting = Pause {
        from: "2026-09-22".parse()?,
        until: Some("2026-09-29".parse()?),
        ground: Code::new("supplement")?,
    };
    show(&rules.deadline("NOT-D01", None, accepted, &[waiting], &calendar)?);

    // Hangzhou gives the bureau five working days for an objection, the law five days. Around Labour Day the local
    // rule ends later than the law, so it is ignored, and the conflict is reported. A bureau of that city promises to
    // answer sooner, and its host loads the promise as a profile of its own.
    policy.load("our-bureau.toml", OUR_BUREAU)?;
    let bureau: Jurisdiction = "330106".parse()?;
    let objection: Timestamp = "2026-04-28T15:00:00+08:00".parse()?;
    let rules = policy.rules_at(&bureau, objection.china_date());
    println!("\nRules in {bureau}: {}", rules.version());
    show(&rules.deadline("AID-D09", None, objection, &[], &calendar)?);

    // The holidays of 2027 were not published when this was written. The library does not guess them; the host
    // supplies the list when it is there. This one is made up.
    let closed: Timestamp = "2026-10-28T16:00:00+08:00".parse()?;
    match rules.deadline("NOT-D05", None, closed, &[], &calendar) {
        Ok(_) => println!("\nSomebody has added 2027 to the calendar."),
        Err(error) => println!("\n{:#}", anyhow::Error::new(error)),
    }
    calendar.extend(MADE_UP_2027, "the list of 2027")?;
    show(&rules.deadline("NOT-D05", None, closed, &[], &calendar)?);
    Ok(())
}

fn show(deadline: &Deadline) {
    println!("\n{} {} / {}", deadline.id, deadline.title, deadline.title_zh);
    for layer in &deadline.dues {
        println!("  {:?}, {} [{}]: due {}", layer.layer, layer.basis, layer.confidence, layer.due.due);
        for language in [Language::English, Language::Chinese] {
            for sentence in layer.due.explain(language) {
                println!("    {sentence}");
            }
        }
    }
    for conflict in &deadline.ignored {
        let (local, national) = (&conflict.local, conflict.national);
        println!(
            "  ignored: {} would allow until {}, the law until {national}",
            local.profile, local.due.due
        );
    }
}

const OUR_BUREAU: &str = r#"
[profile]
id = "our-bureau"
version = "2026"
jurisdiction = "330106"
name = "Our bureau, made up"
name_zh = "本局（示例）"

[[deadline]]
id = "AID-D09"
title = "Decide on an objection"
title_zh = "处理异议"
layer = "promise"
term = { count = 3, unit = "calendar_days" }
from = "objection_receipt"
basis = "Our own promise, made up for this example"
confidence = "U"
valid_from = 2026-01-01
"#;

const MADE_UP_2027: &str = "date,kind,occasion
2027-01-01,off,New Year's Day
2027-05-01,off,Labour Day
2027-10-01,off,National Day
";
