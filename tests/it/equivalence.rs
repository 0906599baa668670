//! The same random programme on every store gives the same answers, errors and digests.
//!
//! A programme that does not is shrunk to the shortest that does not. Among the steps are keys that are used again, with the
//! same and with other content, expectations that fail, bounds that lie outside, and closing and opening.

use std::sync::Arc;

use anjuan::event::{EventType, HashAlgorithm, NewEvent};
use anjuan::id::{Code, CommandKey, EventId, Position, Revision, StreamId};
use anjuan::store::{
    Append, Checkpoint, CheckpointStore, Claim, Direction, EventStore, EventStream, Expected, Fence, Filter,
    Identity, MemoryCheckpoints, MemorySnapshots, MemoryStore, ReadAll, ReadStream, ReadStreams,
    SaveCheckpoint, Snapshot, SnapshotStore, StoreError, StreamWrite,
};
use anjuan_store_pg::{Admin, NewTenant, PgStore, Server};
use anjuan_store_sled::{Durability, SledStore};
use futures_util::TryStreamExt;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tempfile::TempDir;
use uuid::Uuid;

use crate::cluster::{self, Cluster};
use crate::stages::{identity, settled};

const PROGRAMMES: u32 = 40;

/// One step of a programme. Everything is a small number, so that steps meet each other.
#[derive(Debug, Clone)]
enum Step {
    Append { key: u8, content: Option<u8>, writes: Vec<(u8, Guess, u8)> },
    Find { key: u8 },
    Stream { stream: u8, from: u8, to: Option<u8>, limit: Option<u8>, backward: bool },
    All { after: Option<u8>, to: Option<u8>, limit: Option<u8>, category: bool, kind: bool },
    Streams { category: bool, after: Option<u8>, to: Option<u8> },
    Head,
    Claim { name: u8, version: u8, afresh: bool },
    Save { name: u8, fence: u8, at: u8, state: bool },
    Snapshot { stream: u8, revision: u8, version: u8 },
    Discard { stream: u8, revision: u8, version: u8 },
    Reopen,
}

/// What a write expects.
#[derive(Debug, Clone)]
enum Guess {
    Any,
    NoStream,
    Exists,
    Exactly(u8),
    /// What is really there.
    Right,
}

fn step() -> impl Strategy<Value = Step> {
    let guess = prop_oneof![
        3 => Just(Guess::Right),
        2 => Just(Guess::Any),
        1 => Just(Guess::NoStream),
        1 => Just(Guess::Exists),
        1 => (1..9_u8).prop_map(Guess::Exactly),
    ];
    let writes = prop::collection::vec((0..5_u8, guess, 0..4_u8), 0..4);
    let some = |below: u8| prop::option::of(0..below);
    prop_oneof![
        12 => (0..40_u8, prop::option::weighted(0.1, 0..3_u8), writes)
            .prop_map(|(key, content, writes)| Step::Append { key, content, writes }),
        2 => (0..40_u8).prop_map(|key| Step::Find { key }),
        4 => (0..6_u8, 1..12_u8, some(12), some(6), any::<bool>())
            .prop_map(|(stream, from, to, limit, backward)| Step::Stream { stream, from, to, limit, backward }),
        3 => (some(40), some(40), some(9), any::<bool>(), any::<bool>())
            .prop_map(|(after, to, limit, category, kind)| Step::All { after, to, limit, category, kind }),
        2 => (any::<bool>(), some(6), some(6))
            .prop_map(|(category, after, to)| Step::Streams { category, after, to }),
        1 => Just(Step::Head),
        2 => (0..3_u8, 1..3_u8, prop::bool::weighted(0.2))
            .prop_map(|(name, version, afresh)| Step::Claim { name, version, afresh }),
        2 => (0..3_u8, 0..4_u8, 0..20_u8, any::<bool>())
            .prop_map(|(name, fence, at, state)| Step::Save { name, fence, at, state }),
        2 => (0..5_u8, 1..9_u8, 1..3_u8)
            .prop_map(|(stream, revision, version)| Step::Snapshot { stream, revision, version }),
        1 => (0..5_u8, 1..9_u8, 1..3_u8)
            .prop_map(|(stream, revision, version)| Step::Discard { stream, revision, version }),
        1 => Just(Step::Reopen),
    ]
}

/// Ids of several categories, of which one begins with another, and scripts that sort in their own way.
fn stream(number: u8) -> StreamId {
    let names = ["case/1", "case/10", "case/é", "case2/卷", "note/a b", "note/none"];
    StreamId::new(names.iter().cycle().nth(usize::from(number)).unwrap()).unwrap()
}

fn event(key: u8, number: u8) -> NewEvent {
    let id = u128::from(key) * 256 + u128::from(number) + 1;
    NewEvent {
        id: EventId::from_uuid(Uuid::from_u128(id)),
        event_type: EventType::new(if number.is_multiple_of(2) { "CaseNoted" } else { "CaseClosed" })
            .unwrap(),
        schema_version: u32::MAX - u32::from(number),
        occurred_at: "0001-01-01T00:00:00Z".parse().unwrap(),
        recorded_at: "9999-12-31T23:59:59.999999Z".parse().unwrap(),
        metadata: vec![key; usize::from(number)].into(),
        data: vec![0, 255, key, number].into(),
    }
}

/// One of the stores, with what it keeps beside the log.
struct Backend {
    store: Arc<dyn EventStore>,
    checkpoints: Arc<dyn CheckpointStore>,
    snapshots: Arc<dyn SnapshotStore>,
}

impl Backend {
    fn of<S: EventStore + CheckpointStore + SnapshotStore + 'static>(store: S) -> Self {
        let store = Arc::new(store);
        Self { store: Arc::<S>::clone(&store), checkpoints: Arc::<S>::clone(&store), snapshots: store }
    }
}

enum Place {
    Memory,
    Sled(TempDir),
    Postgres(Box<Server>),
}

impl Place {
    async fn open(&self) -> Backend {
        match self {
            Self::Memory => Backend {
                store: Arc::new(MemoryStore::new(own())),
                checkpoints: Arc::new(MemoryCheckpoints::new()),
                snapshots: Arc::new(MemorySnapshots::new()),
            },
            Self::Sled(folder) => {
                let options = anjuan_store_sled::Options::default().identity(own()).hash(own().hash);
                let options = options.durability(Durability::ProcessCrash);
                Backend::of(SledStore::open(folder.path().join("log"), options).await.unwrap())
            }
            Self::Postgres(server) => {
                let options = anjuan_store_pg::Options::default().listen(false).connections(2);
                Backend::of(PgStore::open(server, "bureau".parse().unwrap(), options).await.unwrap())
            }
        }
    }
}

fn own() -> Identity {
    identity(HashAlgorithm::Sm3)
}

fn at(ordinal: u8) -> Position {
    Position::new(own().history, u64::from(ordinal))
}

fn name(number: u8) -> Code {
    format!("reader-{number}").parse().unwrap()
}

/// Carries out a programme and writes down every answer. Errors are told by their text, which names kind and place.
async fn carry_out(place: &Place, programme: &[Step]) -> Vec<String> {
    let mut backend = place.open().await;
    let mut told = Vec::new();
    for step in programme {
        if matches!((step, place), (Step::Reopen, Place::Sled(_) | Place::Postgres(_))) {
            drop(backend);
            backend = place.open().await;
        }
        told.push(answer(&backend, step).await);
    }
    let all = backend.store.read_streams(ReadStreams::all()).try_collect::<Vec<_>>().await;
    told.push(format!("{all:?}"));
    told
}

async fn answer(backend: &Backend, step: &Step) -> String {
    let Backend { store, checkpoints, snapshots } = backend;
    match step {
        Step::Append { key, content, writes } => {
            let append = request(&**store, *key, *content, writes).await;
            let checks_only = append.event_count() == 0;
            match store.append(append).await {
                // The head may lag behind in one store and not in the other.
                Ok(answer) if checks_only && !answer.repeated => format!("checked {:?}", answer.content),
                Err(StoreError::Conflict(conflict)) => format!("{conflict:?}"),
                other => format!("{:?}", other.map_err(|error| error.to_string())),
            }
        }
        Step::Find { key } => format!("{:?}", store.find_append(command(*key)).await.unwrap()),
        Step::Stream { stream: id, from, to, limit, backward } => {
            let mut read = ReadStream::all(stream(*id)).from(revision(*from));
            read.to = to.and_then(|to| Revision::new(u64::from(to)));
            read.limit = limit.map(usize::from);
            read.direction = if *backward { Direction::Backward } else { Direction::Forward };
            read_out(store.read_stream(read)).await
        }
        Step::All { after, to, limit, category, kind } => {
            settled(&**store).await;
            let mut filter = Filter::default();
            if *category {
                filter = filter.categories(["case"]);
            }
            if *kind {
                filter = filter.types([EventType::new("CaseClosed").unwrap()]);
            }
            let mut read = ReadAll::all().filter(filter);
            read.after = after.map(at);
            read.to = to.map(at);
            read.limit = limit.map(usize::from);
            read_out(store.read_all(read)).await
        }
        Step::Streams { category, after, to } => {
            let mut read = ReadStreams::all();
            read.category = category.then(|| "case".to_owned());
            read.after = after.map(stream);
            read.to = to.map(stream);
            read_out(store.read_streams(read)).await
        }
        Step::Head => {
            settled(&**store).await;
            format!("{:?}", store.head().await.unwrap())
        }
        Step::Claim { name: number, version, afresh } => {
            let mut claim = Claim::new(name(*number), own().history, u32::from(*version));
            claim.afresh = *afresh;
            format!("{:?}", checkpoints.claim(claim).await.map_err(|error| error.to_string()))
        }
        Step::Save { name: number, fence, at: position, state } => {
            let state = state.then(|| vec![0, *position].into());
            let checkpoint = Checkpoint { position: at(*position), state };
            let save =
                SaveCheckpoint { name: name(*number), fence: Fence::new(u64::from(*fence)), checkpoint };
            let saved = checkpoints.save(save).await.map_err(|error| error.to_string());
            format!("{saved:?} {:?}", checkpoints.load(&name(*number)).await.unwrap())
        }
        Step::Snapshot { stream: id, revision, version } => {
            let saved = snapshots.save(snapshot(*id, *revision, *version)).await;
            let saved = saved.map_err(|error| error.to_string());
            format!("{saved:?} {:?}", snapshots.load(&stream(*id)).await.unwrap())
        }
        Step::Discard { stream: id, revision, version } => {
            snapshots.discard(&snapshot(*id, *revision, *version)).await.unwrap();
            format!("{:?}", snapshots.load(&stream(*id)).await.unwrap())
        }
        Step::Reopen => format!("{:?}", store.identity()),
    }
}

fn command(key: u8) -> CommandKey {
    CommandKey::from_uuid(Uuid::from_u128(u128::from(key) + 1))
}

fn revision(number: u8) -> Revision {
    Revision::new(u64::from(number)).unwrap()
}

fn snapshot(id: u8, number: u8, version: u8) -> Snapshot {
    let revision = revision(number);
    let digest = anjuan::event::Digest::of_parts([&[id, number][..]]);
    let head = anjuan::event::ChainHead { revision, digest };
    Snapshot { stream: stream(id), head, version: u32::from(version), state: vec![0, version].into() }
}

async fn request(store: &dyn EventStore, key: u8, content: Option<u8>, writes: &[(u8, Guess, u8)]) -> Append {
    let mut all = Vec::new();
    let mut number = 0;
    for (id, guess, count) in writes {
        let expected = match guess {
            Guess::Any => Expected::Any,
            Guess::NoStream => Expected::NoStream,
            Guess::Exists => Expected::Exists,
            Guess::Exactly(number) => Expected::Exactly(revision(*number)),
            Guess::Right => {
                let events: Vec<_> =
                    store.read_stream(ReadStream::all(stream(*id))).try_collect().await.unwrap();
                let events: Vec<anjuan::event::RecordedEvent> = events;
                Expected::at(events.last().map(|event| event.revision))
            }
        };
        let events = (number..number + count).map(|number| event(key, number)).collect();
        number += count;
        all.push(StreamWrite { stream: stream(*id), expected, events });
    }
    let append = Append::new(command(key), all);
    match content {
        Some(content) => Append { content: anjuan::event::Digest::of_parts([&[content][..]]), ..append },
        None => append,
    }
}

async fn read_out(events: EventStream) -> String {
    let events: Result<Vec<_>, _> = events.try_collect().await;
    format!("{:?}", events.map_err(|error| error.to_string()))
}

/// A database with nothing in it, made anew for every programme out of the same one.
struct Database {
    cluster: &'static Cluster,
    name: String,
}

impl Database {
    async fn new() -> Option<Self> {
        let cluster = cluster::shared()?;
        let name = cluster.database().await;
        Admin::connect(&cluster.server(&name)).await.unwrap().migrate().await.unwrap();
        Some(Self { cluster, name })
    }

    async fn emptied(&self) -> Server {
        let plain = self.cluster.connect("postgres", &self.name).await;
        let empty = "set session_replication_role = replica; \
            truncate anjuan.event, anjuan.command, anjuan.head, anjuan.checkpoint, anjuan.snapshot, anjuan.counter, \
                anjuan.admission, anjuan.tenant; \
            update anjuan.feed set settled = 0, probed = 0, fence = 0; \
            select setval('anjuan.position', 1, false)";
        plain.batch_execute(empty).await.unwrap();
        let server = self.cluster.server(&self.name);
        let mut admin = Admin::connect(&server).await.unwrap();
        admin.create(NewTenant::new("bureau".parse().unwrap()).identity(own())).await.unwrap();
        server
    }
}

fn equivalent(
    database: Option<&Database>,
    runtime: &tokio::runtime::Runtime,
    programme: &[Step],
) -> Result<(), TestCaseError> {
    let in_memory = runtime.block_on(carry_out(&Place::Memory, programme));
    let mut others = vec![("sled", Place::Sled(tempfile::tempdir().unwrap()))];
    if let Some(database) = database {
        others.push(("PostgreSQL", Place::Postgres(Box::new(runtime.block_on(database.emptied())))));
    }
    for (name, place) in others {
        let told = runtime.block_on(carry_out(&place, programme));
        for (index, (ours, theirs)) in told.iter().zip(&in_memory).enumerate() {
            prop_assert_eq!(ours, theirs, "{} and memory, step {}: {:?}", name, index, programme.get(index));
        }
    }
    Ok(())
}

#[test]
fn one_programme_has_the_same_answers_everywhere() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(Database::new());
    let config = Config { cases: PROGRAMMES, failure_persistence: None, ..Config::default() };
    let programmes = prop::collection::vec(step(), 1..40);
    let tried = TestRunner::new(config)
        .run(&programmes, |programme| equivalent(database.as_ref(), &runtime, &programme));
    tried.unwrap_or_else(|error| panic!("{error}"));
}
