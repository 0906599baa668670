//! The stores on which whole cases are played.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anjuan::bureau::Bureau;
use anjuan::case::Kind;
use anjuan::case::consultation::Consultation;
use anjuan::case::legal_aid::LegalAid;
use anjuan::case::mediation::Mediation;
use anjuan::case::notary::Notary;
use anjuan::clock::Timestamp;
use anjuan::event::HashAlgorithm;
use anjuan::policy::{CaseKind, Policy};
use anjuan::privacy::{KeyRing, KeyStore, MasterKey, MemoryKeys};
use anjuan::store::{EventStore, Identity, MemoryStore, ReadStreams};
use anjuan::testing::SeededEntropy;
use anjuan::testing::scenario::{Played, Scenario, Stage};
use anjuan_store_pg::{Admin, NewTenant, PgKeys, PgStore, Server};
use anjuan_store_sled::{Options, SledKeys, SledStore};
use futures_util::TryStreamExt;
use tempfile::TempDir;

use crate::cluster;

/// The same identity for every store, so that positions can be compared too.
pub(crate) fn identity(hash: HashAlgorithm) -> Identity {
    Identity::new(Timestamp::EPOCH, &SeededEntropy::new("store"), hash)
}

/// A ring whose randomness is the scenario's, and whose master key everybody knows.
fn ring(keys: impl KeyStore + 'static) -> KeyRing {
    KeyRing::new(Arc::new(keys), MasterKey::from_bytes([7; 32]))
}

pub(crate) fn memory(hash: HashAlgorithm) -> Stage {
    Stage {
        store: Arc::new(MemoryStore::new(identity(hash))),
        keys: ring(MemoryKeys::default()),
        policy: Policy::embedded(),
    }
}

/// A store on disk, in a folder of its own: the log and the keys apart.
pub(crate) struct OnDisk {
    folder: TempDir,
    hash: HashAlgorithm,
}

impl OnDisk {
    pub(crate) fn new(hash: HashAlgorithm) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), hash }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    pub(crate) async fn open(&self) -> Stage {
        let options = Options::default().identity(identity(self.hash)).hash(self.hash);
        Stage {
            store: Arc::new(SledStore::open(self.log(), options).await.unwrap()),
            keys: ring(SledKeys::open(self.folder.path().join("keys")).await.unwrap()),
            policy: Policy::embedded(),
        }
    }
}

/// A store in PostgreSQL, in a database of its own.
pub(crate) struct InDatabase {
    server: Server,
}

impl InDatabase {
    /// Nothing if there is no server.
    pub(crate) async fn new(hash: HashAlgorithm) -> Option<Self> {
        let cluster = cluster::shared()?;
        let server = cluster.server(&cluster.database().await);
        let mut admin = Admin::connect(&server).await.unwrap();
        admin.migrate().await.unwrap();
        admin.migrate_keys().await.unwrap();
        admin.create(NewTenant::new(Self::tenant()).identity(identity(hash))).await.unwrap();
        Some(Self { server })
    }

    fn tenant() -> anjuan::id::Code {
        "bureau".parse().unwrap()
    }

    pub(crate) async fn open(&self) -> Stage {
        let options = anjuan_store_pg::Options::default();
        Stage {
            store: Arc::new(PgStore::open(&self.server, Self::tenant(), options.clone()).await.unwrap()),
            keys: ring(PgKeys::open(&self.server, options).await.unwrap()),
            policy: Policy::embedded(),
        }
    }
}

/// Waits until the global order has everything: others who use the same server may hold it back for a moment.
pub(crate) async fn settled(store: &dyn EventStore) {
    let all: Vec<_> = store.read_streams(ReadStreams::all()).try_collect().await.unwrap();
    let Some(last) = all.iter().map(|event| event.position.ordinal()).max() else { return };
    loop {
        let head = store.head().await.unwrap();
        if head.ordinal() >= last {
            return;
        }
        store.appended_after(head).await.unwrap();
    }
}

/// The folder of all scenarios.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

/// A life of a mediation.
pub(crate) fn scenario(name: &str) -> PathBuf {
    folder().join("mediation").join(name)
}

/// A scenario of whatever kind that was played.
pub(crate) struct Ended {
    pub(crate) bureau: Bureau,
    /// Whether every command had been carried out before.
    pub(crate) repeated: bool,
}

impl<K: Kind> From<Played<K>> for Ended {
    fn from(played: Played<K>) -> Self {
        let repeated = played.receipts.iter().all(|receipt| receipt.repeated);
        Self { bureau: played.bureau, repeated }
    }
}

/// Plays a file of whatever kind; what went wrong is told in one line.
pub(crate) async fn try_play_any(path: &Path, stage: &Stage) -> anyhow::Result<Ended> {
    try_play_life(&Scenario::read(path)?, stage).await
}

/// Plays a scenario of whatever kind.
pub(crate) async fn try_play_life(scenario: &Scenario, stage: &Stage) -> anyhow::Result<Ended> {
    match scenario.kind {
        CaseKind::Consultation => Ok(scenario.play::<Consultation>(stage).await?.into()),
        CaseKind::Mediation => Ok(scenario.play::<Mediation>(stage).await?.into()),
        CaseKind::LegalAid => Ok(scenario.play::<LegalAid>(stage).await?.into()),
        CaseKind::Notary => Ok(scenario.play::<Notary>(stage).await?.into()),
    }
}

/// Plays a file of whatever kind that must come out as written.
pub(crate) async fn play_any(path: &Path, stage: &Stage) -> Ended {
    try_play_any(path, stage).await.unwrap_or_else(|error| panic!("{error:#}"))
}

/// Plays a file; what went wrong is told in one line.
pub(crate) async fn try_play(path: &Path, stage: &Stage) -> anyhow::Result<Played<Mediation>> {
    Ok(Scenario::read(path)?.play::<Mediation>(stage).await?)
}

/// Plays a file that must come out as written.
pub(crate) async fn play(path: &Path, stage: &Stage) -> Played<Mediation> {
    try_play(path, stage).await.unwrap_or_else(|error| panic!("{error:#}"))
}
