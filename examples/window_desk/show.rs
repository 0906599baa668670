//! What a case, an event and a refusal look like in words.

use anjuan::bureau::Entry;
use anjuan::calendar::Language;
use anjuan::case::code::Role;
use anjuan::case::{Case, CaseEvent, Kind, Refusal};
use anjuan::event::EventSet;
use anjuan::words::Words;
use anjuan::worklist::Row;

use super::desk::staff;
use super::known::Known;
use super::terminal::{Offer, Terminal};

/// Shows things in the language of a desk.
pub(crate) struct Screen<'a> {
    pub(crate) terminal: &'a Terminal,
    pub(crate) words: &'a Words,
}

impl Screen<'_> {
    const fn language(&self) -> Language {
        self.terminal.language
    }

    /// A line of the worklist.
    pub(crate) fn offer(&self, row: &Row) -> Offer {
        let state = self.words.term(self.language(), "state", &row.state);
        let due =
            row.earliest().map_or(String::new(), |due| format!(", {}", self.due(&due.rule, due.last_day)));
        let number = row.number.as_ref().map_or_else(|| row.case.to_string(), ToString::to_string);
        Offer::new(number, format!("{state}{due}"))
    }

    /// Where a case stands, what is due in it, and what it waits for.
    pub(crate) fn case<K: Kind>(&self, case: &Case<K>, row: Option<&Row>) {
        let number = K::number(&case.own).map_or(String::new(), |number| format!("{number}: "));
        println!("\n== {number}{}", self.words.term(self.language(), "state", case.state_name()));
        let Some(row) = row else { return };
        for due in &row.dues {
            let layer = self.words.term(self.language(), "layer", format!("{:?}", due.layer));
            println!("   {} ({layer})", self.due(&due.rule, due.last_day));
        }
        for (role, tasks) in &row.waits_for {
            let tasks = tasks.iter().map(|task| self.words.term(self.language(), "command", task));
            let role = self.words.term(self.language(), "role", role);
            println!("   {role}: {}", tasks.collect::<Vec<_>>().join("; "));
        }
    }

    /// A due date. One that somebody set bears the name of the event that set it.
    fn due(&self, rule: impl std::fmt::Display, last_day: impl std::fmt::Display) -> String {
        let rule = rule.to_string();
        let groups = ["deadline", "event"].map(|group| format!("{group}.{rule}"));
        let word = groups.iter().find_map(|key| self.words.label(self.language(), key)).unwrap_or(&rule);
        format!("{} {last_day} {word} [{rule}]", self.terminal.say("到期", "due"))
    }

    /// What happens, with the due dates that it sets.
    pub(crate) fn events<K: Kind>(&self, lead: &str, events: &[CaseEvent<K>]) {
        for event in events {
            let name = self.words.term(self.language(), "event", event.event_type());
            println!("   {lead} {name}");
            for deadline in event.deadlines() {
                if let Some(end) = deadline.warned() {
                    println!("     {}", self.due(&deadline.id, end.due.due));
                    println!("       {}", end.due.explain(self.language()).join(" "));
                }
            }
        }
    }

    pub(crate) fn history<K: Kind>(&self, entries: &[Entry<K>]) {
        for entry in entries {
            let at = entry.occurred_at.to_china().format("%Y-%m-%d %H:%M");
            let role = self.words.term(self.language(), "role", &entry.metadata.actor.role);
            self.events(
                &format!("{:>3} {at} {role}:", entry.revision.get()),
                std::slice::from_ref(&entry.event),
            );
        }
    }

    /// Every reason, what it rests on, and what would cure it.
    pub(crate) fn refusal(&self, refusal: &Refusal, known: &Known) {
        println!(
            "   {} {}",
            self.terminal.say("不能办理：", "refused:"),
            self.words.term(self.language(), "command", refusal.command)
        );
        for reason in refusal.explain_naming(self.words, self.language(), |id| self.name(known, id)) {
            println!("   x [{}] {}", reason.rule, reason.why);
            println!("     {} {}", self.terminal.say("补救：", "cure:"), reason.cure);
            println!("     {} {}", self.terminal.say("依据：", "basis:"), reason.basis);
        }
    }

    /// The name behind a pseudonym: of a person in the case, or of somebody who works here.
    fn name(&self, known: &Known, pseudonym: &str) -> Option<String> {
        let staff = || Role::ALL.iter().find(|role| staff(**role).id.to_string() == pseudonym);
        known.name_of(pseudonym).or_else(|| Some(self.words.term(self.language(), "role", staff()?)))
    }
}
