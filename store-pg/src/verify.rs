//! Proving that the whole store is what was written: events, heads, and answers.

use anjuan::event::{ChainHead, RecordedEvent};
use anjuan::id::{CommandKey, Position, Revision, StreamId};
use anjuan::store::{Fault, FaultKind, StoreError, Verification};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::error::damaged;
use crate::log::{Go, Log, Param};
use crate::pages::Page;
use crate::store::PgStore;
use crate::value::column;

// No question grows with the store, or it would outlast the patience of a connection: each is asked for so many rows, and each
// row is found by a whole primary key, which no missing statistics can turn into a scan. Where a key is asked for, it is by an
// order that this key alone has: to a planner that has seen the table empty, every index is as good as another. Behind an event
// that is missing this finds the next one, whose digest and position are others.
const PAGE_EVENTS: usize = 2_000;
const PAGE_ROWS: i64 = 2_000;

impl PgStore {
    /// Checks the whole store: every event, every revision, every digest recomputed from the bytes, the order of the
    /// positions in each stream, the head of every stream against its last event, and the remembered answers against the
    /// events.
    ///
    /// Unlike [`verify_store`](anjuan::store::verify_store) it goes on behind a damaged row, and so names all the damage at
    /// once; and it finds a stream that has lost its last events.
    ///
    /// Never fails: what cannot be read is a fault too.
    pub async fn verify(&self) -> Verification {
        let mut check = Check { log: &self.log, found: Verification::default(), at: None };
        let checked = async {
            check.events().await?;
            check.heads().await?;
            check.answers().await?;
            check.feed().await
        };
        if let Err(error) = checked.await {
            check.fault(None, None, FaultKind::Unreadable(error));
        }
        check.found
    }
}

struct Check<'a> {
    log: &'a Log,
    found: Verification,
    at: Option<At>,
}

/// Where a walk through the events is.
struct At {
    stream: String,
    /// The last event; nothing behind a damaged row.
    last: Option<(ChainHead, Position)>,
}

impl Check<'_> {
    fn fault(&mut self, stream: Option<StreamId>, revision: Option<Revision>, kind: FaultKind) {
        self.found.faults.push(Fault { stream, revision, kind });
    }

    async fn events(&mut self) -> Result<(), StoreError> {
        const ALL: &str = "select position, stream, revision, id, type, schema_version, occurred_at, recorded_at, \
            metadata, data, digest from anjuan.event where tenant = $1 and (stream, revision) > ($2, $3) \
            order by stream, revision limit $4";
        let log = self.log;
        let mut after = (String::new(), 0_i64);
        let mut ends = Vec::new();
        loop {
            let mut page = Page::of(PAGE_EVENTS);
            let before = after.clone();
            let params: [Param<'_>; 4] = [&log.tenant, &before.0, &before.1, &PAGE_ROWS];
            let read = log.each(ALL, &params, |row| {
                let at: (String, i64) = (column(row, 1, "an event")?, column(row, 2, "an event")?);
                let before = std::mem::replace(&mut after, at);
                if before.0 != after.0 {
                    ends.push(before);
                }
                self.row(row, &after, &mut page);
                Ok(Go::On)
            });
            read.await?;
            let is_over = after == before;
            if is_over {
                ends.push(after.clone());
            }
            self.ends(&mut ends).await?;
            if is_over {
                return Ok(());
            }
        }
    }

    fn row(&mut self, row: &Row, (stream, revision): &(String, i64), page: &mut Page) {
        let is_new = self.at.as_ref().is_none_or(|at| at.stream != *stream);
        self.found.streams += u64::from(is_new);
        self.found.events += 1;
        let before = if is_new { Some(None) } else { self.at.take().map(|at| at.last) };
        let mut last = None;
        match page.take(row, self.log.identity.history) {
            Ok(event) => {
                if let Some(kind) = self.fault_in(before.flatten(), is_new, &event) {
                    self.fault(Some(event.stream.clone()), Some(event.revision), kind);
                }
                let head = ChainHead { revision: event.revision, digest: event.digest };
                last = Some((head, event.position));
            }
            Err(error) => {
                let revision = u64::try_from(*revision).ok().and_then(Revision::new);
                self.fault(stream.parse().ok(), revision, FaultKind::Unreadable(error));
            }
        }
        self.at = Some(At { stream: stream.clone(), last });
    }

    /// What is wrong with an event that follows `before`. Behind a damaged row nothing can be said but about itself.
    fn fault_in(
        &self,
        before: Option<(ChainHead, Position)>,
        is_first: bool,
        event: &RecordedEvent,
    ) -> Option<FaultKind> {
        let (head, position) = before.unzip();
        if head.is_none() && !is_first {
            return None;
        }
        if event.revision != Revision::after(head.map(|head| head.revision)) {
            return Some(FaultKind::Gap);
        }
        if !ChainHead::admits(head.as_ref(), self.log.identity.hash, event) {
            return Some(FaultKind::Digest);
        }
        if position.is_some_and(|before| before >= event.position) {
            let place = format!("{} revision {}", event.stream, event.revision);
            return Some(FaultKind::Unreadable(damaged(place, "it lies before the event that it follows")));
        }
        None
    }

    /// No stream goes on behind its head. Asked while the events are walked through, for some streams at a time.
    async fn ends(&mut self, ends: &mut Vec<(String, i64)>) -> Result<(), StoreError> {
        const STRAYS: &str = "select e.stream, e.revision from unnest($2::text[], $3::bigint[]) as e (stream, revision) \
            where e.revision > coalesce( \
                (select h.revision from anjuan.head h where h.tenant = $1 and h.stream = e.stream), 0)";
        let (streams, revisions): (Vec<String>, Vec<i64>) = ends.drain(..).unzip();
        let log = self.log;
        let params: [Param<'_>; 3] = [&log.tenant, &streams, &revisions];
        log.each(STRAYS, &params, |row| {
            self.stream_fault(row, "it lies behind the head of its stream")?;
            Ok(Go::On)
        })
        .await
    }

    /// Every head has its event. So a stream that lost its end is found.
    async fn heads(&mut self) -> Result<(), StoreError> {
        const HEADS: &str = "select h.stream, h.revision, h.revision = 0 or h.digest is not distinct from ( \
                select e.digest from anjuan.event e \
                where e.tenant = h.tenant and e.stream = h.stream and e.revision >= h.revision \
                order by e.revision limit 1) \
            from anjuan.head h where h.tenant = $1 and h.stream > $2 order by h.stream limit $3";
        let log = self.log;
        let mut after = Some(String::new());
        while let Some(last) = after.take() {
            let params: [Param<'_>; 3] = [&log.tenant, &last, &PAGE_ROWS];
            log.each(HEADS, &params, |row| {
                if !column::<bool>(row, 2, "a head")? {
                    self.stream_fault(row, "the last event of the stream is missing or another")?;
                }
                after = Some(column(row, 0, "a head")?);
                Ok(Go::On)
            })
            .await?;
        }
        Ok(())
    }

    fn stream_fault(&mut self, row: &Row, reason: &'static str) -> Result<(), StoreError> {
        let (stream, revision): (&str, i64) = (column(row, 0, "a head")?, column(row, 1, "a head")?);
        let error = damaged(format!("{stream} revision {revision}"), reason);
        let revision = u64::try_from(revision).ok().and_then(Revision::new);
        self.fault(stream.parse().ok(), revision, FaultKind::Unreadable(error));
        Ok(())
    }

    /// Every remembered answer speaks of events that are there, the last of them at the position that it names.
    async fn answers(&mut self) -> Result<(), StoreError> {
        const ANSWERS: &str = "select c.key, c.position is not distinct from ( \
                select max(( \
                    select e.position from anjuan.event e \
                    where e.tenant = c.tenant and e.stream = s ->> 0 and e.revision >= (s ->> 2)::bigint \
                    order by e.revision limit 1)) \
                from json_array_elements(c.streams) s) \
            from anjuan.command c where c.tenant = $1 and c.key >= $2 order by c.key offset $3 limit $4";
        let log = self.log;
        // The first key is the least that can be, and belongs to the page; later ones were seen.
        let mut after = Some((Uuid::nil(), 0_i64));
        while let Some((from, seen)) = after.take() {
            let params: [Param<'_>; 4] = [&log.tenant, &from, &seen, &PAGE_ROWS];
            log.each(ANSWERS, &params, |row| {
                let key = column::<Uuid>(row, 0, "an answer")?;
                if !column::<bool>(row, 1, "an answer")? {
                    let error = damaged(
                        format!("the answer to {}", CommandKey::from_uuid(key)),
                        "its events lie elsewhere",
                    );
                    self.fault(None, None, FaultKind::Unreadable(error));
                }
                after = Some((key, 1));
                Ok(Go::On)
            })
            .await?;
        }
        Ok(())
    }

    /// No event lies where the feed has not been yet although positions are drawn from before it.
    async fn feed(&mut self) -> Result<(), StoreError> {
        const BEYOND: &str = "select max(position) from anjuan.event where tenant = $1";
        const DRAWN: &str = "select newest, settled from anjuan.drawn($1)";
        let log = self.log;
        let params: [Param<'_>; 1] = [&log.tenant];
        let last =
            log.maybe(BEYOND, &params, |row| column::<Option<i64>>(row, 0, "the feed")).await?.flatten();
        let drawn = log.maybe(DRAWN, &params, |row| {
            Ok((column::<i64>(row, 0, "the feed")?, column::<i64>(row, 1, "the feed")?))
        });
        if let Some((newest, settled)) = drawn.await?
            && (settled > newest || last.is_some_and(|last| last > newest))
        {
            let error = damaged("the feed", "it has passed the last position that was given");
            self.fault(None, None, FaultKind::Unreadable(error));
        }
        Ok(())
    }
}
