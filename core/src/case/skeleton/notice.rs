//! Notices and receipts: what was sent to whom, and that it arrived (通知、送达).
//!
//! Two events tell it. What a party must do in time counts from the day on which the notice was served, never from the
//! day on which it was sent.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Common;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::code::codes;
use crate::case::{Kind, ReasonCode};
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, DocumentId, PersonRef};

codes! {
    /// What a notice is about.
    pub enum NoticeKind {
        /// Materials came in (材料收讫).
        MaterialsReceived = "MATERIALS_RECEIVED",
        /// The matter is taken on (受理).
        Acceptance = "ACCEPTANCE",
        /// It is not (不予受理).
        NonAcceptance = "NON_ACCEPTANCE",
        /// Something is missing (补正).
        Supplement = "SUPPLEMENT",
        /// A decision and the ways against it (决定及救济).
        Decision = "DECISION",
        /// Who handles the case (指派).
        Assignment = "ASSIGNMENT",
        /// How far it is (进展).
        Progress = "PROGRESS",
        /// The term is longer (延期).
        Extension = "EXTENSION",
        /// The clock stands still (中止). Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 35.
        Suspension = "SUSPENSION",
        /// The person is referred (转介).
        Referral = "REFERRAL",
        /// The matter has ended without result (终止).
        Termination = "TERMINATION",
        /// The case is closed (结案).
        Closing = "CLOSING",
        /// How satisfied are you (评价邀请).
        Satisfaction = "SATISFACTION",
        /// Somebody will ask how it went (回访).
        ReturnVisit = "RETURN_VISIT",
        /// Something is due (提醒).
        Reminder = "REMINDER",
    }
}

codes! {
    /// A paper that proves that something was received.
    pub enum ReceiptKind {
        /// Of materials (材料收据).
        Materials = "MATERIALS",
        /// A card on a consultation (咨询卡).
        Consultation = "CONSULTATION",
        /// A card on a case that was taken on (受案卡).
        Acceptance = "ACCEPTANCE",
        /// A card on legal aid (援助卡).
        Aid = "AID",
    }
}

/// How a notice reaches somebody, with what makes that way lawful.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ServiceMethod {
    /// Into their hands (直接送达).
    InPerson,
    /// By post (邮寄送达).
    Post,
    /// Electronically, with their consent (电子送达).
    Electronic {
        /// The record of the consent.
        consent: DocumentId,
    },
    /// Left behind before a witness (留置送达).
    LeftWithWitness {
        /// The witness.
        witness: ActorId,
    },
    /// By public notice, where a law allows it (公告送达).
    PublicNotice {
        /// The law and its article, as a code.
        basis: Code,
    },
}

/// A notice was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeSent {
    /// The notice.
    pub notice: DocumentId,
    /// What it is about.
    pub kind: NoticeKind,
    /// To whom, at least one person.
    pub to: BTreeSet<PersonRef>,
    /// In which way.
    pub method: ServiceMethod,
}

/// A notice arrived; terms of the person start here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeServed {
    /// The notice.
    pub notice: DocumentId,
    /// With whom.
    pub to: PersonRef,
    /// In which way.
    pub method: ServiceMethod,
    /// The proof of it (送达回证).
    pub proof: DocumentId,
}

/// A receipt was handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptIssued {
    /// The receipt.
    pub receipt: DocumentId,
    /// What it proves.
    pub kind: ReceiptKind,
    /// Who got it.
    pub to: PersonRef,
}

/// A notice, and whom it has reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// To whom it was sent.
    pub to: BTreeSet<PersonRef>,
    /// Whom it has reached, and when.
    pub served: BTreeMap<PersonRef, Timestamp>,
}

/// The notices of a case, by document.
pub type Notices = BTreeMap<DocumentId, Notice>;

/// Whether a notice has reached everybody to whom it was sent.
pub(super) fn was_served(notices: &Notices, notice: DocumentId) -> bool {
    notices.get(&notice).is_some_and(|sent| sent.to.iter().all(|person| sent.served.contains_key(person)))
}

impl Common {
    pub(super) fn notice_sent(&mut self, sent: &NoticeSent) {
        let (kind, served) = (sent.kind, BTreeMap::new());
        let empty = Notice { kind, to: BTreeSet::new(), served };
        self.notices.entry(sent.notice).or_insert(empty).to.extend(&sent.to);
    }

    pub(super) fn notice_served(&mut self, served: &NoticeServed, at: Timestamp) -> Option<()> {
        self.notices.get_mut(&served.notice)?.served.insert(served.to, at);
        Some(())
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn send_notice(&mut self, sent: &NoticeSent) -> Events {
        self.check.must(!sent.to.is_empty(), ReasonCode::NobodyNamed);
        self.are_parties(sent.to.iter().copied());
        Some(vec![CommonEvent::NoticeSent(sent.clone())])
    }

    pub(super) fn serve_notice(&mut self, served: &NoticeServed) -> Events {
        let notice = self.case.common.notices.get(&served.notice);
        let sent = notice.is_some_and(|notice| notice.to.contains(&served.to));
        self.check.must(sent, ReasonCode::NotSent);
        let twice = notice.is_some_and(|notice| notice.served.contains_key(&served.to));
        self.check.must(!twice, ReasonCode::AlreadyServed);
        Some(vec![CommonEvent::NoticeServed(served.clone())])
    }

    pub(super) fn issue_receipt(&mut self, issued: &ReceiptIssued) -> Events {
        self.are_parties([issued.to]);
        Some(vec![CommonEvent::ReceiptIssued(issued.clone())])
    }
}
