//! How a matter comes in: who answers for it first, who was who, and the hands it passed through on the way.
//!
//! There is no command for the intake itself. Every kind opens with a form of its own (an application, a question, a
//! notice), and that opening is the intake: the channel stands in the envelope, the people and the summary in the payload.

use serde::{Deserialize, Serialize};

use super::Common;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::code::codes;
use crate::case::{Kind, ReasonCode};
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, DocumentId, PersonRef};

codes! {
    /// How it was found out that somebody is who they say.
    ///
    /// What was compared stays outside the log: a face or a fingerprint is never part of a case.
    ///
    /// Source: Personal Information Protection Law (个人信息保护法, 2021) Art 28, 29.
    pub enum IdentityMethod {
        /// A document was looked at (查验证件).
        Document = "DOCUMENT",
        /// A document was read by a machine (读卡).
        CardReader = "CARD_READER",
        /// A face was compared by a certified service (人脸识别).
        Face = "FACE",
        /// The same, with a proof of life (活体认证).
        Liveness = "LIVENESS",
        /// A real-name account (实名认证).
        RealName = "REAL_NAME",
        /// Another authority's register (信息共享).
        InfoShare = "INFO_SHARE",
    }
}

/// Makes one person answerable until the right unit has the matter (首问负责).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstContactAssigned {
    /// Who.
    pub responsible: ActorId,
}

/// Somebody is who they say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityVerified {
    /// Who.
    pub person: PersonRef,
    /// How it was found out.
    pub method: IdentityMethod,
    /// By whom, or by which service.
    pub by: ActorId,
}

/// Notes that somebody is who they say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyIdentity {
    /// Who.
    pub person: PersonRef,
    /// How it was found out.
    pub method: IdentityMethod,
}

/// Somebody who is not competent took the matter in for the one who is (代受理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProxyIntakeReceived {
    /// The office that took it in.
    pub agent_org: Code,
    /// The form that was filled in.
    pub form: DocumentId,
}

/// The matter was sent on to the competent institution (转报).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardedToAuthority {
    /// The competent institution.
    pub authority: Code,
    /// What was sent.
    pub materials: Vec<DocumentId>,
}

/// The competent institution has the matter; its clock starts here and not before.
///
/// Source: Legal Aid Law (法律援助法, 2021) Art 43.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedByAuthority {
    /// The competent institution.
    pub authority: Code,
}

/// The matter was written down where there was no network, and came in later (离线采集).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineCaptureRecorded {
    /// The device on which it was written down.
    pub device: Code,
    /// The place of the entry among those of the device; with the device it tells whether it came in twice.
    pub device_sequence: u64,
    /// When it was written down.
    pub captured_at: Timestamp,
}

/// Who answers for a matter until the right unit has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstContact {
    /// Who.
    pub responsible: ActorId,
    /// Whether another body took the matter over.
    pub released: bool,
}

/// Where a matter is that came in at an office which is not competent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proxy {
    /// With the office that took it in.
    Received {
        /// Which office.
        agent_org: Code,
    },
    /// On the way.
    Forwarded {
        /// To which institution.
        authority: Code,
    },
    /// With the competent institution.
    Arrived {
        /// Which institution.
        authority: Code,
        /// Since when.
        at: Timestamp,
    },
}

impl Common {
    /// Whether the competent institution does not have the matter yet.
    #[must_use]
    pub const fn is_on_the_way(&self) -> bool {
        matches!(self.proxy, Some(Proxy::Received { .. } | Proxy::Forwarded { .. }))
    }

    /// The competent institution, from the moment at which the matter was sent on to it.
    #[must_use]
    pub const fn authority(&self) -> Option<&Code> {
        match &self.proxy {
            Some(Proxy::Forwarded { authority } | Proxy::Arrived { authority, .. }) => Some(authority),
            Some(Proxy::Received { .. }) | None => None,
        }
    }
}

impl<K: Kind> Desk<'_, K> {
    /// Exactly one person answers first; who follows is a matter of referrals and handlers.
    pub(super) fn assign_first_contact(&mut self, assigned: &FirstContactAssigned) -> Events {
        self.check.must(self.case.common.first_contact.is_none(), ReasonCode::FirstContactThere);
        Some(vec![CommonEvent::FirstContactAssigned(assigned.clone())])
    }

    pub(super) fn verify_identity(&mut self, command: &VerifyIdentity) -> Events {
        self.are_parties([command.person]);
        let VerifyIdentity { person, method } = *command;
        let by = self.context.actor.id;
        Some(vec![CommonEvent::IdentityVerified(IdentityVerified { person, method, by })])
    }

    /// What has its number is where it belongs, and was not taken in for somebody else.
    pub(super) fn record_proxy_intake(&mut self, received: &ProxyIntakeReceived) -> Events {
        let is_new = self.case.common.proxy.is_none() && K::number(&self.case.own).is_none();
        self.check.must(is_new, ReasonCode::ProxyOutOfOrder);
        Some(vec![CommonEvent::ProxyIntakeReceived(received.clone())])
    }

    pub(super) fn forward_to_authority(&mut self, forwarded: &ForwardedToAuthority) -> Events {
        let there = matches!(self.case.common.proxy, Some(Proxy::Received { .. }));
        self.check.must(there, ReasonCode::ProxyOutOfOrder);
        Some(vec![CommonEvent::ForwardedToAuthority(forwarded.clone())])
    }

    /// Only the institution to which it was sent can say that it has it.
    pub(super) fn receive_by_authority(&mut self, received: &ReceivedByAuthority) -> Events {
        let sent_there = match &self.case.common.proxy {
            Some(Proxy::Forwarded { authority }) => *authority == received.authority,
            Some(Proxy::Received { .. } | Proxy::Arrived { .. }) | None => false,
        };
        self.check.must(sent_there, ReasonCode::ProxyOutOfOrder);
        Some(vec![CommonEvent::ReceivedByAuthority(received.clone())])
    }

    pub(super) fn record_offline_capture(&mut self, captured: &OfflineCaptureRecorded) -> Events {
        self.check.must(captured.captured_at <= self.context.occurred_at, ReasonCode::InTheFuture);
        let twice = self.case.common.captures.iter().any(|other| {
            (&other.device, other.device_sequence) == (&captured.device, captured.device_sequence)
        });
        self.check.must(!twice, ReasonCode::AlreadyCaptured);
        Some(vec![CommonEvent::OfflineCaptureRecorded(captured.clone())])
    }
}
