//! The limit: the same rows in a table of the same columns and indexes, and nothing else.

use std::pin::pin;
use std::sync::Arc;
use std::time::SystemTime;

use anjuan::event::EventSet;
use anyhow::{Context, Result};
use tokio::task::JoinHandle;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, NoTls, Statement};

use crate::first;
use crate::sample::{CaseEvent, Row, Sum};

const PAGE: i64 = 5_000;

pub(crate) struct Raw {
    client: Arc<Client>,
    insert: Statement,
    unnest: Statement,
}

impl Raw {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        drop(tokio::spawn(connection));
        client
            .batch_execute(
                "create table if not exists raw (like anjuan.event including indexes including constraints); \
                 create sequence if not exists raw_position",
            )
            .await?;
        let insert = client
            .prepare(
                "insert into raw values (1, $1, $2, nextval('raw_position'), $3, $4, $5, $6, $7, $8, $9, $10)",
            )
            .await?;
        let unnest = client
            .prepare(
                "insert into raw select 1, e.stream, e.revision, nextval('raw_position'), e.id, e.type, e.version, e.at, \
                 e.at, e.metadata, e.data, e.digest \
                 from unnest($1::text[], $2::int8[], $3::uuid[], $4::text[], $5::int8[], $6::timestamptz[], $7::bytea[], \
                 $8::bytea[], $9::bytea[]) as e (stream, revision, id, type, version, at, metadata, data, digest)",
            )
            .await?;
        Ok(Self { client: Arc::new(client), insert, unnest })
    }

    pub(crate) async fn insert(&self, rows: &[Row]) -> Result<()> {
        let row = first(rows)?;
        let now = SystemTime::UNIX_EPOCH;
        let Row { stream, revision, id, event_type, schema_version, metadata, data, digest } = row;
        self.client
            .execute(
                &self.insert,
                &[stream, revision, id, event_type, schema_version, &now, &now, metadata, data, digest],
            )
            .await?;
        Ok(())
    }

    pub(crate) async fn unnest(&self, rows: &[Row]) -> Result<()> {
        self.client
            .execute(
                &self.unnest,
                &[
                    &rows.iter().map(|row| &*row.stream).collect::<Vec<_>>(),
                    &rows.iter().map(|row| row.revision).collect::<Vec<_>>(),
                    &rows.iter().map(|row| row.id).collect::<Vec<_>>(),
                    &rows.iter().map(|row| &*row.event_type).collect::<Vec<_>>(),
                    &rows.iter().map(|row| row.schema_version).collect::<Vec<_>>(),
                    &vec![SystemTime::UNIX_EPOCH; rows.len()],
                    &rows.iter().map(|row| &*row.metadata).collect::<Vec<_>>(),
                    &rows.iter().map(|row| &*row.data).collect::<Vec<_>>(),
                    &rows.iter().map(|row| &*row.digest).collect::<Vec<_>>(),
                ],
            )
            .await?;
        Ok(())
    }

    pub(crate) async fn copy(&mut self, rows: &[Row]) -> Result<()> {
        const TYPES: [Type; 12] = [
            Type::INT4,
            Type::TEXT,
            Type::INT8,
            Type::INT8,
            Type::UUID,
            Type::TEXT,
            Type::INT8,
            Type::TIMESTAMPTZ,
            Type::TIMESTAMPTZ,
            Type::BYTEA,
            Type::BYTEA,
            Type::BYTEA,
        ];
        // A COPY draws no positions; numbers above all that the sequence gives take their place.
        let sink = self.client.copy_in("copy raw from stdin binary").await?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, &TYPES));
        let now = SystemTime::UNIX_EPOCH;
        for row in rows {
            let Row { stream, revision, id, event_type, schema_version, metadata, data, digest } = row;
            let position = revision + (1 << 40);
            writer
                .as_mut()
                .write(&[
                    &1_i32,
                    stream,
                    revision,
                    &position,
                    id,
                    event_type,
                    schema_version,
                    &now,
                    &now,
                    metadata,
                    data,
                    digest,
                ])
                .await?;
        }
        writer.finish().await?;
        Ok(())
    }

    /// Copies the events of a tenant into a table for the bare replay.
    pub(crate) async fn take_over(&self, tenant: &str) -> Result<()> {
        self.client
            .batch_execute(&format!(
                "drop table if exists replayed; \
                 create table replayed (like anjuan.event including indexes including constraints); \
                 insert into replayed select e.* from anjuan.event e \
                 join anjuan.tenant t on t.id = e.tenant and t.name = '{tenant}' order by e.position"
            ))
            .await?;
        for table in ["replayed", "anjuan.event"] {
            self.client.batch_execute(&format!("vacuum (analyze) {table}")).await?;
        }
        Ok(())
    }

    /// Page after page, the next one on its way while this one is decoded.
    pub(crate) async fn replay(&self) -> Result<Sum> {
        let page = self
            .client
            .prepare(
                "select position, stream, revision, id, type, schema_version, occurred_at, recorded_at, metadata, data, \
                 digest from replayed where tenant = (select min(tenant) from replayed) and (stream, revision) > ($1, $2) \
                 order by stream, revision limit $3",
            )
            .await?;
        let mut sum = Sum::default();
        let mut coming = self.fetch(page.clone(), String::new(), 0);
        loop {
            let rows = coming.await??;
            let Some(last) = rows.last() else { return Ok(sum) };
            coming = self.fetch(page.clone(), last.try_get(1)?, last.try_get(2)?);
            for row in &rows {
                let (event_type, data): (&str, &[u8]) = (row.try_get(4)?, row.try_get(9)?);
                sum.add(&CaseEvent::decode(event_type, data).context("a known type")??);
            }
        }
    }

    fn fetch(
        &self,
        page: Statement,
        stream: String,
        revision: i64,
    ) -> JoinHandle<Result<Vec<tokio_postgres::Row>, tokio_postgres::Error>> {
        let client = Arc::clone(&self.client);
        tokio::spawn(async move { client.query(&page, &[&stream, &revision, &PAGE]).await })
    }
}
