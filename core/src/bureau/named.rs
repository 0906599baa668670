//! The cases that a request names: looked up before it is decided, and held to when it is written.

use super::Request;
use super::beside::Beside;
use crate::case::{Case, Kind, KnownCase, KnownCases, NamedCase};
use crate::replay::{ReplayError, Timeline};
use crate::store::{EventStore, EventStoreExt, Expected, ReadStream, StreamWrite};

/// What is known of the cases that a request names. Those that are opened in the same append are there, and nobody knows
/// more of them.
pub(super) async fn look_up<K: Kind>(
    store: &dyn EventStore,
    request: &Request<K>,
    opened: &[NamedCase],
    beside: &mut Beside,
) -> Result<KnownCases, ReplayError> {
    let mut known = KnownCases::new();
    for named in request.command.names() {
        let found = match named.kind == K::KIND {
            true => read::<K>(store, named, beside).await?,
            false => store.stream_head(&named.case.stream(named.kind)).await?.map(|_| KnownCase::default()),
        };
        let opened = || opened.contains(&named).then(KnownCase::default);
        known.extend(found.or_else(opened).map(|found| (named, found)));
    }
    Ok(known)
}

/// A case of the same kind, which must not change before the append.
async fn read<K: Kind>(
    store: &dyn EventStore,
    named: NamedCase,
    beside: &mut Beside,
) -> Result<Option<KnownCase>, ReplayError> {
    let stream = named.case.stream(named.kind);
    let events = store.read_stream(ReadStream::all(stream.clone()));
    let timeline = Timeline::<Case<K>>::read(&K::codec(), events).await?;
    let present = timeline.present();
    let Some(revision) = present.revision() else { return Ok(None) };
    beside.check(StreamWrite { stream, expected: Expected::Exactly(revision), events: Vec::new() });
    let fingerprints = K::people(&present.state.own).fingerprints;
    Ok(Some(KnownCase { fingerprints, is_closed: present.state.is_closed() }))
}
