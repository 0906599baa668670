//! Short forms of what a store does, for every store alike.

use async_trait::async_trait;
use futures_util::TryStreamExt;

use super::{EventStore, ReadAll, ReadStream, ReadStreams, StoreError};
use crate::event::{ChainHead, RecordedEvent};
use crate::id::{Position, StreamId};

/// At so many places a log is looked at for each part into which a read is split: enough that the greatest part is
/// rarely a quarter greater than the others.
const PROBES: u64 = 64;

/// Short forms over [`EventStore`]; implemented for every store, and by nobody else.
#[async_trait]
pub trait EventStoreExt: EventStore {
    /// Every event of a stream.
    ///
    /// # Errors
    /// The store cannot be read.
    async fn stream_events(&self, stream: &StreamId) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read_stream(ReadStream::all(stream.clone())).try_collect().await
    }

    /// Every event of the store, in global order. For small stores and tests: it is all in memory.
    ///
    /// # Errors
    /// The store cannot be read.
    async fn all_events(&self) -> Result<Vec<RecordedEvent>, StoreError> {
        self.read_all(ReadAll::all()).try_collect().await
    }

    /// The last link of a stream; `None` for an empty one.
    ///
    /// # Errors
    /// The store cannot be read.
    async fn stream_head(&self, stream: &StreamId) -> Result<Option<ChainHead>, StoreError> {
        let last = self.read_stream(ReadStream::all(stream.clone()).backward().limit(1)).try_next().await?;
        Ok(last.map(|event| ChainHead { revision: event.revision, digest: event.digest }))
    }

    /// Splits a read of streams into parts with about as many events each, to be read at the same time.
    ///
    /// The parts follow each other, and together they read exactly what the one would. There are at most so many as
    /// asked for, and fewer if there is little to read. Where to split is found by looking at some events all over
    /// the log.
    ///
    /// ```
    /// # use anjuan::store::{EventStore, EventStoreExt, ReadStreams, StoreError};
    /// # async fn read(store: &dyn EventStore) -> Result<(), StoreError> {
    /// for part in store.split_streams(ReadStreams::all().category("mediation"), 4).await? {
    ///     let events = store.read_streams(part); // on a task of its own
    /// #   drop(events);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The store cannot be read.
    async fn split_streams(&self, read: ReadStreams, parts: usize) -> Result<Vec<ReadStreams>, StoreError> {
        let head = self.head().await?;
        let mut found = Vec::new();
        let probes = PROBES.saturating_mul(parts as u64).min(head.ordinal());
        for probe in 0..probes {
            // Never above the head, so it fits.
            let ordinal = u128::from(head.ordinal()) * u128::from(probe) / u128::from(probes);
            let after = Position::new(head.history(), u64::try_from(ordinal).unwrap_or(u64::MAX));
            let event = self.read_all(ReadAll::all().after(after).to(head).limit(1)).try_next().await?;
            found.extend(event.map(|event| event.stream).filter(|stream| read.wants(stream)));
        }
        found.sort_unstable();
        let mut split = vec![read];
        for part in 1..parts {
            let Some(cut) = found.get(found.len() * part / parts) else { break };
            if let Some(last) = split.last_mut()
                && last.after.as_ref() < Some(cut)
            {
                let rest = ReadStreams { after: Some(cut.clone()), ..last.clone() };
                last.to = Some(cut.clone());
                split.push(rest);
            }
        }
        Ok(split)
    }
}

impl<S: EventStore + ?Sized> EventStoreExt for S {}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use uuid::Uuid;

    use super::*;
    use crate::event::{EventType, HashAlgorithm, NewEvent};
    use crate::id::{CommandKey, EventId, HistoryId, StoreId};
    use crate::store::{Append, Expected, Identity, MemoryStore, StreamWrite};

    fn event(number: u128) -> NewEvent {
        NewEvent {
            id: EventId::from_uuid(Uuid::from_u128(number)),
            event_type: EventType::new("Noted").unwrap(),
            schema_version: 1,
            occurred_at: "2026-06-26T09:00:00+08:00".parse().unwrap(),
            recorded_at: "2026-06-26T09:00:01+08:00".parse().unwrap(),
            metadata: Bytes::from_static(b"{}"),
            data: Bytes::from_static(b"{}"),
        }
    }

    /// So many streams of each category, with three events each.
    async fn filled(streams: u128) -> MemoryStore {
        let [store, history] = [1, 2].map(Uuid::from_u128);
        let (store, history) = (StoreId::from_uuid(store), HistoryId::from_uuid(history));
        let memory = MemoryStore::new(Identity { store, history, hash: HashAlgorithm::Sha256 });
        for number in 0..3 * streams {
            let scattered = Uuid::from_u128((number % streams).wrapping_mul(0x9E37_79B9_7F4A_7C15 << 64));
            let writes = ["mediation", "notary"].map(|category| {
                let stream = StreamId::of(category, scattered).unwrap();
                StreamWrite { stream, expected: Expected::Any, events: vec![event(number)] }
            });
            let key = CommandKey::from_uuid(Uuid::from_u128(number));
            memory.append(Append::new(key, writes.into())).await.unwrap();
        }
        memory
    }

    async fn read(store: &MemoryStore, read: ReadStreams) -> Vec<RecordedEvent> {
        store.read_streams(read).try_collect().await.unwrap()
    }

    #[tokio::test]
    async fn parts_are_alike_and_together_the_whole() {
        let store = filled(500).await;
        for whole in [ReadStreams::all(), ReadStreams::all().category("mediation")] {
            let all = read(&store, whole.clone()).await;
            for parts in [1, 2, 3, 8] {
                let split = store.split_streams(whole.clone(), parts).await.unwrap();
                assert_eq!(split.len(), parts);
                let mut together = Vec::new();
                for part in split {
                    let events = read(&store, part).await;
                    let fair = all.len() / parts;
                    assert!((fair / 2..=fair * 2).contains(&events.len()), "{} of {fair}", events.len());
                    together.extend(events);
                }
                assert_eq!(together, all, "{parts}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_too_little_is_not_split() {
        let store = filled(0).await;
        assert_eq!(store.split_streams(ReadStreams::all(), 4).await.unwrap().len(), 1);
        let store = filled(1).await;
        for parts in [0, 1, 9] {
            let split = store.split_streams(ReadStreams::all(), parts).await.unwrap();
            let mut together = Vec::new();
            for part in split {
                together.extend(read(&store, part).await);
            }
            assert_eq!(together, read(&store, ReadStreams::all()).await);
        }
    }
}
