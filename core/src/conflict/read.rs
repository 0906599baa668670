//! Making entries out of histories.

use futures_util::stream;

use super::entry::{Involved, KnownProvider};
use super::index::Index;
use crate::case::consultation::Consultation;
use crate::case::legal_aid::LegalAid;
use crate::case::mediation::Mediation;
use crate::case::notary::Notary;
use crate::case::{Case, Kind};
use crate::event::RecordedEvent;
use crate::id::{Position, StreamId};
use crate::policy::CaseKind;
use crate::projection::touched::{self, Histories, Touched};
use crate::replay::{ReplayError, Timeline};
use crate::staff::{Provider, Record};
use crate::store::{EventStore, EventStoreExt, StoreError};

/// One history, as the index knows it.
pub(super) enum Entry {
    Case(Involved),
    Provider(KnownProvider),
}

/// What the histories of a category are of.
#[derive(Clone, Copy)]
enum Subject {
    Case(CaseKind),
    Provider,
}

const SUBJECTS: &[Subject] = &[
    Subject::Case(CaseKind::Consultation),
    Subject::Case(CaseKind::Mediation),
    Subject::Case(CaseKind::LegalAid),
    Subject::Case(CaseKind::Notary),
    Subject::Provider,
];

impl Subject {
    fn category(self) -> String {
        match self {
            Self::Case(kind) => kind.to_string(),
            Self::Provider => Provider::CATEGORY.to_owned(),
        }
    }
}

pub(super) async fn touched_after(store: &dyn EventStore, after: Position) -> Result<Touched, StoreError> {
    let categories: Vec<_> = SUBJECTS.iter().map(|subject| subject.category()).collect();
    touched::touched_after(store, &categories, after).await
}

pub(super) async fn everything(store: &dyn EventStore) -> Result<Index, ReplayError> {
    let mut index = Index::default();
    for subject in SUBJECTS {
        let mut histories = Histories::of(store, &subject.category());
        while let Some(history) = histories.next().await? {
            if let Some(entry) = entry_of_history(*subject, history).await? {
                index.put(entry);
            }
        }
    }
    Ok(index)
}

/// The entry of one stream; `None` if it has no events, or is neither a case nor a provider.
pub(super) async fn entry_of(
    store: &dyn EventStore,
    stream: &StreamId,
) -> Result<Option<Entry>, ReplayError> {
    match SUBJECTS.iter().find(|subject| subject.category() == stream.category()) {
        None => Ok(None),
        Some(subject) => entry_of_history(*subject, store.stream_events(stream).await?).await,
    }
}

async fn entry_of_history(
    subject: Subject,
    history: Vec<RecordedEvent>,
) -> Result<Option<Entry>, ReplayError> {
    match subject {
        Subject::Case(CaseKind::Consultation) => involved::<Consultation>(history).await,
        Subject::Case(CaseKind::Mediation) => involved::<Mediation>(history).await,
        Subject::Case(CaseKind::LegalAid) => involved::<LegalAid>(history).await,
        Subject::Case(CaseKind::Notary) => involved::<Notary>(history).await,
        Subject::Provider => provider(history).await,
    }
}

async fn involved<K: Kind>(history: Vec<RecordedEvent>) -> Result<Option<Entry>, ReplayError> {
    let Some(case) = history.first().and_then(|first| first.stream.key().parse().ok()) else {
        return Ok(None);
    };
    let timeline = Timeline::<Case<K>>::read(&K::codec(), stream::iter(history.into_iter().map(Ok))).await?;
    let present = timeline.present();
    let involved = |revision| Entry::Case(Involved::of::<K>(case, revision, &present.state));
    Ok(present.revision().map(involved))
}

async fn provider(history: Vec<RecordedEvent>) -> Result<Option<Entry>, ReplayError> {
    let Some(id) = history.first().and_then(|first| first.stream.key().parse().ok()) else {
        return Ok(None);
    };
    let timeline =
        Timeline::<Provider>::read(&Provider::codec(), stream::iter(history.into_iter().map(Ok))).await?;
    Ok(Some(Entry::Provider(KnownProvider::of(id, &timeline.present().state))))
}
