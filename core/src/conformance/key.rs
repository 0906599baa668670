//! Rule 11: a command key works once.

use std::sync::Arc;

use super::probe::{as_new, attempt, everything, history, put, refused, stored, together};
use super::sample::{event, event_with, events, key, moment, request, stream, write};
use super::violation::{ensure, ensure_eq};
use super::{Fixture, Outcome, Verdict, Violation};
use crate::event::{Digest, NewEvent};
use crate::id::EventId;
use crate::store::{Append, Appended, EventStore, Expected, StoreError, StreamWrite};

const WRITERS: usize = 8;

/// Appends are repeated under their key: as they were, with the content of another, behind later events, after a
/// refusal, and by eight callers at once.
///
/// # Errors
/// An append is stored twice, or the answer is not the first one.
pub async fn rule_11_a_key_works_once(fixture: &dyn Fixture) -> Verdict {
    let store = fixture.open().await;
    a_repeat_gets_the_first_answer(&*store).await?;
    other_content_is_an_error(&*store).await?;
    the_caller_says_what_content_is(&*store).await?;
    a_refusal_leaves_the_key_free(&*store).await?;
    callers_at_once_share_one_answer(&store).await?;
    callers_at_once_with_other_content_fail(&store).await?;
    Ok(Outcome::Kept)
}

async fn a_repeat_gets_the_first_answer(store: &dyn EventStore) -> Result<(), Violation> {
    let (main, side) = (stream("repeat"), stream("repeat side"));
    let decided = |name: &str, minute: i64| {
        let id = event(name).id;
        let recorded_at = moment(minute);
        let again = events("repeat", 2).into_iter().map(|event| NewEvent { recorded_at, ..event });
        // The event of the side stream is decided anew each time, and so has an id of its own.
        let aside = NewEvent { id, recorded_at, ..event("repeat side") };
        let writes = [
            write(&main, Expected::NoStream, again.collect()),
            write(&side, Expected::NoStream, vec![aside]),
        ];
        request("repeat", writes)
    };
    ensure_eq!(store.find_append(key("repeat")).await?, None, "a key before its append");
    let first = stored(store, decided("repeat once", 1)).await?;
    ensure!(!first.repeated, "a first append is answered as if it was repeated");
    let known = Appended { repeated: true, ..first };
    put(store, &main, "repeat later", 1).await?;
    let before = everything(store).await?;
    for (name, minute) in [("repeat once", 1), ("repeat twice", 2), ("repeat thrice", 3)] {
        // By now the stream is no longer as expected: the key is looked at first.
        let answer = stored(store, decided(name, minute)).await?;
        ensure_eq!(answer, known, "the answer to a repeat");
        ensure_eq!(store.find_append(key("repeat")).await?, Some(known.clone()), "a key after its append");
    }
    ensure_eq!(everything(store).await?, before, "all streams after repeats");
    Ok(())
}

async fn other_content_is_an_error(store: &dyn EventStore) -> Result<(), Violation> {
    let (main, other) = (stream("reuse"), stream("reuse other"));
    stored(store, request("reuse", [write(&main, Expected::Any, events("reuse", 2))])).await?;
    let mut longer = events("reuse", 2);
    longer.push(event("reuse 3"));
    let mut changed = events("reuse", 2);
    changed.reverse();
    let contents: [Vec<StreamWrite>; 5] = [
        vec![write(&other, Expected::Any, events("reuse", 2))],
        vec![write(&main, Expected::Any, longer)],
        vec![write(&main, Expected::Any, changed)],
        vec![write(&main, Expected::Any, events("reuse", 1))],
        vec![
            write(&main, Expected::Any, events("reuse", 2)),
            write(&other, Expected::Any, events("reuse b", 1)),
        ],
    ];
    for writes in contents {
        match refused(store, request("reuse", writes), "a key with other content").await? {
            StoreError::KeyReused { key } => {
                ensure_eq!(key, self::key("reuse"), "the key that the error names")
            }
            error => return Err(Violation::caused("a key with other content must be told as that", error)),
        }
    }
    Ok(())
}

async fn the_caller_says_what_content_is(store: &dyn EventStore) -> Result<(), Violation> {
    let stream = stream("content");
    let content = |name: &str| Digest::of_parts([name.as_bytes()]);
    let append = |name: &str, content| Append {
        content,
        ..request("content", [write(&stream, Expected::Any, vec![event_with(name, name.to_owned())])])
    };
    let first = stored(store, append("decided", content("command"))).await?;
    ensure_eq!(first.content, content("command"), "the content in the answer");
    let again = stored(store, append("decided otherwise", content("command"))).await?;
    ensure_eq!(
        again,
        Appended { repeated: true, ..first },
        "the answer to the same command decided otherwise"
    );
    let error =
        refused(store, append("decided", content("other command")), "a key with another command").await?;
    match error {
        StoreError::KeyReused { .. } => Ok(()),
        error => Err(Violation::caused("a key with another command must be told as that", error)),
    }
}

async fn a_refusal_leaves_the_key_free(store: &dyn EventStore) -> Result<(), Violation> {
    let stream = stream("free");
    let append = |expected, count| request("free", [write(&stream, expected, events("free", count))]);
    refused(store, append(Expected::Exists, 1), "an append to a stream that must exist").await?;
    refused(store, append(Expected::Any, 1_001), "an append of too many events").await?;
    stored(store, append(Expected::NoStream, 0)).await?;
    let answer = stored(store, append(Expected::NoStream, 2)).await?;
    ensure!(!answer.repeated, "an append is answered by one that had stored nothing");
    ensure_eq!(history(store, &stream).await?.len(), 2, "events of an append after refusals under its key");
    Ok(())
}

async fn callers_at_once_share_one_answer(store: &Arc<dyn EventStore>) -> Result<(), Violation> {
    for round in 0..10 {
        let name = format!("at once {round}");
        let stream = stream(&name);
        let append = request(&name, [write(&stream, Expected::NoStream, events(&name, 2))]);
        let callers = (0..WRITERS).map(|_| {
            let (store, append) = (Arc::clone(store), append.clone());
            async move { stored(&*store, append).await }
        });
        let answers = together(callers).await?;
        let first = answers.iter().filter(|answer| !answer.repeated).count();
        ensure_eq!(first, 1, "first answers among {WRITERS} callers with one key");
        let positions: Vec<_> = answers.iter().map(|answer| (&answer.streams, answer.position)).collect();
        ensure!(
            positions.windows(2).all(|two| two.first() == two.last()),
            "callers with one key are told {positions:?}"
        );
        ensure_eq!(history(&**store, &stream).await?.len(), 2, "events of {WRITERS} callers with one key");
    }
    Ok(())
}

async fn callers_at_once_with_other_content_fail(store: &Arc<dyn EventStore>) -> Result<(), Violation> {
    for round in 0..10 {
        let name = format!("contested {round}");
        let callers = (0..WRITERS).map(|caller| {
            let (store, name) = (Arc::clone(store), name.clone());
            async move {
                let own = event(&format!("{name} by {caller}"));
                let append = request(&name, [write(&stream(&name), Expected::Any, vec![own.clone()])]);
                match attempt(&*store, append).await {
                    Ok(_) => Ok(Some(own)),
                    Err(StoreError::KeyReused { .. }) => Ok(None),
                    Err(error) => {
                        Err(Violation::caused("whoever comes second with a key must be told so", error))
                    }
                }
            }
        });
        let won: Vec<NewEvent> = together(callers).await?.into_iter().flatten().collect();
        let ids: Vec<EventId> = won.iter().map(|event| event.id).collect();
        ensure_eq!(ids.len(), 1, "winners among {WRITERS} contents under one key");
        ensure_eq!(
            as_new(&history(&**store, &stream(&name)).await?),
            won,
            "what is stored under a contested key"
        );
    }
    Ok(())
}
