//! The PostgreSQL event store of anjuan.

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
pub use tokio_postgres::Config;
