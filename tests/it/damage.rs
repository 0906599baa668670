//! A byte is flipped in the stored history of a whole case, and the place is named.

use anjuan::case::mediation::Mediation;
use anjuan::event::HashAlgorithm;
use anjuan_store_sled::{Options, SledStore};

use crate::stages::{OnDisk, play, scenario};

/// Looks for a text in the raw database and flips one bit of it, as a bad disk would.
fn flip_a_bit_in(folder: &std::path::Path, text: &str) {
    let database = sled::Config::new().path(folder).open().unwrap();
    let mut flipped = 0;
    for name in database.tree_names() {
        let tree = database.open_tree(name).unwrap();
        for entry in tree.iter() {
            let (key, value) = entry.unwrap();
            if let Some(at) = value.windows(text.len()).position(|window| window == text.as_bytes()) {
                let mut value = value.to_vec();
                *value.get_mut(at).unwrap() ^= 1;
                tree.insert(key, value).unwrap();
                flipped += 1;
            }
        }
    }
    database.flush().unwrap();
    assert_eq!(flipped, 1, "the text is stored once");
}

#[tokio::test]
async fn a_flipped_byte_in_the_history_of_a_case_is_found_and_named() {
    let disk = OnDisk::new(HashAlgorithm::Sha256);
    let stage = disk.open().await;
    let played = play(&scenario("m-01.toml"), &stage).await;
    let stream = played.case.stream(anjuan::policy::CaseKind::Mediation);
    let history = played.bureau.history::<Mediation>(played.case).await.unwrap();
    let performed = history
        .iter()
        .rfind(|entry| anjuan::event::EventSet::event_type(&entry.event) == "ObligationPerformed");
    let revision = performed.unwrap().revision;
    drop((played, stage));

    // The last instalment, of 4,000 yuan, becomes another amount.
    flip_a_bit_in(&disk.log(), r#"O1b","cents":400000"#);
    let store = SledStore::open(disk.log(), Options::default().read_only()).await.unwrap();
    let verification = store.verify().await;
    let places: Vec<_> =
        verification.faults.iter().map(|fault| (fault.stream.clone(), fault.revision)).collect();
    assert!(places.contains(&(Some(stream), Some(revision))), "{:?}", verification.faults);
}
