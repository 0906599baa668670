//! From bytes to types and back, and from old schemas to the present one.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use serde_json::Value;

use super::{EventType, RecordedEvent};
use crate::id::{Revision, StreamId};

/// The events of one kind of stream, each with a name, a schema version and a payload.
///
/// [`event_set!`](crate::event_set) writes the implementation for an enum.
pub trait EventSet: Sized + Send + 'static {
    /// The schema version in which a type is written today; `None` for a type that is not in the set.
    fn current_version(event_type: &str) -> Option<u32>;

    /// The name of this event.
    fn event_type(&self) -> &'static str;

    /// The payload as compact JSON.
    ///
    /// # Errors
    /// The payload has no JSON form.
    fn encode(&self) -> Result<Bytes, EncodeError>;

    /// Decodes a payload of the current version; `None` for a type that is not in the set.
    ///
    /// # Errors
    /// The bytes are not a payload of this type.
    fn decode(event_type: &str, data: &[u8]) -> Option<Result<Self, serde_json::Error>>;
}

/// Implements [`EventSet`] for an enum whose variants each hold one struct.
///
/// Each variant is written `Variant(Struct) = version`, and the variant's name is the event's name in the log. To
/// rename a variant is therefore to rename stored events: give [`Codec::upcast`] a step from the old name.
///
/// ```
/// #[derive(Debug, serde::Serialize, serde::Deserialize)]
/// pub struct Opened { pub by: String }
/// #[derive(Debug, serde::Serialize, serde::Deserialize)]
/// pub struct Shut {}
///
/// anjuan::event_set! {
///     /// What happens to a door.
///     #[derive(Debug)]
///     pub enum DoorEvent {
///         /// It was opened.
///         Opened(Opened) = 1,
///         /// It was shut.
///         Shut(Shut) = 1,
///     }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! event_set {
    (
        $(#[$attr:meta])*
        $vis:vis enum $name:ident {
            $($(#[$doc:meta])* $variant:ident($payload:ty) = $version:literal,)*
        }
    ) => {
        $(#[$attr])*
        $vis enum $name {
            $($(#[$doc])* $variant($payload),)*
        }

        impl $name {
            /// Every type of the set with its current schema version.
            pub const TYPES: &'static [(&'static str, u32)] = &[$((stringify!($variant), $version)),*];
        }

        impl $crate::event::EventSet for $name {
            fn current_version(event_type: &str) -> Option<u32> {
                match event_type {
                    $(stringify!($variant) => Some($version),)*
                    _ => None,
                }
            }

            fn event_type(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => stringify!($variant),)*
                }
            }

            fn encode(&self) -> Result<$crate::event::expansion::Bytes, $crate::event::EncodeError> {
                match self {
                    $(Self::$variant(payload) => $crate::event::expansion::to_json(payload),)*
                }
            }

            fn decode(
                event_type: &str,
                data: &[u8],
            ) -> Option<Result<Self, $crate::event::expansion::JsonError>> {
                match event_type {
                    $(stringify!($variant) => Some($crate::event::expansion::from_json(data).map(Self::$variant)),)*
                    _ => None,
                }
            }
        }
    };
}

/// What the expansion of [`event_set!`](crate::event_set) calls; not for use by hand.
#[doc(hidden)]
pub mod expansion {
    pub use bytes::Bytes;
    pub use serde_json::{Error as JsonError, from_slice as from_json};

    use super::EncodeError;

    /// # Errors
    /// The payload has no JSON form.
    pub fn to_json<T: serde::Serialize>(payload: &T) -> Result<Bytes, EncodeError> {
        Ok(serde_json::to_vec(payload).map_err(EncodeError)?.into())
    }
}

/// A command or the payload of an event has no JSON form; nothing was written.
#[derive(Debug, thiserror::Error)]
#[error("no JSON form; nothing was written")]
pub struct EncodeError(#[source] pub(crate) serde_json::Error);

/// A stored event cannot be read as what its envelope says. It stays in the log as it is.
///
/// Stop here: to skip an event is to lose a right. Either the program is older than the log, or the log was written
/// by something else.
#[derive(Debug, thiserror::Error)]
#[error("cannot decode {stream} revision {revision}: {event_type} version {schema_version}")]
pub struct DecodeError {
    /// The stream of the event.
    pub stream: StreamId,
    /// Its revision.
    pub revision: Revision,
    /// Its type.
    pub event_type: EventType,
    /// The version of its schema.
    pub schema_version: u32,
    /// What is wrong.
    #[source]
    pub reason: DecodeReason,
}

impl DecodeError {
    pub(crate) fn of(event: &RecordedEvent, reason: DecodeReason) -> Self {
        Self {
            stream: event.stream.clone(),
            revision: event.revision,
            event_type: event.event_type.clone(),
            schema_version: event.schema_version,
            reason,
        }
    }
}

/// Why a stored event cannot be decoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeReason {
    /// No such type in this set: the stream belongs to something else, or the program is too old.
    #[error("the type is unknown")]
    UnknownType,
    /// The schema is newer than this program: update the program.
    #[error("the newest version known is {known}")]
    NewerVersion {
        /// The newest version that this program reads.
        known: u32,
    },
    /// The schema is old and there is no step towards the present one.
    #[error("no step leads on from version {from}")]
    NoUpcast {
        /// The version at which the path ends.
        from: u32,
    },
    /// A step from an old schema failed.
    #[error("the step from version {from} failed")]
    Upcast {
        /// The version from which the step leads.
        from: u32,
        /// Why it failed.
        #[source]
        source: UpcastError,
    },
    /// The payload is not what its type and version promise.
    #[error("the payload does not fit its type")]
    Payload(#[source] serde_json::Error),
    /// The metadata are not the JSON of a [`Metadata`](super::Metadata).
    #[error("the metadata do not fit")]
    Metadata(#[source] serde_json::Error),
}

/// Why a payload of an old schema cannot be brought to the next one.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UpcastError(pub Cow<'static, str>);

/// A payload one step nearer to the present schema.
#[derive(Debug)]
pub struct Upcasted {
    /// The type after the step; another one if the type was renamed.
    pub event_type: Cow<'static, str>,
    /// The version after the step.
    pub schema_version: u32,
    /// The payload after the step.
    pub data: Value,
}

type Step = fn(Value) -> Result<Upcasted, UpcastError>;

/// Reads stored events as the events of one set, old schemas included.
///
/// A payload of the current version is decoded straight into its struct. Only an old one takes the way through a
/// JSON value, step by step. Nothing in the log is ever rewritten.
pub struct Codec<E> {
    steps: HashMap<(&'static str, u32), Step>,
    events: PhantomData<fn() -> E>,
}

impl<E: EventSet> Codec<E> {
    /// A codec without steps: every type has had one schema so far.
    #[must_use]
    pub fn new() -> Self {
        Self { steps: HashMap::new(), events: PhantomData }
    }

    /// Adds the step that leads on from version `from` of `event_type`.
    #[must_use]
    pub fn upcast(mut self, event_type: &'static str, from: u32, step: Step) -> Self {
        self.steps.insert((event_type, from), step);
        self
    }

    /// Decodes a stored event.
    ///
    /// # Errors
    /// The type is unknown, its version is newer than the program or has no step, or the payload does not fit.
    pub fn decode(&self, event: &RecordedEvent) -> Result<E, DecodeError> {
        let decoded = match E::current_version(event.event_type.as_str()) {
            Some(current) if current == event.schema_version => {
                decode_current(event.event_type.as_str(), &event.data)
            }
            Some(known) if known < event.schema_version => Err(DecodeReason::NewerVersion { known }),
            Some(_) | None => self.decode_old(event),
        };
        decoded.map_err(|reason| DecodeError::of(event, reason))
    }

    fn decode_old(&self, event: &RecordedEvent) -> Result<E, DecodeReason> {
        let mut at = Upcasted {
            event_type: Cow::Owned(event.event_type.as_str().to_owned()),
            schema_version: event.schema_version,
            data: serde_json::from_slice(&event.data).map_err(DecodeReason::Payload)?,
        };
        // Every step is used at most once, so a circle of renamings ends here and not never.
        for _ in 0..=self.steps.len() {
            if E::current_version(&at.event_type) == Some(at.schema_version) {
                let data = serde_json::to_vec(&at.data).map_err(DecodeReason::Payload)?;
                return decode_current(&at.event_type, &data);
            }
            let from = at.schema_version;
            let Some(step) = self.steps.get(&(&*at.event_type, from)) else {
                return Err(match E::current_version(&at.event_type) {
                    None => DecodeReason::UnknownType,
                    Some(_) => DecodeReason::NoUpcast { from },
                });
            };
            at = step(at.data).map_err(|source| DecodeReason::Upcast { from, source })?;
        }
        Err(DecodeReason::NoUpcast { from: at.schema_version })
    }
}

fn decode_current<E: EventSet>(event_type: &str, data: &[u8]) -> Result<E, DecodeReason> {
    E::decode(event_type, data).ok_or(DecodeReason::UnknownType)?.map_err(DecodeReason::Payload)
}

impl<E: EventSet> Default for Codec<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> fmt::Debug for Codec<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codec").field("steps", &self.steps.keys()).finish_non_exhaustive()
    }
}
