//! The three ways through the log, each as a query for one page after another.

use anjuan::event::{ChainHead, RecordedEvent};
use anjuan::id::{CommandKey, Revision, StreamId};
use anjuan::store::{Appended, Direction, Filter, ReadAll, ReadStream, ReadStreams, StoreError};

use crate::call;
use crate::error::damaged;
use crate::log::{Go, Log, Param};
use crate::pages::{Page, Scan};
use crate::value::{at_most, column, digest};

/// The columns of an event, in the order in which [`Page::take`] expects them.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select position, stream, revision, id, type, schema_version, occurred_at, recorded_at, metadata, data, digest \
             from anjuan.event where tenant = $1 ",
            $rest
        )
    };
}

/// One stream, from old to new or back.
#[derive(Debug)]
pub(crate) struct StreamScan {
    stream: StreamId,
    /// The revisions still wanted, both inclusive.
    from: u64,
    to: u64,
    left: usize,
    direction: Direction,
    /// The last event seen, to find a gap by.
    last: Option<Revision>,
}

impl StreamScan {
    pub(crate) fn new(read: ReadStream) -> Self {
        let ReadStream { stream, from, to, limit, direction, .. } = read;
        let to = to.map_or(u64::MAX, Revision::get);
        Self { stream, from: from.get(), to, left: limit.unwrap_or(usize::MAX), direction, last: None }
    }

    fn expected(&self) -> Option<u64> {
        match (self.direction, self.last) {
            (Direction::Forward, None) => Some(self.from),
            (Direction::Forward, Some(last)) => Some(last.get() + 1),
            (Direction::Backward, Some(last)) => Some(last.get() - 1),
            // The end is wherever the stream ends.
            (Direction::Backward, None) => None,
        }
    }

    fn check(&mut self, event: &RecordedEvent) -> Result<(), StoreError> {
        let found = event.revision;
        if let Some(expected) = self.expected().filter(|expected| *expected != found.get()) {
            let place = format!("{} revision {expected}", self.stream);
            return Err(damaged(place, "it is missing"));
        }
        self.last = Some(found);
        Ok(())
    }
}

impl Scan for StreamScan {
    async fn fill(&mut self, log: &Log, page: &mut Page) -> Result<bool, StoreError> {
        const FORWARD: &str =
            select!("and stream = $2 and revision between $3 and $4 order by revision limit $5");
        const BACKWARD: &str =
            select!("and stream = $2 and revision between $3 and $4 order by revision desc limit $5");
        if self.left == 0 || self.to < self.from {
            return Ok(false);
        }
        let limit = page.size().min(self.left);
        let stream = self.stream.clone();
        let id = stream.as_str();
        let (from, to) = (at_most(self.from), at_most(self.to));
        let rows = at_most(limit as u64);
        let params: [Param<'_>; 5] = [&log.tenant, &id, &from, &to, &rows];
        let sql = match self.direction {
            Direction::Forward => FORWARD,
            Direction::Backward => BACKWARD,
        };
        let mut taken = 0;
        let read = log.each(sql, &params, |row| {
            let event = page.take(row, log.identity.history)?;
            self.check(&event)?;
            taken += 1;
            page.push(event);
            Ok(page.go())
        });
        read.await?;
        self.left -= taken;
        let is_over = taken < limit && !page.is_full();
        if let (Direction::Forward, true, Some(last)) = (self.direction, is_over, page.last()) {
            log.heads().advance(&stream, ChainHead { revision: last.revision, digest: last.digest });
        }
        let Some(last) = self.last else { return Ok(false) };
        match self.direction {
            Direction::Forward => self.from = last.get() + 1,
            Direction::Backward => self.to = last.get() - 1,
        }
        Ok(!is_over)
    }
}

/// All events, stream after stream.
#[derive(Debug)]
pub(crate) struct StreamsScan {
    /// Behind this place, exclusive.
    after: (String, i64),
    /// Before this id, exclusive.
    before: String,
    last: Option<(StreamId, Revision)>,
}

impl StreamsScan {
    pub(crate) fn new(read: ReadStreams) -> Self {
        let ReadStreams { category, after, to, .. } = read;
        let begin = category.as_ref().map_or_else(String::new, |category| format!("{category}/"));
        // A category begins with a letter, the byte behind the slash that ends it is a zero, and no id has a control
        // character: so each of these lies behind all ids that are wanted, and before all others.
        let end = category.map_or_else(|| "{".to_owned(), |category| format!("{category}0"));
        let before = to.map_or_else(|| end.clone(), |to| end.clone().min(format!("{to}\u{1}")));
        let after = match after {
            Some(after) if after.as_str() > begin.as_str() => (after.as_str().to_owned(), i64::MAX),
            Some(_) | None => (begin, 0),
        };
        Self { after, before, last: None }
    }

    fn check(&mut self, event: &RecordedEvent) -> Result<(), StoreError> {
        let before = self.last.take().filter(|(stream, _)| *stream == event.stream).map(|(_, last)| last);
        let expected = Revision::after(before);
        if event.revision != expected {
            return Err(damaged(format!("{} revision {expected}", event.stream), "it is missing"));
        }
        self.last = Some((event.stream.clone(), event.revision));
        Ok(())
    }
}

impl Scan for StreamsScan {
    async fn fill(&mut self, log: &Log, page: &mut Page) -> Result<bool, StoreError> {
        const ALL: &str =
            select!("and (stream, revision) > ($2, $3) and stream < $4 order by stream, revision limit $5");
        let limit = page.size();
        let ((stream, revision), before) = (self.after.clone(), self.before.clone());
        let rows = at_most(limit as u64);
        let params: [Param<'_>; 5] = [&log.tenant, &stream, &revision, &before, &rows];
        let mut taken = 0;
        let read = log.each(ALL, &params, |row| {
            let event = page.take(row, log.identity.history)?;
            self.check(&event)?;
            taken += 1;
            page.push(event);
            Ok(page.go())
        });
        read.await?;
        if let Some(last) = page.last() {
            self.after = (last.stream.as_str().to_owned(), at_most(last.revision.get()));
        }
        Ok(taken == limit || page.is_full())
    }
}

/// All events in the order of their positions.
#[derive(Debug)]
pub(crate) struct AllScan {
    /// The ordinals still wanted: behind the first, up to the second.
    after: u64,
    to: u64,
    left: usize,
    filter: Filter,
}

impl AllScan {
    pub(crate) fn new(after: u64, to: u64, limit: Option<usize>, filter: Filter) -> Self {
        Self { after, to, left: limit.unwrap_or(usize::MAX), filter }
    }
}

impl Scan for AllScan {
    async fn fill(&mut self, log: &Log, page: &mut Page) -> Result<bool, StoreError> {
        const ALL: &str = select!("and position > $2 and position <= $3 order by position limit $4");
        if self.left == 0 || self.after >= self.to {
            return Ok(false);
        }
        let everything = self.filter == Filter::default();
        let limit = if everything { page.size().min(self.left) } else { page.size() };
        let (after, to, rows) = (at_most(self.after), at_most(self.to), at_most(limit as u64));
        let params: [Param<'_>; 4] = [&log.tenant, &after, &to, &rows];
        let mut seen = 0;
        let read = log.each(ALL, &params, |row| {
            let event = page.take(row, log.identity.history)?;
            seen += 1;
            self.after = event.position.ordinal();
            if self.filter.wants(&event.stream, &event.event_type) {
                self.left -= 1;
                page.push(event);
            }
            Ok(if self.left == 0 { Go::Home } else { page.go() })
        });
        read.await?;
        Ok(self.left > 0 && (seen == limit || page.is_full()))
    }
}

/// The bounds of a read of all streams: behind the first ordinal, up to the second, if one was asked for.
pub(crate) fn bounds(log: &Log, read: &ReadAll) -> Result<(u64, Option<u64>), StoreError> {
    let ordinal = |position| log.identity.ordinal_of(position);
    let after = read.after.map_or(Ok(0), ordinal)?;
    Ok((after, read.to.map(ordinal).transpose()?))
}

/// What an earlier append with this key did.
pub(crate) async fn answer(log: &Log, key: CommandKey) -> Result<Option<Appended>, StoreError> {
    const FIND: &str =
        "select content, position, streams::text from anjuan.command where tenant = $1 and key = $2";
    let params: [Param<'_>; 2] = [&log.tenant, key.as_uuid()];
    let place = || format!("the answer to {key}");
    log.maybe(FIND, &params, |row| {
        let content = digest(column(row, 0, &place())?, &place())?;
        let position: i64 = column(row, 1, &place())?;
        let position = u64::try_from(position).map_err(|_| damaged(place(), "a position is negative"))?;
        let streams = call::decode(column(row, 2, &place())?, key)?;
        Ok(Appended { position: log.position(position), streams, content, repeated: true })
    })
    .await
}
