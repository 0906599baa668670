//! Rule 17: limits are typed errors, and what is just within them is accepted.

use bytes::Bytes;

use super::probe::{as_new, history, refused, stored};
use super::sample::{event, event_with, events, request, stream, write};
use super::violation::ensure_eq;
use super::{Fixture, Outcome, Verdict, Violation};
use crate::event::NewEvent;
use crate::store::{EventStore, Expected, Limit, StoreError, StreamWrite};

/// Each limit is met exactly, which is accepted, and passed by one, which is refused by name and number.
///
/// The lengths of stream ids and event types are checked where these are made; that a store takes the longest is
/// part of rule 7.
///
/// # Errors
/// The greatest value is refused, or one more is not.
pub async fn rule_17_limits_are_typed_errors(fixture: &dyn Fixture) -> Verdict {
    let store = fixture.open().await;
    for limit in [
        Limit::EventsPerAppend,
        Limit::StreamsPerAppend,
        Limit::DataBytes,
        Limit::MetadataBytes,
        Limit::BytesPerAppend,
    ] {
        over(&*store, limit).await?;
        within(&*store, limit).await?;
    }
    Ok(Outcome::Kept)
}

async fn within(store: &dyn EventStore, limit: Limit) -> Result<(), Violation> {
    let writes = writes_of(limit, limit.max());
    stored(store, request(&format!("{limit:?}"), writes.clone())).await?;
    for write in writes {
        let found = as_new(&history(store, &write.stream).await?);
        ensure_eq!(found, write.events, "what was appended with exactly {} {limit}", limit.max());
    }
    Ok(())
}

async fn over(store: &dyn EventStore, limit: Limit) -> Result<(), Violation> {
    let actual = limit.max() + 1;
    let writes = writes_of(limit, actual);
    let why = format!("an append with {actual} {limit}");
    match refused(store, request(&format!("{limit:?}"), writes), &why).await? {
        StoreError::TooLarge { limit: found_limit, actual: found } => {
            ensure_eq!((found_limit, found), (limit, actual), "limit and number told of {why}");
            Ok(())
        }
        error => Err(Violation::caused(format!("{why} must be told as too large"), error)),
    }
}

/// Writes that have this much of what the limit is about, and little of everything else.
fn writes_of(limit: Limit, amount: usize) -> Vec<StreamWrite> {
    let name = format!("{limit:?}");
    let one = |events| vec![write(&stream(&name), Expected::NoStream, events)];
    match limit {
        Limit::EventsPerAppend => {
            // Over several streams: the limit is on the append.
            let (first, rest) = (amount / 3, amount - amount / 3);
            vec![
                write(&stream(&format!("{name} a")), Expected::NoStream, events(&format!("{name} a"), first)),
                write(&stream(&format!("{name} b")), Expected::NoStream, events(&format!("{name} b"), rest)),
            ]
        }
        Limit::StreamsPerAppend => (0..amount)
            .map(|number| format!("{name} {number}"))
            .map(|name| write(&stream(&name), Expected::NoStream, vec![event(&name)]))
            .collect(),
        Limit::DataBytes => one(vec![event_with(&name, filled(amount))]),
        Limit::MetadataBytes => one(vec![NewEvent { metadata: filled(amount), ..event(&name) }]),
        Limit::BytesPerAppend => {
            // Eight payloads that would fill the append exactly, of which the metadata take a part.
            let metadata = Bytes::from_static(b"{}");
            let share = Limit::BytesPerAppend.max() / 8 - metadata.len();
            let mut all: Vec<_> = (0..8).map(|n| event_with(&format!("{name} {n}"), filled(share))).collect();
            let last = NewEvent {
                metadata: filled(metadata.len() + amount - limit.max()),
                ..event_with(&format!("{name} 7"), filled(share))
            };
            all.truncate(7);
            all.push(last);
            one(all)
        }
    }
}

fn filled(bytes: usize) -> Bytes {
    vec![b'x'; bytes].into()
}
