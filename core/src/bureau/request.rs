//! What a host asks of a bureau, and what it gets.

use serde::Serialize;

use crate::case::code::Channel;
use crate::case::{Acting, Case, CaseCommand, CaseEvent, CaseId, Kind};
use crate::clock::Timestamp;
use crate::event::{Digest, EncodeError, Metadata};
use crate::id::{ActorId, Code, CommandKey, CorrelationId, EventId, PersonRef, Position, Revision};
use crate::policy::CaseKind;
use crate::staff::ShiftId;

/// A command to a case, with everything that is known about its coming in.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Request<K: Kind> {
    /// The intention: the same key never acts twice.
    pub key: CommandKey,
    /// The case.
    pub case: CaseId,
    /// What is wanted.
    pub command: CaseCommand<K>,
    /// Who wants it, in which role.
    pub by: Acting,
    /// When it happened; `None` for now.
    pub occurred_at: Option<Timestamp>,
    /// Why it comes after the fact, as a code.
    pub late: Option<Code>,
    /// The citizen's request that it belongs to; `None` if the case is all of it.
    pub correlation: Option<CorrelationId>,
    /// The event that it answers.
    pub causation: Option<EventId>,
    /// For whom the actor acts.
    pub on_behalf_of: Option<PersonRef>,
    /// How it came in.
    pub channel: Option<Channel>,
    /// The terminal.
    pub device: Option<Code>,
    /// The turn of duty in which the actor is signed in, where the rules ask for one.
    pub shift: Option<ShiftId>,
}

impl<K: Kind> Request<K> {
    /// A request about a case that is there.
    #[must_use]
    pub const fn new(key: CommandKey, case: CaseId, by: Acting, command: CaseCommand<K>) -> Self {
        Self {
            key,
            case,
            command,
            by,
            occurred_at: None,
            late: None,
            correlation: None,
            causation: None,
            on_behalf_of: None,
            channel: None,
            device: None,
            shift: None,
        }
    }

    /// A request that opens a case, which is [`CaseId::opened_by`] the key.
    #[must_use]
    pub const fn open(key: CommandKey, by: Acting, command: CaseCommand<K>) -> Self {
        Self::new(key, CaseId::opened_by(key), by, command)
    }

    /// It happened then, and is entered only now for this reason (`NO_NETWORK`).
    ///
    /// It is decided against the case as it was then. If something recorded already, which happened later, could not
    /// have been decided after it, or only otherwise, it is refused and names that event.
    #[must_use]
    pub fn late(mut self, occurred_at: Timestamp, reason: Code) -> Self {
        self.occurred_at = Some(occurred_at);
        self.late = Some(reason);
        self
    }

    /// It came in this way.
    #[must_use]
    pub const fn through(mut self, channel: Channel) -> Self {
        self.channel = Some(channel);
        self
    }

    /// The actor is signed in to this turn of duty.
    #[must_use]
    pub const fn on_duty(mut self, shift: ShiftId) -> Self {
        self.shift = Some(shift);
        self
    }

    /// It belongs to this request of a citizen.
    #[must_use]
    pub const fn within(mut self, correlation: CorrelationId) -> Self {
        self.correlation = Some(correlation);
        self
    }

    /// The actor acts for this person.
    #[must_use]
    pub const fn on_behalf_of(mut self, person: PersonRef) -> Self {
        self.on_behalf_of = Some(person);
        self
    }

    /// What tells this request from another one under the same key.
    ///
    /// It is all that the decision depends on; channel, terminal and correlation may differ in a repeat. The boxes in the
    /// command are part of it: whoever repeats a request sends the boxes that he sent before.
    pub(super) fn content(&self) -> Result<Digest, EncodeError> {
        #[derive(Serialize)]
        struct Content<'a, C> {
            kind: CaseKind,
            case: CaseId,
            command: &'a C,
            actor: (&'a ActorId, &'a str, &'a Code),
            occurred_at: Option<Timestamp>,
            late: Option<&'a Code>,
            on_behalf_of: Option<PersonRef>,
            #[serde(skip_serializing_if = "Option::is_none")]
            shift: Option<ShiftId>,
        }
        let actor = (&self.by.id, self.by.role.as_str(), &self.by.office);
        let (kind, case, command) = (K::KIND, self.case, &self.command);
        let (occurred_at, late, on_behalf_of) = (self.occurred_at, self.late.as_ref(), self.on_behalf_of);
        let shift = self.shift;
        let content = Content { kind, case, command, actor, occurred_at, late, on_behalf_of, shift };
        let bytes = serde_json::to_vec(&content).map_err(EncodeError)?;
        Ok(Digest::of_parts([bytes.as_slice()]))
    }
}

/// What became of a request that was carried out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Receipt<K: Kind> {
    /// The case.
    pub case: CaseId,
    /// What happened; empty if the command changed nothing.
    pub events: Vec<CaseEvent<K>>,
    /// The case right after that.
    pub state: Case<K>,
    /// The revision of its last event; `None` if it has none.
    pub revision: Option<Revision>,
    /// A reader that has come so far has seen it.
    pub position: Position,
    /// Whether it was carried out before, under the same key.
    pub repeated: bool,
}

/// One event of a case, as its history shows it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry<K: Kind> {
    /// Its place in the case.
    pub revision: Revision,
    /// Its name for ever.
    pub id: EventId,
    /// What happened.
    pub event: CaseEvent<K>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was learnt.
    pub recorded_at: Timestamp,
    /// Whether something that happened after it was recorded before it; why, the metadata tell.
    pub late: bool,
    /// Who, how and why.
    pub metadata: Metadata,
    /// The name of the state that it led to, at its place in the order in which things happened.
    pub state: &'static str,
    /// Its link in the hash chain.
    pub digest: Digest,
}
