//! The cast of a scenario: short names in the file become pseudonyms, boxes and documents in the commands.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::file::{Actor, Person};
use crate::case::{Acting, CaseId, Particulars};
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, DocumentId, Entropy, InvalidId, KeyId, PersonRef};
use crate::privacy::{IdentityDocument, KeyRing, PrivacyError};
use crate::testing::SeededEntropy;

/// A reference in a scenario that leads nowhere, or a person that cannot be sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CastError {
    /// Nobody of this name is in the scenario.
    #[error("there is no {kind} named {name}")]
    Unknown {
        /// `person` or `actor`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// The person has no number, or one with a wrong check character.
    #[error("the identity number of {name} is missing or wrong")]
    Identity {
        /// The person.
        name: String,
        /// What is wrong with the number.
        #[source]
        source: Option<InvalidId>,
    },
    /// Something could not be sealed.
    #[error(transparent)]
    Privacy(#[from] PrivacyError),
}

/// Who and what the short names of a scenario stand for.
///
/// In the particulars of a command, `person:sun`, `actor:zhou` and `document:letter` become ids, `particulars:sun` and
/// `sealed:some text` become boxes under the key of the person or the case, and `fingerprint:sun` a fingerprint.
#[derive(Debug)]
pub struct Cast {
    keys: KeyRing,
    case: CaseId,
    start: Timestamp,
    people: BTreeMap<String, (PersonRef, Person)>,
    actors: BTreeMap<String, Acting>,
    documents: BTreeMap<String, DocumentId>,
    others: BTreeMap<String, OtherCase>,
    entropy: Box<dyn Entropy>,
}

/// Another case that is there, with those who are in it.
#[derive(Debug)]
struct OtherCase {
    case: CaseId,
    people: BTreeMap<String, PersonRef>,
}

impl Cast {
    /// Gives everybody a pseudonym, and who acts in two roles only one.
    ///
    /// # Errors
    /// An actor is the same as somebody who is not there, or who is the same as yet another one.
    pub fn new(
        keys: KeyRing,
        case: CaseId,
        start: Timestamp,
        office: &Code,
        people: &BTreeMap<String, Person>,
        actors: &BTreeMap<String, Actor>,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self, CastError> {
        let of_their_own = actors.iter().filter(|(_, actor)| actor.same_as.is_none());
        let ids: BTreeMap<_, _> =
            of_their_own.map(|(name, _)| (name, ActorId::new(start, &*entropy))).collect();
        let acting = |(name, actor): (&String, &Actor)| {
            let human = actor.same_as.as_ref().unwrap_or(name);
            let id = *ids.get(human).ok_or_else(|| unknown("actor", human))?;
            let office = actor.office.as_ref().unwrap_or(office).clone();
            Ok((name.clone(), Acting { id, role: actor.role, office }))
        };
        let actors = actors.iter().map(acting).collect::<Result<_, CastError>>()?;
        let people = people
            .iter()
            .map(|(name, person)| (name.clone(), (PersonRef::new(start, &*entropy), person.clone())))
            .collect();
        Ok(Self {
            keys,
            case,
            start,
            people,
            actors,
            documents: BTreeMap::new(),
            others: BTreeMap::new(),
            entropy,
        })
    }

    /// Adds another case that is there, under a name: `case:other` is the case, `person:other.sun` somebody in it.
    pub(super) fn add_case(&mut self, name: &str, other: &Self) {
        let people = other.people.iter().map(|(name, (reference, _))| (name.clone(), *reference));
        self.others.insert(name.to_owned(), OtherCase { case: other.case, people: people.collect() });
    }

    /// Who acts under a name.
    ///
    /// # Errors
    /// Nobody does.
    pub fn actor(&self, name: &str) -> Result<&Acting, CastError> {
        self.actors.get(name).ok_or_else(|| unknown("actor", name))
    }

    /// The pseudonym of a person.
    ///
    /// # Errors
    /// There is no such person.
    pub fn person(&self, name: &str) -> Result<PersonRef, CastError> {
        let elsewhere =
            name.split_once('.').and_then(|(case, person)| self.others.get(case)?.people.get(person));
        match elsewhere {
            Some(reference) => Ok(*reference),
            None => self.described(name).map(|(reference, _)| *reference),
        }
    }

    /// The short name behind a pseudonym of an actor, for printing.
    #[must_use]
    pub fn name_of(&self, actor: ActorId) -> Option<&str> {
        self.actors.iter().find(|(_, acting)| acting.id == actor).map(|(name, _)| name.as_str())
    }

    fn described(&self, name: &str) -> Result<&(PersonRef, Person), CastError> {
        self.people.get(name).ok_or_else(|| unknown("person", name))
    }

    /// Replaces every reference in the particulars of a command.
    ///
    /// # Errors
    /// A reference leads nowhere, or something cannot be sealed.
    pub async fn resolve(&mut self, value: Value) -> Result<Value, CastError> {
        Ok(match value {
            Value::String(text) => Value::String(self.resolve_text(text).await?),
            Value::Array(items) => {
                let mut resolved = Vec::with_capacity(items.len());
                for item in items {
                    resolved.push(Box::pin(self.resolve(item)).await?);
                }
                Value::Array(resolved)
            }
            Value::Object(fields) => {
                let mut resolved = serde_json::Map::new();
                for (name, field) in fields {
                    resolved.insert(name, Box::pin(self.resolve(field)).await?);
                }
                Value::Object(resolved)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value,
        })
    }

    async fn resolve_text(&mut self, text: String) -> Result<String, CastError> {
        let Some((kind, name)) = text.split_once(':') else { return Ok(text) };
        Ok(match kind {
            "person" => self.person(name)?.to_string(),
            "actor" => self.actor(name)?.id.to_string(),
            "document" => self.document(name).to_string(),
            "case" if name == "this" => self.case.to_string(),
            "case" => match self.others.get(name) {
                Some(other) => other.case.to_string(),
                None => CaseId::from_uuid(*self.document(&text).as_uuid()).to_string(),
            },
            "sealed" => {
                let key = self.case.key();
                self.ring_for(key, name).await?.seal_text(key, name).await?.to_string()
            }
            "particulars" => self.particulars(name).await?,
            "fingerprint" => self.fingerprint(name).await?,
            _ => text,
        })
    }

    fn document(&mut self, name: &str) -> DocumentId {
        let (start, entropy) = (self.start, &self.entropy);
        *self.documents.entry(name.to_owned()).or_insert_with(|| DocumentId::new(start, &**entropy))
    }

    async fn particulars(&self, name: &str) -> Result<String, CastError> {
        let (reference, person) = self.described(name)?;
        let Person { name, identity_number, phone, address } = person.clone();
        let particulars = Particulars { name, identity_number, phone, address };
        let key = reference.key();
        Ok(self.ring_for(key, &particulars.name).await?.seal(key, &particulars).await?.to_string())
    }

    /// A ring that seals a content in the same way whenever the scenario is played: so a command that is repeated on a
    /// store in which it was carried out before is the same command.
    async fn ring_for(&self, key: KeyId, content: &str) -> Result<KeyRing, PrivacyError> {
        self.keys.make(key).await?;
        let nonces = SeededEntropy::new(&format!("{key} {content}"));
        Ok(self.keys.clone().with_entropy(Arc::new(nonces)))
    }

    async fn fingerprint(&self, name: &str) -> Result<String, CastError> {
        let (_, person) = self.described(name)?;
        let wrong = |source| CastError::Identity { name: name.to_owned(), source };
        let number = person.identity_number.as_deref().ok_or_else(|| wrong(None))?;
        let document = IdentityDocument::resident(number).map_err(|error| wrong(Some(error)))?;
        Ok(self.keys.fingerprint(&document).await?.to_string())
    }
}

fn unknown(kind: &'static str, name: &str) -> CastError {
    CastError::Unknown { kind, name: name.to_owned() }
}
