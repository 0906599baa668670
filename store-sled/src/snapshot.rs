//! Snapshots, in the tree of the log.
//!
//! ```text
//! body under a stream = u64(revision) ‖ digest ‖ u32(version) ‖ state
//! ```

use std::sync::Arc;

use anjuan::event::{ChainHead, Digest};
use anjuan::id::{Revision, StreamId};
use anjuan::store::{Snapshot, SnapshotError, SnapshotStore, StoreError};
use async_trait::async_trait;
use bytes::Bytes;

use crate::chunks;
use crate::kept::{Kept, stored};
use crate::layout;
use crate::log::Log;
use crate::record::{Damage, unseal};
use crate::store::SledStore;

#[async_trait]
impl SnapshotStore for SledStore {
    async fn save(&self, snapshot: Snapshot) -> Result<(), SnapshotError> {
        let saved = self.writer.keep(snapshot.state.len(), move |kept, log| {
            let before = match read(kept, log, &snapshot.stream) {
                // What cannot be read is replaced.
                Err(StoreError::Corrupt { .. }) => None,
                read => read?.map(|before| before.head.revision),
            };
            snapshot.may_follow(before)?;
            kept.put(layout::snapshot(&snapshot.stream), &encode(&snapshot));
            Ok(())
        });
        saved.await
    }

    async fn load(&self, stream: &StreamId) -> Result<Option<Snapshot>, SnapshotError> {
        let (log, stream) = (Arc::clone(&self.log), stream.clone());
        let loaded = chunks::blocking(move || {
            let key = layout::snapshot(&stream);
            decode(&stream, &key, stored(&key, &place(&stream), &log)?)
        });
        Ok(loaded.await?)
    }

    async fn discard(&self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        let snapshot = snapshot.clone();
        let discarded = self.writer.keep(0, move |kept, log| {
            if read(kept, log, &snapshot.stream)?.as_ref() == Some(&snapshot) {
                kept.remove(layout::snapshot(&snapshot.stream));
            }
            Ok(())
        });
        discarded.await
    }
}

fn read(kept: &Kept, log: &Log, stream: &StreamId) -> Result<Option<Snapshot>, StoreError> {
    let key = layout::snapshot(stream);
    decode(stream, &key, kept.get(&key, &place(stream), log)?)
}

fn place(stream: &StreamId) -> String {
    format!("the snapshot of {stream}")
}

fn encode(snapshot: &Snapshot) -> Vec<u8> {
    let Snapshot { head, version, state, .. } = snapshot;
    let revision = head.revision.get().to_be_bytes();
    [revision.as_slice(), head.digest.as_bytes(), &version.to_be_bytes(), state].concat()
}

pub(crate) fn decode(
    stream: &StreamId,
    key: &[u8],
    value: Option<Bytes>,
) -> Result<Option<Snapshot>, StoreError> {
    let Some(value) = value else { return Ok(None) };
    decode_snapshot(stream, key, value).map(Some).map_err(|damage| damage.at(place(stream)))
}

fn decode_snapshot(stream: &StreamId, key: &[u8], value: Bytes) -> Result<Snapshot, Damage> {
    let mut fields = unseal(key, value)?;
    let revision = Revision::new(fields.u64()?).ok_or(Damage::Content("a revision is zero"))?;
    let digest = Digest::from_bytes(fields.array()?);
    let version = fields.u32()?;
    let head = ChainHead { revision, digest };
    Ok(Snapshot { stream: stream.clone(), head, version, state: fields.rest() })
}
