//! The embedded event store of anjuan.

mod append;
mod block;
mod chunks;
mod error;
mod group;
mod heads;
mod layout;
mod log;
mod open;
mod options;
mod pool;
mod read;
mod record;
mod store;
mod sync;
mod verify;
mod witness;
mod writer;

pub use error::OpenError;
pub use options::{Durability, Options};
pub use store::SledStore;
