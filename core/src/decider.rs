//! The shape of a state machine over events: decide, then evolve.

use std::fmt;

use crate::clock::Timestamp;
use crate::event::EventSet;

/// A pure state machine whose history is its only truth.
///
/// - [`decide`](Decider::decide) looks at the state and a command and answers with events, or refuses.
/// - [`evolve`](Decider::evolve) applies one event.
///
/// Both are synchronous and see nothing but their arguments: the moment, the actor and the rules come in through the
/// context. So a refusal can be shown before it happens, and a replay gives the same state on every machine.
///
/// Events are folded in the order in which they happened, which need not be that in which they were recorded.
///
/// Whoever implements it owes two things. Whatever `decide` answers, `evolve` accepts. And `evolve` never asks
/// whether an event *should* have happened: it has.
pub trait Decider {
    /// What the events add up to.
    type State: Clone + Send + Sync;
    /// What somebody wants.
    type Command: Sync + ?Sized;
    /// What happened.
    type Event: EventSet;
    /// What a decision may look at beside the state: the moment, the actor, the rules.
    type Context: Sync + ?Sized;
    /// Why a command is refused.
    type Refusal: Send + fmt::Debug + fmt::Display;

    /// The state before the first event.
    fn initial() -> Self::State;

    /// The events that the command leads to.
    ///
    /// # Errors
    /// The command is refused; the refusal holds every reason, not only the first.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        context: &Self::Context,
    ) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// The state after an event that happened at this moment.
    ///
    /// # Errors
    /// The event cannot follow the state: the stream was written by something that does not keep its rules.
    fn evolve(
        state: Self::State,
        event: &Self::Event,
        occurred_at: Timestamp,
    ) -> Result<Self::State, Misplaced>;
}

/// An event that cannot follow the state before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{event} cannot follow the state {state}")]
pub struct Misplaced {
    /// The name of the event.
    pub event: &'static str,
    /// The name of the state.
    pub state: &'static str,
}
