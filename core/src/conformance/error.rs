//! Rule 14: errors tell what became of the data, keep their cause, and say whether repeating helps.

use std::error::Error;

use futures_util::TryStreamExt;

use super::probe::{put, refused, settled};
use super::sample::{event, event_with, request, stream, write};
use super::violation::{ensure, ensure_eq};
use super::{Fixture, Outcome, Verdict, Violation};
use crate::store::{Append, Expected, Limit, ReadAll, StoreError};

/// Every error that a caller can bring about by what it asks is brought about: its kind is the right one, nothing was
/// written, repeating does not help, and the message is one clause that leaves its cause to
/// [`source`](Error::source).
///
/// # Errors
/// An error is of the wrong kind, or tells something that is not so.
pub async fn rule_14_errors_tell(fixture: &dyn Fixture) -> Verdict {
    let store = fixture.open().await;
    let stream = stream("told");
    let last = put(&*store, &stream, "told", 1).await?.position;
    settled(&*store, last).await?;

    for (kind, append) in refusals() {
        let error = refused(&*store, append, kind).await?;
        ensure_eq!(kind_of(&error), kind, "the kind of the error");
        tells(&error)?;
    }
    let foreign = fixture.open().await.head().await?;
    let waiting = store.appended_after(foreign).await;
    let reading = store.read_all(ReadAll::all().after(foreign)).try_next().await;
    for error in [waiting.err(), reading.err()] {
        let error = error.ok_or_else(|| Violation::new("the position of another store was accepted"))?;
        ensure_eq!(kind_of(&error), "a foreign position", "the kind of the error");
        tells(&error)?;
    }
    Ok(Outcome::Kept)
}

fn refusals() -> [(&'static str, Append); 4] {
    let one = |expected| write(&stream("told"), expected, vec![event("untold")]);
    let large = event_with("large", vec![b'x'; Limit::DataBytes.max() + 1]);
    [
        ("a conflict", request("conflict", [one(Expected::NoStream)])),
        ("a key used before", request("told", [one(Expected::Any)])),
        ("an invalid request", request("invalid", [one(Expected::Any), one(Expected::Any)])),
        ("a request too large", request("large", [write(&stream("told"), Expected::Any, vec![large])])),
    ]
}

const fn kind_of(error: &StoreError) -> &'static str {
    match error {
        StoreError::Conflict(_) => "a conflict",
        StoreError::KeyReused { .. } => "a key used before",
        StoreError::Invalid { .. } => "an invalid request",
        StoreError::TooLarge { .. } => "a request too large",
        StoreError::ForeignPosition { .. } => "a foreign position",
        StoreError::Busy => "a busy store",
        StoreError::Unavailable(_) => "an unavailable store",
        StoreError::CommitUnknown(_) => "an unknown commit",
        StoreError::Corrupt { .. } => "damage",
        StoreError::Closed(_) => "a closed store",
    }
}

fn tells(error: &StoreError) -> Result<(), Violation> {
    ensure!(!error.is_retryable(), "repeating does not help, and is advised: {error}");
    ensure!(error.nothing_written(), "nothing was written, and the error does not know: {error}");
    let mut link: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = link {
        let text = error.to_string();
        ensure!(!text.is_empty() && !text.ends_with('.'), "the message is not a clause: {text:?}");
        link = error.source();
        let cause = link.map(ToString::to_string);
        let repeated = cause.as_ref().is_some_and(|cause| text.contains(cause.as_str()));
        ensure!(!repeated, "the message repeats its cause, which then is read twice: {text:?}");
    }
    Ok(())
}
