//! What is asked of a read.

use std::collections::BTreeSet;

use crate::event::EventType;
use crate::id::{Position, Revision, StreamId};

/// The way through a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// From old to new.
    #[default]
    Forward,
    /// From new to old.
    Backward,
}

/// A read of one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadStream {
    /// The stream; an unknown one is empty.
    pub stream: StreamId,
    /// The lowest revision, inclusive.
    pub from: Revision,
    /// The highest revision, inclusive; `None` for the last there is.
    pub to: Option<Revision>,
    /// At most so many events, counted in the direction of the read.
    pub limit: Option<usize>,
    /// From old to new, or back.
    pub direction: Direction,
}

impl ReadStream {
    /// The whole stream, from old to new.
    #[must_use]
    pub const fn all(stream: StreamId) -> Self {
        Self { stream, from: Revision::FIRST, to: None, limit: None, direction: Direction::Forward }
    }

    /// From this revision on, inclusive.
    #[must_use]
    pub const fn from(mut self, revision: Revision) -> Self {
        self.from = revision;
        self
    }

    /// Up to this revision, inclusive.
    #[must_use]
    pub const fn to(mut self, revision: Revision) -> Self {
        self.to = Some(revision);
        self
    }

    /// At most so many events.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// From new to old.
    #[must_use]
    pub const fn backward(mut self) -> Self {
        self.direction = Direction::Backward;
        self
    }
}

/// A read of all streams in global order.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ReadAll {
    /// Start after this position, exclusive; `None` for the beginning.
    pub after: Option<Position>,
    /// End at this position, inclusive; `None` for the head at the time of the call.
    pub to: Option<Position>,
    /// At most so many events, counted after filtering.
    pub limit: Option<usize>,
    /// Which events are wanted.
    pub filter: Filter,
}

impl ReadAll {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// After this position, exclusive.
    #[must_use]
    pub const fn after(mut self, position: Position) -> Self {
        self.after = Some(position);
        self
    }

    /// Up to this position, inclusive.
    #[must_use]
    pub const fn to(mut self, position: Position) -> Self {
        self.to = Some(position);
        self
    }

    /// At most so many events.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Only what the filter wants.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }
}

/// Which events are wanted: by type and by category of the stream. The default wants all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    types: Option<BTreeSet<EventType>>,
    categories: Option<BTreeSet<String>>,
}

impl Filter {
    /// Only events of these types.
    #[must_use]
    pub fn types(mut self, types: impl IntoIterator<Item = EventType>) -> Self {
        self.types = Some(types.into_iter().collect());
        self
    }

    /// Only events in streams of these categories.
    #[must_use]
    pub fn categories(mut self, categories: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.categories = Some(categories.into_iter().map(Into::into).collect());
        self
    }

    /// Whether an event of this type in this stream is wanted.
    #[must_use]
    pub fn wants(&self, stream: &StreamId, event_type: &EventType) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(event_type))
            && self.categories.as_ref().is_none_or(|categories| categories.contains(stream.category()))
    }
}

/// A read of all streams, one after the other.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ReadStreams {
    /// Only streams of this category.
    pub category: Option<String>,
    /// Start after this stream, exclusive: for going on where a read ended, or for sharing the work (see
    /// [`split_streams`](super::EventStoreExt::split_streams)).
    pub after: Option<StreamId>,
    /// End at this stream, inclusive.
    pub to: Option<StreamId>,
}

impl ReadStreams {
    /// Every stream.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only streams of this category.
    #[must_use]
    pub fn category(mut self, category: impl Into<String>) -> Self {
        self.category = Some(category.into());
        self
    }

    /// After this stream, exclusive.
    #[must_use]
    pub fn after(mut self, stream: StreamId) -> Self {
        self.after = Some(stream);
        self
    }

    /// Up to this stream, inclusive.
    #[must_use]
    pub fn to(mut self, stream: StreamId) -> Self {
        self.to = Some(stream);
        self
    }

    /// Whether this stream is wanted.
    #[must_use]
    pub fn wants(&self, stream: &StreamId) -> bool {
        self.category.as_deref().is_none_or(|category| category == stream.category())
            && self.after.as_ref().is_none_or(|after| stream > after)
            && self.to.as_ref().is_none_or(|to| stream <= to)
    }
}
