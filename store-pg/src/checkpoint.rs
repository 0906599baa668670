//! Checkpoints, in a table beside the log.

use anjuan::id::{Code, HistoryId, Position};
use anjuan::store::{
    Checkpoint, CheckpointError, CheckpointRecord, CheckpointStore, Claim, Fence, SaveCheckpoint, StoreError,
};
use async_trait::async_trait;
use bytes::Bytes;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::error::damaged;
use crate::log::{Log, Param};
use crate::store::PgStore;
use crate::value::{column, from_bits, to_bits};

/// A record, and the change of its row that made it.
type Changed = (i64, CheckpointRecord);

#[async_trait]
impl CheckpointStore for PgStore {
    async fn claim(&self, claim: Claim) -> Result<CheckpointRecord, CheckpointError> {
        loop {
            let (seen, before) = split(load(&self.log, &claim.name).await?);
            let record = CheckpointRecord::claim(before, &claim)?;
            if put(&self.log, &claim.name, seen, &record).await? {
                return Ok(record);
            }
        }
    }

    async fn save(&self, save: SaveCheckpoint) -> Result<(), CheckpointError> {
        loop {
            let (seen, before) = split(load(&self.log, &save.name).await?);
            let record = CheckpointRecord::save(before, save.clone())?;
            if put(&self.log, &save.name, seen, &record).await? {
                return Ok(());
            }
        }
    }

    async fn load(&self, name: &Code) -> Result<Option<CheckpointRecord>, CheckpointError> {
        Ok(split(load(&self.log, name).await?).1)
    }
}

fn split(found: Option<Changed>) -> (i64, Option<CheckpointRecord>) {
    found.map_or((0, None), |(change, record)| (change, Some(record)))
}

async fn load(log: &Log, name: &Code) -> Result<Option<Changed>, StoreError> {
    const LOAD: &str = "select change, fence, version, history, position, state from anjuan.checkpoint \
        where tenant = $1 and name = $2";
    let params: [Param<'_>; 2] = [&log.tenant, &name.as_str()];
    log.maybe(LOAD, &params, |row| decode(row, name)).await
}

fn decode(row: &Row, name: &Code) -> Result<Changed, StoreError> {
    let place = format!("checkpoint {name}");
    let version: i64 = column(row, 2, &place)?;
    let version = u32::try_from(version).map_err(|_| damaged(&place, "the version is out of range"))?;
    let history = HistoryId::from_uuid(column::<Uuid>(row, 3, &place)?);
    let position: Option<i64> = column(row, 4, &place)?;
    let state: Option<&[u8]> = column(row, 5, &place)?;
    let checkpoint = position.map(|position| Checkpoint {
        position: Position::new(history, from_bits(position)),
        state: state.map(Bytes::copy_from_slice),
    });
    let fence = Fence::new(from_bits(column(row, 1, &place)?));
    Ok((column(row, 0, &place)?, CheckpointRecord { fence, version, history, checkpoint }))
}

/// Replaces the row, if it is still as it was seen.
async fn put(log: &Log, name: &Code, seen: i64, record: &CheckpointRecord) -> Result<bool, StoreError> {
    const PUT: &str = "select anjuan.put_checkpoint($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let CheckpointRecord { fence, version, history, checkpoint } = record;
    let position = checkpoint.as_ref().map(|checkpoint| to_bits(checkpoint.position.ordinal()));
    let state = checkpoint.as_ref().and_then(|checkpoint| checkpoint.state.as_deref());
    let params: [Param<'_>; 9] = [
        &log.tenant,
        log.identity.history.as_uuid(),
        &name.as_str(),
        &seen,
        &to_bits(fence.get()),
        &i64::from(*version),
        history.as_uuid(),
        &position,
        &state,
    ];
    log.call(PUT, &params, |row| column(row, 0, "a checkpoint")).await
}
