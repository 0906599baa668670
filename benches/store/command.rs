//! Commands with eight callers: load the case, decide, append. Against the same appends with nothing before them; and
//! the same loads with nothing behind them, to tell what part of the difference is theirs.

use std::path::Path;

use anjuan::clock::Timestamp;
use anjuan::decider::{Decider, Misplaced};
use anjuan::event::{Digest, EventSet, NewEvent};
use anjuan::execute::{Loader, OneStream, Stamp, execute};
use anjuan::id::{Code, CommandKey, StreamId, SystemEntropy};
use anjuan::store::{Append, EventStore, EventStoreExt, Expected, StreamWrite};
use anjuan::testing::sample::{SampleCases, SampleEvent};
use anjuan_store_sled::{Options, SledStore};
use anyhow::{Context, Result};
use futures_util::future;

use crate::Bench;
use crate::filled::cases_of;
use crate::table::{Rounds, Table, Target, timed};

const CALLERS: u64 = 8;

/// A case that counts what happened in it. Something can happen only where something has.
struct Counting;

impl Decider for Counting {
    type State = u64;
    type Command = SampleEvent;
    type Event = SampleEvent;
    type Context = ();
    type Refusal = Code;

    fn initial() -> u64 {
        0
    }

    fn decide(count: &u64, command: &SampleEvent, (): &()) -> Result<Vec<SampleEvent>, Code> {
        match count {
            0 => Err(Code::new("NO_CASE").expect("a code")),
            _ => Ok(vec![command.clone()]),
        }
    }

    fn evolve(count: u64, _: &SampleEvent, _: Timestamp) -> Result<u64, Misplaced> {
        Ok(count + 1)
    }
}

/// A moment after all that the made-up cases hold: a command happens after what the case has seen.
fn after_everything() -> Result<Timestamp> {
    Ok("2099-01-01T00:00:00Z".parse()?)
}

/// One more event for a case.
#[derive(Clone)]
struct Job {
    stream: StreamId,
    event: NewEvent,
}

impl Job {
    fn key(&self) -> CommandKey {
        CommandKey::from_uuid(*self.event.id.as_uuid())
    }

    async fn carry_out(self, store: &SledStore) -> Result<()> {
        let Self { stream, event } = &self;
        let command =
            SampleEvent::decode(event.event_type.as_str(), &event.data).context("a known type")??;
        let stamp = Stamp {
            occurred_at: after_everything()?,
            recorded_at: event.recorded_at,
            metadata: event.metadata.clone(),
            entropy: &SystemEntropy,
        };
        let codec = SampleCases::codec();
        let loader = Loader::<Counting>::new(stream.clone(), &codec);
        let attempt = OneStream { loader, command: &command, context: &(), stamp };
        let content = Digest::of_parts([stream.as_str().as_bytes(), &event.data]);
        execute(store, self.key(), content, attempt).await?;
        Ok(())
    }

    async fn load(self, store: &SledStore) -> Result<()> {
        let codec = SampleCases::codec();
        for event in store.stream_events(&self.stream).await? {
            std::hint::black_box(codec.decode(&event)?);
        }
        Ok(())
    }

    async fn append(self, store: &SledStore) -> Result<()> {
        let key = self.key();
        let write = StreamWrite { stream: self.stream, expected: Expected::Any, events: vec![self.event] };
        store.append(Append::new(key, vec![write])).await?;
        Ok(())
    }
}

pub fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let filled = bench.filled()?;
    let copies = [filled.copy("command-store")?, filled.copy("command-raw")?, filled.copy("command-load")?];
    let open = |path: &Path| bench.runtime.block_on(SledStore::open(path, Options::default()));
    let [commanded, appended, loaded] = &copies;
    let (commanded, appended, loaded) = (open(commanded)?, open(appended)?, open(loaded)?);
    let each = bench.scale.appends;
    let [mut commands, mut loads] = [(); 2].map(|()| Rounds::default());
    for round in 0..=bench.scale.rounds as u64 {
        let first = round * CALLERS * each;
        let streams = filled.some_streams(CALLERS * each, first);
        // A session of a case that is not in the store: an event that was not appended before.
        let unheard = cases_of(filled.cases + first..).filter_map(|case| case.events.into_iter().nth(6));
        let jobs: Vec<_> =
            streams.into_iter().zip(unheard).map(|(stream, event)| Job { stream, event }).collect();
        let callers = jobs.chunks(usize::try_from(each)?).collect::<Vec<_>>();
        let command = all(bench, &callers, |job| job.carry_out(&commanded))?;
        let append = all(bench, &callers, |job| job.append(&appended))?;
        let load = all(bench, &callers, |job| job.load(&loaded))?;
        if round > 0 {
            commands.push(command, append);
            loads.push(load, append);
        }
    }
    let things = (CALLERS * each) as f64;
    let what = "command with 8 callers (load, decide, append), against the append alone";
    table.push(commands.row(what, things, Some(Target::RatioAtLeast(0.75))));
    table.push(loads.row("the load alone with 8 callers, against the append alone", things, None));
    Ok(())
}

/// The seconds in which all callers have done their jobs, each of them one after the other.
fn all<F: Future<Output = Result<()>>>(
    bench: &Bench,
    callers: &[&[Job]],
    work: impl Fn(Job) -> F,
) -> Result<f64> {
    let callers = callers.iter().map(|jobs| async {
        for job in *jobs {
            work(job.clone()).await?;
        }
        anyhow::Ok(())
    });
    Ok(timed(|| bench.runtime.block_on(future::try_join_all(callers)).map(drop))?.1)
}
