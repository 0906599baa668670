//! Whether two stores hold the same history.

use std::cmp::Ordering;

use super::heads::{Head, Heads};
use crate::event::ChainHead;
use crate::id::StreamId;
use crate::store::{EventStore, StoreError};

/// What a comparison of two stores found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Comparison {
    /// How many streams were compared, counting each once.
    pub streams: u64,
    /// The streams that are not the same in both, in the order of their ids.
    pub differences: Vec<Difference>,
}

/// A stream that is not the same in two stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The stream.
    pub stream: StreamId,
    /// The head that it has in the first, or should have; `None` if it is not there.
    pub one: Option<ChainHead>,
    /// The head that it has in the second; `None` if it is not there.
    pub other: Option<ChainHead>,
}

impl Comparison {
    /// Whether both stores hold the same streams with the same events.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.differences.is_empty()
    }

    /// Takes in the heads of the next stream of either.
    fn take(&mut self, one: Option<Head>, other: Option<Head>) {
        let stream = one.as_ref().or(other.as_ref()).map(|(stream, _)| stream.clone());
        let (one, other) = (one.map(|(_, head)| head), other.map(|(_, head)| head));
        self.streams += 1;
        if let Some(stream) = stream.filter(|_| one != other) {
            self.differences.push(Difference { stream, one, other });
        }
    }
}

/// Compares two stores, stream by stream.
///
/// Both are read whole, and every chain is recomputed from the bytes. Equal heads mean equal events from the first to the
/// last; two stores with different hash functions are compared under that of the first. The global order is not
/// compared: it is no part of a chain.
///
/// A store that is written to meanwhile is compared as it was read.
///
/// # Errors
/// A store cannot be read, or one of its own chains is broken: [`StoreError::Corrupt`] names the place.
pub async fn compare(one: &dyn EventStore, other: &dyn EventStore) -> Result<Comparison, StoreError> {
    let hash = one.identity().hash;
    let mut found = Comparison::default();
    let (mut ones, mut others) = (Heads::of(one, hash), Heads::of(other, hash));
    let (mut one, mut other) = (ones.next().await?, others.next().await?);
    while one.is_some() || other.is_some() {
        let order = match (&one, &other) {
            (Some((one, _)), Some((other, _))) => one.cmp(other),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        found.take(one.take_if(|_| order.is_le()), other.take_if(|_| order.is_ge()));
        if order.is_le() {
            one = ones.next().await?;
        }
        if order.is_ge() {
            other = others.next().await?;
        }
    }
    Ok(found)
}

/// Compares a store with the heads that it should have; those are in the order of their streams.
pub(super) async fn compare_with(
    wanted: impl Iterator<Item = (&StreamId, ChainHead)> + Send,
    store: &dyn EventStore,
) -> Result<Comparison, StoreError> {
    let mut found = Comparison::default();
    let mut heads = Heads::of(store, store.identity().hash);
    let mut head = heads.next().await?;
    for (stream, link) in wanted {
        while let Some(more) = head.take_if(|(found, _)| &*found < stream) {
            found.take(None, Some(more));
            head = heads.next().await?;
        }
        let same = head.take_if(|(found, _)| found == stream);
        if same.is_some() {
            head = heads.next().await?;
        }
        found.take(Some((stream.clone(), link)), same);
    }
    while head.is_some() {
        found.take(None, head.take());
        head = heads.next().await?;
    }
    Ok(found)
}
