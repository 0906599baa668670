//! The limits: sled alone, with the layout of the store and nothing of its care, and a plain file.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use anjuan::event::EventSet;
use anjuan::id::StreamId;
use anjuan::store::Append;
use anjuan::testing::sample::SampleEvent;
use anyhow::{Context, Result};

/// What both caches of pages may take: the default of the store.
const CACHE_BYTES: u64 = 64 << 20;

/// sled alone, made safe in the same way.
pub struct BareSled {
    pub db: sled::Db,
    file: File,
}

/// The values that the store writes for an append, by their keys and sizes.
pub type Values = Vec<(Vec<u8>, Vec<u8>)>;

impl BareSled {
    pub fn open(path: &Path) -> Result<Self> {
        let db = sled::Config::new().path(path).cache_capacity(CACHE_BYTES).open()?;
        Ok(Self { db, file: File::options().write(true).open(path.join("db"))? })
    }

    /// All values together or none, as the store needs them.
    pub fn put_together(&self, values: &Values) -> Result<()> {
        let mut batch = sled::Batch::default();
        for (key, value) in values {
            batch.insert(key.as_slice(), value.as_slice());
        }
        self.db.apply_batch(batch)?;
        self.sync()
    }

    /// The bytes of all values as one value, which needs no batch.
    pub fn put_one(&self, values: &Values) -> Result<()> {
        let (key, _) = values.first().context("an append has values")?;
        let value = values.iter().flat_map(|(_, value)| value).copied().collect::<Vec<_>>();
        self.db.insert(key, value)?;
        self.sync()
    }

    fn sync(&self) -> Result<()> {
        self.db.flush()?;
        Ok(self.file.sync_data()?)
    }

    /// How many bytes all keys and values have.
    pub fn stored_bytes(&self) -> Result<u64> {
        self.db.iter().map(|pair| Ok(pair.map(|(key, value)| (key.len() + value.len()) as u64)?)).sum()
    }

    /// Decodes every event, stream after stream. Answers how many there are.
    pub fn decode_streams(&self, from: &[u8], to: &[u8]) -> Result<u64> {
        self.db.range(from..to).map(|pair| decode_block(&pair?.1)).sum()
    }

    /// Decodes every event of one stream.
    pub fn decode_stream(&self, stream: &StreamId) -> Result<u64> {
        let (mut from, mut to) = (prefix(stream), prefix(stream));
        from.push(0);
        to.push(1);
        self.decode_streams(&from, &to)
    }

    /// Decodes every event in global order: what each commit wrote, by the index.
    pub fn decode_all(&self) -> Result<u64> {
        let mut events = 0;
        for pair in self.db.range(b"G".as_slice()..b"H".as_slice()) {
            let (_, value) = pair?;
            let mut rest = value.get(9 + 8..).context("an index has a head")?;
            for _ in 0..number::<2>(&mut rest)? {
                let length = number::<1>(&mut rest)?;
                skip(&mut rest, length)?;
            }
            for _ in 0..number::<2>(&mut rest)? {
                skip(&mut rest, 48)?;
                for _ in 0..number::<2>(&mut rest)? {
                    let length = number::<1>(&mut rest)?;
                    let stream = skip(&mut rest, length)?;
                    let first = skip(&mut rest, 8)?;
                    let count = number::<2>(&mut rest)?;
                    skip(&mut rest, 2 * count)?;
                    events += self.decode_write(stream, first, count as u64)?;
                }
            }
        }
        Ok(events)
    }

    fn decode_write(&self, stream: &[u8], first: &[u8], count: u64) -> Result<u64> {
        let (mut next, mut events) = (u64::from_be_bytes(first.try_into()?), 0);
        while events < count {
            let key = [b"E", stream, &[0], next.to_be_bytes().as_slice()].concat();
            let read = decode_block(&self.db.get(key)?.context("a write is whole")?)?;
            (events, next) = (events + read, next + read);
        }
        Ok(events)
    }
}

/// Where the blocks of a stream lie, but for the byte that ends its name.
pub fn prefix(stream: &StreamId) -> Vec<u8> {
    [b"E", stream.as_str().as_bytes()].concat()
}

/// Values of the keys and sizes that the store writes for an append that is the only one of its commit.
pub fn values_of(append: &Append, number: u64) -> Values {
    let mut values = Vec::new();
    let mut index = 9 + 12 + 16 + 32 + 2;
    for write in &append.writes {
        let mut key = prefix(&write.stream);
        key.push(0);
        let mut block = 21;
        for event in &write.events {
            block +=
                16 + 32 + 1 + event.event_type.as_str().len() + 28 + event.metadata.len() + event.data.len();
            index += 3 + event.event_type.as_str().len();
        }
        index += write.stream.as_str().len() + 11;
        // The store begins a new block behind some six kibibytes.
        let blocks = block.div_ceil(6 << 10);
        for nth in 0..blocks as u64 {
            values.push(([key.as_slice(), &(number + nth).to_be_bytes()].concat(), noise(block / blocks)));
        }
    }
    values.push(([b"G".as_slice(), &number.to_be_bytes()].concat(), noise(index)));
    values.push(([b"K".as_slice(), append.key.as_uuid().as_bytes()].concat(), noise(19)));
    values
}

fn noise(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|n| (n % 251) as u8).collect()
}

/// Decodes the events of a block and nothing else: no checksum, no envelope, no order.
fn decode_block(value: &[u8]) -> Result<u64> {
    let mut rest = value.get(9 + 8..).context("a block has a head")?;
    let count = number::<4>(&mut rest)?;
    for _ in 0..count {
        // Id and digest; type; version and two times; metadata; data.
        skip(&mut rest, 48)?;
        let length = number::<1>(&mut rest)?;
        let event_type = std::str::from_utf8(skip(&mut rest, length)?)?;
        skip(&mut rest, 20)?;
        let length = number::<4>(&mut rest)?;
        skip(&mut rest, length)?;
        let length = number::<4>(&mut rest)?;
        let data = skip(&mut rest, length)?;
        std::hint::black_box(&SampleEvent::decode(event_type, data).context("a known type")??);
    }
    Ok(count as u64)
}

fn number<const N: usize>(rest: &mut &[u8]) -> Result<usize> {
    Ok(skip(rest, N)?.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

fn skip<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(length).context("a value is whole")?;
    *rest = tail;
    Ok(head)
}

/// A file whose space is there before it is written: the least that a durable write costs.
pub struct BareFile {
    file: File,
}

impl BareFile {
    pub fn open(path: &Path, bytes: usize) -> Result<Self> {
        let mut file = File::options().create_new(true).write(true).open(path)?;
        file.write_all(&vec![1; bytes])?;
        file.sync_all()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Self { file })
    }

    pub fn write(&mut self, values: &Values) -> Result<()> {
        let bytes: Vec<u8> = values.iter().flat_map(|(_, value)| value).copied().collect();
        self.file.write_all(&bytes)?;
        Ok(self.file.sync_data()?)
    }
}
