//! Complaints about how a case was handled (投诉).
//!
//! Source: Legal Aid Law (法律援助法, 2021) Art 56.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Common;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use super::notice::ServiceMethod;
use crate::case::code::codes;
use crate::case::{Kind, ReasonCode};
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::privacy::Sealed;

codes! {
    /// What a complaint is about.
    pub enum ComplaintMatter {
        /// How somebody was treated (服务态度).
        Attitude = "ATTITUDE",
        /// That it takes too long (拖延).
        Delay = "DELAY",
        /// How good the work is (服务质量).
        Quality = "QUALITY",
        /// Money that was asked for (违规收费).
        Fee = "FEE",
        /// A decision (对决定不满).
        Decision = "DECISION",
        /// Anything else.
        Other = "OTHER",
    }
}

codes! {
    /// What came of a complaint.
    pub enum ComplaintFinding {
        /// It is right (属实).
        Upheld = "UPHELD",
        /// It is right in part (部分属实).
        PartlyUpheld = "PARTLY_UPHELD",
        /// It is not (不属实).
        NotUpheld = "NOT_UPHELD",
    }
}

impl ComplaintFinding {
    /// Whether there is something in it.
    #[must_use]
    pub const fn is_upheld(self) -> bool {
        matches!(self, Self::Upheld | Self::PartlyUpheld)
    }
}

/// Somebody complained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintFiled {
    /// Its name in this case (`K1`).
    pub complaint: Code,
    /// Who complains; nobody if they did not say. They need not be a party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonRef>,
    /// About whom; nobody in particular if about the institution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<ActorId>,
    /// What about.
    pub matter: ComplaintMatter,
    /// In their own words.
    pub text: Sealed,
}

/// How somebody was told a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// In which way.
    pub method: ServiceMethod,
    /// The record of it.
    pub record: DocumentId,
}

/// Answers a complaint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolveComplaint {
    /// Which complaint.
    pub complaint: Code,
    /// What was found.
    pub finding: ComplaintFinding,
    /// The decision.
    pub decision: DocumentId,
    /// How the complainant was told; nothing only if nobody knows who complained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

/// A complaint was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComplaintResolved {
    /// Which complaint.
    pub complaint: Code,
    /// What was found.
    pub finding: ComplaintFinding,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
    /// How the complainant was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

/// A complaint, and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Who complains, if they said so.
    pub by: Option<PersonRef>,
    /// About whom, if about somebody in particular.
    pub against: Option<ActorId>,
    /// What was found, once it is.
    pub finding: Option<ComplaintFinding>,
}

/// The complaints of a case, by the names they have in it.
pub type Complaints = BTreeMap<Code, Complaint>;

impl Common {
    pub(super) fn complaint_filed(&mut self, filed: &ComplaintFiled) {
        let complaint = Complaint { by: filed.by, against: filed.against, finding: None };
        self.complaints.insert(filed.complaint.clone(), complaint);
    }

    pub(super) fn complaint_resolved(&mut self, resolved: &ComplaintResolved) -> Option<()> {
        self.complaints.get_mut(&resolved.complaint)?.finding = Some(resolved.finding);
        Some(())
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn file_complaint(&mut self, filed: &ComplaintFiled) -> Events {
        let known = self.case.common.complaints.contains_key(&filed.complaint);
        self.check.none_of(known.then_some(&filed.complaint), ReasonCode::ItemTwice);
        Some(vec![CommonEvent::ComplaintFiled(filed.clone())])
    }

    /// Nobody answers a complaint about themselves or about a case they handled; and the complainant hears the answer.
    pub(super) fn resolve_complaint(&mut self, command: &ResolveComplaint) -> Events {
        let ResolveComplaint { complaint, finding, decision, told } = command.clone();
        let open = self.case.common.complaints.get(&complaint).filter(|open| open.finding.is_none());
        self.check.must(open.is_some(), ReasonCode::NoSuchComplaint);
        let decided_by = self.context.actor.id;
        let about_oneself = open.is_some_and(|open| open.against == Some(decided_by));
        self.check.must(!about_oneself, ReasonCode::SamePerson);
        self.actor_is_no_handler();
        let known = open.is_some_and(|open| open.by.is_some());
        self.check.must(!known || told.is_some(), ReasonCode::ComplainantNotTold);
        let resolved = ComplaintResolved { complaint, finding, decision, decided_by, told };
        Some(vec![CommonEvent::ComplaintResolved(resolved)])
    }
}
