//! Commands with eight callers: load the case, decide, append. Against the same appends with nothing before them.

use std::path::Path;

use anjuan::clock::Timestamp;
use anjuan::decider::{Decider, Misplaced};
use anjuan::event::{Digest, EventSet, NewEvent};
use anjuan::execute::{Loader, OneStream, Stamp, execute};
use anjuan::id::{Code, CommandKey, StreamId, SystemEntropy};
use anjuan::store::{Append, EventStore, Expected, StreamWrite};
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

    async fn append(self, store: &SledStore) -> Result<()> {
        let key = self.key();
        let write = StreamWrite { stream: self.stream, expected: Expected::Any, events: vec![self.event] };
        store.append(Append::new(key, vec![write])).await?;
        Ok(())
    }
}

pub fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let filled = bench.filled()?;
    let (commanded, appended) = (filled.copy("command-store")?, filled.copy("command-raw")?);
    let open = |path: &Path| bench.runtime.block_on(SledStore::open(path, Options::default()));
    let (ours, raw) = (open(&commanded)?, open(&appended)?);
    let each = bench.scale.appends;
    let mut rounds = Rounds::default();
    for round in 0..=bench.scale.rounds as u64 {
        let first = round * CALLERS * each;
        let streams = filled.some_streams(CALLERS * each, first);
        // A session of a case that is not in the store: an event that was not appended before.
        let unheard = cases_of(filled.cases + first..).filter_map(|case| case.events.into_iter().nth(6));
        let jobs: Vec<_> =
            streams.into_iter().zip(unheard).map(|(stream, event)| Job { stream, event }).collect();
        let callers = jobs.chunks(usize::try_from(each)?).map(<[Job]>::to_vec);
        let commands = callers.clone().map(|jobs| async {
            for job in jobs {
                job.carry_out(&ours).await?;
            }
            anyhow::Ok(())
        });
        let ((), with_decision) = timed(|| bench.runtime.block_on(future::try_join_all(commands)).map(drop))?;
        let appends = callers.map(|jobs| async {
            for job in jobs {
                job.append(&raw).await?;
            }
            anyhow::Ok(())
        });
        let ((), without) = timed(|| bench.runtime.block_on(future::try_join_all(appends)).map(drop))?;
        if round > 0 {
            rounds.push(with_decision, without);
        }
    }
    let what = "command with 8 callers (load, decide, append), against the append alone";
    table.push(rounds.row(what, (CALLERS * each) as f64, Some(Target::RatioAtLeast(0.75))));
    Ok(())
}
