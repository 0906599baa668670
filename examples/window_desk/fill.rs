//! Filling in a form, field by field.

use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;

use anjuan::bureau::Bureau;
use anjuan::case::code::Role;
use anjuan::case::form::{Choice, Field, Record, Shape};
use anjuan::case::{CaseId, Particulars};
use anjuan::clock::Timestamp;
use anjuan::event::Digest;
use anjuan::id::{ActorId, Code, KeyId, PersonRef};
use anjuan::policy::Jurisdiction;
use anjuan::privacy::IdentityDocument;
use anjuan::words::Words;
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::desk::staff;
use super::known::{Known, Named};
use super::terminal::{Offer, Stop, Terminal};

/// Asks at a desk for what a command needs.
pub(crate) struct Filler<'a> {
    pub(crate) terminal: &'a mut Terminal,
    pub(crate) words: &'a Words,
    pub(crate) bureau: &'a Bureau,
    pub(crate) case: CaseId,
    pub(crate) known: &'a Known,
}

type Filled<'a> = Pin<Box<dyn Future<Output = Result<Option<Value>, Stop>> + Send + 'a>>;

impl Filler<'_> {
    /// The fields of a record, in JSON.
    pub(crate) async fn record(&mut self, record: &Record) -> Result<Map<String, Value>, Stop> {
        let mut filled = Map::new();
        for field in &record.fields {
            let key = self.key_for(field, &filled);
            let label = self.words.field(self.terminal.language, record.name, field.name);
            if let Some(value) = self.value(&label, &field.shape, field.optional, key).await? {
                filled.insert(field.name.to_owned(), value);
            }
        }
        Ok(filled)
    }

    /// Particulars are sealed under the key of the person before them, which dies with what is known of the person; what
    /// else people say, under the key of the case.
    fn key_for(&self, field: &Field, filled: &Map<String, Value>) -> Seal {
        let person: Option<PersonRef> = filled.get("person").and_then(|person| person.as_str()?.parse().ok());
        match person {
            Some(person) if field.name == "particulars" => Seal::Particulars(person.key()),
            _ => Seal::Text(self.case.key()),
        }
    }

    /// One value; nothing if it is left out.
    fn value<'a>(&'a mut self, label: &'a str, shape: &'a Shape, optional: bool, seal: Seal) -> Filled<'a> {
        Box::pin(async move {
            Ok(match shape {
                Shape::Record(_) if optional && !self.bool(label, true)?.unwrap_or(false) => None,
                Shape::Record(record) => {
                    println!("  {label}:");
                    Some(Value::Object(self.record(record).await?))
                }
                Shape::List(item) => Some(Value::Array(self.list(label, item, seal).await?)),
                Shape::Choice(choice) => self.choice(label, choice, optional, seal).await?,
                Shape::Bool => self.bool(label, optional)?.map(Value::Bool),
                Shape::Actor => self.actor(label, optional)?.map(|id| json!(id)),
                Shape::Person => {
                    let new = self.bureau.new_person().to_string();
                    self.named(label, &self.known.people, new, optional)?.map(Value::String)
                }
                Shape::Document => {
                    let new = self.bureau.new_document().to_string();
                    self.named(label, &self.known.documents, new, optional)?.map(Value::String)
                }
                Shape::Number
                | Shape::Text
                | Shape::Day
                | Shape::Moment
                | Shape::Code
                | Shape::Digest
                | Shape::Jurisdiction
                | Shape::Case
                | Shape::Sealed
                | Shape::Fingerprint
                | Shape::Other => self.typed(label, shape, optional, seal).await?,
            })
        })
    }

    /// Any number of values, until nothing is answered.
    async fn list(&mut self, label: &str, item: &Shape, seal: Seal) -> Result<Vec<Value>, Stop> {
        let mut values = Vec::new();
        loop {
            let label = format!("{label} {}", values.len() + 1);
            match self.value(&label, item, true, seal).await? {
                Some(value) => values.push(value),
                None => return Ok(values),
            }
        }
    }

    /// One of the options, with what it asks for besides.
    async fn choice(
        &mut self,
        label: &str,
        choice: &Choice,
        optional: bool,
        seal: Seal,
    ) -> Result<Option<Value>, Stop> {
        let word = |name| self.words.choice(self.terminal.language, choice.name, name);
        let offers: Vec<_> =
            choice.options.iter().map(|option| Offer::new(option.name, word(option.name))).collect();
        let place = self.choose(label, &offers, optional)?;
        let Some(option) = place.and_then(|place| choice.options.get(place)) else { return Ok(None) };
        let Some(content) = &option.content else { return Ok(Some(json!(option.name))) };
        let label = self.words.choice(self.terminal.language, choice.name, option.name);
        let content = self.value(&label, content, false, seal).await?;
        Ok(Some(json!({ option.name: content })))
    }

    /// Something that is typed, until it has the form of its kind.
    async fn typed(
        &mut self,
        label: &str,
        shape: &Shape,
        optional: bool,
        seal: Seal,
    ) -> Result<Option<Value>, Stop> {
        loop {
            let answer = self.terminal.ask(&question(label, optional))?;
            if answer.is_empty() && optional {
                return Ok(None);
            }
            let (value, wanted) = self.read(shape, &answer, seal).await?;
            match value {
                Some(value) if !answer.is_empty() => return Ok(Some(value)),
                _ => self.terminal.reject(&answer, wanted),
            }
        }
    }

    /// What was typed as a value, unless it cannot be one; and what can.
    async fn read(
        &self,
        shape: &Shape,
        answer: &str,
        seal: Seal,
    ) -> Result<(Option<Value>, &'static str), Stop> {
        let (keys, say) = (self.bureau.keys(), |chinese, english| self.terminal.say(chinese, english));
        Ok(match shape {
            Shape::Number => (json_of::<i64>(answer), say("应为整数。", "a whole number is wanted.")),
            Shape::Day => {
                let wanted = say("应为日期，如 2026-05-06。", "a day is wanted, such as 2026-05-06.");
                (json_of::<NaiveDate>(answer), wanted)
            }
            Shape::Moment => {
                let wanted = say("应为带时区的时刻。", "a moment with its offset is wanted.");
                (json_of::<Timestamp>(answer), wanted)
            }
            Shape::Code => {
                (json_of::<Code>(answer), say("应为代码，如 LAL31-5。", "a code is wanted, such as LAL31-5."))
            }
            Shape::Digest => (json_of::<Digest>(answer), say("应为摘要。", "a digest is wanted.")),
            Shape::Case => (json_of::<CaseId>(answer), say("应为案件标识。", "the id of a case is wanted.")),
            Shape::Jurisdiction => {
                let wanted =
                    say("应为 CN 或者六位行政区划代码。", "CN is wanted, or the six digits of a place.");
                (json_of::<Jurisdiction>(answer), wanted)
            }
            Shape::Fingerprint => {
                let fingerprint = match IdentityDocument::resident(answer) {
                    Ok(document) => Some(json!(keys.fingerprint(&document).await?)),
                    Err(_) => None,
                };
                let wanted = say("应为居民身份证号码。", "the number of an identity card is wanted.");
                (fingerprint, wanted)
            }
            Shape::Sealed => {
                let sealed = match seal {
                    Seal::Text(key) => keys.seal_text(key, answer).await?,
                    Seal::Particulars(key) => {
                        let name = answer.to_owned();
                        let particulars =
                            Particulars { name, identity_number: None, phone: None, address: None };
                        keys.seal(key, &particulars).await?
                    }
                };
                (Some(json!(sealed)), say("此项必填。", "this is needed."))
            }
            Shape::Text
            | Shape::Other
            | Shape::Bool
            | Shape::Person
            | Shape::Actor
            | Shape::Document
            | Shape::Record(_)
            | Shape::Choice(_)
            | Shape::List(_) => (Some(json!(answer)), say("此项必填。", "this is needed.")),
        })
    }

    fn bool(&mut self, label: &str, optional: bool) -> Result<Option<bool>, Stop> {
        let word = |answer| self.words.term(self.terminal.language, "answer", answer);
        let offers = [Offer::new("yes", word(true)), Offer::new("no", word(false))];
        Ok(self.choose(label, &offers, optional)?.map(|place| place == 0))
    }

    /// One of those who work here.
    fn actor(&mut self, label: &str, optional: bool) -> Result<Option<ActorId>, Stop> {
        let word = |role| self.words.term(self.terminal.language, "role", role);
        let offers: Vec<_> = Role::ALL.iter().map(|role| Offer::new(role, word(role))).collect();
        let chosen = self.choose(label, &offers, optional)?;
        Ok(chosen.and_then(|place| Role::ALL.get(place)).map(|role| staff(*role).id))
    }

    /// A person or a document: one that the case knows, or a new one.
    fn named(
        &mut self,
        label: &str,
        known: &[Named],
        new: String,
        optional: bool,
    ) -> Result<Option<String>, Stop> {
        let offer = Offer::new("new", self.terminal.say("新增", "a new one"));
        let offers: Vec<_> =
            [offer].into_iter().chain(known.iter().map(|one| Offer::new(&one.name, ""))).collect();
        let Some(place) = self.choose(label, &offers, optional)? else { return Ok(None) };
        let before = place.checked_sub(1).and_then(|place| known.get(place));
        Ok(Some(before.map_or(new, |one| one.id.clone())))
    }

    /// The place of one of the offers; nothing if it is left out.
    fn choose(&mut self, label: &str, offers: &[Offer], optional: bool) -> Result<Option<usize>, Stop> {
        println!("  {label}:");
        self.terminal.list(offers);
        loop {
            let answer = self.terminal.ask(&question(label, optional))?;
            match self.terminal.chosen(offers, &answer) {
                Some(place) => return Ok(Some(place)),
                None if answer.is_empty() && optional => return Ok(None),
                None => {
                    let wanted = self.terminal.say("请从列表中选择。", "choose from the list.");
                    self.terminal.reject(&answer, wanted);
                }
            }
        }
    }
}

/// How a text is sealed.
#[derive(Clone, Copy)]
enum Seal {
    Particulars(KeyId),
    Text(KeyId),
}

fn question(label: &str, optional: bool) -> String {
    if optional { format!("  {label} (-)") } else { format!("  {label}") }
}

/// A text in JSON, if it has the form of this type.
fn json_of<T: FromStr + Serialize>(text: &str) -> Option<Value> {
    text.parse::<T>().ok().map(|value| json!(value))
}
