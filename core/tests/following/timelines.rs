//! A stream read in the order in which things happened, held against the plainest way to say what that is: sort, cut,
//! fold.

use anjuan::clock::Timestamp;
use anjuan::decider::Decider;
use anjuan::event::{Codec, RecordedEvent};
use anjuan::id::Revision;
use anjuan::replay::{AsOf, ReplayError, Timeline, apply, replay};
use anjuan::store::{EventStoreExt, ReadStream};
use futures_util::{FutureExt, StreamExt, stream};
use proptest::prelude::*;

use crate::log::{number, put_at, store, stream as id};
use crate::snapshots::{Added, Row, RowEvent};

/// Events of one stream, with moments that are close enough to meet.
fn histories() -> impl Strategy<Value = Vec<RecordedEvent>> {
    prop::collection::vec((0..12_i64, 0..12_i64, 0..100_u64), 0..30).prop_map(|numbers| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = store();
            put_at(&*store, "row/1", numbers).await;
            store.stream_events(&id("row/1")).await.unwrap()
        })
    })
}

fn read(events: &[RecordedEvent]) -> Timeline<Row> {
    let events = stream::iter(events.to_vec()).map(Ok);
    Timeline::read(&Codec::new(), events).now_or_never().unwrap().unwrap()
}

/// The fold of events in the order in which they happened.
fn plain(events: &[RecordedEvent]) -> Vec<u64> {
    let mut sorted = events.to_vec();
    sorted.sort_by_key(|event| (event.occurred_at, event.revision));
    let numbers =
        sorted.iter().map(|event| (RowEvent::Added(Added { amount: number(event) }), event.occurred_at));
    numbers.fold(Vec::new(), |row, (event, at)| Row::evolve(row, &event, at).unwrap())
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap()
}

proptest! {
    #[test]
    fn a_state_is_what_happened_in_order(events in histories()) {
        let timeline = read(&events);
        prop_assert_eq!(&timeline.present().state, &plain(&events));
        let replayed = replay::<Row>(&Codec::new(), stream::iter(events.clone()).map(Ok)).now_or_never();
        prop_assert_eq!(timeline.present(), &replayed.unwrap().unwrap());
    }

    #[test]
    fn a_timeline_that_grows_is_the_one_that_is_read(events in histories(), cuts in prop::collection::vec(0..30_usize, 0..4)) {
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(events.len())).chain([0, events.len()]).collect();
        cuts.sort_unstable();
        let mut grown = read(&[]);
        for pair in cuts.windows(2) {
            grown = grown.extend(&Codec::new(), &events[pair[0]..pair[1]]).unwrap();
        }
        let whole = read(&events);
        prop_assert_eq!(grown.present(), whole.present());
        prop_assert_eq!(grown.events(), whole.events());
    }

    #[test]
    fn looking_back_is_cutting_off(events in histories(), happened in prop::option::of(-1..13_i64), known in prop::option::of(-1..13_i64)) {
        let learnt = events.iter().take_while(|event| known.is_none_or(|known| event.recorded_at <= at(known)));
        let seen: Vec<_> = learnt.filter(|event| happened.is_none_or(|moment| event.occurred_at <= at(moment))).cloned().collect();
        let as_of = AsOf { happened: happened.map(at), known: known.map(at) };
        prop_assert_eq!(read(&events).state_as_of(as_of).unwrap(), plain(&seen));
    }

    #[test]
    fn what_came_late_is_named(events in histories()) {
        let late: Vec<Revision> = (0..events.len())
            .filter(|one| events[..*one].iter().any(|before| before.occurred_at > events[*one].occurred_at))
            .map(|one| events[one].revision)
            .collect();
        prop_assert_eq!(read(&events).late().into_iter().collect::<Vec<_>>(), late);
    }

    #[test]
    fn a_moment_lies_between_before_and_after(events in histories(), moment in -1..13_i64) {
        let timeline = read(&events);
        let (now, after) = (timeline.at(at(moment)), timeline.after(at(moment)));
        prop_assert!(now.iter().all(|one| one.recorded.occurred_at == at(moment)));
        prop_assert!(after.iter().all(|one| one.recorded.occurred_at > at(moment)));
        let before = events.iter().filter(|event| event.occurred_at < at(moment)).count();
        prop_assert_eq!(before + now.len() + after.len(), events.len());
    }
}

/// Whoever applies events one by one is told that this one belongs elsewhere.
#[tokio::test]
async fn what_happened_before_cannot_be_put_on_top() {
    let store = store();
    put_at(&*store, "row/1", [(20, 20, 1), (10, 30, 2)]).await;
    let events = store.stream_events(&id("row/1")).await.unwrap();
    let first =
        replay::<Row>(&Codec::new(), store.read_stream(ReadStream::all(id("row/1")).limit(1))).await.unwrap();
    let error = apply::<Row>(&Codec::new(), first, &events[1]).unwrap_err();
    assert!(matches!(error, ReplayError::Late { revision, .. } if revision.get() == 2));
    assert_eq!(
        error.to_string(),
        "row/1 revision 2 happened at 1970-01-01T00:00:00.000010Z, before 1970-01-01T00:00:00.000020Z"
    );
}
