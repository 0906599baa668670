//! Those who give services: what they are good for, whether they may be assigned, and when they were on duty.
//!
//! A [`Provider`] (服务人员) is one person's record: titles, penalties, suspension, removal. A [`Shift`] (值班) is one
//! turn of duty, from the plan to the sign-out. Both are small state machines beside the cases, each in a stream of its
//! own; the [`Bureau`](crate::bureau::Bureau) keeps them with `keep`, and looks them up with `look_up`.

mod provider;
mod shift;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::case::code::Role;
use crate::case::{Acting, Check, Reason, ReasonCode, Refusal};
use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::event::{Codec, EventSet};
use crate::id::StreamId;

pub use provider::{
    PenaltyLevel, PenaltyRecorded, Provider, ProviderCommand, ProviderEvent, ProviderIdentified,
    ProviderRegistered, ProviderReinstated, ProviderRemoved, ProviderSuspended, Standing, Title,
};
pub use shift::{
    AbsenceRecorded, CheckedIn, CheckedOut, Plan, RollCalled, Shift, ShiftCommand, ShiftEvent, ShiftId,
    ShiftScheduled, Turn,
};

/// A record beside the cases: one stream, decided like a case and far smaller.
pub trait Record:
    Decider<State = Self, Command = Self::Order, Event = Self::Fact, Context = Scene, Refusal = Refusal>
    + fmt::Debug
    + Clone
    + PartialEq
    + Send
    + Sync
    + 'static
{
    /// What names it.
    type Id: fmt::Debug + Copy + Send + Sync;
    /// Its commands.
    type Order: fmt::Debug + Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync;
    /// Its events.
    type Fact: EventSet + fmt::Debug + Clone + PartialEq + Sync;

    /// The stream in which it lies.
    fn stream(id: Self::Id) -> StreamId;

    /// How its stored events are read.
    #[must_use]
    fn codec() -> Codec<Self::Fact> {
        Codec::new()
    }
}

/// All that a decision on a record sees of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// Who acts.
    pub actor: Acting,
    /// The moment.
    pub at: Timestamp,
}

/// What holds for every command to a record: the role may give it.
fn always(allowed: &[Role], scene: &Scene, check: &mut Check) {
    if !allowed.contains(&scene.actor.role) {
        let reason = Reason::new(ReasonCode::WrongRole)
            .words("role", "role", [scene.actor.role])
            .words("allowed", "role", allowed);
        check.refuse(reason);
    }
}
