//! One request of a citizen in several cases (一窗受理、分头办理、一揽子解决).

use serde::{Deserialize, Serialize};

use super::Bureau;
use crate::case::CaseId;
use crate::case::code::Phase;
use crate::case::consultation::Consultation;
use crate::case::legal_aid::LegalAid;
use crate::case::mediation::Mediation;
use crate::case::notary::Notary;
use crate::event::{Codec, EncodeError, NewEvent};
use crate::event_set;
use crate::execute::Stamp;
use crate::id::{CommandKey, Entropy, StreamId};
use crate::policy::CaseKind;
use crate::replay::ReplayError;
use crate::store::{EventStoreExt, Expected, StreamWrite};

event_set! {
    /// Something that happened to a bundle.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum BundleEvent {
        /// Cases were opened, or gone on with, as one request (一揽子受理).
        BundleOpened(BundleOpened) = 1,
    }
}

/// Cases belong together as one request of a citizen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleOpened {
    /// The cases.
    pub cases: Vec<BundledCase>,
}

/// A case in a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundledCase {
    /// Of which kind.
    pub kind: CaseKind,
    /// Which case.
    pub case: CaseId,
}

/// A bundle as it is now. It is closed when all its cases are, whoever closed them and in whatever order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bundle {
    /// The cases, each with its phase; none if nobody has opened a bundle with this key.
    pub cases: Vec<(BundledCase, Phase)>,
}

impl Bundle {
    /// Whether it was opened, and each of its cases is closed or in the archive.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        let ended = |phase: &Phase| matches!(phase, Phase::Closed | Phase::Archived);
        !self.cases.is_empty() && self.cases.iter().all(|(_, phase)| ended(phase))
    }
}

impl Bureau {
    /// The bundle that was opened with a key, as it is now.
    ///
    /// # Errors
    /// The bundle or one of its cases cannot be read.
    pub async fn bundle(&self, key: CommandKey) -> Result<Bundle, ReplayError> {
        let mut cases = Vec::new();
        for event in self.store.stream_events(&stream(key)).await? {
            let BundleEvent::BundleOpened(opened) = Codec::<BundleEvent>::new().decode(&event)?;
            for one in opened.cases {
                cases.push((one, self.phase_of(one).await?));
            }
        }
        Ok(Bundle { cases })
    }

    async fn phase_of(&self, BundledCase { kind, case }: BundledCase) -> Result<Phase, ReplayError> {
        Ok(match kind {
            CaseKind::Consultation => self.case::<Consultation>(case).await?.state.phase(),
            CaseKind::Mediation => self.case::<Mediation>(case).await?.state.phase(),
            CaseKind::LegalAid => self.case::<LegalAid>(case).await?.state.phase(),
            CaseKind::Notary => self.case::<Notary>(case).await?.state.phase(),
        })
    }
}

/// The write that opens a bundle, at the moment of the first thing that happens in it.
pub(super) fn opened(
    key: CommandKey,
    cases: Vec<BundledCase>,
    first: &NewEvent,
    entropy: &dyn Entropy,
) -> Result<StreamWrite, EncodeError> {
    let stamp = Stamp {
        occurred_at: first.occurred_at,
        recorded_at: first.recorded_at,
        metadata: first.metadata.clone(),
        entropy,
    };
    let event = stamp.seal(&BundleEvent::BundleOpened(BundleOpened { cases }))?;
    Ok(StreamWrite { stream: stream(key), expected: Expected::NoStream, events: vec![event] })
}

fn stream(key: CommandKey) -> StreamId {
    StreamId::of("bundle", key).expect("a UUID is the key of a stream")
}
