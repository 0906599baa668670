//! Where things lie: the keys of the one tree.
//!
//! | key | value |
//! |---|---|
//! | `E` stream NUL revision | a [block](crate::block): consecutive events of one stream, the first with this revision |
//! | `G` position | a [group](crate::group): what one commit wrote, the last event at this position |
//! | `K` command key | where the answer to that command lies: position of the group, place in it |
//! | `M` | what this store is: see [`crate::open`] |
//! | `C` name | a [checkpoint](crate::checkpoint) |
//! | `S` stream | a [snapshot](crate::snapshot) |
//!
//! One tree, because a batch is atomic within one tree only. Events lie under their stream, so that loading a case
//! and replaying case after case are sequential. A stream id holds no control character, so the NUL behind it keeps
//! one stream apart from another whose id goes on, and keys sort as stream ids do.

use std::ops::Bound;

use anjuan::id::{Code, CommandKey, Revision, StreamId};

const EVENTS: u8 = b'E';
const GROUPS: u8 = b'G';
const COMMANDS: u8 = b'K';
const CHECKPOINTS: u8 = b'C';
const SNAPSHOTS: u8 = b'S';
/// The one key of what the store is.
pub(crate) const META: &[u8] = b"M";

const END_OF_ID: u8 = 0;
/// Lies behind every key of a stream and before the keys of the next.
const BEHIND_ID: u8 = 1;

/// A range of keys.
pub(crate) type KeyRange = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// The key of the block whose first event has this revision.
pub(crate) fn block(stream: &StreamId, first: Revision) -> Vec<u8> {
    let mut key = Vec::with_capacity(stream.as_str().len() + 10);
    write_block(&mut key, stream, first);
    key
}

/// The same, in the place of what is in `key`.
pub(crate) fn write_block(key: &mut Vec<u8>, stream: &StreamId, first: Revision) {
    key.clear();
    key.push(EVENTS);
    key.extend_from_slice(stream.as_str().as_bytes());
    key.push(END_OF_ID);
    key.extend_from_slice(&first.get().to_be_bytes());
}

fn stream_prefix(text: &str, end: u8) -> Vec<u8> {
    [&[EVENTS], text.as_bytes(), &[end]].concat()
}

/// The stream and the first revision of a block, if this is the key of one.
pub(crate) fn parse_block(key: &[u8]) -> Option<(&str, Revision)> {
    let (revision, id) = key.strip_prefix(&[EVENTS])?.split_last_chunk::<8>().map(|(id, rev)| (rev, id))?;
    let id = std::str::from_utf8(id.strip_suffix(&[END_OF_ID])?).ok()?;
    Some((id, Revision::new(u64::from_be_bytes(*revision))?))
}

/// The first revision of a block, if this is the key of one of this stream.
pub(crate) fn parse_block_of(stream: &StreamId, key: &[u8]) -> Option<Revision> {
    let (id, revision) = key.strip_prefix(&[EVENTS])?.split_at_checked(stream.as_str().len())?;
    let revision = revision.strip_prefix(&[END_OF_ID])?.try_into().ok().map(u64::from_be_bytes)?;
    if id == stream.as_str().as_bytes() { Revision::new(revision) } else { None }
}

/// The keys of all blocks.
pub(crate) fn all_blocks() -> KeyRange {
    (Bound::Included(vec![EVENTS]), Bound::Excluded(vec![EVENTS + 1]))
}

/// The keys of the blocks of one stream that begin within these revisions.
pub(crate) fn blocks_of(stream: &StreamId, from: Revision, to: Option<Revision>) -> KeyRange {
    let end = match to {
        Some(to) => Bound::Included(block(stream, to)),
        None => behind(stream),
    };
    (Bound::Included(block(stream, from)), end)
}

/// The bound behind the last block of a stream, seen from its first.
pub(crate) fn behind(stream: &StreamId) -> Bound<Vec<u8>> {
    Bound::Excluded(stream_prefix(stream.as_str(), BEHIND_ID))
}

/// The keys of the blocks of these streams: behind `after`, up to `to`, of one category.
pub(crate) fn blocks_between(
    category: Option<&str>,
    after: Option<&StreamId>,
    to: Option<&StreamId>,
) -> KeyRange {
    let (mut low, mut high) = (vec![EVENTS], vec![EVENTS + 1]);
    if let Some(category) = category {
        // The slash ends a category, so everything in it lies between "category/" and "category0".
        low = stream_prefix(category, b'/');
        high = stream_prefix(category, b'/' + 1);
    }
    if let Some(after) = after {
        low = low.max(stream_prefix(after.as_str(), BEHIND_ID));
    }
    if let Some(to) = to {
        high = high.min(stream_prefix(to.as_str(), BEHIND_ID));
    }
    // A range that ends before it begins is empty.
    (Bound::Included(low.clone()), Bound::Excluded(high.max(low)))
}

/// The key of the group whose last event has this ordinal.
///
/// Named by its last event, the group that holds an ordinal is the first one at or behind it.
pub(crate) fn group(last: u64) -> Vec<u8> {
    let mut key = vec![GROUPS];
    key.extend_from_slice(&last.to_be_bytes());
    key
}

/// The ordinal of the last event of a group, if this is the key of one.
pub(crate) fn parse_group(key: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(key.strip_prefix(&[GROUPS])?.try_into().ok()?))
}

/// The keys of the groups that hold events with ordinals above `after`.
pub(crate) fn groups_after(after: u64) -> KeyRange {
    (Bound::Excluded(group(after)), Bound::Excluded(vec![GROUPS + 1]))
}

/// The key under which an answer is remembered.
pub(crate) fn command(key: CommandKey) -> Vec<u8> {
    let mut bytes = vec![COMMANDS];
    bytes.extend_from_slice(key.as_uuid().as_bytes());
    bytes
}

/// The command key of an answer, if this is the key of one.
pub(crate) fn parse_command(key: &[u8]) -> Option<CommandKey> {
    let bytes = key.strip_prefix(&[COMMANDS])?.try_into().ok()?;
    Some(CommandKey::from_uuid(uuid::Uuid::from_bytes(bytes)))
}

/// The keys of all answers.
pub(crate) fn all_commands() -> KeyRange {
    (Bound::Included(vec![COMMANDS]), Bound::Excluded(vec![COMMANDS + 1]))
}

/// The keys before, between and behind events, index and answers.
pub(crate) fn all_beside_log() -> [KeyRange; 4] {
    let (at, behind) = (|tag| Bound::Excluded(vec![tag]), |tag| Bound::Included(vec![tag + 1]));
    [
        (Bound::Unbounded, at(EVENTS)),
        (behind(EVENTS), at(GROUPS)),
        (behind(GROUPS), at(COMMANDS)),
        (behind(COMMANDS), Bound::Unbounded),
    ]
}

/// The key of a checkpoint.
pub(crate) fn checkpoint(name: &Code) -> Vec<u8> {
    [&[CHECKPOINTS], name.as_str().as_bytes()].concat()
}

/// The name of a checkpoint, if this is the key of one.
pub(crate) fn parse_checkpoint(key: &[u8]) -> Option<Code> {
    std::str::from_utf8(key.strip_prefix(&[CHECKPOINTS])?).ok()?.parse().ok()
}

/// The key of the snapshot of a stream.
pub(crate) fn snapshot(stream: &StreamId) -> Vec<u8> {
    [&[SNAPSHOTS], stream.as_str().as_bytes()].concat()
}

/// The stream of a snapshot, if this is the key of one.
pub(crate) fn parse_snapshot(key: &[u8]) -> Option<StreamId> {
    std::str::from_utf8(key.strip_prefix(&[SNAPSHOTS])?).ok()?.parse().ok()
}

/// Whether a key holds something that is derived from the log or stands beside it: no event, no index, no answer.
pub(crate) fn is_beside_log(key: &[u8]) -> bool {
    key != META && !matches!(key.first(), Some(&(EVENTS | GROUPS | COMMANDS)))
}

#[cfg(test)]
mod tests {
    use std::ops::RangeBounds;

    use super::*;

    fn id(text: &str) -> StreamId {
        StreamId::new(text).unwrap()
    }

    #[test]
    fn keys_sort_as_stream_and_revision_do() {
        let mut places = Vec::new();
        for stream in ["a/1", "a/1 ", "a/10", "a/2", "a/案卷", "ab/1", "b/1"] {
            for revision in [1, 2, 255, 256, u64::MAX] {
                places.push((id(stream), Revision::new(revision).unwrap()));
            }
        }
        places.sort();
        let keys: Vec<_> = places.iter().map(|(stream, revision)| block(stream, *revision)).collect();
        assert!(keys.is_sorted());
        for (key, (stream, revision)) in keys.iter().zip(&places) {
            assert_eq!(parse_block(key), Some((stream.as_str(), *revision)));
            assert_eq!(parse_block_of(stream, key), Some(*revision));
            let of_others = places.iter().filter(|(other, _)| other != stream);
            assert!(of_others.into_iter().all(|(other, _)| parse_block_of(other, key).is_none()));
            let of_stream = blocks_of(stream, Revision::FIRST, None);
            let inside = keys.iter().filter(|key| of_stream.contains(*key)).count();
            assert_eq!(inside, 5, "{stream}");
        }
    }

    #[test]
    fn ranges_of_streams_are_those_that_the_read_names() {
        let streams = ["a/1", "a/10", "a/2", "ab/1", "b/1", "b/2"].map(id);
        let wanted = |category, after: Option<&str>, to: Option<&str>| -> Vec<String> {
            let range = blocks_between(category, after.map(id).as_ref(), to.map(id).as_ref());
            let inside = streams.iter().filter(|stream| range.contains(&block(stream, Revision::FIRST)));
            inside.map(ToString::to_string).collect()
        };
        assert_eq!(wanted(None, None, None).len(), 6);
        assert_eq!(wanted(Some("a"), None, None), ["a/1", "a/10", "a/2"]);
        assert_eq!(wanted(Some("a"), Some("a/1"), None), ["a/10", "a/2"]);
        assert_eq!(wanted(None, Some("a/2"), Some("b/1")), ["ab/1", "b/1"]);
        assert_eq!(wanted(Some("a"), Some("b/1"), None), [""; 0]);
        assert_eq!(wanted(Some("b"), None, Some("a/1")), [""; 0]);
    }
}
