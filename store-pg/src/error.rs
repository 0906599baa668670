//! What can go wrong beneath the contract.

use anjuan::event::HashAlgorithm;
use anjuan::id::Code;
use anjuan::store::{Cause, StoreError};
use deadpool_postgres::PoolError;
use tokio_postgres::Error;
use tokio_postgres::error::{Severity, SqlState};

use crate::server::is_crowded;

/// Why a store cannot be opened, set up or given to a role. What it says was not done, was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The text that names the server is none.
    #[error("this does not name a server")]
    Configuration(#[source] Error),
    /// The certificates to be trusted cannot be read.
    #[error("the certificates cannot be used")]
    Certificates(#[source] Cause),
    /// The server does not let this user in, or has no such database: name, password, or `pg_hba.conf`.
    #[error("the server refuses this user or database")]
    Refused(#[source] Error),
    /// The server cannot be reached, or failed.
    #[error("the server cannot be used")]
    Server(#[source] Cause),
    /// The server is too old.
    #[error("the server is PostgreSQL {found}, the oldest that will do is {oldest}")]
    OldServer {
        /// The version of the server.
        found: u32,
        /// The oldest that will do.
        oldest: u32,
    },
    /// There is no schema `anjuan` in this database, or the role may not see it: [`migrate`](crate::Admin::migrate), or
    /// [`admit`](crate::Admin::admit) the role.
    #[error("there is no event store of anjuan in this database, or it is not open to this role")]
    Missing,
    /// The schema is older than this program: [`migrate`](crate::Admin::migrate).
    #[error("the schema is of format {found}, and needs to be migrated to {needed}")]
    OlderFormat {
        /// The format of the schema.
        found: u32,
        /// The one that this program needs.
        needed: u32,
    },
    /// The schema was migrated by a newer version of this crate: update the program.
    #[error("the schema is of format {found}, the newest known is {known}")]
    NewerFormat {
        /// The format of the schema.
        found: u32,
        /// The newest that this program knows.
        known: u32,
    },
    /// A migration failed, or what was migrated before is not what this crate would have done. Migrations before it stay.
    #[error("the schema cannot be migrated")]
    Migration(#[source] Cause),
    /// No tenant has this name, or this role is not admitted to it.
    #[error("there is no tenant {tenant} for this role")]
    UnknownTenant {
        /// The name.
        tenant: Code,
    },
    /// A tenant has this name already.
    #[error("there is a tenant {tenant} already")]
    TenantExists {
        /// The name.
        tenant: Code,
    },
    /// The tenant exists and chains its events with another hash function.
    #[error("the tenant chains its events with {found}, not with {asked}")]
    OtherHash {
        /// The hash function of the tenant.
        found: HashAlgorithm,
        /// The one that was asked for.
        asked: HashAlgorithm,
    },
    /// The tenant's positions come from a counter, whose order rests on a lock of its row, and this server gave the lock
    /// to two transactions at once.
    #[error("this server does not lock rows, and a counter would give wrong positions")]
    NoRowLocks,
    /// What is stored about the store itself makes no sense.
    #[error("the store is damaged at {place}: {reason}")]
    Damaged {
        /// Where.
        place: String,
        /// What is wrong there.
        reason: String,
    },
}

impl OpenError {
    /// A failure while connecting or setting up.
    pub(crate) fn connecting(error: Error) -> Self {
        match error.code() {
            Some(code) if code.code().starts_with("28") || *code == SqlState::INVALID_CATALOG_NAME => {
                Self::Refused(error)
            }
            Some(code) if is_missing(code) => Self::Missing,
            Some(_) | None => Self::Server(error.into()),
        }
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        if let StoreError::Corrupt { place, reason } = error {
            Self::Damaged { place, reason }
        } else {
            Self::Server(error.into())
        }
    }
}

impl From<PoolError> for OpenError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::connecting(error),
            PoolError::Timeout(_)
            | PoolError::Closed
            | PoolError::NoRuntimeSpecified
            | PoolError::PostCreateHook(_) => Self::Server(error.into()),
        }
    }
}

/// What the server says of a schema, table or function that is not there, or that the role may not use.
fn is_missing(code: &SqlState) -> bool {
    [
        SqlState::INVALID_SCHEMA_NAME,
        SqlState::UNDEFINED_TABLE,
        SqlState::UNDEFINED_FUNCTION,
        SqlState::INSUFFICIENT_PRIVILEGE,
    ]
    .contains(code)
}

/// A statement that failed without having written anything.
pub(crate) fn failed(error: Error) -> StoreError {
    let Some(code) = error.code() else { return StoreError::Unavailable(error.into()) };
    if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED {
        let reason = error.as_db_error().map_or_else(String::new, |error| error.message().to_owned());
        return StoreError::Corrupt { place: "a page of the database".to_owned(), reason };
    }
    if is_overtaken(code) || *code == SqlState::LOCK_NOT_AVAILABLE {
        return StoreError::Busy;
    }
    // The tenant has begun another history: this handle would mix up the two.
    if *code == SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE {
        return StoreError::Closed(Some(error.into()));
    }
    StoreError::Unavailable(error.into())
}

/// A statement that failed although it was to write.
///
/// A failure that ends the statement alone has rolled it back. One that ends the connection may have come after the
/// commit, and a connection that went away says nothing at all.
pub(crate) fn write_failed(error: Error) -> StoreError {
    let severity = error.as_db_error().and_then(tokio_postgres::error::DbError::parsed_severity);
    match severity {
        Some(Severity::Error) => failed(error),
        Some(
            Severity::Fatal
            | Severity::Panic
            | Severity::Warning
            | Severity::Notice
            | Severity::Debug
            | Severity::Info
            | Severity::Log,
        )
        | None => StoreError::CommitUnknown(error.into()),
    }
}

/// Whether a write lost a race that it may win when it is tried again: nothing was written.
pub(crate) fn may_be_tried_again(error: &Error) -> bool {
    let is_error = error.as_db_error().is_some_and(|error| error.parsed_severity() == Some(Severity::Error));
    is_error && error.code().is_some_and(|code| is_overtaken(code) || *code == SqlState::UNIQUE_VIOLATION)
}

fn is_overtaken(code: &SqlState) -> bool {
    *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED
}

/// A pool that had no connection to give. Nothing was asked of the server.
pub(crate) fn no_connection(error: PoolError) -> StoreError {
    if is_crowded(&error) {
        return StoreError::Busy;
    }
    match error {
        PoolError::Backend(error) => StoreError::Unavailable(error.into()),
        PoolError::Timeout(_)
        | PoolError::Closed
        | PoolError::NoRuntimeSpecified
        | PoolError::PostCreateHook(_) => StoreError::Unavailable(error.into()),
    }
}

/// A value that this crate cannot have written.
pub(crate) fn damaged(place: impl std::fmt::Display, reason: impl Into<String>) -> StoreError {
    StoreError::Corrupt { place: place.to_string(), reason: reason.into() }
}
