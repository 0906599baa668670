//! Walking a state machine through every abstract state it can reach.
//!
//! A state machine over events has too many states to walk: every amount and every name makes another one. So the
//! walker is told what matters of a state, its **outline** (the step, a flag or two), and which **moves** to try in a
//! state. It goes on from one state of each outline, and answers with a [`Map`]: the outlines that were reached, the
//! moves between them, and a shortest way to each.
//!
//! Every move in the map was carried out, so whatever the map shows is possible. What it does not show may still be, if
//! the outline is too coarse or a move is missing: then make them finer. The checks of a map are questions with lists
//! as answers, empty when all is well.
//!
//! ```
//! # use anjuan::clock::Timestamp;
//! # use anjuan::decider::{Decider, Misplaced};
//! use anjuan::testing::explore::{Move, explore};
//!
//! # #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)] pub struct Empty {}
//! anjuan::event_set! {
//!     /// What happens to a lamp.
//!     #[derive(Debug)]
//!     pub enum Event {
//!         /// It was lit.
//!         Lit(Empty) = 1,
//!         /// It broke.
//!         Broke(Empty) = 1,
//!     }
//! }
//! # #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)] enum Lamp { Dark, Bright, Broken }
//! # impl Decider for Lamp {
//! #     type State = Lamp; type Command = str; type Event = Event; type Context = (); type Refusal = String;
//! #     fn initial() -> Lamp { Lamp::Dark }
//! #     fn decide(lamp: &Lamp, command: &str, _: &()) -> Result<Vec<Event>, String> {
//! #         match (lamp, command) {
//! #             (Lamp::Dark, "light") => Ok(vec![Event::Lit(Empty {})]),
//! #             (Lamp::Dark | Lamp::Bright, "drop") => Ok(vec![Event::Broke(Empty {})]),
//! #             _ => Err("no".into()),
//! #         }
//! #     }
//! #     fn evolve(_: Lamp, event: &Event, _: Timestamp) -> Result<Lamp, Misplaced> {
//! #         Ok(match event { Event::Lit(_) => Lamp::Bright, Event::Broke(_) => Lamp::Broken })
//! #     }
//! # }
//! let moves = |_: &Lamp| ["light", "drop"].map(|name| Move { name, command: name, context: (), at: Timestamp::EPOCH });
//! let map = explore::<Lamp, _, _>(Lamp::initial(), |lamp| *lamp, |lamp| moves(lamp).into(), 100)?;
//! assert!(map.never_reached([Lamp::Bright, Lamp::Broken]).is_empty());
//! assert!(map.without_an_end(|lamp| *lamp == Lamp::Broken).is_empty());
//! assert!(map.never_happening(["Lit", "Broke"]).is_empty());
//! # Ok::<(), anjuan::testing::explore::ExploreError<Lamp>>(())
//! ```

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use crate::clock::Timestamp;
use crate::decider::{Decider, Misplaced};
use crate::event::EventSet;

/// A command to try in a state, with the context in which it is given.
#[derive(Debug, Clone)]
pub struct Move<C, X> {
    /// How the map calls it.
    pub name: &'static str,
    /// The command.
    pub command: C,
    /// The moment, the actor, the rules.
    pub context: X,
    /// When its events happen.
    pub at: Timestamp,
}

/// A move that was carried out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge<O> {
    /// From where.
    pub from: O,
    /// The name of the move.
    pub name: &'static str,
    /// The events that followed.
    pub events: Vec<&'static str>,
    /// Where it led.
    pub to: O,
}

/// What a walk found.
#[derive(Debug, Clone)]
pub struct Map<O> {
    /// How each outline was first reached: the move, and the outline before it; none for the first.
    reached: BTreeMap<O, Option<(O, &'static str)>>,
    edges: BTreeSet<Edge<O>>,
}

/// A walk that could not be finished.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExploreError<O: fmt::Debug> {
    /// `evolve` does not accept what `decide` answered.
    #[error("{name} in {from:?} decides an event that does not fit")]
    Misplaced {
        /// The outline of the state.
        from: O,
        /// The move.
        name: &'static str,
        /// What does not fit.
        #[source]
        source: Misplaced,
    },
    /// There are more outlines than allowed: they hold something that grows.
    #[error("more than {limit} outlines, the last one {last:?}")]
    TooMany {
        /// How many were allowed.
        limit: usize,
        /// The last one that was reached.
        last: O,
    },
}

/// Walks from a state, breadth first, trying all moves in one state of each outline.
///
/// # Errors
/// A decision does not fit its own state, or there are more than `limit` outlines.
pub fn explore<D, C, O>(
    start: D::State,
    outline: impl Fn(&D::State) -> O,
    moves: impl Fn(&D::State) -> Vec<Move<C, D::Context>>,
    limit: usize,
) -> Result<Map<O>, ExploreError<O>>
where
    D: Decider,
    D::Context: Sized,
    C: Borrow<D::Command>,
    O: Ord + Clone + fmt::Debug,
{
    explore_from::<D, C, O>([start], outline, moves, limit)
}

/// The same from several states: from the first, and from others that are known to be reached.
///
/// A walk sees an outline with the eyes of the first state that has it, which may lack what a later command asks for.
/// Whoever has a state in which everything is ready gives it here.
///
/// # Errors
/// As [`explore`].
pub fn explore_from<D, C, O>(
    starts: impl IntoIterator<Item = D::State>,
    outline: impl Fn(&D::State) -> O,
    moves: impl Fn(&D::State) -> Vec<Move<C, D::Context>>,
    limit: usize,
) -> Result<Map<O>, ExploreError<O>>
where
    D: Decider,
    D::Context: Sized,
    C: Borrow<D::Command>,
    O: Ord + Clone + fmt::Debug,
{
    let mut ahead: VecDeque<D::State> = starts.into_iter().collect();
    let mut map =
        Map { reached: ahead.iter().map(|start| (outline(start), None)).collect(), edges: BTreeSet::new() };
    while let Some(state) = ahead.pop_front() {
        let from = outline(&state);
        for Move { name, command, context, at } in moves(&state) {
            let Ok(decided) = D::decide(&state, command.borrow(), &context) else { continue };
            let after = decided.iter().try_fold(state.clone(), |state, event| D::evolve(state, event, at));
            let misplaced = |source| ExploreError::Misplaced { from: from.clone(), name, source };
            let after = after.map_err(misplaced)?;
            let to = outline(&after);
            let events = decided.iter().map(EventSet::event_type).collect();
            map.edges.insert(Edge { from: from.clone(), name, events, to: to.clone() });
            if map.reached.contains_key(&to) {
                continue;
            }
            if map.reached.len() >= limit {
                return Err(ExploreError::TooMany { limit, last: to });
            }
            map.reached.insert(to, Some((from.clone(), name)));
            ahead.push_back(after);
        }
    }
    Ok(map)
}

impl<O: Ord + Clone> Map<O> {
    /// Every outline that was reached, in order.
    pub fn outlines(&self) -> impl Iterator<Item = &O> {
        self.reached.keys()
    }

    /// Every move that was carried out, in order.
    pub fn edges(&self) -> impl Iterator<Item = &Edge<O>> {
        self.edges.iter()
    }

    /// A shortest way to an outline, by the names of the moves; `None` if it was not reached.
    #[must_use]
    pub fn way_to(&self, outline: &O) -> Option<Vec<&'static str>> {
        let mut at = self.reached.get(outline)?;
        let mut way = Vec::new();
        while let Some((before, name)) = at {
            way.push(*name);
            at = self.reached.get(before)?;
        }
        way.reverse();
        Some(way)
    }

    /// Those of the wanted that no outline is, as `of` reads it.
    pub fn never_seen<T: Ord>(&self, wanted: impl IntoIterator<Item = T>, of: impl Fn(&O) -> T) -> Vec<T> {
        let seen: BTreeSet<T> = self.reached.keys().map(of).collect();
        wanted.into_iter().filter(|one| !seen.contains(one)).collect()
    }

    /// The outlines among the wanted that were not reached.
    pub fn never_reached(&self, wanted: impl IntoIterator<Item = O>) -> Vec<O> {
        wanted.into_iter().filter(|outline| !self.reached.contains_key(outline)).collect()
    }

    /// The outlines from which no way leads to an end: whoever comes there never gets out.
    pub fn without_an_end(&self, is_end: impl Fn(&O) -> bool) -> Vec<&O> {
        let mut before: BTreeMap<&O, Vec<&O>> = BTreeMap::new();
        for edge in &self.edges {
            before.entry(&edge.to).or_default().push(&edge.from);
        }
        let mut ends: BTreeSet<&O> = self.reached.keys().filter(|outline| is_end(outline)).collect();
        let mut ahead: Vec<&O> = ends.iter().copied().collect();
        while let Some(outline) = ahead.pop() {
            let earlier = before.get(outline).into_iter().flatten().copied();
            ahead.extend(earlier.filter(|earlier| ends.insert(earlier)).collect::<Vec<_>>());
        }
        self.reached.keys().filter(|outline| !ends.contains(outline)).collect()
    }

    /// The types of events among the wanted that no move led to.
    pub fn never_happening<'a>(&self, wanted: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let happening: BTreeSet<&str> =
            self.edges.iter().flat_map(|edge| edge.events.iter().copied()).collect();
        wanted.into_iter().filter(|event| !happening.contains(event)).collect()
    }

    /// The moves among the wanted that were refused everywhere.
    pub fn never_possible<'a>(&self, wanted: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let possible: BTreeSet<&str> = self.edges.iter().map(|edge| edge.name).collect();
        wanted.into_iter().filter(|name| !possible.contains(name)).collect()
    }

    /// The outlines in which two moves that nobody decides on lead to different places: which one comes first would be
    /// an accident.
    pub fn competing(&self, is_automatic: impl Fn(&str) -> bool) -> Vec<(&O, Vec<&'static str>)> {
        let mut automatic: BTreeMap<&O, BTreeMap<&'static str, &O>> = BTreeMap::new();
        for edge in self.edges.iter().filter(|edge| is_automatic(edge.name) && edge.from != edge.to) {
            automatic.entry(&edge.from).or_default().insert(edge.name, &edge.to);
        }
        automatic
            .into_iter()
            .filter(|(_, moves)| moves.values().collect::<BTreeSet<_>>().len() > 1)
            .map(|(from, moves)| (from, moves.into_keys().collect()))
            .collect()
    }

    /// A state diagram in the language of Mermaid, of what `of` reads in an outline. Moves between the same two
    /// states share an arrow; a move that stays where it is has none.
    pub fn mermaid(&self, of: impl Fn(&O) -> String) -> String {
        let mut arrows: BTreeMap<(String, String), BTreeSet<&'static str>> = BTreeMap::new();
        for edge in &self.edges {
            let (from, to) = (of(&edge.from), of(&edge.to));
            if from != to {
                arrows.entry((from, to)).or_default().insert(edge.name);
            }
        }
        let mut text = String::from("stateDiagram-v2\n");
        for ((from, to), names) in arrows {
            let names: Vec<_> = names.into_iter().collect();
            text.push_str(&format!("    {from} --> {to}: {}\n", names.join(", ")));
        }
        text
    }
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "a set of events has public parts, and a test has no outside")]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct To {
        to: u8,
    }

    crate::event_set! {
        #[derive(Debug)]
        pub enum Event {
            Moved(To) = 1,
            Stayed(To) = 1,
        }
    }

    /// A walk over numbers: each command names where it starts and where it leads.
    #[derive(Debug)]
    struct Walk;

    impl Decider for Walk {
        type State = u8;
        type Command = (u8, u8);
        type Event = Event;
        type Context = ();
        type Refusal = String;

        fn initial() -> u8 {
            0
        }

        fn decide(state: &u8, (from, to): &(u8, u8), (): &()) -> Result<Vec<Event>, String> {
            match (state == from, from == to) {
                (true, true) => Ok(vec![Event::Stayed(To { to: *to })]),
                (true, false) => Ok(vec![Event::Moved(To { to: *to })]),
                (false, _) => Err("elsewhere".into()),
            }
        }

        fn evolve(state: u8, event: &Event, _: Timestamp) -> Result<u8, Misplaced> {
            match event {
                Event::Moved(To { to: 99 }) => Err(Misplaced { event: "Moved", state: "lost" }),
                Event::Moved(moved) => Ok(moved.to),
                Event::Stayed(_) => Ok(state),
            }
        }
    }

    fn walk(steps: &'static [(&'static str, u8, u8)], limit: usize) -> Result<Map<u8>, ExploreError<u8>> {
        let moves = |_: &u8| {
            let one = |&(name, from, to): &(&'static str, u8, u8)| Move {
                name,
                command: (from, to),
                context: (),
                at: Timestamp::EPOCH,
            };
            steps.iter().map(one).collect()
        };
        explore::<Walk, (u8, u8), u8>(0, |state| *state, moves, limit)
    }

    #[test]
    fn a_map_names_what_is_wrong_with_a_machine() {
        let map = walk(
            &[
                ("a", 0, 1),
                ("b", 1, 2),
                ("a", 1, 3),
                ("trap", 0, 4),
                ("back", 2, 1),
                ("far", 7, 8),
                ("c", 4, 5),
            ],
            10,
        )
        .unwrap();
        assert_eq!(map.never_reached([1, 2, 7, 8]), [7, 8]);
        assert_eq!(map.never_seen(["odd", "huge"], |n| if n % 2 == 1 { "odd" } else { "even" }), ["huge"]);
        assert_eq!(map.without_an_end(|n| *n == 3), [&4, &5]);
        let types = Event::TYPES.iter().map(|(name, _)| *name);
        assert_eq!(map.never_happening(types), ["Stayed"]);
        assert_eq!(map.never_possible(["a", "far"]), ["far"]);
        assert_eq!(map.way_to(&2).unwrap(), ["a", "b"]);
        assert_eq!(map.way_to(&8), None);
        assert_eq!(map.competing(|name| name != "trap"), [(&1, vec!["a", "b"])]);
        assert!(map.competing(|name| name == "a").is_empty());
    }

    #[test]
    fn a_diagram_joins_arrows_and_leaves_loops_out() {
        let map = walk(&[("a", 0, 1), ("b", 0, 1), ("stay", 1, 1)], 10).unwrap();
        assert_eq!(map.mermaid(|n| format!("S{n}")), "stateDiagram-v2\n    S0 --> S1: a, b\n");
    }

    #[test]
    fn a_walk_that_cannot_be_finished_says_why() {
        let error = walk(&[("a", 0, 1), ("b", 1, 2), ("c", 2, 3)], 3).unwrap_err();
        assert!(matches!(error, ExploreError::TooMany { limit: 3, last: 3 }), "{error}");
        let error = walk(&[("a", 0, 99)], 3).unwrap_err();
        assert!(matches!(error, ExploreError::Misplaced { from: 0, name: "a", .. }), "{error}");
    }
}
