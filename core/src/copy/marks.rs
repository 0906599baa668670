//! Positions of the source, and the events behind which they stand.

use std::cmp::Ordering;

use futures_util::TryStreamExt;

use crate::event::RecordedEvent;
use crate::id::{Position, Revision, StreamId};
use crate::store::{EventStore, Identity, ReadStream, StoreError};

/// Places in the source that have to be found again in the target.
#[derive(Debug)]
pub(super) struct Marks(Vec<Mark>);

#[derive(Debug)]
struct Mark {
    position: Position,
    /// The last event that passed at or before it.
    last: Option<(StreamId, Revision)>,
    /// An event from behind it has passed.
    is_passed: bool,
    /// An event from behind it has passed before one from before it: the target is divided otherwise.
    is_torn: bool,
}

impl Marks {
    /// # Errors
    /// A position is of another history.
    pub(super) fn at(source: Identity, positions: &[Position]) -> Result<Self, StoreError> {
        let mark = |position: &Position| {
            source.ordinal_of(*position)?;
            Ok(Mark { position: *position, last: None, is_passed: false, is_torn: false })
        };
        positions.iter().map(mark).collect::<Result<_, _>>().map(Self)
    }

    /// Takes note of an event, in the order in which the target has them.
    pub(super) fn pass(&mut self, event: &RecordedEvent) {
        for mark in &mut self.0 {
            if event.position.partial_cmp(&mark.position) == Some(Ordering::Greater) {
                mark.is_passed = true;
            } else {
                mark.is_torn |= mark.is_passed;
                mark.last = Some((event.stream.clone(), event.revision));
            }
        }
    }

    /// The places in the target; `None` for those that it does not have.
    ///
    /// # Errors
    /// The target cannot be read.
    pub(super) async fn resolve(
        self,
        through: Position,
        target: &dyn EventStore,
    ) -> Result<Vec<(Position, Option<Position>)>, StoreError> {
        let mut found = Vec::with_capacity(self.0.len());
        for mark in self.0 {
            let is_behind = mark.position.partial_cmp(&through) == Some(Ordering::Greater);
            let place = match mark.last {
                _ if is_behind || mark.is_torn => None,
                None => Some(Position::new(target.identity().history, 0)),
                Some((stream, revision)) => {
                    let read = ReadStream::all(stream).from(revision).to(revision);
                    target.read_stream(read).try_next().await?.map(|event| event.position)
                }
            };
            found.push((mark.position, place));
        }
        Ok(found)
    }
}
