//! The PostgreSQL event store of anjuan: case histories of many bureaus in one database, for many processes at once.
//!
//! ```no_run
//! use anjuan::store::{EventStore, EventStoreExt};
//! use anjuan_store_pg::{Admin, NewTenant, Options, PgStore, Server};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! // Once, as the role that owns the schema.
//! let owner: Server = "postgres://owner@localhost/bureaus".parse()?;
//! let mut admin = Admin::connect(&owner).await?;
//! admin.migrate().await?;
//! admin.create(NewTenant::new("haishu".parse()?)).await?;
//! admin.admit("desk", &"haishu".parse()?).await?;
//!
//! // In every process, as a role that may read the tables and call the functions, and nothing else.
//! let desk: Server = "postgres://desk@localhost/bureaus?sslmode=require".parse()?;
//! let store = PgStore::open(&desk, "haishu".parse()?, Options::default()).await?;
//! assert!(store.all_events().await?.is_empty());
//! assert!(store.verify().await.is_sound());
//! # Ok(())
//! # }
//! ```
//!
//! # How it works
//!
//! An append is one call of one function: one transaction, one round trip. The program computes the digests, from the heads
//! that it has seen last; the function locks the heads in the order of their names, compares them, and writes everything
//! or answers what is there instead. Then the program decides anew. So a process that knows less than another is never
//! wrong, only slower by a round trip. Appends that wait at the same time travel in one call, and each gets an answer of its
//! own.
//!
//! Reads are pages behind the last key, the next two fetched while one is looked at. No snapshot is held open, and no
//! connection while a reader thinks.
//!
//! Checkpoints and snapshots lie beside the log: [`PgStore`] is their store too. [`PgKeys`] keeps keys, in another database.
//!
//! # The global order
//!
//! Positions become visible in another order than they are given in, and a reader that goes by what it sees loses events.
//! Here readers follow behind a fence ([`Feed::Fenced`]): a position is theirs once no transaction is under way that could
//! still write before it. So what was acknowledged is in its stream at once, and in the global order a moment later.
//!
//! A transaction that runs for long, in any database of the server, holds readers back; they never skip. [`PgStore::lag`]
//! names it. Where that cannot be avoided, or where transaction ids are of another kind, [`Feed::Counter`] takes the positions
//! from a row that every append locks.
//!
//! Behind an append, the server tells all listeners; whoever missed it looks for itself twice a second.
//!
//! # What is safe
//!
//! An append is answered when the server has it on disk, whatever `synchronous_commit` is by default; that of a replica is as
//! the server's settings say (`synchronous_standby_names`). `fsync` and `full_page_writes` must be on.
//!
//! A connection that goes away before the answer leaves it open whether the append was written:
//! [`CommitUnknown`](anjuan::store::StoreError::CommitUnknown). Repeat it with the same key. Every other error says that
//! nothing was written.
//!
//! # Who may do what
//!
//! - The owner of the schema migrates it, makes tenants and admits roles ([`Admin`]).
//! - A role that is admitted to a tenant may read its rows and call the functions. Row-level security shows it nothing without
//!   the tenant named in the transaction (`anjuan.tenant`), and nothing of tenants to which it is not admitted.
//! - Nobody changes or removes an event, not even the owner: triggers refuse it. A superuser can take them off; the chains
//!   would show what was done.
//!
//! For people with SQL there is a view, `anjuan.readable_event`, with payloads and metadata as text. The table has them as
//! `bytea`, because digests cover exact bytes: `jsonb` would reorder keys, and text knows no NUL.
//!
//! # Replicas, restores, upgrades
//!
//! - On a streaming replica the store can be read; its feed goes as far as the primary has settled it.
//! - When a replica takes over that may lack the last appends, and when a backup is restored,
//!   [`Admin::begin_history`]: positions and checkpoints from before are refused then, not misread.
//! - Behind a pooler that shares connections between transactions, turn off [`Options::listen`]; prepared statements must be
//!   supported (PgBouncer from 1.21).
//!
//! # Features
//!
//! - `tls` (default): encrypted connections, with rustls. Without it, connections are in clear.

mod admin;
mod append;
mod call;
mod checkpoint;
mod error;
mod feed;
mod heads;
mod keys;
mod lag;
mod listen;
mod log;
mod migrations;
mod open;
mod options;
mod pages;
mod read;
mod server;
mod snapshot;
mod store;
mod tasks;
mod tls;
mod value;
mod verify;
mod writer;

pub use admin::Admin;
pub use error::OpenError;
pub use keys::PgKeys;
pub use lag::{HeldBackBy, Lag};
pub use options::{Feed, NewTenant, Options};
pub use server::Server;
pub use store::PgStore;
pub use tls::Tls;
/// What a [`Server`] is made from, if not from a text.
pub use tokio_postgres::Config;
