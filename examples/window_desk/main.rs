//! A window desk: a whole case, from the application to the archive, by asking what is possible and choosing.
//!
//! The program knows nothing of how a case goes. It lists what [`Bureau::available_to`] gives whoever sits at the desk,
//! asks for what [`CaseCommand::form`](anjuan::case::CaseCommand::form) says, has [`Bureau::may`] foresee what would come
//! of it, and carries it out; or shows why not, by what law, and what would cure it. All words are from the catalogue. So
//! it serves every kind of case, and whatever the law asks tomorrow.
//!
//! `cargo run --example window_desk` in a terminal asks you; without one, or with `--demo`, a clerk answers who helps a
//! migrant worker to his wages. `--data DIR` keeps the cases there, `--kind mediation` opens others, `--language zh`
//! speaks Chinese, `--ask` reads answers from a pipe.

mod desk;
mod fill;
mod known;
mod show;
mod terminal;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anjuan::bureau::Bureau;
use anjuan::calendar::Language;
use anjuan::case::consultation::Consultation;
use anjuan::case::legal_aid::LegalAid;
use anjuan::case::mediation::Mediation;
use anjuan::case::notary::Notary;
use anjuan::clock::{ManualClock, Timestamp};
use anjuan::policy::CaseKind;
use anjuan::privacy::{KeyRing, MasterKey};
use anjuan::store::{EventStore, ReadAll};
use anjuan_store_sled::{Options, SledKeys, SledStore};
use anyhow::{Context, Result, bail, ensure};
use desk::Desk;
use futures_util::TryStreamExt;
use terminal::Terminal;

/// What the clerk of the demonstration types, on two days. Between them the desk is closed, and opened again.
const DEMONSTRATION: [&str; 2] = [include_str!("first_day.txt"), include_str!("later.txt")];

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse()?;
    let scratch = tempfile::tempdir()?;
    let data = arguments.data.as_deref().unwrap_or_else(|| scratch.path());
    if arguments.is_asked {
        let terminal = Terminal::of_stdin(arguments.language);
        return open_and_serve(data, terminal, &arguments).await.map(drop);
    }
    let mut open = 0;
    for answers in DEMONSTRATION {
        open = open_and_serve(data, Terminal::of_script(answers, arguments.language), &arguments).await?;
    }
    ensure!(open == 0, "the clerk did not reach the archive");
    Ok(())
}

async fn open_and_serve(data: &Path, terminal: Terminal, arguments: &Arguments) -> Result<usize> {
    let store = Arc::new(SledStore::open(data.join("log"), Options::default()).await?);
    let keys = SledKeys::open(data.join("keys")).await?;
    // A real bureau takes its master key from a vault; this one everybody knows.
    let keys = KeyRing::new(Arc::new(keys), MasterKey::from_bytes([7; 32]));
    // The desk has a clock of its own, so that one can see terms run out without waiting for it.
    let clock = Arc::new(ManualClock::new(now(&*store).await?));
    let bureau = Bureau::new(store, keys).with_clock(Arc::<ManualClock>::clone(&clock));
    match arguments.kind {
        CaseKind::Consultation => Desk::<Consultation>::new(bureau, clock, terminal).await?.serve().await,
        CaseKind::Mediation => Desk::<Mediation>::new(bureau, clock, terminal).await?.serve().await,
        CaseKind::LegalAid => Desk::<LegalAid>::new(bureau, clock, terminal).await?.serve().await,
        CaseKind::Notary => Desk::<Notary>::new(bureau, clock, terminal).await?.serve().await,
    }
}

/// A minute after the last event of the store, or a Monday in spring.
async fn now(store: &dyn EventStore) -> Result<Timestamp> {
    let last = store.read_all(ReadAll::all()).try_fold(None, async |_, event| Ok(Some(event.recorded_at)));
    match last.await? {
        None => Ok("2026-04-13T09:00:00+08:00".parse()?),
        Some(last) => Ok(last.plus_micros(60_000_000)?),
    }
}

struct Arguments {
    data: Option<PathBuf>,
    kind: CaseKind,
    language: Language,
    is_asked: bool,
}

impl Arguments {
    fn parse() -> Result<Self> {
        let is_asked = std::io::stdin().is_terminal();
        let mut parsed = Self { data: None, kind: CaseKind::LegalAid, language: Language::English, is_asked };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("{name} needs a value"));
            match name.as_str() {
                "--data" => parsed.data = Some(value()?.into()),
                "--kind" => parsed.kind = kind(&value()?)?,
                "--language" => parsed.language = language(&value()?)?,
                "--ask" => parsed.is_asked = true,
                "--demo" => parsed.is_asked = false,
                _ => bail!("unknown argument {name}; there are --data, --kind, --language, --ask and --demo"),
            }
        }
        Ok(parsed)
    }
}

fn kind(text: &str) -> Result<CaseKind> {
    let kinds = [CaseKind::Consultation, CaseKind::Mediation, CaseKind::LegalAid, CaseKind::Notary];
    let known = kinds.into_iter().find(|kind| kind.to_string() == text);
    known.with_context(|| format!("no kind of case is called {text}; there are {kinds:?}"))
}

fn language(tag: &str) -> Result<Language> {
    let known = [Language::Chinese, Language::English].into_iter().find(|language| language.tag() == tag);
    known.with_context(|| format!("no language is called {tag}; there are zh and en"))
}
