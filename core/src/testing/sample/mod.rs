//! Made-up cases by the hundred thousand, for benchmarks and for trying things out.
//!
//! They have the shape of a mediation's life and the weight of its payloads, but they need no rules, no calendar and no
//! keys, so a store can be filled with them that knows no law. They are no mediations of the domain: their texts stand
//! in clear, which those of a real case never do.

mod event;
mod words;

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::event::{Actor, Codec, Metadata, NewEvent};
use crate::execute::Stamp;
use crate::id::{
    ActorId, Code, CommandKey, CorrelationId, DocumentId, Entropy, PersonRef, StreamId, uuid_v7,
};
use crate::testing::SeededEntropy;

pub use event::{
    Accepted, Applied, Assigned, Closed, Drafted, Investigated, Performed, SampleEvent, Session, Statement,
};

/// An endless supply of cases. The same seed gives the same cases, byte for byte, on every machine.
///
/// ```
/// use anjuan::testing::sample::SampleCases;
///
/// let cases = SampleCases::new("a quiet street");
/// let case = cases.case(7);
/// assert_eq!(case.stream.category(), "sample");
/// assert_eq!(case.events.len(), SampleCases::EVENTS_PER_CASE);
/// assert_eq!(case, SampleCases::new("a quiet street").case(7));
/// ```
#[derive(Debug, Clone)]
pub struct SampleCases {
    seed: String,
}

/// One case from the application to its closing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleCase {
    /// Its stream; cases with higher numbers are opened later, and their streams sort behind.
    pub stream: StreamId,
    /// Its events in order. Each is the work of a command of its own, whose key stands in the metadata.
    pub events: Vec<NewEvent>,
}

impl SampleCases {
    /// How many events each case has.
    pub const EVENTS_PER_CASE: usize = 12;

    /// The cases that belong to a seed.
    #[must_use]
    pub fn new(seed: impl Into<String>) -> Self {
        Self { seed: seed.into() }
    }

    /// How stored events of these cases are read.
    #[must_use]
    pub fn codec() -> Codec<SampleEvent> {
        Codec::new()
    }

    /// The case of this number. Numbers of cases in one store should stay below ten million, so that the moments stay
    /// within a century.
    ///
    /// # Panics
    /// Never for numbers below ten million.
    #[must_use]
    pub fn case(&self, number: u64) -> SampleCase {
        Life::new(&self.seed, number).live(number)
    }
}

const SECOND: i64 = 1_000_000;
/// A bureau of a large city opens a case so often.
const BETWEEN_CASES: i64 = 97 * SECOND;
/// Monday, 5 January 2026, nine o'clock at +08:00.
const OPENING: i64 = 1_767_574_800 * SECOND;

/// The making of one case.
struct Life {
    entropy: SeededEntropy,
    now: Timestamp,
    request: CorrelationId,
    clerk: ActorId,
    mediator: ActorId,
    parties: [PersonRef; 2],
}

impl Life {
    fn new(seed: &str, number: u64) -> Self {
        let entropy = SeededEntropy::new(&format!("{seed}/{number}"));
        let opened = i64::try_from(number).ok().and_then(|number| number.checked_mul(BETWEEN_CASES));
        let now = opened.and_then(|after| Timestamp::from_micros(OPENING + after).ok());
        let now = now.expect("cases are numbered below ten million");
        Self {
            now,
            request: CorrelationId::new(now, &entropy),
            clerk: ActorId::new(now, &entropy),
            mediator: ActorId::new(now, &entropy),
            parties: [(); 2].map(|()| PersonRef::new(now, &entropy)),
            entropy,
        }
    }

    fn live(mut self, number: u64) -> SampleCase {
        let stream = StreamId::of("sample", uuid_v7(self.now, &self.entropy)).expect("a UUID is a key");
        let mut events = Vec::with_capacity(SampleCases::EVENTS_PER_CASE);
        for step in 0..SampleCases::EVENTS_PER_CASE {
            let event = self.event(step, number);
            events.push(self.record(step, &event));
            // From a quarter of an hour to some two days.
            let pause = 900 + i64::from(self.draw(u16::MAX)) * 3;
            self.now = self.now.plus_micros(pause * SECOND).expect("a case ends within a year");
        }
        SampleCase { stream, events }
    }

    fn event(&mut self, step: usize, number: u64) -> SampleEvent {
        let [applicant, respondent] = self.parties;
        match step {
            0 => SampleEvent::Applied(Applied {
                dispute: code("NEIGHBOUR"),
                facts: self.text(words::FACTS),
                demand: self.text(words::DEMANDS),
                cents: u64::from(self.draw(50_000)) * 100,
                parties: vec![applicant, respondent],
            }),
            1 => SampleEvent::ConsentGiven(self.statement(respondent, words::CONSENTS)),
            2 => SampleEvent::Accepted(Accepted {
                number: format!("〔{}〕甬海调字第{}号", self.now.china_date().format("%Y"), number + 1),
                basis: self.text(words::BASES),
                term_days: 30,
                registration: self.document(),
                remark: self.text(words::REMARKS),
            }),
            3 => SampleEvent::RightsNotified(self.statement(applicant, words::NOTICES)),
            4 => SampleEvent::MediatorAssigned(Assigned {
                mediators: vec![self.mediator],
                chosen_by: vec![applicant, respondent],
                reason: self.text(words::REASONS),
            }),
            5 => SampleEvent::Investigated(Investigated {
                place: self.text(words::PLACES),
                findings: self.text(words::FINDINGS),
                record: self.document(),
            }),
            6 | 7 => SampleEvent::SessionHeld(Session {
                present: vec![applicant, respondent],
                place: self.text(words::PLACES),
                course: self.text(words::COURSES),
                record: self.document(),
            }),
            8 => SampleEvent::AgreementDrafted(Drafted {
                terms: self.text(words::TERMS),
                cents: u64::from(self.draw(50_000)) * 100,
                due: self.now.china_date() + chrono::Days::new(15),
                agreement: self.document(),
                parties: vec![applicant, respondent],
            }),
            9 => SampleEvent::AgreementSigned(self.statement(respondent, words::SIGNATURES)),
            10 => SampleEvent::ObligationPerformed(Performed {
                by: respondent,
                cents: u64::from(self.draw(50_000)) * 100,
                receipt: self.document(),
                note: self.text(words::PERFORMANCES),
            }),
            _ => SampleEvent::Closed(Closed {
                outcome: code("AGREEMENT"),
                report: self.document(),
                visited: applicant,
                summary: self.text(words::SUMMARIES),
            }),
        }
    }

    fn record(&self, step: usize, event: &SampleEvent) -> NewEvent {
        let (actor, role) = if step < 4 { (self.clerk, "CLERK") } else { (self.mediator, "MEDIATOR") };
        let metadata = Metadata {
            command: CommandKey::new(self.now, &self.entropy),
            correlation: self.request,
            causation: None,
            actor: Actor { id: actor, role: code(role), office: code("CN/330200/haishu") },
            on_behalf_of: None,
            channel: Some(code("WINDOW")),
            device: None,
            rules: Some(code("cn-1")),
            late: None,
        };
        let stamp = Stamp {
            occurred_at: self.now,
            recorded_at: self.now.plus_micros(3 * SECOND).expect("a case ends within a year"),
            metadata: metadata.encode(),
            entropy: &self.entropy,
        };
        stamp.seal(event).expect("texts, numbers and ids have a JSON form")
    }

    fn statement(&mut self, by: PersonRef, words: words::Pool) -> Statement {
        let words = self.text(words);
        Statement { by, form: code("WRITTEN"), words, document: self.document() }
    }

    /// One of the openings and one of the endings.
    fn text(&mut self, (openings, endings): words::Pool) -> String {
        [openings, endings].map(|texts| self.one_of(texts)).concat()
    }

    fn one_of(&mut self, texts: &'static [&'static str]) -> &'static str {
        let count = u16::try_from(texts.len()).unwrap_or(u16::MAX);
        texts.get(usize::from(self.draw(count))).copied().unwrap_or_default()
    }

    /// A number below `end`, nearly evenly.
    fn draw(&self, end: u16) -> u16 {
        let mut bytes = [0; 4];
        self.entropy.fill(&mut bytes);
        u16::try_from(u32::from_be_bytes(bytes) % u32::from(end.max(1))).unwrap_or_default()
    }

    fn document(&self) -> DocumentId {
        DocumentId::from_uuid(self.uuid())
    }

    fn uuid(&self) -> Uuid {
        uuid_v7(self.now, &self.entropy)
    }
}

fn code(text: &str) -> Code {
    Code::new(text).expect("the codes of the samples are codes")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::event::EventSet;

    #[test]
    fn payloads_weigh_what_real_ones_do() {
        let cases = SampleCases::new("weight");
        let events: Vec<_> = (0..200).flat_map(|number| cases.case(number).events).collect();
        let outside: BTreeSet<_> = events
            .iter()
            .filter(|event| !(250..=400).contains(&event.data.len()))
            .map(|event| (&event.event_type, event.data.len()))
            .collect();
        assert!(outside.is_empty(), "{outside:?}");
        let mean = events.iter().map(|event| event.data.len()).sum::<usize>() / events.len();
        assert!((300..350).contains(&mean), "{mean}");
    }

    #[test]
    fn every_event_reads_back() {
        let mut types = BTreeSet::new();
        for event in SampleCases::new("reading").case(3).events {
            let decoded = SampleEvent::decode(event.event_type.as_str(), &event.data).unwrap().unwrap();
            assert_eq!(decoded.encode().unwrap(), event.data);
            types.insert(event.event_type);
        }
        assert_eq!(types.len(), SampleEvent::TYPES.len());
    }

    #[test]
    fn cases_differ_and_sort_by_their_numbers() {
        let cases = SampleCases::new("order");
        let streams: Vec<_> = (0..50).map(|number| cases.case(number).stream).collect();
        assert!(streams.is_sorted());
        let ids: BTreeSet<_> =
            (0..50).flat_map(|number| cases.case(number).events).map(|event| event.id).collect();
        assert_eq!(ids.len(), 50 * SampleCases::EVENTS_PER_CASE);
        assert_ne!(cases.case(1), SampleCases::new("another").case(1));
        assert!(cases.case(9_999_999).events.len() == SampleCases::EVENTS_PER_CASE);
    }
}
