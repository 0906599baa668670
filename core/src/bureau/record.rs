//! Records beside the cases: who may be assigned, who is on duty.

use async_trait::async_trait;
use serde::Serialize;

use super::{Bureau, BureauError};
use crate::case::{Acting, Refusal};
use crate::clock::Timestamp;
use crate::event::{Actor, Digest, EncodeError, Metadata};
use crate::execute::{Attempt, ExecuteError, Loader, Stamp, execute};
use crate::id::{Code, CommandKey, CorrelationId};
use crate::replay::{ReplayError, replay};
use crate::staff::{Record, Scene};
use crate::store::{Conflict, EventStore, Expected, ReadStream, StreamWrite};

impl Bureau {
    /// Carries out a command to a record, and answers with what the record is now.
    ///
    /// ```
    /// # use anjuan::bureau::Bureau;
    /// # use anjuan::case::{Acting, code::{Channel, Role}};
    /// # use anjuan::id::Code;
    /// use anjuan::staff::{Plan, Shift, ShiftCommand, ShiftId};
    ///
    /// # async fn plan(bureau: Bureau, head: Acting, wang: Acting) -> Result<(), Box<dyn std::error::Error>> {
    /// let key = bureau.new_command();
    /// let shift = ShiftId::from_uuid(*key.as_uuid());
    /// let plan = Plan {
    ///     person: wang.id,
    ///     office: wang.office.clone(),
    ///     post: Channel::Window,
    ///     from: "2026-09-21T08:30:00+08:00".parse()?,
    ///     to: "2026-09-21T17:30:00+08:00".parse()?,
    /// };
    /// bureau.keep::<Shift>(key, shift, head, &ShiftCommand::ScheduleShift { plan }).await?;
    /// bureau.keep::<Shift>(bureau.new_command(), shift, wang, &ShiftCommand::CheckIn).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The command is refused, with every reason; or the record cannot be read; or the store did not append.
    ///
    /// # Cancel safety
    /// A dropped future has carried out the command or not; repeat it with the same key.
    pub async fn keep<R: Record>(
        &self,
        key: CommandKey,
        id: R::Id,
        by: Acting,
        command: &R::Order,
    ) -> Result<R, BureauError> {
        let codec = R::codec();
        let content = content(R::stream(id).as_str(), &by, command)?;
        let loader = Loader::<R>::new(R::stream(id), &codec);
        execute(&*self.store, key, content, RecordAttempt { bureau: self, key, by, command, loader }).await?;
        Ok(self.look_up::<R>(id).await?)
    }

    /// A record as it is now; an empty one if nobody has made it.
    ///
    /// # Errors
    /// The record cannot be read.
    pub async fn look_up<R: Record>(&self, id: R::Id) -> Result<R, ReplayError> {
        let events = self.store.read_stream(ReadStream::all(R::stream(id)));
        Ok(replay::<R>(&R::codec(), events).await?.state)
    }
}

/// What tells a command from another one under the same key.
fn content<C: Serialize>(record: &str, by: &Acting, command: &C) -> Result<Digest, EncodeError> {
    let content = (record, by.id, by.role.as_str(), &by.office, command);
    let bytes = serde_json::to_vec(&content).map_err(EncodeError)?;
    Ok(Digest::of_parts([bytes.as_slice()]))
}

struct RecordAttempt<'a, R: Record> {
    bureau: &'a Bureau,
    key: CommandKey,
    by: Acting,
    command: &'a R::Order,
    loader: Loader<'a, R>,
}

impl<R: Record> RecordAttempt<'_, R> {
    fn scene(&self, at: Timestamp) -> Scene {
        Scene { actor: self.by.clone(), at }
    }

    fn stamp(&self, now: Timestamp) -> Stamp<'_> {
        let metadata = Metadata {
            command: self.key,
            correlation: CorrelationId::from_uuid(*self.key.as_uuid()),
            causation: None,
            actor: Actor {
                id: self.by.id,
                role: Code::new(self.by.role.as_str()).expect("the codes of the tables are codes"),
                office: self.by.office.clone(),
            },
            on_behalf_of: None,
            channel: None,
            device: None,
            rules: None,
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
impl<R: Record> Attempt for RecordAttempt<'_, R> {
    type Output = ();
    type Refusal = Refusal;

    async fn attempt(
        &mut self,
        store: &dyn EventStore,
        conflict: Option<Conflict>,
    ) -> Result<(Vec<StreamWrite>, ()), ExecuteError<Refusal>> {
        let record = self.loader.load(store, conflict.as_ref()).await?.present().clone();
        // Somebody else's clock may be a little ahead: what happens now happens after what the record has seen.
        let now =
            record.until.map_or_else(|| self.bureau.clock.now(), |until| until.max(self.bureau.clock.now()));
        let events =
            R::decide(&record.state, self.command, &self.scene(now)).map_err(ExecuteError::Refused)?;
        let stamp = self.stamp(now);
        let events = events.iter().map(|event| stamp.seal(event)).collect::<Result<_, _>>()?;
        let (stream, expected) = (self.loader.stream().clone(), Expected::at(record.revision()));
        Ok((vec![StreamWrite { stream, expected, events }], ()))
    }
}
