//! Histories that nobody thought of.

use anjuan::backup::Backup;
use anjuan::copy::{compare, copy};
use anjuan::event::{HashAlgorithm, NewEvent};
use anjuan::store::{Append, EventStore, EventStoreExt, MemoryStore};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::kit::*;
use crate::stores::{Failing, Last};

/// How an append names its command.
#[derive(Debug, Clone, Copy)]
enum Naming {
    /// Its events name its key.
    Own,
    /// They name the command of the append before it.
    Before,
    /// They name none.
    None,
}

#[derive(Debug, Clone)]
struct Step {
    naming: Naming,
    /// For each stream a number and payloads.
    writes: Vec<(u8, Vec<Vec<u8>>)>,
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..20),
        any::<String>().prop_map(String::into_bytes),
        any::<String>().prop_map(|text| serde_json::to_vec(&text).unwrap()),
        any::<f64>().prop_map(|number| serde_json::to_vec(&serde_json::json!({ "n": number })).unwrap()),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let naming = prop_oneof![4 => Just(Naming::Own), 1 => Just(Naming::Before), 1 => Just(Naming::None)];
    (naming, vec((0_u8..5, vec(payload(), 1..4)), 1..4)).prop_map(|(naming, mut writes)| {
        writes.sort_by_key(|(stream, _)| *stream);
        writes.dedup_by_key(|(stream, _)| *stream);
        Step { naming, writes }
    })
}

async fn carry_out(store: &dyn EventStore, steps: &[Step]) {
    let mut number = 0;
    for (command, step) in (1_u128..).zip(steps) {
        let mut event_of = |data: &Vec<u8>| -> NewEvent {
            number += 1;
            match step.naming {
                Naming::Own => event(command, number, data.clone()),
                Naming::Before => event(command - 1, number, data.clone()),
                Naming::None => bare_event(number, data.clone()),
            }
        };
        let writes =
            step.writes.iter().rev().map(|(stream, data)| {
                write(&format!("case/{stream}"), data.iter().map(&mut event_of).collect())
            });
        store.append(Append::new(key(command), writes.collect())).await.unwrap();
    }
}

async fn assert_same(one: &MemoryStore, other: &MemoryStore) {
    assert!(compare(one, other).await.unwrap().is_equal());
    let (ones, others) = (one.all_events().await.unwrap(), other.all_events().await.unwrap());
    assert!(ones.iter().map(|event| event.id).eq(others.iter().map(|event| event.id)));
}

async fn moves(steps: Vec<Step>, fails_after: u64, hash: HashAlgorithm) {
    let (from, to, restored) = (memory(), memory_with(hash), memory());
    carry_out(&from, &steps).await;
    let last = if fails_after.is_multiple_of(2) { Last::Lost } else { Last::Stored };
    let _ = copy(&from, &Failing::after(fails_after, &to, last), &[]).await;
    copy(&from, &to, &[]).await.unwrap();
    assert_same(&from, &to).await;
    let (file, content) = file_of(&from).await;
    let done = Backup::open(&file[..]).await.unwrap().restore(&restored).await.unwrap();
    assert_eq!(done.content, content);
    assert_same(&from, &restored).await;
    assert_eq!(file_of(&restored).await.1, content);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_history_moves(steps in vec(step(), 0..12), fails_after in 0_u64..20, sm3: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let hash = if sm3 { HashAlgorithm::Sm3 } else { HashAlgorithm::Sha256 };
        runtime.block_on(moves(steps, fails_after, hash));
    }
}
