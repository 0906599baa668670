//! The records of those whom a request puts to work: looked up before it is decided, and held to when it is written.

use std::collections::BTreeMap;

use super::Request;
use crate::case::{Assignable, Kind, Staff};
use crate::clock::Timestamp;
use crate::id::{ActorId, StreamId};
use crate::replay::{AsOf, ReplayError, Timeline};
use crate::staff::{Provider, Record, Shift, Standing};
use crate::store::{EventStore, Expected, ReadStream, StreamWrite};

/// The records that a request is decided by.
pub(super) struct Records {
    providers: BTreeMap<ActorId, Timeline<Provider>>,
    /// The turn of duty that the request names.
    shift: Option<(StreamId, Timeline<Shift>)>,
}

impl Records {
    pub(super) async fn look_up<K: Kind>(
        store: &dyn EventStore,
        request: &Request<K>,
    ) -> Result<Self, ReplayError> {
        let mut providers = BTreeMap::new();
        for person in request.command.engages() {
            providers.insert(person, read(store, Provider::stream(person)).await?);
        }
        let shift = match request.shift.map(Shift::stream) {
            None => None,
            Some(stream) => Some((stream.clone(), read(store, stream).await?)),
        };
        Ok(Self { providers, shift })
    }

    /// The latest moment in them.
    pub(super) fn until(&self) -> Option<Timestamp> {
        let providers = self.providers.values().map(|record| record.present().until);
        let shift = self.shift.iter().map(|(_, record)| record.present().until);
        providers.chain(shift).max().flatten()
    }

    /// What they say of a request that happens at a moment.
    ///
    /// What happens now is judged by all that is recorded, even by a desk whose clock is behind; what happened before, by
    /// the records as they were then.
    pub(super) fn say<K: Kind>(&self, request: &Request<K>, at: Timestamp) -> Result<Staff, ReplayError> {
        let as_of = match request.occurred_at {
            None => AsOf::now(),
            Some(_) => AsOf::now().happened_by(at),
        };
        let mut assignable = BTreeMap::new();
        for (person, record) in &self.providers {
            assignable.insert(*person, says(&record.state_as_of(as_of)?, at));
        }
        let on_duty = match &self.shift {
            None => false,
            Some((_, record)) => record.state_as_of(as_of)?.is_on_duty(request.by.id, at),
        };
        Ok(Staff { assignable, on_duty })
    }

    /// Writes without events, which hold only as long as the records are what they were.
    pub(super) fn unchanged(&self) -> impl Iterator<Item = StreamWrite> {
        let providers = self
            .providers
            .iter()
            .map(|(person, record)| (Provider::stream(*person), Expected::at(record.present().revision())));
        let shift = self.shift.iter().map(|(stream, record)| {
            let expected = Expected::at(record.present().revision());
            (stream.clone(), expected)
        });
        let checks = providers.chain(shift);
        checks.map(|(stream, expected)| StreamWrite { stream, expected, events: Vec::new() })
    }
}

fn says(provider: &Provider, at: Timestamp) -> Assignable {
    match provider.standing {
        Standing::Unknown => Assignable::NoRecord,
        Standing::Active | Standing::Suspended { .. } | Standing::Removed => {
            if provider.is_barred(at.china_date()) { Assignable::Barred } else { Assignable::Pooled }
        }
    }
}

async fn read<R: Record>(store: &dyn EventStore, stream: StreamId) -> Result<Timeline<R>, ReplayError> {
    Timeline::read(&R::codec(), store.read_stream(ReadStream::all(stream))).await
}
