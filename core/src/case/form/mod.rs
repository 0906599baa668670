//! What a command asks for, as data, so that a front end can make a form of it without knowing the command.
//!
//! [`CaseCommand::form`] tells which fields a command has and what goes into each; a front end asks for them, puts the
//! answers into JSON, and [`CaseCommand::from_fields`] makes the command of it. What the fields and their choices are
//! called, [`Words::field`](crate::words::Words::field) and [`Words::choice`](crate::words::Words::choice) say.
//!
//! ```
//! use anjuan::case::CaseCommand;
//! use anjuan::case::form::Shape;
//! use anjuan::case::mediation::Mediation;
//!
//! let form = CaseCommand::<Mediation>::form("RecordContact").ok_or("no such command")?;
//! let asked: Vec<_> = form.fields.iter().map(|field| (field.name, &field.shape, field.optional)).collect();
//! assert_eq!(asked[0], ("person", &Shape::Person, false));
//! assert!(matches!(asked[1], ("mode", Shape::Choice(mode), false) if mode.options[1].name == "PHONE"));
//! assert_eq!(asked[2], ("note", &Shape::Sealed, true));
//! # Ok::<(), &str>(())
//! ```

mod trace;

use serde_json::{Map, Value};

use super::skeleton::CommonCommand;
use super::{CaseCommand, Kind};

use trace::option_of;
#[cfg(test)]
pub(crate) use trace::shape_of;

/// Named fields that belong together: the particulars of a command, or a part of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose fields they are, by which the catalogue of words knows them.
    pub name: &'static str,
    /// The fields, in order; none for a command that needs no particulars.
    pub fields: Vec<Field>,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in JSON.
    pub name: &'static str,
    /// Whether it may be left out. A list that is not may still be empty, as far as its form goes.
    pub optional: bool,
    /// What goes into it.
    pub shape: Shape,
}

/// What goes into a field. In JSON all but records, choices, lists, numbers and answers are texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Yes or no.
    Bool,
    /// A whole number. Amounts are in cents.
    Number,
    /// A text, which lies open in the log: so no command has one for what people say.
    Text,
    /// A day (`2026-06-26`).
    Day,
    /// A moment with its offset (`2026-06-26T09:00:00+08:00`).
    Moment,
    /// A code that a table of the rules or of the bureau lists, or an office (`CN/140400/legal-aid`).
    Code,
    /// The digest of something that lies outside the log.
    Digest,
    /// A jurisdiction: `CN`, or six digits.
    Jurisdiction,
    /// The pseudonym of a person ([`PersonRef`](crate::id::PersonRef)).
    Person,
    /// The pseudonym of somebody who acts ([`ActorId`](crate::id::ActorId)).
    Actor,
    /// A document outside the log ([`DocumentId`](crate::id::DocumentId)).
    Document,
    /// Another case ([`CaseId`](super::CaseId)).
    Case,
    /// A sealed box: [`Particulars`](super::Particulars) under the key of the person beside it in a field of that
    /// name, in every other a text under the key of the case.
    Sealed,
    /// What finds a person in another case ([`Fingerprint`](crate::privacy::Fingerprint)).
    Fingerprint,
    /// Fields of its own: a JSON object.
    Record(Record),
    /// One of several.
    Choice(Choice),
    /// Any number of the same: a JSON array.
    List(Box<Self>),
    /// Something for which there is no form; what it is, the documentation of its type tells.
    Other,
}

/// Something of which one is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Of what, by which the catalogue of words knows the options.
    pub name: &'static str,
    /// From what.
    pub options: Vec<ChoiceOption>,
}

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceOption {
    /// Its code.
    pub name: &'static str,
    /// What is asked for besides. In JSON the option is its code (`"InPerson"`), or with more its code and that
    /// (`{"Electronic": {…}}`).
    pub content: Option<Shape>,
}

impl<K: Kind> CaseCommand<K> {
    /// What a command asks for; `None` if no command of this kind of case has that name.
    #[must_use]
    pub fn form(command: &str) -> Option<Record> {
        let common = || option_of::<CommonCommand>(command);
        let found = option_of::<K::Command>(command).or_else(common)?;
        match found.content {
            Some(Shape::Record(record)) => Some(record),
            _ => Some(Record { name: found.name, fields: Vec::new() }),
        }
    }

    /// The command of this name, with these particulars.
    ///
    /// # Errors
    /// As [`CaseCommand::from_json`].
    pub fn from_fields(command: &str, fields: Map<String, Value>) -> Result<Self, serde_json::Error> {
        let particulars = if fields.is_empty() { Value::Null } else { Value::Object(fields) };
        Self::from_json(Value::Object([(command.to_owned(), particulars)].into_iter().collect()))
    }
}

#[cfg(test)]
mod tests;
