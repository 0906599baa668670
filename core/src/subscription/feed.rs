//! The seam between reading what is there and waiting for what comes.

use std::cmp::Ordering;
use std::sync::Arc;
use std::task::Poll;

use futures_core::Stream;
use futures_util::{StreamExt, stream};

use super::{Delivery, Subscribe};
use crate::id::Position;
use crate::store::{EventStore, EventStream, Filter, ReadAll, StoreError};

/// After so many events the executor may run something else: a store in memory never makes anybody wait.
const EVENTS_IN_A_ROW: u32 = 256;

/// A way through the log, in rounds: look where the head is, read up to it, wait until it moves.
pub(super) struct Feed {
    store: Arc<dyn EventStore>,
    filter: Filter,
    /// Everything wanted up to here is delivered.
    at: Option<Position>,
    step: Step,
    events_in_a_row: u32,
}

enum Step {
    /// Find out whether there is anything behind `at`. `woken` says that somebody claims so.
    Look { woken: bool },
    /// Deliver what there is up to the position.
    Read(EventStream, Position),
    /// Wait until there may be more behind the position.
    Wait(Position),
}

impl Feed {
    pub(super) fn new(store: Arc<dyn EventStore>, subscribe: Subscribe) -> Self {
        let Subscribe { after, filter } = subscribe;
        Self { store, filter, at: after, step: Step::Look { woken: false }, events_in_a_row: 0 }
    }

    /// The deliveries; the first error is the last of them.
    pub(super) fn into_stream(self) -> impl Stream<Item = Result<Delivery, StoreError>> + Send + 'static {
        stream::try_unfold(self, |mut feed| async move {
            let delivery = feed.next().await?;
            Ok(Some((delivery, feed)))
        })
    }

    async fn next(&mut self) -> Result<Delivery, StoreError> {
        if self.events_in_a_row >= EVENTS_IN_A_ROW {
            self.events_in_a_row = 0;
            yield_once().await;
        }
        loop {
            match &mut self.step {
                Step::Look { woken } => {
                    let woken = *woken;
                    if let Some(at) = self.look().await? {
                        if !woken {
                            return Ok(Delivery::CaughtUp(at));
                        }
                        // The hint came early. A store may do that again and again, and others want to run too.
                        yield_once().await;
                    }
                }
                Step::Read(events, head) => match events.next().await {
                    Some(event) => {
                        let event = event?;
                        self.at = Some(event.position);
                        self.events_in_a_row += 1;
                        return Ok(Delivery::Event(event));
                    }
                    None => {
                        // What was not wanted is passed as well: the next round begins behind it.
                        let head = *head;
                        self.at = Some(head);
                        self.step = Step::Wait(head);
                        return Ok(Delivery::CaughtUp(head));
                    }
                },
                Step::Wait(at) => {
                    self.store.appended_after(*at).await?;
                    self.step = Step::Look { woken: true };
                }
            }
        }
    }

    /// Takes the next step: reading if the head lies behind `at`; otherwise waiting, and then it answers where.
    async fn look(&mut self) -> Result<Option<Position>, StoreError> {
        if let Some(at) = self.at {
            self.store.identity().ordinal_of(at)?;
        }
        let head = self.store.head().await?;
        let read = ReadAll::all().to(head).filter(self.filter.clone());
        let read = match self.at {
            None => read,
            Some(at) if head.partial_cmp(&at) == Some(Ordering::Greater) => read.after(at),
            // A replica may lag behind the position from which it is asked to go on.
            Some(at) => {
                self.step = Step::Wait(at);
                return Ok(Some(at));
            }
        };
        self.step = Step::Read(self.store.read_all(read), head);
        Ok(None)
    }
}

/// Lets the executor run something else.
pub(crate) async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
