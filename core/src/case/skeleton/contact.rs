//! Talking: with the client, with other bodies at one table, with an expert.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::decide::{Desk, Events};
use super::event::CommonEvent;
use super::referral::ReferralBody;
use crate::case::code::ServiceMode;
use crate::case::{Kind, ReasonCode};
use crate::id::{ActorId, DocumentId, PersonRef};
use crate::privacy::Sealed;

/// A client was contacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientContacted {
    /// Who.
    pub person: PersonRef,
    /// In what form.
    pub mode: ServiceMode,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Sealed>,
}

/// Several bodies looked at the matter together (联席会办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JointConsultationHeld {
    /// With whom, at least one.
    pub with: BTreeSet<ReferralBody>,
    /// In what form.
    pub mode: ServiceMode,
    /// The record of it.
    pub record: DocumentId,
}

/// An expert said what they think (专家会诊).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpertConsulted {
    /// Who.
    pub expert: ActorId,
    /// In what form.
    pub mode: ServiceMode,
    /// The opinion.
    pub opinion: DocumentId,
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn record_contact(&mut self, contacted: &ClientContacted) -> Events {
        self.are_parties([contacted.person]);
        Some(vec![CommonEvent::ClientContacted(contacted.clone())])
    }

    pub(super) fn hold_joint_consultation(&mut self, held: &JointConsultationHeld) -> Events {
        self.check.must(!held.with.is_empty(), ReasonCode::NobodyNamed);
        Some(vec![CommonEvent::JointConsultationHeld(held.clone())])
    }

    /// Whoever handles the case has an opinion already.
    pub(super) fn consult_expert(&mut self, consulted: &ExpertConsulted) -> Events {
        self.is_no_handler(consulted.expert);
        Some(vec![CommonEvent::ExpertConsulted(consulted.clone())])
    }
}
