//! The way of a file into the archive, and out of it for a while (归档、借阅).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Common;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::code::codes;
use crate::case::{Kind, Reason, ReasonCode};
use crate::clock::Timestamp;
use crate::id::{ActorId, DocumentId};
use crate::privacy::Sealed;

codes! {
    /// What a file is lent for.
    pub enum LoanPurpose {
        /// Quality review (质量评查).
        Review = "REVIEW",
        /// Looking something up for a case (办案查阅).
        Casework = "CASEWORK",
        /// A party looks into it (当事人查阅).
        Party = "PARTY",
        /// A court or another authority asks for it (机关调取).
        Authority = "AUTHORITY",
    }
}

/// Hands the file in to the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmitArchive {
    /// The items of the checklist that are in it.
    pub items: BTreeSet<u32>,
}

/// The file was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveSubmitted {
    /// Who handed it in.
    pub by: ActorId,
    /// The items of the checklist that are in it.
    pub items: BTreeSet<u32>,
}

/// The file was taken into the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveAccepted {}

/// The file was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveReturned {
    /// What is wrong with it.
    pub defects: Sealed,
}

/// The file was lent (借阅).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLent {
    /// To whom.
    pub borrower: ActorId,
    /// What for.
    pub purpose: LoanPurpose,
    /// Until when.
    pub due: NaiveDate,
    /// The approval, which a confidential file needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<DocumentId>,
}

/// The file came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReturned {
    /// From whom.
    pub borrower: ActorId,
}

/// Where the file of a case is (卷宗).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Archive {
    /// With the handler.
    #[default]
    NotSubmitted,
    /// Handed in, and not yet looked at.
    Submitted {
        /// Who handed it in.
        by: ActorId,
    },
    /// In the archive; nothing is added any more but what the law asks of an archive.
    Accepted {
        /// Since when.
        at: Timestamp,
    },
}

impl Common {
    pub(super) fn file_returned(&mut self) -> Option<()> {
        self.loan.take().map(|_| ())
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn submit_archive(&mut self, command: &SubmitArchive) -> Events {
        self.check.must(self.case.is_closed(), ReasonCode::NotClosed);
        self.check.must(self.case.common.archive == Archive::NotSubmitted, ReasonCode::AlreadySubmitted);
        let rules = self.rules();
        let missing: Vec<_> = rules
            .checklist(K::KIND)
            .into_iter()
            .filter(|item| K::file_needs(self.case, item) && !command.items.contains(&item.item))
            .map(|item| format!("{} {} ({})", item.item, item.title_zh, item.title))
            .collect();
        if !missing.is_empty() {
            self.check.refuse(Reason::new(ReasonCode::FileIncomplete).list("items", missing));
        }
        self.dissatisfied_are_visited();
        let (by, items) = (self.context.actor.id, command.items.clone());
        Some(vec![CommonEvent::ArchiveSubmitted(ArchiveSubmitted { by, items })])
    }

    pub(super) fn accept_archive(&mut self) -> Events {
        self.was_submitted_by_another();
        Some(vec![CommonEvent::ArchiveAccepted(ArchiveAccepted {})])
    }

    pub(super) fn return_archive(&mut self, returned: &ArchiveReturned) -> Events {
        self.was_submitted_by_another();
        Some(vec![CommonEvent::ArchiveReturned(returned.clone())])
    }

    pub(super) fn lend_file(&mut self, lent: &FileLent) -> Events {
        self.check.must(self.case.common.loan.is_none(), ReasonCode::OnLoan);
        self.is_no_day_past(lent.due);
        let approved = self.case.common.confidential.is_empty() || lent.approval.is_some();
        self.check.must(approved, ReasonCode::ApprovalMissing);
        Some(vec![CommonEvent::FileLent(lent.clone())])
    }

    pub(super) fn return_file(&mut self, returned: &FileReturned) -> Events {
        let lent_to = self.case.common.loan.as_ref().map(|loan| loan.borrower);
        self.check.must(lent_to == Some(returned.borrower), ReasonCode::NotOnLoan);
        Some(vec![CommonEvent::FileReturned(returned.clone())])
    }

    fn was_submitted_by_another(&mut self) {
        match self.case.common.archive {
            Archive::Submitted { by } => {
                self.check.must(by != self.context.actor.id, ReasonCode::SamePerson);
                self.actor_is_no_handler();
            }
            Archive::NotSubmitted | Archive::Accepted { .. } => {
                self.check.must(false, ReasonCode::NotSubmitted);
            }
        }
    }
}
