//! Who and what a case speaks of already, so that nobody types a pseudonym.

use anjuan::bureau::Bureau;
use anjuan::calendar::Language;
use anjuan::case::form::{ChoiceOption, Record, Shape};
use anjuan::case::{CaseCommand, CaseId, Kind, Particulars};
use anjuan::privacy::{PrivacyError, Sealed};
use anjuan::words::Words;
use serde_json::Value;

use super::terminal::Stop;

/// The people and the documents of a case.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) people: Vec<Named>,
    pub(crate) documents: Vec<Named>,
}

/// Something that has a pseudonym in the log, and a name for people.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Known {
    /// Goes through the commands behind a history, each beside its form, which tells what every value is.
    pub(crate) async fn in_case<K: Kind>(
        bureau: &Bureau,
        case: CaseId,
        words: &Words,
        language: Language,
    ) -> Result<Self, Stop> {
        let mut found = Found::default();
        for entry in bureau.history::<K>(case).await? {
            let Some(command) = entry.event.recall() else { continue };
            let Some(form) = CaseCommand::<K>::form(command.name()) else { continue };
            let value = serde_json::to_value(&command)?;
            let of = words.term(language, "command", command.name());
            let label = |owner: &str, field: &str| format!("{}: {of}", words.field(language, owner, field));
            found.in_record(&form, value.get(command.name()).unwrap_or(&Value::Null), &label);
        }
        let mut known = Self { people: Vec::new(), documents: found.documents };
        for (person, particulars) in found.people {
            // Whoever holds the keys sees a name; once the key is destroyed nobody does.
            let name = match bureau.keys().open::<Particulars>(&particulars).await {
                Ok(particulars) => particulars.name,
                Err(PrivacyError::Destroyed { .. }) => "(…)".to_owned(),
                Err(error) => return Err(error.into()),
            };
            known.people.push(Named { id: person, name });
        }
        Ok(known)
    }

    /// The name behind a pseudonym, for what is shown.
    pub(crate) fn name_of(&self, pseudonym: &str) -> Option<String> {
        self.people.iter().find(|person| person.id == pseudonym).map(|person| person.name.clone())
    }
}

#[derive(Default)]
struct Found {
    /// Each with the box of their particulars.
    people: Vec<(String, Sealed)>,
    documents: Vec<Named>,
}

impl Found {
    fn in_record(&mut self, record: &Record, value: &Value, label: &dyn Fn(&str, &str) -> String) {
        let sealed = value["particulars"].as_str().and_then(|sealed| sealed.parse().ok());
        if let (Some(person), Some(sealed)) = (value["person"].as_str(), sealed)
            && self.people.iter().all(|(known, _)| known != person)
        {
            self.people.push((person.to_owned(), sealed));
        }
        for field in &record.fields {
            self.in_value(&field.shape, &value[field.name], &label(record.name, field.name), label);
        }
    }

    fn in_value(&mut self, shape: &Shape, value: &Value, here: &str, label: &dyn Fn(&str, &str) -> String) {
        match (shape, value) {
            (Shape::Document, Value::String(id)) if self.documents.iter().all(|known| known.id != *id) => {
                self.documents.push(Named { id: id.clone(), name: here.to_owned() });
            }
            (Shape::Record(record), _) => self.in_record(record, value, label),
            (Shape::List(item), Value::Array(values)) => {
                values.iter().for_each(|value| self.in_value(item, value, here, label));
            }
            (Shape::Choice(choice), Value::Object(chosen)) => {
                let option = |name: &String| choice.options.iter().find(|option| option.name == name);
                for (name, content) in chosen {
                    if let Some(ChoiceOption { content: Some(shape), .. }) = option(name) {
                        self.in_value(shape, content, here, label);
                    }
                }
            }
            _ => (),
        }
    }
}
