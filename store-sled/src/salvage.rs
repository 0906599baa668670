//! Gathering what is left of a damaged store: what sled still gives, and what only the raw bytes still hold.
//!
//! sled changes what it opens, and cuts what it cannot read. So it is given a copy, and the original is only read.

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use anjuan::id::{Revision, StreamId};
use anjuan::store::Identity;
use bytes::Bytes;
use sled::IVec;

use crate::carve::{self, Candidate};
use crate::error::OpenError;
use crate::fresh::CACHE_BYTES;
use crate::group::{Group, GroupWrite};
use crate::layout;
use crate::log;
use crate::open::{decode, of_one_history, open_database};
use crate::pool::Pool;
use crate::record::{Fields, unseal};
use crate::witness::Witness;

/// Everything that could be gathered, in a database of its own.
pub(crate) struct Salvage {
    pub(crate) identity: Identity,
    /// The position up to which the store had acknowledged, if that is known.
    pub(crate) noted: u64,
    /// The values, sound or not, under their keys.
    pub(crate) pieces: sled::Db,
    /// How many values only the raw bytes still held.
    pub(crate) carved: u64,
}

/// Gathers what is left of the store, working in the directory `place`.
pub(crate) fn gather(store: &Path, place: &Path) -> Result<Salvage, OpenError> {
    let pieces = open_database(&place.join("pieces"), CACHE_BYTES)?;
    let copy = place.join("original");
    copy_files(store, &copy)?;
    transfer(&copy, &pieces)?;
    fs::remove_dir_all(&copy)?;
    let mut carver =
        Carver { found: pieces.open_tree("carved")?, pieces, identity: None, group: None, count: 0 };
    let files = raw_files(store)?;
    let known = carver.pieces.get(layout::META)?;
    for file in &files {
        carver.groups(file)?;
    }
    carver.take_in()?;
    for file in &files {
        carver.blocks(file)?;
    }
    carver.take_in()?;
    let identity = identity(store, known, carver.identity)?;
    of_one_history(store, identity)?;
    let noted = match Witness::is_in(store) {
        true => Witness::open(store, identity.history)?.noted()?.unwrap_or(0),
        false => 0,
    };
    Ok(Salvage { identity, noted, pieces: carver.pieces, carved: carver.count })
}

fn identity(store: &Path, known: Option<IVec>, carved: Option<Identity>) -> Result<Identity, OpenError> {
    match (known.map(decode), carved) {
        // An older program must not make an older store of a newer one.
        (Some(Err(error @ OpenError::NewerFormat { .. })), _) => Err(error),
        (Some(Ok(identity)), _) | (_, Some(identity)) => Ok(identity),
        (Some(Err(error)), None) => Err(error),
        (None, None) if Witness::is_in(store) => {
            Err(OpenError::damaged("the identity of the store", "it is nowhere in the files"))
        }
        (None, None) => Err(OpenError::Foreign { path: store.to_owned() }),
    }
}

/// Copies the files of sled.
fn copy_files(from: &Path, to: &Path) -> Result<(), OpenError> {
    fs::create_dir_all(to.join("blobs"))?;
    for part in ["", "blobs"] {
        let entries = match fs::read_dir(from.join(part)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error.into()),
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::copy(entry.path(), to.join(part).join(entry.file_name()))?;
            }
        }
    }
    Ok(())
}

/// The files in which values lie.
fn raw_files(store: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if store.join("db").is_file() {
        files.push(store.join("db"));
    }
    if store.join("blobs").is_dir() {
        for entry in fs::read_dir(store.join("blobs"))? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                files.push(entry.path());
            }
        }
    }
    Ok(files)
}

/// Takes over every value that sled gives, from the front and from the back up to what it cannot read.
fn transfer(copy: &Path, pieces: &sled::Db) -> Result<(), OpenError> {
    let db = match open_database(copy, CACHE_BYTES) {
        Ok(db) => db,
        // The disk fails, which says nothing about what is on it.
        Err(OpenError::Io(error)) if error.raw_os_error().is_some() => return Err(OpenError::Io(error)),
        Err(_) => return Ok(()),
    };
    let pass = |forward: bool| -> Result<bool, sled::Error> {
        let mut pairs = db.iter();
        while let Some(pair) = if forward { pairs.next() } else { pairs.next_back() } {
            let Ok((key, value)) = pair else { return Ok(false) };
            pieces.insert(key, value)?;
        }
        Ok(true)
    };
    for forward in [true, false] {
        // sled panics on some kinds of damage. What was taken over until then is sound in itself.
        let ended = catch_unwind(AssertUnwindSafe(|| pass(forward))).unwrap_or(Ok(false))?;
        if ended {
            break;
        }
    }
    Ok(())
}

struct Carver {
    pieces: sled::Db,
    /// What was found in this pass; an empty value stands for two that differ, of which neither is proven.
    found: sled::Tree,
    identity: Option<Identity>,
    /// The group that was looked up last.
    group: Option<Group>,
    count: u64,
}

impl Carver {
    /// Looks for the identity, and for groups where there is none.
    fn groups(&mut self, file: &Path) -> Result<(), OpenError> {
        carve::scan(file, |candidate| {
            if candidate.body().starts_with(b"anjuan") && candidate.fits(layout::META) {
                self.identity = decode(candidate.value().into()).ok().or(self.identity);
            } else if let Some(group) = carved_group(candidate) {
                self.offer_group(&group, candidate.value())?;
            }
            Ok(())
        })
    }

    fn offer_group(&self, group: &Group, value: &[u8]) -> Result<(), OpenError> {
        let (key, last) = (layout::group(group.last()), group.last());
        for pair in self.pieces.range(layout::groups_after(group.first - 1)) {
            let (known, value) = pair?;
            let Some(end) = layout::parse_group(&known) else { continue };
            match log::group(end, &known, value) {
                // What sled gives is what was committed.
                Ok(known) if known.first <= last => return Ok(()),
                Err(_) if end < last => return Ok(()),
                Ok(_) => break,
                Err(_) => {}
            }
            if end >= last {
                break;
            }
        }
        for pair in self.found.range(layout::groups_after(group.first - 1)) {
            let (known, other) = pair?;
            let Some(end) = layout::parse_group(&known) else { continue };
            let apart = log::group(end, &known, other.clone()).is_ok_and(|other| other.first > last);
            if apart || (end > last && other.is_empty()) {
                break;
            }
            if (known.as_ref(), other.as_ref()) != (key.as_slice(), value) {
                self.found.insert(&known, &[])?;
                self.found.insert(&key, &[])?;
            }
        }
        if self.found.get(&key)?.is_none() {
            self.found.insert(key, value)?;
        }
        Ok(())
    }

    /// Looks for blocks that a group names, where they are missing or damaged.
    fn blocks(&mut self, file: &Path) -> Result<(), OpenError> {
        carve::scan(file, |candidate| {
            let Some(key) = self.key_of_block(candidate)? else { return Ok(()) };
            let known = self.pieces.get(&key)?;
            if known.is_some_and(|known| unseal(&key, Bytes::from_owner(known)).is_ok())
                || !candidate.fits(&key)
            {
                return Ok(());
            }
            let value = match self.found.get(&key)? {
                Some(other) if other != candidate.value() => &[],
                Some(_) | None => candidate.value(),
            };
            self.found.insert(key, value)?;
            Ok(())
        })
    }

    /// The key that the groups know for an event at the position with which the candidate begins.
    fn key_of_block(&mut self, candidate: Candidate<'_>) -> Result<Option<Vec<u8>>, OpenError> {
        let Some(ordinal) = candidate.ordinal() else { return Ok(None) };
        if !self.group.as_ref().is_some_and(|group| (group.first..=group.last()).contains(&ordinal)) {
            let next = self.pieces.range(layout::groups_after(ordinal - 1)).next().transpose()?;
            self.group =
                next.and_then(|(key, value)| log::group(layout::parse_group(&key)?, &key, value).ok());
        }
        Ok(self
            .group
            .as_ref()
            .and_then(|group| place_of(group, ordinal))
            .map(|(write, revision)| layout::block(&write.stream, revision)))
    }

    /// Puts what was found to the rest.
    fn take_in(&mut self) -> Result<(), OpenError> {
        for pair in self.found.iter() {
            let (key, value) = pair?;
            if !value.is_empty() {
                self.pieces.insert(key, value)?;
                self.count += 1;
            }
        }
        Ok(self.found.clear()?)
    }
}

fn carved_group(candidate: Candidate<'_>) -> Option<Group> {
    candidate.ordinal()?;
    let fields = Fields::of(candidate.body());
    let group = Group::parse(fields, &mut Pool::default()).ok()?;
    candidate.fits(&layout::group(group.last())).then_some(group)
}

/// The write of a group that holds the event at this position, and the revision of that event.
fn place_of(group: &Group, ordinal: u64) -> Option<(&GroupWrite, Revision)> {
    let (first, write) =
        group.writes().find(|(first, write)| (*first..first + write.len()).contains(&ordinal))?;
    Some((write, Revision::new(write.first.get() + (ordinal - first))?))
}

/// The stream and the first revision of a block, if this is the key of one.
pub(crate) fn stream_of(key: &[u8]) -> Option<(StreamId, Revision)> {
    let (id, first) = layout::parse_block(key)?;
    Some((StreamId::new(id).ok()?, first))
}
