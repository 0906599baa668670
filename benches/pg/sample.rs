//! What is appended: cases of twelve events, as a bureau would have them.

use anjuan::event::{Digest, EventSet, EventType, NewEvent};
use anjuan::id::{CommandKey, EventId, StreamId};
use anjuan::store::{Append, Expected, StreamWrite};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) const EVENTS_PER_CASE: u128 = 12;

/// A mediation is applied for by somebody, for a reason.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Applied {
    number: String,
    office: String,
    subject: String,
    facts: String,
    claim_fen: i64,
    parties: Vec<Uuid>,
}

/// Something is noted in the file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Noted {
    by: Uuid,
    channel: String,
    text: String,
    attachments: Vec<Uuid>,
}

anjuan::event_set! {
    /// The events of the benchmark.
    #[derive(Debug)]
    pub(crate) enum CaseEvent {
        /// Applied for.
        Applied(Applied) = 1,
        /// Noted.
        Noted(Noted) = 1,
    }
}

/// How many events there were, and a sum over their contents, so that no decoding is optimised away.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) events: u64,
    contents: u64,
}

impl Sum {
    pub(crate) fn add(&mut self, event: &CaseEvent) {
        self.events += 1;
        self.contents += match event {
            CaseEvent::Applied(applied) => applied.facts.len() as u64 + applied.claim_fen.unsigned_abs(),
            CaseEvent::Noted(noted) => noted.text.len() as u64 + noted.attachments.len() as u64,
        };
    }
}

/// A case with events of these numbers, in one append.
pub(crate) fn case(first: u128, events: u128) -> Append {
    append_of(first, Expected::NoStream, first..first + events)
}

/// An event for a case that may have others.
pub(crate) fn single(number: u128, case: u128) -> Append {
    append_of(case, Expected::Any, number..number + 1)
}

/// Many events for one stream.
pub(crate) fn import(first: u128, events: u128) -> Append {
    append_of(first, Expected::NoStream, first..first + events)
}

fn append_of(case: u128, expected: Expected, numbers: std::ops::Range<u128>) -> Append {
    let key = CommandKey::from_uuid(Uuid::from_u128(spread(numbers.start) ^ 1));
    let stream = StreamId::of("mediation", Uuid::from_u128(spread(case))).expect("a UUID is a key");
    Append::new(key, vec![StreamWrite { stream, expected, events: numbers.map(event).collect() }])
}

/// Scatters neighbouring numbers, so that the streams do not come in the order of their keys.
const fn spread(number: u128) -> u128 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
}

fn event(number: u128) -> NewEvent {
    let id = Uuid::from_u128(number + 1);
    let typed = if number.is_multiple_of(EVENTS_PER_CASE) {
        CaseEvent::Applied(Applied {
            number: format!("〔2026〕甬海调字第{number}号"),
            office: "CN/330200/haishu".to_owned(),
            subject: "邻里纠纷".to_owned(),
            facts: "申请人称楼上住户装修漏水致其墙面受损，多次协商未果，请求调解。".to_owned(),
            claim_fen: 580_000,
            parties: vec![id, Uuid::from_u128(number + 7)],
        })
    } else {
        CaseEvent::Noted(Noted {
            by: id,
            channel: "WINDOW".to_owned(),
            text:
                "调解员电话联系被申请人，其表示愿意到场，约定周三上午九时在街道公共法律服务工作站当面调解。"
                    .to_owned(),
            attachments: vec![Uuid::from_u128(number + 3)],
        })
    };
    let actor = format!("{{\"id\":\"{id}\",\"role\":\"MEDIATOR\",\"office\":\"CN/330200/haishu\"}}");
    NewEvent {
        id: EventId::from_uuid(id),
        event_type: EventType::new(typed.event_type()).expect("names of variants are names of types"),
        schema_version: 1,
        occurred_at: "2026-06-26T09:00:00+08:00".parse().expect("a moment"),
        recorded_at: "2026-06-26T09:00:01+08:00".parse().expect("a moment"),
        metadata: Bytes::from(format!(
            "{{\"cmd\":\"{id}\",\"cor\":\"{id}\",\"act\":{actor},\"chn\":\"WINDOW\"}}"
        )),
        data: typed.encode().expect("plain structs have a JSON form"),
    }
}

/// A row as the store lays it down, with a digest that was not computed.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) stream: String,
    pub(crate) revision: i64,
    pub(crate) id: Uuid,
    pub(crate) event_type: String,
    pub(crate) schema_version: i64,
    pub(crate) metadata: Vec<u8>,
    pub(crate) data: Vec<u8>,
    pub(crate) digest: Vec<u8>,
}

/// The rows of an append. Their revisions are counted from the number of the first event, so that they are new.
pub(crate) fn rows(append: &Append) -> Vec<Row> {
    let writes = append.writes.iter();
    let events = writes.flat_map(|write| write.events.iter().map(|event| (&write.stream, event)));
    events
        .map(|(stream, event)| Row {
            stream: stream.as_str().to_owned(),
            revision: i64::try_from(event.id.as_uuid().as_u128()).unwrap_or(i64::MAX),
            id: *event.id.as_uuid(),
            event_type: event.event_type.as_str().to_owned(),
            schema_version: i64::from(event.schema_version),
            metadata: event.metadata.to_vec(),
            data: event.data.to_vec(),
            digest: Digest::ZERO.as_bytes().to_vec(),
        })
        .collect()
}
