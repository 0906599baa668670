//! Rule 15: the hash chain verifies.

use std::collections::BTreeMap;

use super::probe::{everything, put, stored};
use super::sample::{event_with, request, stream, write};
use super::violation::{ensure, ensure_eq};
use super::{Fixture, Outcome, Verdict, Violation};
use crate::event::{ChainHead, Digest};
use crate::id::StreamId;
use crate::store::{Append, EventStore, EventStoreExt, Expected, MemoryStore, verify_store, verify_stream};

/// The digests of a history are those of a chain that is reckoned from what was appended, and those that another
/// store has after the same appends.
///
/// # Errors
/// A digest is another, or the verification finds a fault.
pub async fn rule_15_the_chain_verifies(fixture: &dyn Fixture) -> Verdict {
    let store = fixture.open().await;
    let twin = MemoryStore::new(store.identity());
    let mut chains: BTreeMap<StreamId, Vec<ChainHead>> = BTreeMap::new();
    for append in appends() {
        reckon(&mut chains, &append, &*store);
        stored(&*store, append.clone()).await?;
        stored(&twin, append).await?;
    }
    let digests = |chain: &[ChainHead]| chain.iter().map(|head| head.digest).collect::<Vec<Digest>>();
    let reckoned: Vec<Digest> = chains.values().flat_map(|chain| digests(chain)).collect();
    let found: Vec<Digest> = everything(&*store).await?.iter().map(|event| event.digest).collect();
    ensure_eq!(found, reckoned, "digests of the store, and of a chain reckoned from what was appended");
    let in_memory: Vec<Digest> = everything(&twin).await?.iter().map(|event| event.digest).collect();
    ensure_eq!(found, in_memory, "digests of the store, and of another after the same appends");

    for (stream, chain) in &chains {
        ensure_eq!(store.stream_head(stream).await?.as_ref(), chain.last(), "the head of {stream}");
        let proven = verify_stream(&*store, stream).await;
        ensure!(proven.is_sound(), "{stream}: {:?}", proven.faults);
        ensure_eq!(proven.events, chain.len() as u64, "events verified of {stream}");
    }
    let proven = verify_store(&*store).await;
    ensure!(proven.is_sound(), "the store: {:?}", proven.faults);
    ensure_eq!((proven.streams, proven.events), (4, reckoned.len() as u64), "streams and events verified");
    a_refusal_does_not_touch_the_chain(&*store).await?;
    Ok(Outcome::Kept)
}

/// Ten appends over four streams in uneven turns.
fn appends() -> Vec<Append> {
    (0..10_usize)
        .map(|number| {
            let name = format!("link {number}");
            let streams = [number % 2, 2 + number % 2];
            let writes = streams.map(|at| {
                let events = (0..=number % 3).map(|n| {
                    let name = format!("{name} {at} {n}");
                    event_with(&name, format!(r#"{{"b":"案卷 {name}","a":null}}"#))
                });
                write(&stream(&format!("chain {at}")), Expected::Any, events.collect())
            });
            request(&name, writes)
        })
        .collect()
}

fn reckon(chains: &mut BTreeMap<StreamId, Vec<ChainHead>>, append: &Append, store: &dyn EventStore) {
    for write in &append.writes {
        let chain = chains.entry(write.stream.clone()).or_default();
        for event in &write.events {
            chain.push(ChainHead::extend(chain.last(), store.identity().hash, &write.stream, event));
        }
    }
}

async fn a_refusal_does_not_touch_the_chain(store: &dyn EventStore) -> Result<(), Violation> {
    let stream = stream("chain 0");
    let refused = [write(&stream, Expected::NoStream, vec![event_with("refused", "{}")])];
    ensure!(
        store.append(request("refused", refused)).await.is_err(),
        "a stream that exists was expected not to"
    );
    put(store, &stream, "after a refusal", 2).await?;
    let proven = verify_stream(store, &stream).await;
    ensure!(proven.is_sound(), "{stream} after a refusal: {:?}", proven.faults);
    Ok(())
}
