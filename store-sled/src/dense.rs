//! Writing a database whose files are hardly greater than what is in it.
//!
//! sled's log is cut into segments of half a mebibyte. A change of a page goes to the end of the log; the tenth change
//! writes the whole page there, and what was written of it before is dead. A segment is used again once half of it is
//! dead, so values that come one after the other, in whatever order, leave files of nearly twice their size.
//!
//! Here what dies together lies together. For each stretch of keys there are three rounds:
//!
//! 1. The keys alone. A page with a seventeenth key is split into nine and eight, and its parent is written anew: so
//!    splitting is done while there is nothing in the pages. Behind it lie pages of nine keys.
//! 2. Eight of the nine values, and one change more: with the empty page, ten pieces for each page.
//! 3. The ninth value. It is the tenth change, and sled writes the page, once and in one piece.
//!
//! The segments of the first two rounds are then as good as empty, and the next stretch is written over them. If sled
//! cut its pages in another way, the files would be greater and nothing else would change.

use sled::{Db, IVec, Iter};

use crate::error::OpenError;

/// How many keys sled leaves in a page that it splits at its end.
const PAGE: usize = 9;
/// A stretch ends behind so many pages, or so many bytes. Shorter ones leave more segments half full, longer ones more
/// empty segments at the end.
const STRETCH_KEYS: usize = 2_000 * PAGE;
const STRETCH_BYTES: usize = 16 << 20;
/// sled uses no segment again before its threads have written what came later, and they write when they like. So they
/// are waited for with every segment.
const FLUSH_BYTES: usize = 512 << 10;
/// What a new key costs on average: every ninth splits a page, and its parent of some two hundred keys is written.
const SPLIT_BYTES: usize = 1 << 10;
/// Sixteen values share a page, and a page of more than 128 KiB is a file of its own, each time that it is written.
const GREAT_BYTES: usize = 8 << 10;

/// Copies every value to a database in which there is nothing yet.
pub(crate) fn copy(from: &Db, to: &Db) -> Result<(), OpenError> {
    let (mut pairs, mut writer) = (from.iter(), Writer { to, waiting: 0 });
    loop {
        let stretch = stretch(&mut pairs)?;
        if stretch.is_empty() {
            break;
        }
        writer.stretch(&stretch)?;
    }
    // Now no page is written anew any more for the sake of its other values.
    for pair in from.iter() {
        let (key, value) = pair?;
        if value.len() > GREAT_BYTES {
            writer.put(&key, value, 0)?;
        }
    }
    Ok(())
}

/// The next keys, each with its value if that is not a great one. Whole pages, but for the last.
fn stretch(pairs: &mut Iter) -> Result<Vec<(IVec, Option<IVec>)>, OpenError> {
    let (mut stretch, mut bytes) = (Vec::new(), 0);
    for pair in pairs {
        let (key, value) = pair?;
        bytes += key.len() + value.len();
        let value = Some(value).filter(|value| value.len() <= GREAT_BYTES);
        stretch.push((key, value));
        if stretch.len() % PAGE == 0 && (bytes >= STRETCH_BYTES || stretch.len() >= STRETCH_KEYS) {
            break;
        }
    }
    Ok(stretch)
}

/// The database in the making.
struct Writer<'a> {
    to: &'a Db,
    /// How many bytes were written since the last flush.
    waiting: usize,
}

impl Writer<'_> {
    fn stretch(&mut self, stretch: &[(IVec, Option<IVec>)]) -> Result<(), OpenError> {
        for (key, _) in stretch {
            self.put(key, &[], SPLIT_BYTES)?;
        }
        for page in stretch.chunks(PAGE) {
            if let [(first, _), ..] = page {
                // Another value than before, because sled writes nothing for the same one.
                self.put(first, &[0], 0)?;
            }
            for (key, value) in page.iter().take(PAGE - 1) {
                if let Some(value) = value {
                    self.put(key, value, 0)?;
                }
            }
        }
        for page in stretch.chunks(PAGE) {
            if let [others @ .., (key, Some(value))] = page {
                let page =
                    others.iter().filter_map(|(_, value)| value.as_ref()).map(|value| value.len()).sum();
                self.put(key, value, page)?;
            }
        }
        Ok(())
    }

    /// Writes a value, and what sled writes because of it.
    fn put(&mut self, key: &IVec, value: impl Into<IVec>, because_of_it: usize) -> Result<(), OpenError> {
        let value = value.into();
        self.waiting += key.len() + value.len() + because_of_it;
        self.to.insert(key, value)?;
        if self.waiting >= FLUSH_BYTES {
            self.waiting = 0;
            self.to.flush()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(name: &str, dir: &tempfile::TempDir) -> Db {
        sled::Config::new().path(dir.path().join(name)).open().unwrap()
    }

    #[test]
    fn everything_is_copied_whatever_its_number_and_size() {
        let dir = tempfile::tempdir().unwrap();
        for count in [0, 1, PAGE, 4 * PAGE + 5, STRETCH_KEYS + 3] {
            let (from, to) =
                (database(&format!("from-{count}"), &dir), database(&format!("to-{count}"), &dir));
            for n in 0..count {
                // Great ones first and last in their page, and one that is nothing.
                let size = if n < 3 * PAGE && n % 5 == 0 { GREAT_BYTES + 1 } else { n % 3 };
                from.insert((n as u64).to_be_bytes(), vec![1; size]).unwrap();
            }
            copy(&from, &to).unwrap();
            assert_eq!(to.len(), count);
            assert!(from.iter().map(Result::unwrap).eq(to.iter().map(Result::unwrap)), "{count}");
        }
    }
}
