//! Stores that write wrongly, or tell wrongly what they wrote.

use anjuan::clock::{Clock, SystemClock};
use anjuan::id::{CommandKey, SystemEntropy};
use anjuan::store::{Append, Appended, EventStore, Expected, Limit, MemoryStore, StoreError, StreamWrite};
use async_trait::async_trait;
use futures_util::FutureExt;

use super::{Fault, breaks};

/// Forgets the streams that were only looked at.
#[derive(Debug, Default)]
struct IgnoresChecks;

#[async_trait]
impl Fault for IgnoresChecks {
    async fn append(&self, store: &MemoryStore, mut append: Append) -> Result<Appended, StoreError> {
        append.writes.retain(|write| !write.events.is_empty());
        store.append(append).await
    }
}

#[test]
fn ignoring_checks_breaks_rules_1_and_3() {
    breaks::<IgnoresChecks>(&[1, 3]);
}

/// Looks first and writes later.
#[derive(Debug, Default)]
struct ChecksThenActs;

#[async_trait]
impl Fault for ChecksThenActs {
    async fn append(&self, store: &MemoryStore, mut append: Append) -> Result<Appended, StoreError> {
        if store.find_append(append.key).await?.is_none() {
            let looks = append.writes.iter().map(|write| StreamWrite { events: vec![], ..write.clone() });
            store.append(Append { writes: looks.collect(), ..append.clone() }).await?;
            tokio::task::yield_now().await;
            append.writes.iter_mut().for_each(|write| write.expected = Expected::Any);
        }
        store.append(append).await
    }
}

#[test]
fn checking_before_writing_breaks_rule_2() {
    breaks::<ChecksThenActs>(&[2]);
}

/// Says that there was a conflict, and not what it was about.
#[derive(Debug, Default)]
struct HidesConflict;

#[async_trait]
impl Fault for HidesConflict {
    async fn append(&self, store: &MemoryStore, append: Append) -> Result<Appended, StoreError> {
        store.append(append).await.map_err(|error| match error {
            StoreError::Conflict(mut conflict) => {
                conflict.streams.iter_mut().for_each(|stream| stream.appended.clear());
                StoreError::Conflict(conflict)
            }
            other => other,
        })
    }
}

#[test]
fn a_conflict_without_events_breaks_rule_3() {
    breaks::<HidesConflict>(&[3]);
}

/// Loses the last event of each batch and does not know it.
#[derive(Debug, Default)]
struct LosesTheLast;

#[async_trait]
impl Fault for LosesTheLast {
    async fn append(&self, store: &MemoryStore, mut append: Append) -> Result<Appended, StoreError> {
        if append.event_count() > 1
            && let Some(last) = append.writes.iter_mut().rfind(|write| !write.events.is_empty())
        {
            last.events.pop();
        }
        store.append(append).await
    }
}

#[test]
fn losing_events_breaks_most_rules() {
    breaks::<LosesTheLast>(&[1, 2, 4, 5, 6, 7, 8, 10, 11, 15, 16, 17]);
}

/// Answers with the last revision where the first is asked.
#[derive(Debug, Default)]
struct MiscountsRevisions;

#[async_trait]
impl Fault for MiscountsRevisions {
    async fn append(&self, store: &MemoryStore, append: Append) -> Result<Appended, StoreError> {
        let mut answer = store.append(append).await?;
        answer.streams.iter_mut().for_each(|stream| stream.first = stream.last);
        Ok(answer)
    }
}

#[test]
fn wrong_revisions_in_the_answer_break_every_rule_that_compares_answers() {
    breaks::<MiscountsRevisions>(&[1, 4, 9, 11]);
}

/// Keeps payloads as JSON values, as a column of type `jsonb` does.
#[derive(Debug, Default)]
struct ReencodesJson;

#[async_trait]
impl Fault for ReencodesJson {
    async fn append(&self, store: &MemoryStore, mut append: Append) -> Result<Appended, StoreError> {
        for event in append.writes.iter_mut().flat_map(|write| &mut write.events) {
            if let Ok(value) = serde_json::from_slice::<serde_json::Value>(&event.data) {
                event.data = value.to_string().into();
            }
        }
        store.append(append).await
    }
}

#[test]
fn encoding_anew_breaks_rules_7_and_15() {
    breaks::<ReencodesJson>(&[7, 15]);
}

/// Leaves the first stream of a batch behind when the caller goes away in the middle of it.
#[derive(Debug, Default)]
struct WritesByHalves;

struct Half {
    store: MemoryStore,
    append: Option<Append>,
}

impl Drop for Half {
    fn drop(&mut self) {
        if let Some(mut half) = self.append.take() {
            half.key = fresh_key();
            half.writes.truncate(1);
            self.store.append(half).now_or_never();
        }
    }
}

#[async_trait]
impl Fault for WritesByHalves {
    async fn append(&self, store: &MemoryStore, append: Append) -> Result<Appended, StoreError> {
        let mut half = Half { store: store.clone(), append: Some(append.clone()) };
        tokio::task::yield_now().await;
        half.append = None;
        store.append(append).await
    }
}

#[test]
fn half_an_append_breaks_rule_10() {
    breaks::<WritesByHalves>(&[10]);
}

/// Takes each append for a new one.
#[derive(Debug, Default)]
struct ForgetsKeys;

#[async_trait]
impl Fault for ForgetsKeys {
    async fn append(&self, store: &MemoryStore, mut append: Append) -> Result<Appended, StoreError> {
        append.key = fresh_key();
        store.append(append).await
    }
}

fn fresh_key() -> CommandKey {
    CommandKey::new(SystemClock.now(), &SystemEntropy)
}

#[test]
fn forgetting_keys_breaks_the_rules_that_lean_on_them() {
    breaks::<ForgetsKeys>(&[9, 10, 11, 14]);
}

/// Tells a key that was used before as a passing disturbance.
#[derive(Debug, Default)]
struct CallsEverythingBusy;

#[async_trait]
impl Fault for CallsEverythingBusy {
    async fn append(&self, store: &MemoryStore, append: Append) -> Result<Appended, StoreError> {
        store.append(append).await.map_err(|error| match error {
            StoreError::KeyReused { .. } => StoreError::Busy,
            other => other,
        })
    }
}

#[test]
fn an_error_of_the_wrong_kind_breaks_its_rule_and_rule_14() {
    breaks::<CallsEverythingBusy>(&[11, 14]);
}

/// Refuses what is exactly at a limit.
#[derive(Debug, Default)]
struct StopsShort;

#[async_trait]
impl Fault for StopsShort {
    async fn append(&self, store: &MemoryStore, append: Append) -> Result<Appended, StoreError> {
        let (limit, actual) = (Limit::EventsPerAppend, append.event_count());
        if actual == limit.max() {
            return Err(StoreError::TooLarge { limit, actual });
        }
        store.append(append).await
    }
}

#[test]
fn stopping_short_of_a_limit_breaks_rule_17() {
    breaks::<StopsShort>(&[17]);
}
