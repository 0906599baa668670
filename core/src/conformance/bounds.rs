//! Rule 6: what a read begins with, ends with and leaves out.

use futures_util::TryStreamExt;

use super::probe::{as_new, everything, feed, history, put, settled, stored};
use super::sample::{event, event_type, request, stream, stream_in, write};
use super::violation::{ensure, ensure_eq};
use super::{Fixture, Outcome, Verdict, Violation};
use crate::event::{NewEvent, RecordedEvent};
use crate::id::{Position, Revision, StreamId};
use crate::store::{
    Direction, EventStore, EventStoreExt, Expected, Filter, ReadAll, ReadStream, ReadStreams,
};

const LIMITS: [Option<usize>; 5] = [None, Some(0), Some(1), Some(3), Some(100)];

/// Every combination of bounds, limit, direction and filter is read and held against the same choice made by hand
/// from a list.
///
/// # Errors
/// A read gives other events, or gives them in another order.
pub async fn rule_06_bounds(fixture: &dyn Fixture) -> Verdict {
    of_one_stream(&*fixture.open().await).await?;
    of_the_global_order(&*fixture.open().await).await?;
    of_stream_after_stream(&*fixture.open().await).await?;
    a_read_ends_at_the_head_it_began_with(&*fixture.open().await).await?;
    Ok(Outcome::Kept)
}

async fn of_one_stream(store: &dyn EventStore) -> Result<(), Violation> {
    const EVENTS: u64 = 7;
    let stream = stream("bounds");
    put(store, &stream, "bounds", 7).await?;
    put(store, &self::stream("bounds of another"), "another", 2).await?;
    let all = history(store, &stream).await?;
    let revisions: Vec<_> = (1..=EVENTS + 2).filter_map(Revision::new).collect();
    let ends: Vec<_> = revisions.iter().copied().map(Some).chain([None]).collect();
    for &from in &revisions {
        for &to in &ends {
            for limit in LIMITS {
                for direction in [Direction::Forward, Direction::Backward] {
                    let mut read = ReadStream::all(stream.clone()).from(from);
                    (read.to, read.limit, read.direction) = (to, limit, direction);
                    let wanted = chosen(&all, &read);
                    let found: Vec<_> = store.read_stream(read.clone()).try_collect().await?;
                    ensure_eq!(found, wanted, "{read:?}");
                }
            }
        }
    }
    let head = store.stream_head(&stream).await?.map(|head| head.revision.get());
    ensure_eq!(head, Some(EVENTS), "the head of a stream");
    let unknown = self::stream("unknown");
    for read in [ReadStream::all(unknown.clone()), ReadStream::all(unknown).backward().limit(1)] {
        let found: Vec<_> = store.read_stream(read).try_collect().await?;
        ensure_eq!(found, Vec::new(), "events of an unknown stream");
    }
    Ok(())
}

fn chosen(all: &[RecordedEvent], read: &ReadStream) -> Vec<RecordedEvent> {
    let mut wanted: Vec<_> = all
        .iter()
        .filter(|event| event.revision >= read.from && read.to.is_none_or(|to| event.revision <= to))
        .cloned()
        .collect();
    match read.direction {
        Direction::Forward => {}
        Direction::Backward => wanted.reverse(),
    }
    wanted.truncate(read.limit.unwrap_or(usize::MAX));
    wanted
}

async fn of_the_global_order(store: &dyn EventStore) -> Result<(), Violation> {
    let start = store.head().await?;
    ensure_eq!(feed(store, ReadAll::all()).await?, Vec::new(), "the global order of an empty store");
    let appended = append_mixed(store).await?;
    let all = feed(store, ReadAll::all()).await?;
    ensure_eq!(as_new(&all), appended, "the global order after appends one after the other");

    let positions: Vec<_> = all.iter().map(|event| Some(event.position)).collect();
    let bounds: Vec<Option<Position>> = [None, Some(start)].into_iter().chain(positions).collect();
    for &after in &bounds {
        for &to in &bounds {
            for limit in LIMITS {
                for filter in filters() {
                    let mut read = ReadAll::all().filter(filter);
                    (read.after, read.to, read.limit) = (after, to, limit);
                    let wanted: Vec<_> = all
                        .iter()
                        .filter(|event| after.is_none_or(|after| event.position > after))
                        .filter(|event| to.is_none_or(|to| event.position <= to))
                        .filter(|event| read.filter.wants(&event.stream, &event.event_type))
                        .take(limit.unwrap_or(usize::MAX))
                        .cloned()
                        .collect();
                    ensure_eq!(feed(store, read.clone()).await?, wanted, "{read:?}");
                }
            }
        }
    }
    Ok(())
}

/// Seven events of three types in streams of three categories, of which one begins like another.
async fn append_mixed(store: &dyn EventStore) -> Result<Vec<NewEvent>, Violation> {
    let mut appended = Vec::new();
    let mut last = store.head().await?;
    let mixed = [
        ("case", "Opened"),
        ("review", "Opened"),
        ("case_file", "Opened"),
        ("case", "Closed"),
        ("review", "OpenedAgain"),
        ("case_file", "Closed"),
        ("case", "Closed"),
    ];
    for (index, (category, name)) in mixed.into_iter().enumerate() {
        let name = NewEvent { event_type: event_type(name), ..event(&format!("mixed {index}")) };
        let write = write(&stream_in(category, "1"), Expected::Any, vec![name.clone()]);
        last = stored(store, request(&format!("mixed {index}"), [write])).await?.position;
        appended.push(name);
    }
    settled(store, last).await?;
    Ok(appended)
}

fn filters() -> [Filter; 7] {
    let [opened, closed, never] = ["Opened", "Closed", "Never"].map(event_type);
    [
        Filter::default(),
        Filter::default().types([opened.clone()]),
        Filter::default().types([closed.clone(), never.clone()]),
        Filter::default().categories(["case"]),
        Filter::default().categories(["review", "case_file"]).types([opened, never]),
        Filter::default().types([closed]).categories(["none"]),
        // Wanting no type is not the same as wanting all.
        Filter::default().types([]),
    ]
}

async fn of_stream_after_stream(store: &dyn EventStore) -> Result<(), Violation> {
    let long = "x".repeat(StreamId::MAX_BYTES - "b/".len());
    let mut streams: Vec<_> = [
        ("b", "2"),
        ("b", "10"),
        ("b", "1"),
        ("b", "1/a"),
        ("b", "1 a"),
        ("b", long.as_str()),
        ("b_c", "0"),
        ("b0", "0"),
        ("bc", "0"),
        ("a", "é"),
        ("a", "z"),
        ("a", "案"),
        ("a", "ᠮ"),
        ("a", "😀"),
        ("a", "\u{FFFD}"),
    ]
    .map(|(category, key)| stream_in(category, key))
    .into();
    // Two rounds, so that no stream lies in one piece in the global order.
    for round in 0..2 {
        for stream in &streams {
            put(store, stream, &format!("{stream} {round}"), 2).await?;
        }
    }
    streams.sort();
    let mut histories = Vec::new();
    for stream in &streams {
        histories.push(history(store, stream).await?);
    }
    ensure_eq!(everything(store).await?, histories.concat(), "all streams, in the byte order of their ids");

    let absent = ["b/", "c/"].map(|category| stream_in(category.trim_end_matches('/'), "absent"));
    let bounds: Vec<_> = streams.iter().chain(&absent).cloned().map(Some).chain([None]).collect();
    for category in [None, Some("a"), Some("b"), Some("b_c"), Some("none")] {
        for after in &bounds {
            for to in &bounds {
                let mut read = ReadStreams::all();
                (read.category, read.after, read.to) = (category.map(Into::into), after.clone(), to.clone());
                let wanted: Vec<_> =
                    histories.concat().into_iter().filter(|event| read.wants(&event.stream)).collect();
                let found: Vec<_> = store.read_streams(read.clone()).try_collect().await?;
                ensure_eq!(found, wanted, "{read:?}");
            }
        }
    }
    Ok(())
}

/// A read that runs into its own appends would never end for a reader that writes.
async fn a_read_ends_at_the_head_it_began_with(store: &dyn EventStore) -> Result<(), Violation> {
    let stream = stream("growing");
    let before = put(store, &stream, "growing", 3).await?;
    settled(store, before.position).await?;
    let mut reading = store.read_all(ReadAll::all());
    ensure!(reading.try_next().await?.is_some(), "a read of three events gave none");
    let later = put(store, &stream, "grown", 3).await?;
    settled(store, later.position).await?;
    let rest: Vec<_> = reading.try_collect().await?;
    ensure_eq!(rest.len(), 2, "events that a read still gave after the store had grown");
    Ok(())
}
