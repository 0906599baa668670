//! Who acted, how, and by which rules: what every event says about itself beside its payload.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::id::{ActorId, Code, CommandKey, CorrelationId, EventId, PersonRef};

/// Who acted, in the role and for the office held at that moment.
///
/// The name behind the id is the host's to know; a history shows who it was *then*, and there is one place to
/// forget a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The pseudonym.
    pub id: ActorId,
    /// The role in which they acted (`MEDIATOR`).
    pub role: Code,
    /// The office, as a path from the top (`CN/330200/haishu`).
    pub office: Code,
}

/// What an event says about its own making.
///
/// Every field is an id or a code: there is no place for a name, a number, an address or a sentence. Stored as
/// compact JSON with short names, because it is repeated on every event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The command that led to the event.
    #[serde(rename = "cmd")]
    pub command: CommandKey,
    /// The citizen's request that it belongs to, across cases.
    #[serde(rename = "cor")]
    pub correlation: CorrelationId,
    /// The event that it answers, if it answers one.
    #[serde(rename = "cau", default, skip_serializing_if = "Option::is_none")]
    pub causation: Option<EventId>,
    /// Who acted.
    #[serde(rename = "act")]
    pub actor: Actor,
    /// For whom they acted, if not for themselves or their office.
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonRef>,
    /// How it came in (`WINDOW`, `HOTLINE`, `STATION` …).
    #[serde(rename = "chn", default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Code>,
    /// The terminal on which it was entered.
    #[serde(rename = "dev", default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Code>,
    /// The rule profiles and versions by which it was decided.
    #[serde(rename = "rul", default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Code>,
    /// Why it was entered after the fact, as a code (`NO_NETWORK`).
    #[serde(rename = "lat", default, skip_serializing_if = "Option::is_none")]
    pub late: Option<Code>,
}

impl Metadata {
    /// The bytes that are stored.
    ///
    /// # Panics
    /// Never: ids and codes always have a JSON form.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        serde_json::to_vec(self).expect("ids and codes always have a JSON form").into()
    }
}
