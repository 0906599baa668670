//! Proving that a kept projection is what the events give.

use futures_util::TryStreamExt;
use serde_json::Value;

use super::runner::decode;
use super::{Projection, ProjectionError};
use crate::id::Position;
use crate::store::{CheckpointError, CheckpointStore, EventStore, ReadAll};

/// What came of comparing a kept projection with its events.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// Nothing is kept yet.
    NothingKept,
    /// What is kept was made by another version; the next claim drops it.
    OtherVersion {
        /// The version that made it.
        kept: u32,
    },
    /// The events up to the position give the state that is kept.
    Same {
        /// The position of the checkpoint.
        position: Position,
    },
    /// The events up to the position give another state. Build the projection [anew](super::Runner::rebuild), and
    /// look for whatever its fold depends on beside the events.
    Different {
        /// The position of the checkpoint.
        position: Position,
        /// Where they differ, at most [`Difference::MAX`] places.
        differences: Vec<Difference>,
    },
}

/// A place at which two states differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The place, as a JSON pointer (RFC 6901); empty for the whole.
    pub pointer: String,
    /// What is kept there; `None` for nothing.
    pub kept: Option<Value>,
    /// What the events give there; `None` for nothing.
    pub rebuilt: Option<Value>,
}

impl Difference {
    /// The most places that a comparison names.
    pub const MAX: usize = 100;
}

/// Builds a projection anew beside what is kept, up to the same position, and compares.
///
/// Changes nothing and disturbs no runner: what is kept is read once, and the log up to there is written no more.
///
/// # Errors
/// The checkpoint is of another history or cannot be decoded, an event cannot be taken in, or a store failed.
///
/// # Cancel safety
/// Reading has no effect.
pub async fn compare<P: Projection>(
    store: &dyn EventStore,
    checkpoints: &dyn CheckpointStore,
    projection: &P,
) -> Result<Comparison, ProjectionError> {
    let name = projection.name();
    let record = checkpoints.load(&name).await.map_err(ProjectionError::checkpoint(projection))?;
    let Some((record, kept)) =
        record.and_then(|mut record| record.checkpoint.take().map(|kept| (record, kept)))
    else {
        return Ok(Comparison::NothingKept);
    };
    let expected = store.identity().history;
    if record.history != expected {
        let source = CheckpointError::ForeignHistory { name: name.clone(), found: record.history, expected };
        return Err(ProjectionError::Checkpoint { name, source });
    }
    if record.version != projection.version() {
        return Ok(Comparison::OtherVersion { kept: record.version });
    }
    let kept_state = match &kept.state {
        // Through the type, so that a default that was added since makes no difference.
        Some(bytes) => to_value(projection, &decode(projection, bytes)?)?,
        None => Value::Null,
    };
    let rebuilt = to_value(projection, &fold_to(store, projection, kept.position).await?)?;
    let mut differences = Vec::new();
    differ(String::new(), Some(&kept_state), Some(&rebuilt), &mut differences);
    let position = kept.position;
    if differences.is_empty() {
        Ok(Comparison::Same { position })
    } else {
        Ok(Comparison::Different { position, differences })
    }
}

async fn fold_to<P: Projection>(
    store: &dyn EventStore,
    projection: &P,
    to: Position,
) -> Result<P::State, ProjectionError> {
    let mut state = projection.initial();
    let mut events = store.read_all(ReadAll::all().to(to).filter(projection.filter()));
    while let Some(event) = events.try_next().await? {
        projection
            .apply(&mut state, &event)
            .map_err(|cause| ProjectionError::poison(projection, &event, cause))?;
    }
    Ok(state)
}

fn to_value<P: Projection>(projection: &P, state: &P::State) -> Result<Value, ProjectionError> {
    serde_json::to_value(state).map_err(|source| ProjectionError::Encode { name: projection.name(), source })
}

/// Goes down into both as long as they are of one kind, and notes where they part.
fn differ(pointer: String, kept: Option<&Value>, rebuilt: Option<&Value>, found: &mut Vec<Difference>) {
    if kept == rebuilt || found.len() >= Difference::MAX {
        return;
    }
    match (kept, rebuilt) {
        (Some(Value::Object(kept)), Some(Value::Object(rebuilt))) => {
            let added = rebuilt.keys().filter(|key| !kept.contains_key(*key));
            for key in kept.keys().chain(added) {
                let token = key.replace('~', "~0").replace('/', "~1");
                differ(format!("{pointer}/{token}"), kept.get(key), rebuilt.get(key), found);
            }
        }
        (Some(Value::Array(kept)), Some(Value::Array(rebuilt))) => {
            for index in 0..kept.len().max(rebuilt.len()) {
                differ(format!("{pointer}/{index}"), kept.get(index), rebuilt.get(index), found);
            }
        }
        (kept, rebuilt) => {
            let (kept, rebuilt) = (kept.cloned(), rebuilt.cloned());
            found.push(Difference { pointer, kept, rebuilt });
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(kept: Value, rebuilt: Value, wanted: &[&str]) {
        let mut found = Vec::new();
        differ(String::new(), Some(&kept), Some(&rebuilt), &mut found);
        let pointers: Vec<_> = found.iter().map(|difference| difference.pointer.as_str()).collect();
        assert_eq!(pointers, wanted, "{kept} and {rebuilt}");
        for Difference { pointer, kept: old, rebuilt: new } in &found {
            assert_eq!((kept.pointer(pointer), rebuilt.pointer(pointer)), (old.as_ref(), new.as_ref()));
        }
    }

    #[test]
    fn differences_are_named_where_they_lie() {
        check(json!({"a": 1, "b": [1, 2]}), json!({"b": [1, 2], "a": 1}), &[]);
        check(json!(1), json!(2), &[""]);
        check(json!({"a": {"b": [1, 2]}}), json!({"a": {"b": [1, 3, 4]}}), &["/a/b/1", "/a/b/2"]);
        check(json!({"CN/330200": 1, "~": 2}), json!({"甲": 1}), &["/CN~1330200", "/~0", "/甲"]);
        check(json!({"a": null}), json!({}), &["/a"]);
        check(json!([1]), json!({"0": 1}), &[""]);
    }

    #[test]
    fn no_more_places_are_named_than_somebody_reads() {
        let (mut found, kept, rebuilt) = (Vec::new(), json!(vec![0; 500]), json!(vec![1; 500]));
        differ(String::new(), Some(&kept), Some(&rebuilt), &mut found);
        assert_eq!(found.len(), Difference::MAX);
    }
}
