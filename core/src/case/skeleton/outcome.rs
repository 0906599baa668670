//! What is counted of a result, whatever the kind: where it was reached, and what became of the request.

use serde::{Deserialize, Serialize};

use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::Kind;
use crate::case::code::codes;

codes! {
    /// A tier of the network of legal services (层级).
    pub enum Tier {
        /// A village or a residents' community (村、社区).
        Village = "VILLAGE",
        /// A town or a street (乡镇、街道).
        Town = "TOWN",
        /// A county or a district (县、区).
        County = "COUNTY",
        /// A city or a league (市、盟).
        City = "CITY",
        /// A province or an autonomous region (省、自治区).
        Province = "PROVINCE",
    }
}

codes! {
    /// What became of a request that is also a grievance (三到位一处理).
    pub enum Disposition {
        /// It was reasonable, and was met (合理诉求解决到位).
        Solved = "SOLVED",
        /// It was unreasonable, and that was explained (不合理诉求解释到位).
        Explained = "EXPLAINED",
        /// There was hardship, and help (生活困难帮扶到位).
        Helped = "HELPED",
        /// It came with an offence, and that was dealt with by law (违法行为依法处理).
        HandledByLaw = "HANDLED_BY_LAW",
    }
}

/// The matter was settled at a tier: small matters in the village, big ones in the town (小事不出村、大事不出镇).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolutionTierRecorded {
    /// At which tier.
    pub resolved_at_tier: Tier,
}

/// It was noted what became of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionRecorded {
    /// What.
    pub disposition: Disposition,
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn record_tier(&mut self, recorded: &ResolutionTierRecorded) -> Events {
        self.something_is_delivered();
        Some(vec![CommonEvent::ResolutionTierRecorded(recorded.clone())])
    }

    pub(super) fn record_disposition(&mut self, recorded: &DispositionRecorded) -> Events {
        self.something_is_delivered();
        Some(vec![CommonEvent::DispositionRecorded(recorded.clone())])
    }
}
