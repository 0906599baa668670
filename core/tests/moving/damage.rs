//! Damaged files: every way is found, typed and named, and nothing unproven is written.

use anjuan::backup::{Backup, BackupError, LineFault, RestoreError};
use anjuan::store::{EventStore, EventStoreExt, FaultKind, MemoryStore};

use crate::kit::*;

/// Header, three appends of two, one and one events, end.
async fn sample() -> (MemoryStore, Vec<String>) {
    let store = memory();
    put(&store, 1, &[("case/a", &[br#"{"yuan":4000}"#]), ("case/b", &[b"{}"])]).await;
    put(&store, 2, &[("case/a", &[b"{}"])]).await;
    put(&store, 3, &[("case/c", &[b"{}"])]).await;
    let (file, _) = file_of(&store).await;
    let lines: Vec<_> = String::from_utf8(file).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 9);
    (store, lines)
}

async fn error_of(file: &[u8]) -> BackupError {
    match Backup::open(file).await {
        Ok(backup) => backup.check().await.unwrap_err(),
        Err(error) => error,
    }
}

/// The error after a change of the lines. What a restore has written before it is the beginning of the history.
async fn changed(change: impl FnOnce(&mut Vec<String>)) -> BackupError {
    let (store, mut lines) = sample().await;
    change(&mut lines);
    let file = lines.join("\n") + "\n";
    if let Ok(backup) = Backup::open(file.as_bytes()).await {
        let to = memory();
        let error = backup.restore(&to).await.unwrap_err();
        assert!(matches!(error, RestoreError::Backup(_)), "{error}");
        let (whole, written) = (store.all_events().await.unwrap(), to.all_events().await.unwrap());
        assert!(written.iter().zip(&whole).all(|(one, other)| one.digest == other.digest));
    }
    error_of(file.as_bytes()).await
}

fn replace(line: usize, from: &'static str, to: &'static str) -> impl FnOnce(&mut Vec<String>) {
    move |lines| {
        assert!(lines[line - 1].contains(from), "{}", lines[line - 1]);
        lines[line - 1] = lines[line - 1].replacen(from, to, 1);
    }
}

#[tokio::test]
async fn a_changed_event_is_named_with_its_line_and_stream() {
    for (from, to) in [
        ("4000", "4001"),
        ("Noted", "Voted"),
        ("2026-06-26T01:00:00.000007Z", "2026-06-26T01:00:00.000008Z"),
        ("\"schema_version\":3", "\"schema_version\":4"),
    ] {
        let error = changed(replace(3, from, to)).await;
        let BackupError::Damaged { line: 3, fault } = &error else { panic!("{error}") };
        assert_eq!((&fault.stream, fault.revision), (&Some(stream("case/a")), Some(revision(1))));
        assert!(matches!(fault.kind, FaultKind::Digest));
        assert_eq!(
            error.to_string(),
            "the backup is damaged at line 3: case/a revision 1: the digest does not fit the event and the one before it"
        );
    }
}

#[tokio::test]
async fn a_line_that_is_none_is_named() {
    for (line, from, to) in [
        (3, "{\"event\"", "{\"evemt\""),
        (3, "\"revision\":1", "\"revision\":0"),
        (3, "}}", "}"),
        (5, "\"append\"", "\"event\""),
        (6, "\"data\"", "\"Data\""),
        (9, "end", "END"),
    ] {
        let error = changed(replace(line, from, to)).await;
        let named = matches!(
            error,
            BackupError::Malformed { line: at, source: LineFault::Json(_) } if at == line as u64
        );
        assert!(named, "{error:?}");
    }
    let error = changed(replace(6, "\"data\":{}", "\"data_base64\":\"?\"")).await;
    assert!(matches!(error, BackupError::Malformed { line: 6, source: LineFault::Bytes("data") }), "{error}");
    let error = changed(replace(6, "\"data\":{}", "\"data\":{},\"data_base64\":\"\"")).await;
    assert!(matches!(error, BackupError::Malformed { line: 6, source: LineFault::Bytes("data") }), "{error}");
}

#[tokio::test]
async fn lines_that_could_be_but_are_not_are_found_before_they_are_written() {
    // A digest of a command, white space, and whole appends that changed places.
    let content = |lines: &mut Vec<String>| {
        let at = lines[4].find("\"content\":\"").unwrap() + 11;
        let digit = if &lines[4][at..=at] == "0" { "1" } else { "0" };
        lines[4].replace_range(at..=at, digit);
    };
    let error = changed(content).await;
    assert!(matches!(error, BackupError::Altered { first: 5, last: 7 }), "{error}");
    let error = changed(replace(6, "\"revision\":", "\"revision\": ")).await;
    assert!(matches!(error, BackupError::Altered { first: 5, last: 7 }), "{error}");
    let swapped = changed(|lines| {
        lines.swap(4, 6);
        lines.swap(5, 7);
    });
    let error = swapped.await;
    assert!(matches!(error, BackupError::Altered { first: 2, last: 5 }), "{error}");
    let error = changed(|lines| lines.swap(2, 3)).await;
    assert!(matches!(error, BackupError::Altered { first: 2, last: 5 }), "{error}");
    let error = changed(|lines| drop(lines.drain(4..6))).await;
    assert!(matches!(error, BackupError::Altered { first: 2, last: 5 }), "{error}");
}

#[tokio::test]
async fn lines_out_of_order_are_named() {
    let error = changed(|lines| lines.swap(2, 5)).await;
    let BackupError::Damaged { line: 3, fault } = &error else { panic!("{error}") };
    assert_eq!((&fault.stream, fault.revision), (&Some(stream("case/a")), Some(revision(2))));
    assert!(matches!(fault.kind, FaultKind::Gap));
    let error = changed(|lines| lines.swap(3, 4)).await;
    assert!(matches!(error, BackupError::Malformed { line: 4, source: LineFault::Kind }), "{error}");
    let error = changed(|lines| drop(lines.remove(1))).await;
    assert!(matches!(error, BackupError::Malformed { line: 2, source: LineFault::Kind }), "{error}");
}

#[tokio::test]
async fn wrong_numbers_are_named() {
    for (line, from, to) in [(2, "\"events\":2", "\"events\":0"), (2, "\"events\":2", "\"events\":1001")] {
        let error = changed(replace(line, from, to)).await;
        assert!(matches!(error, BackupError::Malformed { line: 2, source: LineFault::Count }), "{error}");
    }
    let error = changed(replace(9, "\"events\":4", "\"events\":5")).await;
    let total = LineFault::Total { stated: 5, found: 4 };
    assert!(
        matches!(&error, BackupError::Malformed { line: 9, source } if source.to_string() == total.to_string())
    );
    let error = changed(|lines| lines.push(lines[1].clone())).await;
    assert!(matches!(error, BackupError::Malformed { line: 10, source: LineFault::Trailing }), "{error}");
}

#[tokio::test]
async fn a_cut_file_is_seen_wherever_it_is_cut() {
    let (_, lines) = sample().await;
    let file = lines.join("\n") + "\n";
    let header = lines[0].len() + 1;
    for end in (header..file.len()).step_by(7).chain([file.len() - 1]) {
        let error = error_of(&file.as_bytes()[..end]).await;
        let at = 1 + file[..end].matches('\n').count() as u64;
        assert!(matches!(error, BackupError::Cut { line } if line == at), "{end}: {error}");
    }
    for end in 0..header {
        assert!(matches!(error_of(&file.as_bytes()[..end]).await, BackupError::NotABackup), "{end}");
    }
}

#[tokio::test]
async fn every_changed_byte_is_found() {
    let (_, lines) = sample().await;
    let file = (lines.join("\n") + "\n").into_bytes();
    for at in 0..file.len() {
        let mut damaged = file.clone();
        damaged[at] ^= 1;
        error_of(&damaged).await;
    }
}

#[tokio::test]
async fn headers_that_are_not_ours_are_refused() {
    for text in ["", "\n", "PK\u{3}\u{4}", "{}\n", "{\"header\":{\"format\":1}}\n", "[]\n[]\n"] {
        assert!(matches!(error_of(text.as_bytes()).await, BackupError::NotABackup), "{text}");
    }
    let endless = vec![b'x'; 10 << 20];
    assert!(matches!(error_of(&endless).await, BackupError::NotABackup));
    let newer = b"{\"backup\":{\"format\":2,\"whatever\":[]}}\n";
    assert!(matches!(error_of(newer).await, BackupError::NewerFormat { found: 2, known: 1 }));
    let error = changed(replace(1, "sha256", "md5")).await;
    assert!(matches!(error, BackupError::Malformed { line: 1, source: LineFault::Json(_) }), "{error}");
    let error = changed(replace(1, "\"sha256\"", "\"sm3\"")).await;
    assert!(matches!(error, BackupError::Altered { first: 1, last: 1 }), "{error}");
    let (_, mut other) = sample().await;
    let error = changed(|lines| std::mem::swap(&mut lines[0], &mut other[0])).await;
    assert!(matches!(error, BackupError::ForeignHeader), "{error}");
}

#[tokio::test]
async fn a_line_without_end_does_not_fill_the_memory() {
    let (_, lines) = sample().await;
    let mut file = format!("{}\n{}\n", lines[0], lines[1]).into_bytes();
    file.resize(file.len() + (10 << 20), b' ');
    let error = error_of(&file).await;
    assert!(matches!(error, BackupError::Malformed { line: 3, source: LineFault::TooLong }), "{error}");
}

#[tokio::test]
async fn a_reader_that_fails_is_no_damage() {
    #[derive(Debug)]
    struct Broken;
    impl tokio::io::AsyncRead for Broken {
        fn poll_read(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
            _: &mut tokio::io::ReadBuf<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            std::task::Poll::Ready(Err(std::io::Error::other("the tape is torn")))
        }
    }
    let (store, lines) = sample().await;
    let begin = lines[..3].join("\n") + "\n";
    let from = tokio::io::AsyncReadExt::chain(begin.as_bytes(), Broken);
    let error = Backup::open(from).await.unwrap().check().await.unwrap_err();
    assert!(matches!(error, BackupError::Read { line: 4, .. }), "{error}");
    assert_eq!(store.head().await.unwrap().ordinal(), 4);
}
