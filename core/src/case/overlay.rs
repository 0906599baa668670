//! What lies over the phases of a case, whatever its kind.

use std::collections::BTreeSet;

use super::code::codes;
use super::{Case, Kind};

codes! {
    /// Something that holds for a case beside the phase it is in.
    pub enum Overlay {
        /// The statutory clock stands still (期限中止).
        ClockSuspended = "CLOCK_SUSPENDED",
        /// The case goes first at some stage (绿色通道).
        Priority = "PRIORITY",
    }
}

impl<K: Kind> Case<K> {
    /// What holds for the case beside the phase it is in.
    #[must_use]
    pub fn overlays(&self) -> BTreeSet<Overlay> {
        let common = &self.common;
        let stopped = common.clock.as_ref().is_some_and(super::skeleton::CaseClock::is_stopped);
        let holds = |overlay: &Overlay| match overlay {
            Overlay::ClockSuspended => stopped,
            Overlay::Priority => !common.priority.is_empty(),
        };
        Overlay::ALL.iter().copied().filter(holds).collect()
    }
}
