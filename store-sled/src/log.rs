//! The log as it lies in sled: typed, checked access to the values, one at a time.

use std::fmt;

use anjuan::event::{ChainHead, RecordedEvent};
use anjuan::id::{CommandKey, Revision, StreamId};
use anjuan::store::{Appended, Identity, StoreError};
use bytes::Bytes;
use sled::IVec;

use crate::block::Block;
use crate::error::read_failed;
use crate::group::{Group, GroupReader};
use crate::layout::{self, KeyRange};
use crate::pool::Pool;
use crate::record::{Damage, unseal};

/// The database and what it is. Everything here blocks on the disk.
pub(crate) struct Log {
    pub(crate) db: sled::Db,
    pub(crate) identity: Identity,
}

impl Log {
    /// Keeps the database from ever being closed, for when a write has failed in the middle.
    ///
    /// Closing waits until sled has written what it took in; if it failed to write a great value, on a full disk, it
    /// waits for ever. So the handles can be dropped, and the lock is the process's until it ends.
    pub(crate) fn never_close(&self) {
        std::mem::forget(self.db.clone());
    }

    /// The keys and values of a range; what fails is reported at `place`.
    pub(crate) fn range(
        &self,
        range: KeyRange,
        place: impl fmt::Display,
    ) -> impl DoubleEndedIterator<Item = Result<(IVec, IVec), StoreError>> {
        self.db.range(range).map(move |pair| pair.map_err(|error| read_failed(&place, error)))
    }

    /// The block that is stored as this value; `last` is the stream of the block before, which may be the same.
    pub(crate) fn block(
        &self,
        key: &[u8],
        value: IVec,
        last: Option<&StreamId>,
        pool: &mut Pool,
    ) -> Result<Block, StoreError> {
        let same = last.and_then(|last| Some((last, layout::parse_block_of(last, key)?)));
        let (stream, first) = match same {
            Some((last, first)) => (last.clone(), first),
            None => {
                let (id, first) = layout::parse_block(key).ok_or_else(|| unknown_key(key))?;
                (StreamId::new(id).map_err(|_| unknown_key(key))?, first)
            }
        };
        self.opened(key, value, stream, first, pool)
    }

    fn opened(
        &self,
        key: &[u8],
        value: IVec,
        stream: StreamId,
        first: Revision,
        pool: &mut Pool,
    ) -> Result<Block, StoreError> {
        unseal(key, pool.bytes(value))
            .and_then(|fields| Block::new(self.identity.history, stream, first, fields))
            .map_err(|damage| damage.at(block_at(key)))
    }

    /// The block that begins with this revision; `None` if none does. `key` is room for its key.
    ///
    /// To get one value is cheaper than a range with one value in it, for which sled copies its whole page.
    pub(crate) fn block_at(
        &self,
        key: &mut Vec<u8>,
        stream: &StreamId,
        first: Revision,
        pool: &mut Pool,
    ) -> Result<Option<Block>, StoreError> {
        layout::write_block(key, stream, first);
        let found = self.db.get(&key).map_err(|error| read_failed(stream, error))?;
        found.map(|value| self.opened(key, value, stream.clone(), first, pool)).transpose()
    }

    /// The keys and values of the blocks of one stream that begin within these revisions.
    pub(crate) fn blocks(
        &self,
        stream: &StreamId,
        from: Revision,
        to: Option<Revision>,
    ) -> impl DoubleEndedIterator<Item = Result<(IVec, IVec), StoreError>> {
        self.range(layout::blocks_of(stream, from, to), stream)
    }

    /// Where the block begins that holds a revision of a stream, or would hold it.
    pub(crate) fn block_around(&self, stream: &StreamId, revision: Revision) -> Result<Revision, StoreError> {
        // Nothing lies before the first, and most reads begin there.
        if revision == Revision::FIRST {
            return Ok(revision);
        }
        let Some(pair) = self.blocks(stream, Revision::FIRST, Some(revision)).next_back() else {
            return Ok(Revision::FIRST);
        };
        let (key, _) = pair?;
        layout::parse_block(&key).map(|(_, first)| first).ok_or_else(|| unknown_key(&key))
    }

    /// The last block of a stream that begins at or before a revision.
    pub(crate) fn last_block(
        &self,
        stream: &StreamId,
        to: Option<Revision>,
    ) -> Result<Option<Vec<RecordedEvent>>, StoreError> {
        let Some(pair) = self.blocks(stream, Revision::FIRST, to).next_back() else { return Ok(None) };
        let ((key, value), mut pool) = (pair?, Pool::default());
        self.block(&key, value, Some(stream), &mut pool)?.rest(&mut pool).map(Some)
    }

    /// The last event of a stream.
    pub(crate) fn head(&self, stream: &StreamId) -> Result<Option<ChainHead>, StoreError> {
        let last = self.last_block(stream, None)?.and_then(|block| block.into_iter().next_back());
        Ok(last.map(|event| ChainHead { revision: event.revision, digest: event.digest }))
    }

    /// The groups that hold events with ordinals above `after`.
    pub(crate) fn groups(
        &self,
        after: u64,
    ) -> impl DoubleEndedIterator<Item = Result<(u64, Group), StoreError>> {
        let mut pool = Pool::default();
        self.stored_groups(after).map(move |stored| {
            let stored = stored?;
            Ok((stored.last, stored.decode(&mut pool)?))
        })
    }

    /// The same, as they are stored.
    pub(crate) fn stored_groups(
        &self,
        after: u64,
    ) -> impl DoubleEndedIterator<Item = Result<StoredGroup, StoreError>> {
        self.range(layout::groups_after(after), "the index").map(|pair| {
            let (key, value) = pair?;
            let last = layout::parse_group(&key).ok_or_else(|| unknown_key(&key))?;
            Ok(StoredGroup { last, key, value })
        })
    }

    /// The group whose last event has this ordinal.
    pub(crate) fn group(&self, last: u64) -> Result<Group, StoreError> {
        let key = layout::group(last);
        let found = self.db.get(&key).map_err(|error| read_failed("the index", error))?;
        group(last, &key, found.ok_or_else(|| Damage::Missing.at(index_at(last)))?)
    }

    /// The ordinal of the last event; zero for an empty log.
    pub(crate) fn last_ordinal(&self) -> Result<u64, StoreError> {
        Ok(self.groups(0).next_back().transpose()?.map_or(0, |(last, _)| last))
    }

    /// The first answer to a command.
    pub(crate) fn answer(&self, key: CommandKey) -> Result<Option<Appended>, StoreError> {
        let stored = layout::command(key);
        let place = format_args!("command {key}").to_string();
        let Some(value) = self.db.get(&stored).map_err(|error| read_failed(&place, error))? else {
            return Ok(None);
        };
        let answer = AnswerAt::decode(&stored, value).map_err(|damage| damage.at(&place))?;
        let answer = self.group(answer.group)?.answer(self.identity.history, usize::from(answer.place));
        answer.map(Some).ok_or_else(|| Damage::Content("it leads nowhere").at(&place))
    }
}

/// A group as it is stored, with nothing of it checked yet.
pub(crate) struct StoredGroup {
    /// The ordinal of its last event.
    pub(crate) last: u64,
    key: IVec,
    value: IVec,
}

impl StoredGroup {
    /// What it says, write after write.
    pub(crate) fn read(&self, pool: &mut Pool) -> Result<GroupReader<'_>, StoreError> {
        let fields = unseal(&self.key, &*self.value).map_err(|damage| self.damaged(damage))?;
        GroupReader::new(fields, pool).map_err(|damage| self.damaged(damage))
    }

    fn decode(&self, pool: &mut Pool) -> Result<Group, StoreError> {
        unseal(&self.key, &*self.value)
            .and_then(|fields| Group::decode(self.last, fields, pool))
            .map_err(|damage| self.damaged(damage))
    }

    pub(crate) fn damaged(&self, damage: Damage) -> StoreError {
        damage.at(index_at(self.last))
    }
}

/// The group that is stored as this value.
pub(crate) fn group(last: u64, key: &[u8], value: IVec) -> Result<Group, StoreError> {
    StoredGroup { last, key: key.into(), value }.decode(&mut Pool::default())
}

/// How errors name the block under a key.
fn block_at(key: &[u8]) -> String {
    layout::parse_block(key).map_or_else(String::new, |(id, first)| format!("{id} revision {first}"))
}

/// How errors name a place in the index.
pub(crate) fn index_at(last: u64) -> String {
    format!("the index at position {last}")
}

pub(crate) fn unknown_key(key: &[u8]) -> StoreError {
    Damage::Content("nothing is stored under such a key").at(format_args!("key {}", key.escape_ascii()))
}

/// Where the answer to a command lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AnswerAt {
    /// The ordinal of the last event of the group.
    pub(crate) group: u64,
    /// The place of the append in the group.
    pub(crate) place: u16,
}

impl AnswerAt {
    pub(crate) fn encode(self) -> Vec<u8> {
        [self.group.to_be_bytes().as_slice(), &self.place.to_be_bytes()].concat()
    }

    pub(crate) fn decode(key: &[u8], value: IVec) -> Result<Self, Damage> {
        let mut fields = unseal(key, Bytes::from_owner(value))?;
        let at = Self { group: fields.u64()?, place: fields.u16()? };
        fields.end()?;
        Ok(at)
    }
}

impl fmt::Debug for Log {
    /// sled's own form would print the whole database.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("identity", &self.identity).finish_non_exhaustive()
    }
}
