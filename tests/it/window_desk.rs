//! The window desk of the examples, as a child process: what its clerk types leads to the archive, and what a person
//! types through a pipe is answered, whatever it is.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The example beside the tests; a run of this file alone does not build it, so it is built here.
fn example() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let built = tests.parent().and_then(Path::parent).unwrap().join("examples").join("window_desk");
    if !built.exists() {
        let built =
            Command::new(env!("CARGO")).args(["build", "--quiet", "--example", "window_desk"]).status();
        assert!(built.unwrap().success());
    }
    built
}

/// What the desk says, and whether it ended well.
fn desk(arguments: &[&str], typed: &[u8]) -> (bool, String) {
    let mut desk = Command::new(example());
    desk.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut desk = desk.spawn().unwrap();
    // A desk that has left does not read the rest.
    let _ = desk.stdin.take().unwrap().write_all(typed);
    let output = desk.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.success(), said)
}

#[track_caller]
fn assert_says(said: &str, sentences: &[&str]) {
    let mut rest = said;
    for sentence in sentences {
        let Some((_, after)) = rest.split_once(sentence) else {
            panic!("not said, or not at this place: {sentence}\n{said}");
        };
        rest = after;
    }
}

#[test]
fn the_clerk_of_the_demonstration_reaches_the_archive() {
    for (language, refused, archived) in [
        ("en", "[R11]", "== CN/140400/legal-aid/2026/legal_aid/1: archived"),
        ("zh", "[R11]", "== CN/140400/legal-aid/2026/legal_aid/1: 已归档"),
    ] {
        let (ended_well, said) = desk(&["--demo", "--language", language], b"");
        assert!(ended_well, "{said}");
        assert_says(&said, &["[A13]", "[A14]", "[R4]", refused, archived]);
        assert!(!said.contains("  ! "), "the clerk chose what was not offered:\n{said}");
        let last = said.lines().last().unwrap();
        assert!(last.contains("0 open cases") || last.contains("在办 0 件"), "{last}");
    }
}

#[test]
fn what_is_typed_is_answered_and_the_case_is_there_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let typed = "\n7\nnonsense\nnew\nGrantAid\n99\nas nobody\nas archivist\nas clerk\ndate yesterday\ndate 2020-01-01\n\
         SubmitAidApplication\nmars\nback\nSubmitAidApplication\n140400\nCIV\nLAL31-4\nNON_LITIGATION\n\
         yes\nnew\nCLAIMANT\nHao\n-\n-\n-\n-\n-\nSupport of a father.\n-\nSELF\nORAL\nnew\n-\nnew\nperhaps\nyes\nquit\n";
    let (ended_well, said) = desk(&["--ask", "--data", data], typed.as_bytes());
    assert!(ended_well, "{said}");
    assert_says(
        &said,
        &[
            "! \"\": choose from the list",
            "! \"7\": choose from the list",
            "! \"GrantAid\": that is not on the list",
            "! \"99\": that is not on the list",
            "! \"nobody\": APPLICANT",
            "! \"yesterday\": a later day",
            "! \"2020-01-01\": a later day",
            "! \"mars\": CN is wanted",
            "dropped.",
            "this would happen: Application received",
            "! \"perhaps\": answer yes",
            "done: event 1",
            "1 open cases",
        ],
    );
    // It ends in the middle of a question, and the case lies where it lay.
    let typed = "1\nhistory\nCheckJurisdiction\n";
    let (ended_well, said) = desk(&["--ask", "--data", data], typed.as_bytes());
    assert!(ended_well, "{said}");
    assert_says(&said, &["CN/140400/legal-aid/2026/legal_aid/1", "Application received", "1 open cases"]);
    // What is no text at all ends the desk with an error, and loses nothing.
    let (ended_well, said) = desk(&["--ask", "--data", data], b"1\n\xff\xfe\n");
    assert!(!ended_well && said.contains("UTF-8"), "{said}");
    let (_, said) = desk(&["--ask", "--data", data, "--language", "zh"], b"");
    assert_says(&said, &["在办 1 件"]);
}

#[test]
fn any_kind_of_case_is_opened_at_the_desk() {
    for (kind, opening) in
        [("consultation", "RegisterConsultation"), ("mediation", "ApplyMediation"), ("notary", "ApplyNotary")]
    {
        let typed = format!("new\nas applicant\nas clerk\n{opening}\nback\nquit\n");
        let (ended_well, said) = desk(&["--ask", "--kind", kind], typed.as_bytes());
        assert!(ended_well && said.contains(opening), "{said}");
    }
    let (ended_well, said) = desk(&["--kind", "divorce"], b"");
    assert!(!ended_well && said.contains("no kind of case is called divorce"), "{said}");
}
