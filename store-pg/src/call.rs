//! The one call by which appends are written.

use anjuan::clock::Timestamp;
use anjuan::event::ChainHead;
use anjuan::id::{CommandKey, StreamId};
use anjuan::store::{AppendedTo, StoreError};
use deadpool_postgres::Object;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::append::Draft;
use crate::error::{damaged, may_be_tried_again, write_failed};
use crate::log::Log;
use crate::value::{Moment, at_most, column, head};

const APPEND: &str = "select positions, stale_streams, stale_revisions, stale_digests, known_keys \
    from anjuan.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";
const PLACE: &str = "the answer to an append";

/// What the database answered.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Everything is written; for each command the position of its last event.
    Written(Vec<i64>),
    /// Nothing is written, because this is otherwise than was taken for granted.
    Otherwise { heads: Vec<(StreamId, Option<ChainHead>)>, known: Vec<CommandKey> },
    /// Nothing is written, because somebody else was faster. The same call may succeed.
    Overtaken,
}

/// Makes the call. The keys are those of all appends, whether they write or not.
pub(crate) async fn append(
    client: &Object,
    log: &Log,
    draft: &Draft,
    keys: &[Uuid],
) -> Result<Answer, StoreError> {
    let statement = client.prepare_cached(APPEND).await.map_err(crate::error::failed)?;
    let number = |head: Option<ChainHead>| head.map_or(0, |head| at_most(head.revision.get()));
    let digest =
        |head: &Option<ChainHead>| head.map_or_else(Vec::new, |head| head.digest.as_bytes().to_vec());
    let streams: Vec<&str> = draft.streams.keys().map(StreamId::as_str).collect();
    let before: Vec<i64> = draft.streams.values().map(|seen| number(seen.before)).collect();
    let before_digests: Vec<Vec<u8>> = draft.streams.values().map(|seen| digest(&seen.before)).collect();
    let after: Vec<i64> = draft.streams.values().map(|seen| number(seen.after)).collect();
    let after_digests: Vec<Vec<u8>> = draft.streams.values().map(|seen| digest(&seen.after)).collect();

    let commands = &draft.commands;
    let command_keys: Vec<Uuid> = commands.iter().map(|command| *command.key.as_uuid()).collect();
    let contents: Vec<&[u8]> = commands.iter().map(|command| command.content.as_bytes().as_slice()).collect();
    let lasts: Vec<i32> =
        commands.iter().map(|command| i32::try_from(command.last).unwrap_or(i32::MAX)).collect();
    let answers: Vec<String> = commands.iter().map(|command| encode(&command.streams)).collect();

    let events = &draft.events;
    let moment = |moment: &Timestamp| Moment(*moment);
    let row = client
        .query_one(
            &statement,
            &[
                &log.tenant,
                log.identity.history.as_uuid(),
                &streams,
                &before,
                &before_digests,
                &after,
                &after_digests,
                &keys,
                &command_keys,
                &contents,
                &lasts,
                &answers,
                &events.iter().map(|event| event.stream.as_str()).collect::<Vec<_>>(),
                &events.iter().map(|event| at_most(event.head.revision.get())).collect::<Vec<_>>(),
                &events.iter().map(|event| *event.event.id.as_uuid()).collect::<Vec<_>>(),
                &events.iter().map(|event| event.event.event_type.as_str()).collect::<Vec<_>>(),
                &events.iter().map(|event| i64::from(event.event.schema_version)).collect::<Vec<_>>(),
                &events.iter().map(|event| moment(&event.event.occurred_at)).collect::<Vec<_>>(),
                &events.iter().map(|event| moment(&event.event.recorded_at)).collect::<Vec<_>>(),
                &events.iter().map(|event| &*event.event.metadata).collect::<Vec<&[u8]>>(),
                &events.iter().map(|event| &*event.event.data).collect::<Vec<&[u8]>>(),
                &events.iter().map(|event| event.head.digest.as_bytes().as_slice()).collect::<Vec<_>>(),
            ],
        )
        .await;
    match row {
        Ok(row) => answer(&row),
        Err(error) if may_be_tried_again(&error) => Ok(Answer::Overtaken),
        Err(error) => Err(write_failed(error)),
    }
}

fn answer(row: &Row) -> Result<Answer, StoreError> {
    let streams: Option<Vec<&str>> = column(row, 1, PLACE)?;
    let known: Option<Vec<Uuid>> = column(row, 4, PLACE)?;
    if streams.is_none() && known.is_none() {
        let positions: Option<Vec<i64>> = column(row, 0, PLACE)?;
        return Ok(Answer::Written(positions.unwrap_or_default()));
    }
    let revisions: Option<Vec<i64>> = column(row, 2, PLACE)?;
    let digests: Option<Vec<&[u8]>> = column(row, 3, PLACE)?;
    let links = revisions.unwrap_or_default().into_iter().zip(digests.unwrap_or_default());
    let mut heads = Vec::new();
    for (stream, (revision, digest)) in streams.unwrap_or_default().into_iter().zip(links) {
        let stream = stream.parse().map_err(|_| damaged(PLACE, "a stream has no valid name"))?;
        heads.push((stream, head(revision, digest)));
    }
    let known = known.unwrap_or_default().into_iter().map(CommandKey::from_uuid).collect();
    Ok(Answer::Otherwise { heads, known })
}

/// The streams of an answer as they are kept: `[["mediation/1",1,3]]`.
fn encode(streams: &[AppendedTo]) -> String {
    let fields: Vec<_> =
        streams.iter().map(|to| (to.stream.as_str(), to.first.get(), to.last.get())).collect();
    serde_json::json!(fields).to_string()
}

/// The streams of an answer as they were kept.
pub(crate) fn decode(text: &str, key: CommandKey) -> Result<Vec<AppendedTo>, StoreError> {
    type Fields = (StreamId, anjuan::id::Revision, anjuan::id::Revision);
    let place = || format!("the answer to {key}");
    let fields: Vec<Fields> =
        serde_json::from_str(text).map_err(|error| damaged(place(), error.to_string()))?;
    Ok(fields.into_iter().map(|(stream, first, last)| AppendedTo { stream, first, last }).collect())
}
