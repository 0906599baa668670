//! What a faulty disk, a power failure or a curious hand does to the files of a closed store.

use std::fs;
use std::path::Path;

use crate::common::*;

pub(crate) fn used(path: &Path) -> usize {
    fs::read(path.join("db")).unwrap().iter().rposition(|byte| *byte != 0).unwrap()
}

pub(crate) fn flip(path: &Path, at: usize) {
    flip_in(&path.join("db"), at);
}

pub(crate) fn flip_in(file: &Path, at: usize) {
    let mut bytes = fs::read(file).unwrap();
    bytes[at] ^= 0x20;
    fs::write(file, bytes).unwrap();
}

pub(crate) fn fill(path: &Path, at: usize, length: usize, byte: u8) {
    let mut bytes = fs::read(path.join("db")).unwrap();
    bytes[at..at + length].fill(byte);
    fs::write(path.join("db"), bytes).unwrap();
}

pub(crate) fn cut(file: &Path, length: usize) {
    fs::File::options().write(true).open(file).unwrap().set_len(length as u64).unwrap();
}

pub(crate) fn append_garbage(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    bytes.extend_from_slice(&[0xA7; 10_000]);
    fs::write(file, bytes).unwrap();
}

pub(crate) fn directory_instead(file: &Path) {
    fs::remove_file(file).unwrap();
    fs::create_dir(file).unwrap();
}

pub(crate) fn blobs(path: &Path, harm: fn(&Path)) {
    fs::read_dir(path.join("blobs")).unwrap().for_each(|entry| harm(&entry.unwrap().path()));
}

/// Harms the summary that sled writes when it opens a store that was used before.
pub(crate) fn with_summary(path: &Path, harm: fn(&Path)) {
    drop(raw(path));
    drop(raw(path));
    for entry in fs::read_dir(path).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with("snap.") {
            harm(&entry.path());
        }
    }
}

/// Puts a file of another store in place of the own one.
pub(crate) fn swap(path: &Path, file: &str) {
    fs::copy(path.with_file_name("other").join(file), path.join(file)).unwrap();
}

pub(crate) fn command(number: u128) -> Vec<u8> {
    [b"K".as_slice(), key(number).as_uuid().as_bytes()].concat()
}

pub(crate) fn last_block(key: &[u8]) -> bool {
    key == block_key("mediation/5", 7)
}

pub(crate) fn block_and_group(key: &[u8]) -> bool {
    key == block_key("mediation/1", 4) || key == group_key(24)
}

pub(crate) fn insert(path: &Path, key: &[u8], value: Vec<u8>) {
    let db = raw(path);
    db.insert(key, value).unwrap();
    db.flush().unwrap();
}

pub(crate) fn value(path: &Path, key: &[u8]) -> Vec<u8> {
    raw(path).get(key).unwrap().unwrap().to_vec()
}

pub(crate) fn answer_elsewhere(path: &Path) {
    change(path, &command(101), |value| {
        value[16] = 9;
        reseal(&command(101), value);
    });
}

pub(crate) fn altered_with_checksum(path: &Path) {
    let key = block_key("mediation/1", 4);
    change(path, &key, |value| {
        *value.last_mut().unwrap() ^= 1;
        reseal(&key, value);
    });
}

pub(crate) fn moved(path: &Path) {
    let key = block_key("mediation/1", 4);
    change(path, &key, |value| {
        value[16] += 1;
        reseal(&key, value);
    });
}

pub(crate) fn second_key(path: &Path) {
    insert(path, &block_key("mediation/1", 5), value(path, &block_key("mediation/1", 4)));
}

pub(crate) fn second_key_with_checksum(path: &Path) {
    let (key, mut value) = (block_key("mediation/1", 5), value(path, &block_key("mediation/1", 4)));
    reseal(&key, &mut value);
    insert(path, &key, value);
}

pub(crate) fn second_name(path: &Path) {
    let (key, mut value) = (block_key("mediation/9", 1), value(path, &block_key("mediation/1", 1)));
    reseal(&key, &mut value);
    insert(path, &key, value);
}

pub(crate) fn foreign_database(path: &Path) {
    fs::remove_dir_all(path).unwrap();
    insert(path, b"key", b"value".to_vec());
}

pub(crate) fn foreign_file(path: &Path) {
    fs::remove_dir_all(path).unwrap();
    fs::create_dir(path).unwrap();
    fs::write(path.join("letter.txt"), "案卷").unwrap();
}
