//! Values on their way to and from the database.

use std::error::Error;

use anjuan::clock::Timestamp;
use anjuan::event::{ChainHead, Digest};
use anjuan::id::Revision;
use anjuan::store::StoreError;
use bytes::{BufMut, BytesMut};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};

use crate::error::damaged;

/// 2000-01-01T00:00:00Z, from which PostgreSQL counts, in microseconds since 1970.
const YEAR_2000: i64 = 946_684_800_000_000;

/// A moment as `timestamptz`, which has the same resolution and a wider range.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl ToSql for Moment {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.put_i64(self.0.as_micros() - YEAR_2000);
        Ok(IsNull::No)
    }

    accepts!(TIMESTAMPTZ);
    to_sql_checked!();
}

impl<'a> FromSql<'a> for Moment {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let micros = i64::from_be_bytes(raw.try_into()?);
        Ok(Self(Timestamp::from_micros(micros.saturating_add(YEAR_2000))?))
    }

    accepts!(TIMESTAMPTZ);
}

/// A column of a row that this crate has written.
pub(crate) fn column<'a, T: FromSql<'a>>(row: &'a Row, index: usize, place: &str) -> Result<T, StoreError> {
    row.try_get(index).map_err(|error| damaged(place, error.to_string()))
}

/// An unsigned number that was laid down bit by bit.
pub(crate) const fn from_bits(bits: i64) -> u64 {
    bits.cast_unsigned()
}

/// The bits of an unsigned number, for a column of 64 bits.
pub(crate) const fn to_bits(number: u64) -> i64 {
    number.cast_signed()
}

/// A revision or position for a comparison: no column holds anything greater.
pub(crate) fn at_most(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A link from its columns; nothing for revision 0.
pub(crate) fn head(revision: i64, digest: &[u8]) -> Option<ChainHead> {
    let revision = Revision::new(u64::try_from(revision).ok()?)?;
    Some(ChainHead { revision, digest: Digest::from_bytes(digest.try_into().ok()?) })
}

/// A digest from its column.
pub(crate) fn digest(bytes: &[u8], place: &str) -> Result<Digest, StoreError> {
    let bytes = bytes.try_into().map_err(|_| damaged(place, "a digest is not of 32 bytes"))?;
    Ok(Digest::from_bytes(bytes))
}
