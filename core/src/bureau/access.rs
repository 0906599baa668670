//! Who looked at a case: every look is an event in a stream of its own, beside the case.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::attempt::first_office;
use super::{Bureau, BureauError};
use crate::case::code::codes;
use crate::case::{Acting, Case, CaseEvent, CaseId, Kind, READ, Reason, ReasonCode, Refusal, may_be_read};
use crate::clock::Timestamp;
use crate::event::{Actor, Codec, Digest, EncodeError, Metadata};
use crate::event_set;
use crate::execute::{Attempt, ExecuteError, Executed, Stamp, execute};
use crate::id::{Code, CommandKey, CorrelationId, PersonRef, Revision, StreamId};
use crate::policy::CaseKind;
use crate::replay::{ReplayError, Replayed, Timeline};
use crate::store::{
    Appended, Conflict, EventStore, EventStoreExt, Expected, ReadStream, StoreError, StreamWrite,
};

codes! {
    /// For what somebody looks at a case. Source: Personal Information Protection Law (个人信息保护法, 2021) Art 6, 34, 45.
    pub enum ReadingPurpose {
        /// To handle it (办理).
        Handling = "HANDLING",
        /// To decide or review something in it (审批).
        Deciding = "DECIDING",
        /// To supervise those who handle it (监督).
        Supervision = "SUPERVISION",
        /// To review its quality (质量评查).
        QualityReview = "QUALITY_REVIEW",
        /// To keep its file (档案管理).
        Archive = "ARCHIVE",
        /// A party wants to see what is kept of them (当事人查阅).
        OwnData = "OWN_DATA",
        /// To answer somebody who asks how far it is (答复进度).
        Progress = "PROGRESS",
    }
}

/// Somebody wants to look at a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The intention: the same key is recorded once.
    pub key: CommandKey,
    /// The case.
    pub case: CaseId,
    /// Who looks, in which role.
    pub by: Acting,
    /// For what.
    pub purpose: ReadingPurpose,
    /// For whom, if the reader is a party or acts for one.
    pub on_behalf_of: Option<PersonRef>,
}

impl Reading {
    /// Somebody of the service looks at a case.
    #[must_use]
    pub const fn new(key: CommandKey, case: CaseId, by: Acting, purpose: ReadingPurpose) -> Self {
        Self { key, case, by, purpose, on_behalf_of: None }
    }

    /// The reader is this party, or acts for it.
    #[must_use]
    pub const fn on_behalf_of(mut self, person: PersonRef) -> Self {
        self.on_behalf_of = Some(person);
        self
    }

    fn content(&self, kind: CaseKind) -> Result<Digest, EncodeError> {
        let by = (&self.by.id, self.by.role.as_str(), &self.by.office);
        let content = (READ, kind, self.case, by, self.purpose, self.on_behalf_of);
        let bytes = serde_json::to_vec(&content).map_err(EncodeError)?;
        Ok(Digest::of_parts([bytes.as_slice()]))
    }
}

event_set! {
    /// Something that happened to the file of a case, and not in the case.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum AccessEvent {
        /// Somebody looked at the case (案卷已查阅).
        CaseRead(CaseRead) = 1,
        /// Somebody wanted to, and may not (查阅已拒绝).
        ReadingRefused(ReadingRefused) = 1,
    }
}

/// Somebody looked at a case; who, in which role and office, the metadata say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRead {
    /// The kind of case.
    pub kind: CaseKind,
    /// The case.
    pub case: CaseId,
    /// For what.
    pub purpose: ReadingPurpose,
    /// Up to which revision it was shown.
    pub shown: Revision,
}

/// Somebody wanted to look at a case and may not; who, in which role and office, the metadata say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingRefused {
    /// The kind of case.
    pub kind: CaseKind,
    /// The case.
    pub case: CaseId,
    /// For what.
    pub purpose: ReadingPurpose,
    /// At which revision the case was.
    pub asked_at: Revision,
    /// Every reason.
    pub reasons: Vec<ReasonCode>,
}

/// A look at a case, as its stream of accesses shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Access {
    /// Its place in that stream.
    pub revision: Revision,
    /// When.
    pub at: Timestamp,
    /// Who, in which role, for which office.
    pub by: Actor,
    /// For whom, if the reader is a party or acts for one.
    pub on_behalf_of: Option<PersonRef>,
    /// What was shown, or why nothing was.
    pub event: AccessEvent,
}

impl Bureau {
    /// Shows a case to somebody who may see it, and records that they looked; or records that they wanted to.
    ///
    /// The record lies in a stream of its own, `access-…`: looking changes nothing in the case, and nobody who works on it has
    /// to decide anew because somebody looked. It is written before anything is shown. Whoever asks again under the same key
    /// sees what they saw then.
    ///
    /// ```
    /// # use anjuan::bureau::Bureau;
    /// # use anjuan::case::{Acting, CaseId, mediation::Mediation};
    /// use anjuan::bureau::{Reading, ReadingPurpose};
    ///
    /// # async fn show(bureau: Bureau, case: CaseId, head: Acting) -> Result<(), Box<dyn std::error::Error>> {
    /// let reading = Reading::new(bureau.new_command(), case, head, ReadingPurpose::Supervision);
    /// println!("{}", bureau.open_file::<Mediation>(&reading).await?.state.state_name());
    /// for access in bureau.accesses(case).await? {
    ///     println!("{}: {} of {}", access.at, access.by.role, access.by.office);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`BureauError::Refused`] with every reason, and that is recorded, unless there is no such case; or a history cannot be
    /// read; or the store did not append, and then nothing is shown.
    ///
    /// # Cancel safety
    /// A dropped future has recorded the look or not; repeat it with the same key.
    pub async fn open_file<K: Kind>(&self, reading: &Reading) -> Result<Replayed<Case<K>>, BureauError> {
        let content = reading.content(K::KIND)?;
        match execute(&*self.store, reading.key, content, Look::<K>::new(self, reading)).await? {
            Executed::Now(_, answer) => answer.map(|case| *case).map_err(ExecuteError::Refused),
            Executed::Before(appended) => self.seen_before::<K>(reading, &appended).await,
        }
    }

    /// Everybody who looked at a case, or wanted to, in the order in which it was recorded.
    ///
    /// # Errors
    /// The record cannot be read.
    pub async fn accesses(&self, case: CaseId) -> Result<Vec<Access>, ReplayError> {
        let codec = Codec::<AccessEvent>::new();
        let recorded = self.store.stream_events(&stream(case)).await?;
        let accesses = recorded.iter().map(|one| {
            let (event, metadata) = (codec.decode(one)?, one.decode_metadata()?);
            let (by, on_behalf_of) = (metadata.actor, metadata.on_behalf_of);
            Ok(Access { revision: one.revision, at: one.occurred_at, by, on_behalf_of, event })
        });
        accesses.collect()
    }

    /// What was answered to a reader who asked before.
    async fn seen_before<K: Kind>(
        &self,
        reading: &Reading,
        appended: &Appended,
    ) -> Result<Replayed<Case<K>>, BureauError> {
        let written = appended.streams.iter().find(|written| written.stream == stream(reading.case));
        let accesses = self.accesses(reading.case).await?;
        let access = accesses.iter().find(|one| Some(one.revision) == written.map(|written| written.first));
        let access = access.ok_or_else(|| StoreError::Corrupt {
            place: format!("command key {}", reading.key),
            reason: format!("it is remembered without an event in {}", stream(reading.case)),
        })?;
        let until = match &access.event {
            AccessEvent::CaseRead(read) => read.shown,
            AccessEvent::ReadingRefused(refused) => refused.asked_at,
        };
        let then = ReadStream::all(reading.case.stream(K::KIND)).to(until);
        let timeline = Timeline::<Case<K>>::read(&K::codec(), self.store.read_stream(then)).await?;
        match &access.event {
            AccessEvent::CaseRead(_) => Ok(timeline.into_replayed()),
            AccessEvent::ReadingRefused(refused) => {
                let answer = Look::<K>::new(self, reading).may_see(&timeline, access.at)?;
                let state = timeline.present().state.state_name();
                let reasons = || refused.reasons.iter().copied().map(Reason::new).collect();
                // Where the rules were changed since, the reasons alone are left.
                let refusal =
                    answer.err().unwrap_or_else(|| Refusal { command: READ, state, reasons: reasons() });
                Err(ExecuteError::Refused(refusal))
            }
        }
    }
}

/// One look at a case.
struct Look<'a, K: Kind> {
    bureau: &'a Bureau,
    reading: &'a Reading,
    codec: Codec<CaseEvent<K>>,
}

impl<'a, K: Kind> Look<'a, K> {
    fn new(bureau: &'a Bureau, reading: &'a Reading) -> Self {
        Self { bureau, reading, codec: K::codec() }
    }

    /// Whether the reader may see the case at a moment, or why not.
    fn may_see(
        &self,
        timeline: &Timeline<Case<K>>,
        at: Timestamp,
    ) -> Result<Result<(), Refusal>, ReplayError> {
        let came_in_at = first_office(timeline)?;
        let context = self.bureau.context(self.reading.case, &self.reading.by, came_in_at.as_ref(), at);
        Ok(may_be_read(&timeline.present().state, &context, self.reading.on_behalf_of))
    }

    fn stamp(&self, case: &Case<K>, now: Timestamp) -> Stamp<'_> {
        let Reading { key, by, on_behalf_of, .. } = self.reading;
        let rules = self.bureau.policy.rules_at(&case.jurisdiction(), now.china_date());
        let metadata = Metadata {
            command: *key,
            correlation: CorrelationId::from_uuid(*self.reading.case.as_uuid()),
            causation: None,
            actor: Actor {
                id: by.id,
                role: Code::new(by.role.as_str()).expect("the codes of the tables are codes"),
                office: by.office.clone(),
            },
            on_behalf_of: *on_behalf_of,
            channel: None,
            device: None,
            rules: Some(rules.version().clone()),
            late: None,
        };
        Stamp {
            occurred_at: now,
            recorded_at: now,
            metadata: metadata.encode(),
            entropy: &*self.bureau.entropy,
        }
    }
}

#[async_trait]
impl<K: Kind> Attempt for Look<'_, K> {
    /// The case, or why it is not shown; either is recorded.
    type Output = Result<Box<Replayed<Case<K>>>, Refusal>;
    type Refusal = Refusal;

    async fn attempt(
        &mut self,
        store: &dyn EventStore,
        _: Option<Conflict>,
    ) -> Result<(Vec<StreamWrite>, Self::Output), BureauError> {
        let (id, purpose, kind) = (self.reading.case, self.reading.purpose, K::KIND);
        let events = store.read_stream(ReadStream::all(id.stream(kind)));
        let timeline = Timeline::<Case<K>>::read(&self.codec, events).await?;
        let state = timeline.present().state.state_name();
        let Some(revision) = timeline.present().revision() else {
            let reasons = vec![Reason::new(ReasonCode::NoSuchCase)];
            return Err(ExecuteError::Refused(Refusal { command: READ, state, reasons }));
        };
        let now = self.bureau.clock.now();
        let answer = self.may_see(&timeline, now)?;
        let event = match &answer {
            Ok(()) => AccessEvent::CaseRead(CaseRead { kind, case: id, purpose, shown: revision }),
            Err(refusal) => {
                let reasons = refusal.reasons.iter().map(|reason| reason.code).collect();
                let (case, asked_at) = (id, revision);
                AccessEvent::ReadingRefused(ReadingRefused { kind, case, purpose, asked_at, reasons })
            }
        };
        let event = self.stamp(&timeline.present().state, now).seal(&event)?;
        // Two who look at once do not wait for each other.
        let write = StreamWrite { stream: stream(id), expected: Expected::Any, events: vec![event] };
        Ok((vec![write], answer.map(|()| Box::new(timeline.into_replayed()))))
    }
}

fn stream(case: CaseId) -> StreamId {
    StreamId::of("access", case).expect("a category and a UUID are a stream")
}
