//! Passing a person on to another body, and receiving one (转介).
//!
//! A referral is open until the other body takes it or turns it down; no case is closed before. What comes of it there is
//! noted when it is known.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Common;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::code::codes;
use crate::case::{CaseId, Kind, ReasonCode};
use crate::id::{Code, DocumentId, PersonRef};
use crate::policy::CaseKind;
use crate::privacy::Sealed;

codes! {
    /// A body from which people come, or to which they are sent.
    pub enum ReferralBody {
        /// The police's 110.
        Police110 = "P110",
        /// The government hotline 12345.
        Hotline12345 = "G12345",
        /// The youth hotline 12355.
        Hotline12355 = "Y12355",
        /// The courts' hotline 12368.
        Hotline12368 = "C12368",
        /// A petition office (信访).
        Petition = "PETITION",
        /// A police station (派出所).
        PoliceStation = "POLICE_STATION",
        /// A court, before it files a case (委派).
        CourtPre = "COURT_PRE",
        /// A court, after it filed one (委托).
        CourtPost = "COURT_POST",
        /// A procuratorate (检察院).
        Procuratorate = "PROCURATORATE",
        /// A detention centre (看守所).
        Detention = "DETENTION",
        /// Labour arbitration (劳动仲裁).
        LaborArb = "LABOR_ARB",
        /// Labour inspection (劳动监察).
        LaborInsp = "LABOR_INSP",
        /// A women's federation (妇联).
        WomenFed = "WOMEN_FED",
        /// A trade union (工会).
        Union = "UNION",
        /// A youth league (共青团).
        Youth = "YOUTH",
        /// A federation of disabled persons (残联).
        DisabledFed = "DISABLED_FED",
        /// Veterans' affairs (退役军人事务).
        Veterans = "VETERANS",
        /// Civil affairs (民政).
        CivilAffairs = "CIVIL_AFFAIRS",
        /// Housing (住建).
        Housing = "HOUSING",
        /// Natural resources (自然资源).
        NaturalRes = "NATURAL_RES",
        /// A notary office (公证).
        Notary = "NOTARY",
        /// Forensic appraisal (司法鉴定).
        Appraisal = "APPRAISAL",
        /// A law firm (律所).
        LawFirm = "LAW_FIRM",
        /// A mediation committee (调解).
        Mediation = "MEDIATION",
        /// A legal aid agency (法律援助).
        LegalAid = "LEGAL_AID",
        /// Administrative reconsideration (行政复议).
        Reconsideration = "RECONSIDERATION",
    }
}

codes! {
    /// A sort of data about a person.
    pub enum SharedData {
        /// Name and number.
        Identity = "IDENTITY",
        /// Telephone and address.
        Contact = "CONTACT",
        /// What happened.
        Facts = "FACTS",
        /// Papers and pictures.
        Evidence = "EVIDENCE",
        /// Income and belongings.
        Means = "MEANS",
        /// Health.
        Health = "HEALTH",
    }
}

codes! {
    /// How another case has to do with this one.
    pub enum CaseRelation {
        /// It grew out of a referral from here.
        ReferredTo = "REFERRED_TO",
        /// This one grew out of a referral from there.
        ReferredFrom = "REFERRED_FROM",
        /// This one goes on where that one ended.
        Continues = "CONTINUES",
        /// One request of one person, in several cases (一揽子).
        Bundle = "BUNDLE",
        /// Another matter between the same people.
        Related = "RELATED",
    }
}

/// Why data about people may be handed over.
///
/// Source: Personal Information Protection Law (个人信息保护法, 2021) Art 13, 23.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SharingBasis {
    /// They agree, each for themselves, knowing to whom and what for.
    Consent {
        /// Who agrees.
        by: BTreeSet<PersonRef>,
        /// The record of it.
        record: DocumentId,
    },
    /// A law demands it.
    StatutoryDuty {
        /// The law and its article, as a code (`PML-25`).
        basis: Code,
    },
}

/// The person was sent to another body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralSent {
    /// Its name in this case (`R1`).
    pub referral: Code,
    /// To whom.
    pub target: ReferralBody,
    /// About whom data are handed over.
    pub about: BTreeSet<PersonRef>,
    /// Why that is allowed.
    pub basis: SharingBasis,
    /// Which data.
    pub shared: BTreeSet<SharedData>,
    /// When an answer is expected.
    pub answer_by: NaiveDate,
    /// The letter.
    pub letter: DocumentId,
}

/// The other body took the referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralAccepted {
    /// Which referral.
    pub referral: Code,
    /// Its answer.
    pub answer: DocumentId,
}

/// The other body turned the referral down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralRejected {
    /// Which referral.
    pub referral: Code,
    /// Why.
    pub why: Sealed,
    /// Its answer.
    pub answer: DocumentId,
}

/// It is known what came of a referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralResultRecorded {
    /// Which referral.
    pub referral: Code,
    /// What came of it.
    pub result: Sealed,
}

/// The matter came from another body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralReceived {
    /// From whom.
    pub source: ReferralBody,
    /// The letter.
    pub letter: DocumentId,
    /// When it expects an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<NaiveDate>,
}

/// Another case has to do with this one. Its clocks are its own; evidence is taken over by reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLinked {
    /// Which case.
    pub case: CaseId,
    /// Of which kind.
    pub kind: CaseKind,
    /// How they belong together.
    pub relation: CaseRelation,
    /// The evidence that is taken over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<DocumentId>,
}

/// Where a referral stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// To whom.
    pub target: ReferralBody,
    /// When an answer is expected.
    pub answer_by: NaiveDate,
    /// What the other body said.
    pub answer: ReferralAnswer,
}

/// What another body says to a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReferralAnswer {
    /// Nothing yet.
    Awaited,
    /// It takes it.
    Accepted,
    /// It turns it down.
    Rejected,
}

impl Common {
    /// The referrals to which nobody has answered yet.
    pub fn open_referrals(&self) -> impl Iterator<Item = &Code> {
        self.referrals.iter().filter(|(_, one)| one.answer == ReferralAnswer::Awaited).map(|(id, _)| id)
    }

    pub(super) fn referral_sent(&mut self, sent: &ReferralSent) {
        let (target, answer_by, answer) = (sent.target, sent.answer_by, ReferralAnswer::Awaited);
        self.referrals.insert(sent.referral.clone(), Referral { target, answer_by, answer });
    }

    /// Whoever answered first for the matter is free once another body has it.
    pub(super) fn referral_answered(&mut self, referral: &Code, answer: ReferralAnswer) -> Option<()> {
        self.referrals.get_mut(referral)?.answer = answer;
        if let (ReferralAnswer::Accepted, Some(first)) = (answer, &mut self.first_contact) {
            first.released = true;
        }
        Some(())
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn refer_out(&mut self, sent: &ReferralSent) -> Events {
        let known = self.case.common.referrals.contains_key(&sent.referral);
        self.check.none_of(known.then_some(&sent.referral), ReasonCode::ItemTwice);
        self.check.must(!sent.about.is_empty() && !sent.shared.is_empty(), ReasonCode::NobodyNamed);
        self.are_parties(sent.about.iter().copied());
        match &sent.basis {
            SharingBasis::Consent { by, .. } => {
                self.check.none(sent.about.difference(by), ReasonCode::SharingNotAgreed);
            }
            SharingBasis::StatutoryDuty { .. } => {}
        }
        self.is_no_day_past(sent.answer_by);
        Some(vec![CommonEvent::ReferralSent(sent.clone())])
    }

    pub(super) fn accept_referral(&mut self, accepted: &ReferralAccepted) -> Events {
        self.awaits_answer(&accepted.referral);
        Some(vec![CommonEvent::ReferralAccepted(accepted.clone())])
    }

    pub(super) fn reject_referral(&mut self, rejected: &ReferralRejected) -> Events {
        self.awaits_answer(&rejected.referral);
        Some(vec![CommonEvent::ReferralRejected(rejected.clone())])
    }

    pub(super) fn record_referral_result(&mut self, recorded: &ReferralResultRecorded) -> Events {
        let found = self.case.common.referrals.get(&recorded.referral).map(|one| one.answer);
        self.check.must(found == Some(ReferralAnswer::Accepted), ReasonCode::NoSuchReferral);
        Some(vec![CommonEvent::ReferralResultRecorded(recorded.clone())])
    }

    pub(super) fn receive_referral(&mut self, received: &ReferralReceived) -> Events {
        Some(vec![CommonEvent::ReferralReceived(received.clone())])
    }

    pub(super) fn link_case(&mut self, linked: &CaseLinked) -> Events {
        Some(vec![CommonEvent::CaseLinked(linked.clone())])
    }

    fn awaits_answer(&mut self, referral: &Code) {
        let awaited = self.case.common.open_referrals().any(|open| open == referral);
        self.check.must(awaited, ReasonCode::NoSuchReferral);
    }

    /// Nothing that another body was asked about is left behind.
    pub(super) fn no_referral_open(&mut self) {
        self.check.none_of(self.case.common.open_referrals(), ReasonCode::ReferralOpen);
    }
}

/// The referrals of a case, by the names they have in it.
pub type Referrals = BTreeMap<Code, Referral>;
