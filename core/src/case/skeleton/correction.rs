//! Putting a record right without touching it (更正).
//!
//! A correction is an event beside the one it corrects: both stay, and a reader sees what was written, what should have
//! been, who says so and why. Whether an identity or a date is concerned is told by the value itself; then a second
//! person must agree before the correction counts.
//!
//! Source: Personal Information Protection Law (个人信息保护法, 2021) Art 46.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Common;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::code::codes;
use crate::case::{Kind, ReasonCode};
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, DocumentId, PersonRef, Revision};
use crate::privacy::{Fingerprint, Sealed};

codes! {
    /// Why a record is corrected.
    pub enum CorrectionReason {
        /// A slip of the pen (笔误).
        Clerical = "CLERICAL",
        /// Something was misunderstood (误听误记).
        Misunderstood = "MISUNDERSTOOD",
        /// A document shows otherwise (与证件不符).
        DocumentShown = "DOCUMENT_SHOWN",
        /// A device or a program was wrong (系统错误).
        SystemError = "SYSTEM_ERROR",
        /// The person asks for it (本人请求).
        OnRequest = "ON_REQUEST",
    }
}

/// A value in a record. What it is decides how carefully it is corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordedValue {
    /// A code.
    Code(Code),
    /// A number, money in cents.
    Number(i64),
    /// A document.
    Document(DocumentId),
    /// A text or particulars, sealed.
    Sealed(Sealed),
    /// A day.
    Date(NaiveDate),
    /// A moment.
    Moment(Timestamp),
    /// A person.
    Person(PersonRef),
    /// The fingerprint of a person.
    Fingerprint(Fingerprint),
    /// A member of staff.
    Actor(ActorId),
}

/// Says what is wrong in a record, and what is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectRecord {
    /// The event in which it stands.
    pub target_seq: Revision,
    /// The field in its payload (`dispute.kind`), or `occurred_at` of its envelope.
    pub field: Code,
    /// What is written there; nothing if it was left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<RecordedValue>,
    /// What should be; nothing if it should not be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<RecordedValue>,
    /// Why.
    pub reason: CorrectionReason,
}

/// Somebody says that an identity or a date is wrong; a second person has to agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionProposed {
    /// What is wrong, and what is right.
    pub correction: RecordCorrected,
}

/// Agrees with a correction, or does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmCorrection {
    /// The event that is to be corrected.
    pub target_seq: Revision,
    /// The field in it.
    pub field: Code,
    /// Whether the correction is right.
    pub agreed: bool,
}

/// A record was corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordCorrected {
    /// The event in which it stands.
    pub target_seq: Revision,
    /// The field in its payload, or `occurred_at` of its envelope.
    pub field: Code,
    /// What is written there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<RecordedValue>,
    /// What should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<RecordedValue>,
    /// Why.
    pub reason: CorrectionReason,
    /// Who said so.
    pub by: ActorId,
    /// Who agreed, where two are needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<ActorId>,
}

/// A correction was not agreed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionRejected {
    /// The event that was to be corrected.
    pub target_seq: Revision,
    /// The field in it.
    pub field: Code,
    /// Who did not agree.
    pub rejected_by: ActorId,
}

impl RecordCorrected {
    fn is_of(&self, target_seq: Revision, field: &Code) -> bool {
        self.target_seq == target_seq && self.field == *field
    }
}

impl Common {
    /// What a field of an event should say: the last correction of it that counts.
    #[must_use]
    pub fn correction_of(&self, target_seq: Revision, field: &Code) -> Option<&RecordCorrected> {
        self.corrections.iter().rev().find(|one| one.is_of(target_seq, field))
    }

    fn proposed(&self, target_seq: Revision, field: &Code) -> Option<&RecordCorrected> {
        self.proposed_corrections.iter().find(|one| one.is_of(target_seq, field))
    }

    pub(super) fn corrected(&mut self, corrected: &RecordCorrected) {
        self.proposed_corrections.retain(|one| !one.is_of(corrected.target_seq, &corrected.field));
        self.corrections.push(corrected.clone());
    }

    pub(super) fn correction_rejected(&mut self, rejected: &CorrectionRejected) {
        self.proposed_corrections.retain(|one| !one.is_of(rejected.target_seq, &rejected.field));
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn correct_record(&mut self, command: &CorrectRecord) -> Events {
        let CorrectRecord { target_seq, field, old, new, reason } = command.clone();
        let common = &self.case.common;
        self.check.must(common.head.is_some_and(|head| target_seq <= head), ReasonCode::NoSuchRecord);
        self.check.must(old != new, ReasonCode::NothingCorrected);
        self.check.must(common.proposed(target_seq, &field).is_none(), ReasonCode::CorrectionOpen);
        let delicate = old.iter().chain(&new).any(|value| self.needs_two(value));
        let by = self.context.actor.id;
        let correction = RecordCorrected { target_seq, field, old, new, reason, by, confirmed_by: None };
        Some(vec![if delicate {
            CommonEvent::CorrectionProposed(CorrectionProposed { correction })
        } else {
            CommonEvent::RecordCorrected(correction)
        }])
    }

    pub(super) fn confirm_correction(&mut self, command: &ConfirmCorrection) -> Events {
        let ConfirmCorrection { target_seq, field, agreed } = command.clone();
        let Some(proposed) = self.case.common.proposed(target_seq, &field) else {
            self.check.must(false, ReasonCode::NoCorrectionOpen);
            return None;
        };
        let actor = self.context.actor.id;
        self.check.must(actor != proposed.by, ReasonCode::SecondPerson);
        Some(vec![if agreed {
            CommonEvent::RecordCorrected(RecordCorrected { confirmed_by: Some(actor), ..proposed.clone() })
        } else {
            CommonEvent::CorrectionRejected(CorrectionRejected { target_seq, field, rejected_by: actor })
        }])
    }

    /// Particulars are what is sealed under the key of a person; other texts lie under the key of the case.
    fn needs_two(&self, value: &RecordedValue) -> bool {
        match value {
            RecordedValue::Date(_)
            | RecordedValue::Moment(_)
            | RecordedValue::Person(_)
            | RecordedValue::Fingerprint(_) => true,
            RecordedValue::Sealed(sealed) => {
                K::people(&self.case.own).parties.iter().any(|party| party.key() == sealed.key())
            }
            RecordedValue::Code(_)
            | RecordedValue::Number(_)
            | RecordedValue::Document(_)
            | RecordedValue::Actor(_) => false,
        }
    }
}
