//! Rule 7: bytes come back as they went in.

use bytes::Bytes;
use futures_util::TryStreamExt;

use super::probe::{as_new, everything, feed, history, settled, stored};
use super::sample::{event, event_type, event_with, moment, request, stream, stream_in, write};
use super::violation::ensure_eq;
use super::{Fixture, Outcome, Verdict, Violation};
use crate::clock::Timestamp;
use crate::event::{EventType, NewEvent};
use crate::id::StreamId;
use crate::store::{EventStore, Expected, Limit, ReadAll, ReadStream};

/// Payloads, metadata, names and times that a store could be tempted to change, read back in every way there is.
///
/// # Errors
/// A field of an event is not what was appended.
pub async fn rule_07_bytes_come_back(fixture: &dyn Fixture) -> Verdict {
    let store = fixture.open().await;
    let stream = stream("bytes");
    let mut wanted = Vec::new();
    for (index, bytes) in payloads().into_iter().enumerate() {
        let in_data = event_with(&format!("data {index}"), bytes.clone());
        let metadata = bytes.slice(..bytes.len().min(Limit::MetadataBytes.max()));
        wanted.extend([in_data, NewEvent { metadata, ..event(&format!("metadata {index}")) }]);
    }
    wanted.extend(envelopes());
    come_back(&*store, &stream, wanted).await?;
    for (index, stream) in odd_streams().into_iter().enumerate() {
        come_back(&*store, &stream, vec![event(&format!("odd {index}"))]).await?;
    }
    Ok(Outcome::Kept)
}

async fn come_back(
    store: &dyn EventStore,
    stream: &StreamId,
    mut wanted: Vec<NewEvent>,
) -> Result<(), Violation> {
    let start = store.head().await?;
    let writes = [write(stream, Expected::NoStream, wanted.clone())];
    let answer = stored(store, request(stream.as_str(), writes)).await?;
    settled(store, answer.position).await?;

    let told: Vec<_> = answer.streams.iter().map(|to| &to.stream).collect();
    ensure_eq!(told, [stream], "the stream that the answer names");
    compare(&as_new(&history(store, stream).await?), &wanted, "read_stream")?;
    compare(&as_new(&feed(store, ReadAll::all().after(start)).await?), &wanted, "read_all")?;
    let mut everything = everything(store).await?;
    everything.retain(|event| event.stream == *stream);
    compare(&as_new(&everything), &wanted, "read_streams")?;
    let backward: Vec<_> =
        store.read_stream(ReadStream::all(stream.clone()).backward()).try_collect().await?;
    wanted.reverse();
    compare(&as_new(&backward), &wanted, "read_stream backward")
}

/// As an equality, but the message shows the first event that differs, and its bytes.
fn compare(found: &[NewEvent], wanted: &[NewEvent], by: &str) -> Result<(), Violation> {
    ensure_eq!(found.len(), wanted.len(), "events given back by {by}");
    for (found, wanted) in found.iter().zip(wanted) {
        ensure_eq!(found.data, wanted.data, "payload given back by {by}");
        ensure_eq!(found.metadata, wanted.metadata, "metadata given back by {by}");
        ensure_eq!(found, wanted, "event given back by {by}");
    }
    Ok(())
}

fn payloads() -> Vec<Bytes> {
    let every_byte = (0..=u8::MAX).cycle().take(Limit::DataBytes.max()).collect::<Vec<u8>>();
    let texts = [
        "",
        "null",
        " { \"b\" : 1,\t\"a\": 2 }\r\n",
        r#"{"b":1,"a":2,"B":3,"10":4,"9":5}"#,
        r#"{"a":1,"a":2}"#,
        r#"{"n":[1.0,1e2,-0,0.10,12345678901234567890123,1E400]}"#,
        r#"{"escaped":"\u6848\/\u0000\ud83d\ude00\ud83d"}"#,
        r#"{"当事人":"张三","事由":"邻里纠纷，调解成功。"}"#,
        r#"{"ᠮᠣᠩᠭᠣᠯ":"ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ᠌"}"#,
        "{\"bo\":\"བོད་ཡིག\",\"ug\":\"ئۇيغۇرچە\",\"ii\":\"ꆈꌠꉙ\",\"emoji\":\"👩‍⚖️\"}",
        "e\u{301} \u{e9} \u{feff}\u{2028}\u{202e}",
        "\0",
        "before\0after",
        "not JSON: '; -- \\ \" $1 %s",
    ];
    let bytes = [vec![0xff, 0xfe, 0x00, 0x80], vec![0xed, 0xa0, 0x80], every_byte];
    texts.into_iter().map(Bytes::from).chain(bytes.into_iter().map(Bytes::from)).collect()
}

/// Events at the ends of what their other fields can hold.
fn envelopes() -> Vec<NewEvent> {
    let end = |text: &str| text.parse::<Timestamp>().expect("the ends of time are well formed");
    let longest = "L".repeat(EventType::MAX_BYTES);
    vec![
        NewEvent { event_type: event_type("e"), ..event("short type") },
        NewEvent { event_type: event_type(&longest), ..event("long type") },
        NewEvent { schema_version: u32::MAX, ..event("late schema") },
        NewEvent { occurred_at: moment(123_456), recorded_at: moment(-1), ..event("to the microsecond") },
        NewEvent {
            occurred_at: end("0001-01-01T00:00:00Z"),
            recorded_at: end("9999-12-31T23:59:59.999999Z"),
            ..event("ends of time")
        },
    ]
}

fn odd_streams() -> Vec<StreamId> {
    let longest = "案".repeat((StreamId::MAX_BYTES - "a/".len()) / "案".len());
    let keys =
        ["甲/乙", "ᠮᠣᠩᠭᠣᠯ", " ", "a%_\\b", "'; --", "e\u{301}", "\u{e9}", "E\u{301}", "a", "A", &longest];
    let category = "c".repeat(32);
    keys.map(|key| stream_in("a", key)).into_iter().chain([stream_in(&category, "1")]).collect()
}
