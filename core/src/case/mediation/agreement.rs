//! What the parties agree on, and whether it is done.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::matter::Form;
use crate::case::code::codes;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::Deadline;
use crate::privacy::Sealed;

/// A mediation agreement (人民调解协议). Source: People's Mediation Law (人民调解法, 2010) Art 29.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// The facts and the dispute, as the agreement states them.
    pub facts: Sealed,
    /// The sum of all payments, in cents (分); checked against the obligations.
    pub total_cents: u64,
    /// Who owes what to whom until when; at least one.
    pub obligations: Vec<Obligation>,
}

impl Agreement {
    /// The sum of the obligations, in cents; `None` if it does not fit 64 bits.
    #[must_use]
    pub fn sum_cents(&self) -> Option<u64> {
        self.obligations.iter().try_fold(0_u64, |sum, obligation| sum.checked_add(obligation.amount_cents))
    }

    /// The obligation with this name.
    #[must_use]
    pub fn obligation(&self, id: &Code) -> Option<&Obligation> {
        self.obligations.iter().find(|obligation| obligation.id == *id)
    }
}

codes! {
    /// What an obligation is for.
    pub enum ObligationKind {
        /// Compensation (赔偿).
        Compensation = "COMPENSATION",
        /// Wages (工资).
        Wages = "WAGES",
        /// Any other payment.
        Payment = "PAYMENT",
        /// Something to be done, handed over or left alone.
        Act = "ACT",
        /// An apology (赔礼道歉).
        Apology = "APOLOGY",
    }
}

codes! {
    /// How an obligation is performed.
    pub enum PerformanceMode {
        /// In cash.
        Cash = "CASH",
        /// By transfer.
        Transfer = "TRANSFER",
        /// By handing something over.
        Delivery = "DELIVERY",
        /// By doing something.
        Deed = "DEED",
    }
}

/// One thing that one party owes another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obligation {
    /// Its name in the agreement (`O1a`).
    pub id: Code,
    /// Who owes.
    pub debtor: PersonRef,
    /// To whom.
    pub creditor: PersonRef,
    /// What for.
    pub kind: ObligationKind,
    /// How much, in cents (分); 0 for what is not a payment.
    pub amount_cents: u64,
    /// The last day for it.
    pub due: NaiveDate,
    /// How it is performed.
    pub mode: PerformanceMode,
    /// Where it is performed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Sealed>,
    /// What is to be done, if it is not a payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Sealed>,
}

impl Obligation {
    /// Whether it names two people and, if it is a payment, an amount.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let is_payment = match self.kind {
            ObligationKind::Compensation | ObligationKind::Wages | ObligationKind::Payment => true,
            ObligationKind::Act | ObligationKind::Apology => false,
        };
        self.debtor != self.creditor && is_payment == (self.amount_cents > 0)
    }
}

/// Who signs an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Signer {
    /// A party.
    Party(PersonRef),
    /// A mediator.
    Mediator(ActorId),
}

/// An agreement on paper that is not in effect yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its content.
    pub agreement: Agreement,
    /// On paper, or by word of mouth and noted down; the latter needs no signatures.
    pub form: Form,
    /// Who has signed, and on which day.
    #[serde(with = "signatures")]
    pub signatures: BTreeMap<Signer, NaiveDate>,
}

/// JSON has no maps by signer, so signatures are written as pairs.
mod signatures {
    use std::collections::BTreeMap;

    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Signer;

    pub(super) fn serialize<S: Serializer>(
        signatures: &BTreeMap<Signer, NaiveDate>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(signatures)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Signer, NaiveDate>, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}

/// An agreement in effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InEffect {
    /// Its content.
    pub agreement: Agreement,
    /// On paper or by word of mouth.
    pub form: Form,
    /// The day from which it binds.
    pub since: NaiveDate,
    /// Until when the parties may apply to the court together.
    pub confirm_by: Deadline,
    /// What was done about each obligation.
    pub ledger: BTreeMap<Code, Performance>,
    /// Where the court's confirmation stands.
    pub confirmation: Confirmation,
    /// Other terms that the parties have agreed on, not yet signed and sealed; until they are, these bind.
    pub amendment: Option<Draft>,
}

impl InEffect {
    /// Whether every obligation is performed.
    #[must_use]
    pub fn is_performed(&self) -> bool {
        self.agreement.obligations.iter().all(|obligation| self.is_done(obligation))
    }

    /// Whether this obligation is performed.
    #[must_use]
    pub fn is_done(&self, obligation: &Obligation) -> bool {
        let performed = self.ledger.get(&obligation.id);
        performed.is_some_and(|performed| performed.times > 0 && performed.cents >= obligation.amount_cents)
    }

    /// What is still to be paid on this obligation, in cents.
    #[must_use]
    pub fn outstanding_cents(&self, obligation: &Obligation) -> u64 {
        let paid = self.ledger.get(&obligation.id).map_or(0, |performed| performed.cents);
        obligation.amount_cents.saturating_sub(paid)
    }

    /// What was paid altogether, in cents.
    #[must_use]
    pub fn paid_cents(&self) -> u64 {
        self.ledger.values().map(|performed| performed.cents).fold(0, u64::saturating_add)
    }

    /// How often performance was urged.
    #[must_use]
    pub fn urges(&self) -> u32 {
        self.ledger.values().map(|performed| performed.urges).fold(0, u32::saturating_add)
    }

    /// Whether everything that is still owed was urged at least so often.
    #[must_use]
    pub fn is_urged(&self, times: u32) -> bool {
        self.agreement
            .obligations
            .iter()
            .filter(|obligation| !self.is_done(obligation))
            .all(|obligation| self.ledger.get(&obligation.id).is_some_and(|entry| entry.urges >= times))
    }
}

/// What was done about one obligation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Performance {
    /// How often something was performed.
    pub times: u32,
    /// How much was paid, in cents.
    pub cents: u64,
    /// Whether it was noted as overdue.
    pub overdue: bool,
    /// How often it was urged.
    pub urges: u32,
}

/// Where judicial confirmation stands (司法确认). Source: Civil Procedure Law (民事诉讼法, 2023) Art 205-206.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confirmation {
    /// Nobody has applied, or the application was withdrawn.
    #[default]
    None,
    /// The parties have applied.
    Applied,
    /// The court has taken the application on.
    Accepted,
    /// The court confirmed: the agreement can be enforced.
    Confirmed,
    /// The court dismissed the application.
    Dismissed,
    /// The court did not take the application on.
    NotAccepted,
}

codes! {
    /// What a court did with an application for confirmation.
    pub enum CourtResult {
        /// It took it on (受理).
        Accepted = "ACCEPTED",
        /// It confirmed the agreement (确认有效).
        Valid = "VALID",
        /// It dismissed the application (驳回).
        Dismissed = "DISMISSED",
        /// It did not take it on (不予受理).
        NotAccepted = "NOT_ACCEPTED",
        /// The parties withdrew it (撤回).
        Withdrawn = "WITHDRAWN",
    }
}

/// Under which circumstances an oral agreement was made; local rules ask for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OralCircumstances {
    /// The parties who think that no document is needed (Art 28).
    pub waived_by: BTreeSet<PersonRef>,
    /// Whether it is performed on the spot.
    pub performed_at_once: bool,
    /// Whether a party asks for a document.
    pub writing_asked: bool,
    /// Whether the dispute is a major one.
    pub major: bool,
    /// The registration form.
    pub record: DocumentId,
}
