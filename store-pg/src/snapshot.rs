//! Snapshots, in a table beside the log.

use anjuan::event::ChainHead;
use anjuan::id::{Revision, StreamId};
use anjuan::store::{Snapshot, SnapshotError, SnapshotStore, StoreError};
use async_trait::async_trait;
use bytes::Bytes;
use tokio_postgres::Row;

use crate::error::damaged;
use crate::log::{Log, Param};
use crate::store::PgStore;
use crate::value::{column, digest, from_bits, to_bits};

#[async_trait]
impl SnapshotStore for PgStore {
    async fn save(&self, snapshot: Snapshot) -> Result<(), SnapshotError> {
        loop {
            let (seen, before) = match load(&self.log, &snapshot.stream).await? {
                None => (0, None),
                Some((change, Ok(before))) => (change, Some(before.head.revision)),
                // What cannot be read is replaced.
                Some((change, Err(_))) => (change, None),
            };
            snapshot.may_follow(before)?;
            if put(&self.log, &snapshot, seen).await? {
                return Ok(());
            }
        }
    }

    async fn load(&self, stream: &StreamId) -> Result<Option<Snapshot>, SnapshotError> {
        let found = load(&self.log, stream).await?;
        Ok(found.map(|(_, snapshot)| snapshot).transpose()?)
    }

    async fn discard(&self, snapshot: &Snapshot) -> Result<(), SnapshotError> {
        const DROP: &str = "select anjuan.drop_snapshot($1, $2, $3, $4)";
        if let Some((change, kept)) = load(&self.log, &snapshot.stream).await?
            && kept? == *snapshot
        {
            // If another one came meanwhile, that one stays.
            let Log { tenant, identity, .. } = &*self.log;
            let params: [Param<'_>; 4] =
                [tenant, identity.history.as_uuid(), &snapshot.stream.as_str(), &change];
            self.log.call(DROP, &params, |_| Ok(())).await?;
        }
        Ok(())
    }
}

/// The snapshot of a stream, if it can be read, and the change of its row that made it.
async fn load(
    log: &Log,
    stream: &StreamId,
) -> Result<Option<(i64, Result<Snapshot, StoreError>)>, StoreError> {
    const LOAD: &str = "select change, revision, digest, version, state from anjuan.snapshot \
        where tenant = $1 and stream = $2";
    let params: [Param<'_>; 2] = [&log.tenant, &stream.as_str()];
    log.maybe(LOAD, &params, |row| Ok((column(row, 0, "a snapshot")?, decode(row, stream)))).await
}

fn decode(row: &Row, stream: &StreamId) -> Result<Snapshot, StoreError> {
    let place = format!("the snapshot of {stream}");
    let revision = Revision::new(from_bits(column(row, 1, &place)?));
    let revision = revision.ok_or_else(|| damaged(&place, "its revision is zero"))?;
    let version: i64 = column(row, 3, &place)?;
    Ok(Snapshot {
        stream: stream.clone(),
        head: ChainHead { revision, digest: digest(column(row, 2, &place)?, &place)? },
        version: u32::try_from(version).map_err(|_| damaged(&place, "the version is out of range"))?,
        state: Bytes::copy_from_slice(column(row, 4, &place)?),
    })
}

/// Replaces the row, if it is still as it was seen.
async fn put(log: &Log, snapshot: &Snapshot, seen: i64) -> Result<bool, StoreError> {
    const PUT: &str = "select anjuan.put_snapshot($1, $2, $3, $4, $5, $6, $7, $8)";
    let Snapshot { stream, head, version, state } = snapshot;
    let params: [Param<'_>; 8] = [
        &log.tenant,
        log.identity.history.as_uuid(),
        &stream.as_str(),
        &seen,
        &to_bits(head.revision.get()),
        &head.digest.as_bytes().as_slice(),
        &i64::from(*version),
        &&**state,
    ];
    log.call(PUT, &params, |row| column(row, 0, "a snapshot")).await
}
