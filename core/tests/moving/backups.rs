//! Into a file and back.

use anjuan::backup::{Backup, BackupError, RestoreError};
use anjuan::clock::Timestamp;
use anjuan::copy::{CopyError, compare, copy};
use anjuan::event::HashAlgorithm;
use anjuan::id::{Code, SystemEntropy};
use anjuan::store::{
    Checkpoint, CheckpointError, CheckpointStore, Claim, EventStore, EventStoreExt, MemoryCheckpoints,
    MemoryStore, ReadAll, SaveCheckpoint, StoreError,
};
use futures_util::TryStreamExt;

use crate::kit::*;
use crate::stores::{Failing, Last, Placed};

#[tokio::test]
async fn what_is_restored_is_what_was_written() {
    for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sm3] {
        let store = memory_with(hash);
        fill(&store).await;
        let (file, content) = file_of(&store).await;
        assert_eq!((content.streams, content.events), (4, 9));
        let backup = Backup::open(&file[..]).await.unwrap();
        assert_eq!((backup.header().store, backup.header().hash), (store.identity().store, hash));
        assert_eq!(backup.header().head, store.head().await.unwrap());
        assert_eq!(Backup::open(&file[..]).await.unwrap().check().await.unwrap(), content);
        let restored = MemoryStore::new(backup.header().restored(Timestamp::EPOCH, &SystemEntropy));
        let done = backup.restore(&restored).await.unwrap();
        assert_eq!((done.content, done.written), (content, 9));
        assert_eq!(done.head, restored.head().await.unwrap());
        assert!(compare(&store, &restored).await.unwrap().is_equal());
        assert_eq!(restored.identity().store, store.identity().store);
        assert!(put(&restored, 5, &[("case/甲", &[&GREAT])]).await.repeated);
        // The lines of one history are the same, whatever store they come from.
        let (again, same) = file_of(&restored).await;
        assert_eq!(same, content);
        assert_ne!(file, again);
        let lines = |file: &[u8]| file.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
        let (one, other) = (lines(&file), lines(&again));
        let end = one.len() - 2;
        assert!(one.len() == other.len() && one[1..end] == other[1..end]);
    }
}

/// The form of a line is a promise: others read it.
#[tokio::test]
async fn a_line_has_its_documented_form() {
    let store = memory();
    put(&store, 1, &[("case/甲", &["{\"案\": 1.50}".as_bytes(), b"null", b"\n", b""])]).await;
    let (file, content) = file_of(&store).await;
    let text = String::from_utf8(file).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with(r#"{"backup":{"format":1,"store":""#), "{}", lines[0]);
    let append = r#"{"append":{"events":4,"content":""#;
    assert!(lines[1].starts_with(append), "{}", lines[1]);
    let head = |number: u32| {
        format!(
            "{{\"event\":{{\"stream\":\"case/甲\",\"revision\":{number},\
             \"id\":\"00000000-0000-0000-0000-000000000{:x}\",\"type\":\"Noted\",\"schema_version\":3,\
             \"occurred_at\":\"2026-06-26T01:00:00.000007Z\",\"recorded_at\":\"2026-06-26T01:00:01.000000Z\",\
             \"metadata\":{{\"cmd\":\"00000000-0000-0000-0000-000000000001\"}},",
            number + 1_000,
        )
    };
    assert!(lines[2].starts_with(&(head(1) + r#""data":{"案": 1.50},"digest":""#)), "{}", lines[2]);
    assert!(lines[3].starts_with(&(head(2) + r#""data":null,"digest":""#)), "{}", lines[3]);
    assert!(lines[4].contains(r#","data_base64":"Cg==","digest":""#), "{}", lines[4]);
    assert!(lines[5].contains(r#","data_base64":"","digest":""#), "{}", lines[5]);
    let header = lines[0].split('"').rev().nth(1).unwrap();
    let digest = content.digest;
    assert_eq!(
        lines[6],
        format!("{{\"end\":{{\"events\":4,\"header\":\"{header}\",\"before\":\"{digest}\"}}}}")
    );
    assert_eq!(lines.len(), 7);
}

#[tokio::test]
async fn the_digest_is_that_of_the_lines_between_header_and_end() {
    let store = memory();
    let empty = file_of(&store).await.1.digest.to_string();
    // SHA-256 of nothing.
    assert_eq!(empty, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let restored = memory();
    let (file, _) = file_of(&store).await;
    let done = Backup::open(&file[..]).await.unwrap().restore(&restored).await.unwrap();
    assert_eq!((done.content.events, done.written, done.head), (0, 0, restored.head().await.unwrap()));
}

/// As JSON, and as bytes that are none.
#[tokio::test]
async fn the_greatest_events_fit_into_a_line() {
    let (store, to, restored) = (memory(), memory(), memory());
    let deep = [vec![b'['; 1 << 19], vec![b']'; 1 << 19]].concat();
    put(&store, 1, &[("case/a", &[&vec![b'['; 1 << 20], &deep])]).await;
    copy(&store, &to, &[]).await.unwrap();
    let (file, content) = file_of(&to).await;
    let done = Backup::open(&file[..]).await.unwrap().restore(&restored).await.unwrap();
    assert_eq!(done.content, content);
    assert!(compare(&store, &restored).await.unwrap().is_equal());
}

#[tokio::test]
async fn an_interrupted_restore_goes_on() {
    let store = memory();
    fill(&store).await;
    let (file, _) = file_of(&store).await;
    for appends in 0..6 {
        let to = memory_with(HashAlgorithm::Sm3);
        let failing = Failing::after(appends, &to, Last::Stored);
        let error = Backup::open(&file[..]).await.unwrap().restore(&failing).await.unwrap_err();
        assert!(matches!(error, RestoreError::Target(CopyError::Target(_))), "{error}");
        let done = Backup::open(&file[..]).await.unwrap().restore(&to).await.unwrap();
        assert!(done.written < 9 && to.all_events().await.unwrap().len() == 9);
        assert!(compare(&store, &to).await.unwrap().is_equal());
    }
}

#[tokio::test]
async fn a_copy_and_a_restore_finish_each_other() {
    let (store, to) = (memory(), memory());
    fill(&store).await;
    copy(&store, &Failing::after(3, &to, Last::Lost), &[]).await.unwrap_err();
    let (file, _) = file_of(&store).await;
    Backup::open(&file[..]).await.unwrap().restore(&to).await.unwrap();
    assert!(compare(&store, &to).await.unwrap().is_equal());
}

#[tokio::test]
async fn what_stood_at_a_position_before_a_restore_is_refused_after_it() {
    let (store, checkpoints) = (memory(), MemoryCheckpoints::default());
    fill(&store).await;
    let (name, position) = (Code::new("worklist").unwrap(), store.head().await.unwrap());
    let claimed = checkpoints.claim(Claim::new(name.clone(), position.history(), 1)).await.unwrap();
    let checkpoint = Checkpoint { position, state: Some("{}".into()) };
    checkpoints.save(SaveCheckpoint { name: name.clone(), fence: claimed.fence, checkpoint }).await.unwrap();

    let (file, _) = file_of(&store).await;
    let backup = Backup::open(&file[..]).await.unwrap();
    let restored = MemoryStore::new(backup.header().restored(Timestamp::EPOCH, &SystemEntropy));
    backup.restore(&restored).await.unwrap();

    let error = restored.read_all(ReadAll::all().after(position)).try_next().await.unwrap_err();
    assert!(matches!(error, StoreError::ForeignPosition { .. }), "{error}");
    let claim = Claim::new(name, restored.identity().history, 1);
    let error = checkpoints.claim(claim).await.unwrap_err();
    assert!(matches!(error, CheckpointError::ForeignHistory { .. }), "{error}");
    // Nor is the backup written over the store from which it came.
    let error = Backup::open(&file[..]).await.unwrap().restore(&store).await.unwrap_err();
    assert!(matches!(error, RestoreError::Target(CopyError::SameHistory { .. })), "{error}");
}

#[tokio::test]
async fn no_backup_is_written_of_a_damaged_store() {
    let store = memory();
    fill(&store).await;
    let from = Placed { store, places: (1..=9).collect(), head: 9, damaged: Some(7) };
    let mut file = Vec::new();
    let error = anjuan::backup::write(&from, &mut file).await.unwrap_err();
    let BackupError::DamagedStore(fault) = error else { panic!("{error}") };
    assert_eq!((fault.stream, fault.revision), (Some(stream("register/2026")), Some(revision(2))));
    // The buffer may not have been written at all; a backup it is not in any case.
    Backup::open(&file[..]).await.map(drop).unwrap_err();
}
