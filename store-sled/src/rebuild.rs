//! Building a sound store from what was gathered: what the index names, what the chains prove, and then the writing.

use std::path::Path;

use anjuan::clock::{Clock, SystemClock};
use anjuan::id::{HistoryId, SystemEntropy};
use anjuan::store::Identity;
use bytes::Bytes;

use crate::error::OpenError;
use crate::fresh::Fresh;
use crate::kept;
use crate::layout;
use crate::proof::Proof;
use crate::quarantine::Quarantine;
use crate::regroup::Regroup;
use crate::repair::Loss;
use crate::salvage::Salvage;

/// A store as it was built anew.
pub(crate) struct Rebuilt {
    pub(crate) identity: Identity,
    pub(crate) streams: u64,
    pub(crate) events: u64,
    pub(crate) reindexed: u64,
    pub(crate) losses: Vec<Loss>,
}

/// Builds a store in the directory `path`.
pub(crate) fn rebuild(salvage: &Salvage, path: &Path, aside: &mut Quarantine) -> Result<Rebuilt, OpenError> {
    let mut proof = Proof::of(salvage, aside)?;
    proof.index()?;
    proof.orphans()?;
    proof.streams()?;
    let Proof { findings, losses, proven, .. } = proof;
    let mut fresh = Fresh::create(path)?;
    let mut regroup = Regroup::new(&findings, &mut fresh, losses);
    regroup.run(salvage.noted)?;
    let (last, moved, reindexed) = (regroup.last(), regroup.moved, regroup.reindexed);
    let mut losses = regroup.finish()?;
    if last != proven {
        let reason = format!("{proven} events are proven, {last} were written");
        return Err(OpenError::damaged("the copy", reason));
    }
    let shorter = |loss: &Loss| matches!(loss, Loss::Stream { .. } | Loss::Positions { .. });
    let mut identity = salvage.identity;
    if moved || losses.iter().any(shorter) {
        identity.history = HistoryId::new(SystemClock.now(), &SystemEntropy);
    } else {
        for pair in salvage.pieces.iter() {
            let (key, value) = pair?;
            if !layout::is_beside_log(&key) {
                continue;
            }
            match kept::check(&key, Bytes::from_owner(value.clone())) {
                Ok(()) => fresh.put(&key, value)?,
                Err(error) => {
                    aside.value(&key, &value, &error.to_string())?;
                    losses.push(Loss::Kept { key: key.escape_ascii().to_string() });
                }
            }
        }
    }
    let (streams, events) = fresh.finish(identity, last)?;
    Ok(Rebuilt { identity, streams, events, reindexed, losses })
}
