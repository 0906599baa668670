//! Checkpoints, in the tree of the log.
//!
//! ```text
//! body under a name = u64(fence) ‖ u32(version) ‖ history id ‖ u8(0)
//!                   | u64(fence) ‖ u32(version) ‖ history id ‖ u8(1) ‖ u64(ordinal)
//!                   | u64(fence) ‖ u32(version) ‖ history id ‖ u8(2) ‖ u64(ordinal) ‖ state
//! ```

use std::sync::Arc;

use anjuan::id::{Code, Entropy, HistoryId, Position, SystemEntropy};
use anjuan::store::{
    Checkpoint, CheckpointError, CheckpointRecord, CheckpointStore, Claim, Fence, SaveCheckpoint, StoreError,
};
use async_trait::async_trait;
use bytes::Bytes;
use uuid::Uuid;

use crate::chunks;
use crate::kept::{Kept, stored};
use crate::layout;
use crate::log::Log;
use crate::record::{Damage, unseal};
use crate::store::SledStore;

const CLAIMED: u8 = 0;
const AT: u8 = 1;
const AT_WITH_STATE: u8 = 2;

#[async_trait]
impl CheckpointStore for SledStore {
    async fn claim(&self, claim: Claim) -> Result<CheckpointRecord, CheckpointError> {
        let claimed = self.writer.keep(0, move |kept, log| {
            let before = match read(kept, log, &claim.name) {
                Err(StoreError::Corrupt { .. }) if claim.afresh => Some(unreadable(&claim)),
                read => read?,
            };
            let record = CheckpointRecord::claim(before, &claim)?;
            kept.put(layout::checkpoint(&claim.name), &encode(&record));
            Ok(record)
        });
        claimed.await
    }

    async fn save(&self, save: SaveCheckpoint) -> Result<(), CheckpointError> {
        let bytes = save.checkpoint.state.as_ref().map_or(0, Bytes::len);
        let saved = self.writer.keep(bytes, move |kept, log| {
            let name = save.name.clone();
            let record = CheckpointRecord::save(read(kept, log, &name)?, save)?;
            kept.put(layout::checkpoint(&name), &encode(&record));
            Ok(())
        });
        saved.await
    }

    async fn load(&self, name: &Code) -> Result<Option<CheckpointRecord>, CheckpointError> {
        let (log, name) = (Arc::clone(&self.log), name.clone());
        let loaded = chunks::blocking(move || {
            let key = layout::checkpoint(&name);
            decode(&name, &key, stored(&key, &place(&name), &log)?)
        });
        Ok(loaded.await?)
    }
}

fn read(kept: &Kept, log: &Log, name: &Code) -> Result<Option<CheckpointRecord>, StoreError> {
    let key = layout::checkpoint(name);
    decode(name, &key, kept.get(&key, &place(name), log)?)
}

/// Stands for a record that cannot be read any more. Its fence is lost with it, and no runner may be taken for the
/// one that follows; so the numbers go on where none has ever been.
fn unreadable(claim: &Claim) -> CheckpointRecord {
    let mut random = [0; 8];
    SystemEntropy.fill(&mut random);
    // Half of the numbers are left for the claims to come.
    let fence = Fence::new(u64::from_be_bytes(random) >> 1);
    CheckpointRecord { fence, version: claim.version, history: claim.history, checkpoint: None }
}

fn place(name: &Code) -> String {
    format!("checkpoint {name}")
}

fn encode(record: &CheckpointRecord) -> Vec<u8> {
    let CheckpointRecord { fence, version, history, checkpoint } = record;
    let mut body = Vec::new();
    body.extend_from_slice(&fence.get().to_be_bytes());
    body.extend_from_slice(&version.to_be_bytes());
    body.extend_from_slice(history.as_uuid().as_bytes());
    match checkpoint {
        None => body.push(CLAIMED),
        Some(Checkpoint { position, state }) => {
            body.push(if state.is_some() { AT_WITH_STATE } else { AT });
            body.extend_from_slice(&position.ordinal().to_be_bytes());
            body.extend_from_slice(state.as_deref().unwrap_or_default());
        }
    }
    body
}

pub(crate) fn decode(
    name: &Code,
    key: &[u8],
    value: Option<Bytes>,
) -> Result<Option<CheckpointRecord>, StoreError> {
    let Some(value) = value else { return Ok(None) };
    decode_record(key, value).map(Some).map_err(|damage| damage.at(place(name)))
}

fn decode_record(key: &[u8], value: Bytes) -> Result<CheckpointRecord, Damage> {
    let mut fields = unseal(key, value)?;
    let (fence, version) = (Fence::new(fields.u64()?), fields.u32()?);
    let history = HistoryId::from_uuid(Uuid::from_bytes(fields.array()?));
    let checkpoint = match fields.u8()? {
        CLAIMED => fields.end().map(|()| None)?,
        AT => {
            let position = Position::new(history, fields.u64()?);
            fields.end().map(|()| Some(Checkpoint { position, state: None }))?
        }
        AT_WITH_STATE => {
            let position = Position::new(history, fields.u64()?);
            Some(Checkpoint { position, state: Some(fields.rest()) })
        }
        _ => return Err(Damage::Content("its kind is unknown")),
    };
    Ok(CheckpointRecord { fence, version, history, checkpoint })
}
