//! Special groups (特殊群体) and the green channel (绿色通道).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::code::{SpecialGroup, codes};
use crate::case::{Kind, ReasonCode};
use crate::id::{ActorId, PersonRef};

codes! {
    /// How it is known that somebody belongs to a group.
    pub enum Proof {
        /// A document was shown.
        Document = "DOCUMENT",
        /// Another authority's register says so.
        InfoShare = "INFO_SHARE",
        /// The person says so.
        SelfDeclared = "SELF_DECLARED",
    }
}

codes! {
    /// A stage at which a case may go first. Counties have three, four or five of them, so it is a set.
    pub enum PriorityStage {
        /// Being received (接待).
        Reception = "RECEPTION",
        /// Being answered (解答).
        Answer = "ANSWER",
        /// Being accepted (受理).
        Acceptance = "ACCEPTANCE",
        /// Being reviewed (审查).
        Review = "REVIEW",
        /// Being assigned (指派).
        Assignment = "ASSIGNMENT",
    }
}

/// Why a case goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PriorityGround {
    /// A party belongs to this group, as tagged before.
    Group(SpecialGroup),
    /// The matter is urgent.
    Urgent,
}

/// Notes that a person belongs to a special group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagSpecialGroup {
    /// Who.
    pub person: PersonRef,
    /// Which group.
    pub group: SpecialGroup,
    /// How it is known.
    pub proof: Proof,
    /// The first day on which it is so, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// The last day, for what ends: a minor comes of age, an allowance runs out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// A person belongs to a special group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialGroupTagged {
    /// Who.
    pub person: PersonRef,
    /// Which group.
    pub group: SpecialGroup,
    /// How it is known.
    pub proof: Proof,
    /// The first day on which it is so, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// The last day, for what ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Who noted it; early histories leave that to the envelope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tagged_by: Option<ActorId>,
}

impl SpecialGroupTagged {
    /// Whether it is so on a day.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// The case goes first at some stages. It never makes others wait beyond their own terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorityGranted {
    /// Why.
    pub ground: PriorityGround,
    /// At which stages.
    pub stages: BTreeSet<PriorityStage>,
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn tag_special_group(&mut self, command: &TagSpecialGroup) -> Events {
        self.are_parties([command.person]);
        let TagSpecialGroup { person, group, proof, since, until } = *command;
        let backwards = since.zip(until).is_some_and(|(since, until)| until < since);
        self.check.must(!backwards, ReasonCode::PeriodBackwards);
        let tagged_by = Some(self.context.actor.id);
        let tagged = SpecialGroupTagged { person, group, proof, since, until, tagged_by };
        Some(vec![CommonEvent::SpecialGroupTagged(tagged)])
    }

    pub(super) fn grant_priority(&mut self, granted: &PriorityGranted) -> Events {
        self.check.must(!granted.stages.is_empty(), ReasonCode::NobodyNamed);
        let borne_out = match granted.ground {
            PriorityGround::Urgent => true,
            PriorityGround::Group(group) => {
                let (today, tags) = (self.context.date(), &self.case.common.groups);
                tags.iter().any(|tag| tag.group == group && tag.holds_on(today))
            }
        };
        self.check.must(borne_out, ReasonCode::NotInGroup);
        Some(vec![CommonEvent::PriorityGranted(granted.clone())])
    }
}
