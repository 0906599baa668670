//! What a consultation is about, who asks, and who answers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::case::PartyGroup;
use crate::case::code::{Channel, codes};
use crate::clock::Timestamp;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::{CaseKind, Jurisdiction};
use crate::privacy::{Fingerprint, Sealed};

/// A question that somebody brings (咨询).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inquiry {
    /// Where it belongs, which decides the local rules.
    pub jurisdiction: Jurisdiction,
    /// How it came in.
    pub channel: Channel,
    /// Who asks.
    pub caller: Caller,
    /// Set if the caller speaks for others, or for a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<PartyGroup>,
    /// Whether the caller is a child under fourteen, whose guardian has a say in what is stored.
    ///
    /// Source: Personal Information Protection Law (个人信息保护法, 2021) Art 31.
    #[serde(default, skip_serializing_if = "is_not")]
    pub under_14: bool,
    /// What is asked.
    pub question: Sealed,
    /// What it is about, as far as that is clear at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Topic>,
    /// The letter, if it came as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<Letter>,
    /// The batch in which it was collected, if a grid worker brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchItem>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_not(flag: &bool) -> bool {
    !*flag
}

/// Who asks (咨询人). Everybody has a pseudonym, under which they can rate the service and come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The pseudonym, under whose key the particulars are sealed.
    pub person: PersonRef,
    /// Name, telephone, address; as [`Particulars`](crate::case::Particulars), sealed. None, if the caller gives no name
    /// (匿名).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub particulars: Option<Sealed>,
    /// Finds the same person in another case; `None` while the identity is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
}

impl Caller {
    /// Whether the caller gives no name.
    #[must_use]
    pub const fn is_anonymous(&self) -> bool {
        self.particulars.is_none()
    }
}

/// A question that came by post (来信).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The letter.
    pub document: DocumentId,
    /// When it arrived; what must be decided about a letter is due from here.
    pub received_at: Timestamp,
}

/// One of the questions that a grid worker or a legally aware person collected (网格汇总).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchItem {
    /// The batch.
    pub batch: Code,
    /// Its place in the batch, from 1.
    pub item: u32,
    /// When the question was asked, which is before the batch was brought in.
    pub collected_at: Timestamp,
    /// Who collected it.
    pub collected_by: ActorId,
}

codes! {
    /// What a question is about: the types of dispute, and what else people ask.
    pub enum Topic {
        /// Marriage and family (婚姻家庭).
        MarriageFamily = "MARRIAGE_FAMILY",
        /// Neighbours (邻里).
        Neighbour = "NEIGHBOUR",
        /// House and homestead (房屋宅基地).
        Homestead = "HOMESTEAD",
        /// Contract (合同).
        Contract = "CONTRACT",
        /// Production and business (生产经营).
        Production = "PRODUCTION",
        /// Compensation for damage (损害赔偿).
        Damage = "DAMAGE",
        /// Forest and land (山林土地).
        ForestLand = "FOREST_LAND",
        /// Expropriation and demolition (征地拆迁).
        Demolition = "DEMOLITION",
        /// Pollution (环境污染).
        Environment = "ENVIRONMENT",
        /// Labour (劳动争议).
        Labour = "LABOUR",
        /// Consumer (消费).
        Consumer = "CONSUMER",
        /// Medical (医疗).
        Medical = "MEDICAL",
        /// Road traffic (道路交通事故).
        Traffic = "TRAFFIC",
        /// Property management (物业).
        PropertyMgmt = "PROPERTY_MGMT",
        /// Crime (刑事).
        Criminal = "CRIMINAL",
        /// Acts of authorities (行政).
        Admin = "ADMIN",
        /// Social security (社会保障).
        SocialSecurity = "SOCIAL_SECURITY",
        /// School and health (入学就医).
        SchoolHealth = "SCHOOL_HEALTH",
        /// Inheritance (继承).
        Inherit = "INHERIT",
        /// Debt (债务).
        Debt = "DEBT",
        /// How to go about something (办事程序).
        Procedure = "PROCEDURE",
        /// Anything else.
        Other = "OTHER",
    }
}

codes! {
    /// How urgent a question is.
    pub enum Urgency {
        /// Urgent: answered, or handed on, at once (紧急).
        U1 = "U1",
        /// Ordinary.
        U2 = "U2",
    }
}

codes! {
    /// A feature of a question that something follows from.
    pub enum Feature {
        /// It is no question of law; another body answers it.
        NonLegal = "NON_LEGAL",
        /// It is clear and simple, and answered at once (简单明确).
        Simple = "SIMPLE",
        /// It is the subject of petitions, or may become it (涉访).
        PetitionRelated = "PETITION_RELATED",
        /// The facts may meet the conditions of legal aid: the right to apply must be pointed out.
        ///
        /// Source: Legal Aid Law (法律援助法, 2021) Art 23.
        AidPossible = "AID_POSSIBLE",
        /// It cannot be answered before it is known who asks.
        IdentityNeeded = "IDENTITY_NEEDED",
    }
}

/// What sort of question it is (分类).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classification {
    /// What it is about.
    pub topic: Topic,
    /// How urgent it is.
    pub urgency: Urgency,
    /// What else something follows from.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub features: BTreeSet<Feature>,
}

impl Classification {
    /// Whether it has a feature.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Assignee {
    /// A lawyer or legal-service worker.
    Adviser(Adviser),
    /// Another unit, named by its office, whose people answer (转办单位).
    Unit(Code),
}

/// A lawyer or legal-service worker, with what shows that they may answer (解答人).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adviser {
    /// Who.
    pub id: ActorId,
    /// When they checked in on a duty shift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_duty: Option<CheckIn>,
    /// Their entry in the register of experts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expert: Option<Code>,
}

/// A check-in on a duty shift (签到).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckIn {
    /// The shift.
    pub shift: Code,
    /// When.
    pub at: Timestamp,
}

codes! {
    /// Why an adviser is replaced.
    pub enum Replacement {
        /// The adviser is tied to somebody whom the question is about (利益冲突).
        ConflictOfInterest = "CONFLICT_OF_INTEREST",
        /// The shift is over, or the adviser cannot go on.
        Unavailable = "UNAVAILABLE",
        /// The caller asks for somebody else.
        CallerAsks = "CALLER_ASKS",
    }
}

/// What a caller is told: every part of it is asked for, so that none is forgotten (一事一记).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// How far it goes.
    pub scope: AdviceScope,
    /// The answer.
    pub content: Sealed,
    /// The law it rests on.
    pub legal_basis: Sealed,
    /// What may go wrong.
    pub risks: Sealed,
    /// What the caller does next.
    pub next_steps: Sealed,
    /// In which language it was given, if not in Chinese, as a tag of BCP 47 (`mn-Mong`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Code>,
    /// The written opinion, if one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opinion: Option<DocumentId>,
    /// Whether, by what came out in the talk, the conditions of legal aid may be met.
    #[serde(default, skip_serializing_if = "is_not")]
    pub aid_possible: bool,
}

codes! {
    /// How far an advice goes.
    pub enum AdviceScope {
        /// The whole question is answered.
        Full = "FULL",
        /// A part of it is; another has to answer the rest.
        Partial = "PARTIAL",
        /// The caller is shown the way: where to go, with what (指引).
        Guidance = "GUIDANCE",
    }
}

codes! {
    /// Who is told that a child under fourteen asked.
    pub enum GuardianNotice {
        /// The guardian.
        Guardian = "GUARDIAN",
        /// Another relative who looks after the child, because the guardian is on the other side.
        OtherRelative = "OTHER_RELATIVE",
        /// The authority for the protection of minors, because no relative may be told.
        ///
        /// Source: Law on the Protection of Minors (未成年人保护法, 2020) Art 11.
        Authority = "AUTHORITY",
    }
}

/// A case that came out of a consultation (转为案件).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    /// Its kind.
    pub kind: CaseKind,
    /// Its id.
    pub case: crate::case::CaseId,
}

codes! {
    /// How a consultation ended.
    pub enum Outcome {
        /// On the spot (当场解答).
        Answered = "ANSWERED",
        /// Within the time (限时答复).
        AnsweredLater = "ANSWERED_LATER",
        /// The caller was shown the way (指引).
        Guided = "GUIDED",
        /// Another body has taken it on (转介).
        Referred = "REFERRED",
        /// A case came out of it (转为案件).
        Converted = "CONVERTED",
        /// It was not answered (不予解答).
        Declined = "DECLINED",
        /// The caller could not be reached any more (无法联系).
        Abandoned = "ABANDONED",
        /// The caller took it back (撤回).
        Withdrawn = "WITHDRAWN",
    }
}
