//! What the events of one chunk share: memory for their payloads, and the names of their types.
//!
//! Events are read on one thread and dropped on another, which general allocators do not like. So small values are
//! copied into slabs, a few dozen to each, and a name of a type is made once.

use anjuan::event::EventType;
use bytes::{Bytes, BytesMut};
use sled::IVec;

/// The size of a slab: about what a case takes. An event that is kept keeps its slab, so this is also the most that one
/// event can hold on to.
const SLAB: usize = 8 << 10;
/// A value of this size is cheaper to keep as sled gave it than to copy.
const GREAT: usize = 2 << 10;

/// So many names of types are known at the same time, each in the one place that it may have. Two that have the same
/// place take turns, which costs time and nothing else.
const TYPES: usize = 64;

/// Memory that the events of one chunk share.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    slab: BytesMut,
    types: Vec<Option<EventType>>,
}

impl Pool {
    /// A value in memory that many may share.
    pub(crate) fn bytes(&mut self, value: IVec) -> Bytes {
        if value.len() >= GREAT {
            return Bytes::from_owner(value);
        }
        if self.slab.capacity() < value.len() {
            self.slab = BytesMut::with_capacity(SLAB);
        }
        self.slab.extend_from_slice(&value);
        self.slab.split().freeze()
    }

    /// The type of this name, if it is a name.
    pub(crate) fn event_type(&mut self, name: &str) -> Option<EventType> {
        if self.types.is_empty() {
            self.types.resize(TYPES, None);
        }
        let place = self.types.get_mut(place_of(name))?;
        match place {
            Some(known) if known.as_str() == name => Some(known.clone()),
            Some(_) | None => {
                *place = EventType::new(name).ok();
                place.clone()
            }
        }
    }
}

/// The place of a name: names of one set differ in their length, or somewhere in their beginning, middle and end.
fn place_of(name: &str) -> usize {
    let byte = |byte: Option<&u8>| byte.copied().map_or(0, usize::from);
    let bytes = name.as_bytes();
    let middle = byte(bytes.get(bytes.len() / 2));
    (bytes.len() * 31 + byte(bytes.first()) * 7 + middle * 3 + byte(bytes.last())) % TYPES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_whole_whatever_their_size() {
        let mut pool = Pool::default();
        let sizes = [0, 1, 30_000, 2_000, 2_047, 2_048, 1 << 20, 7, 2_000, 2_000, 2_000, 2_000, 2_000, 1_999];
        // More than one slab of small ones.
        let sizes = [sizes, [1_777; 14], [2_001; 14]].concat();
        let values: Vec<_> =
            sizes.iter().map(|size| vec![u8::try_from(size % 251).unwrap(); *size]).collect();
        let kept: Vec<_> = values.iter().map(|value| pool.bytes(IVec::from(value.as_slice()))).collect();
        assert!(kept.iter().zip(&values).all(|(kept, value)| kept == value));
    }

    #[test]
    fn a_name_is_itself_whatever_was_there_before() {
        let (mut pool, names) = (Pool::default(), (0..4 * TYPES).map(|n| format!("T{n}x{}", n % 3)));
        for name in names.clone().chain(names) {
            for _ in 0..2 {
                assert_eq!(pool.event_type(&name).unwrap().as_str(), name);
            }
        }
        assert_eq!([pool.event_type(""), pool.event_type("1"), pool.event_type("案")], [None, None, None]);
    }
}
