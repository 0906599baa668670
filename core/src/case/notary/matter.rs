//! What a notary is asked to certify, for whom, and what is found out about it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::case::code::{ServiceMode, codes};
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::Jurisdiction;
use crate::privacy::{Fingerprint, Sealed};

/// An application for a certificate (公证申请).
///
/// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 17.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Where it belongs, which decides the local rules.
    pub jurisdiction: Jurisdiction,
    /// What is to be certified, by its code in the rules (`INHERITANCE`).
    pub matter: Code,
    /// How it is counted.
    pub group: StatisticalGroup,
    /// Who applies, at least one person.
    pub applicants: Vec<Applicant>,
    /// What exactly is to be certified.
    pub subject: Sealed,
    /// What the certificate is for (用途).
    pub purpose: Sealed,
    /// The documents to be certified.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<DocumentId>,
    /// The evidence, as the list names it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<DocumentId>,
    /// Whether it concerns real estate, which decides who is competent.
    #[serde(default)]
    pub real_estate: bool,
    /// The form, with signature or fingerprint.
    pub form: DocumentId,
    /// How it was handed in.
    pub mode: ServiceMode,
}

impl Application {
    /// The pseudonyms of those who apply.
    pub fn people(&self) -> impl Iterator<Item = PersonRef> {
        self.applicants.iter().map(|applicant| applicant.person)
    }
}

/// Who applies (申请人).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    /// The pseudonym, under whose key the particulars are sealed.
    pub person: PersonRef,
    /// Name, identity number, telephone, address; as [`Particulars`](crate::case::Particulars), sealed.
    pub particulars: Sealed,
    /// Finds the same person in another case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// Who comes.
    pub comes: Comes,
}

/// Who comes to the notary for an applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comes {
    /// The applicant (本人).
    InPerson,
    /// Somebody whom the applicant has sent (委托代理人).
    ByAgent {
        /// Who.
        agent: PersonRef,
        /// The power of attorney.
        authority: DocumentId,
    },
    /// Somebody who acts for the applicant by law (监护人).
    ByGuardian {
        /// Who.
        guardian: PersonRef,
        /// The proof of guardianship.
        proof: DocumentId,
    },
}

codes! {
    /// What the law attaches to a matter. What follows from it is code; which matter has it is data.
    pub enum MatterTrait {
        /// Only the person concerned can ask for it, no agent (本人亲自办理).
        InPerson = "IN_PERSON",
        /// Its file is kept under seal (密卷).
        SealedFile = "SEALED_FILE",
        /// Where it concerns real estate, the place of the estate is not the only competent one.
        EstateAnywhere = "ESTATE_ANYWHERE",
        /// Testimony is given on the spot (现场监督).
        OnSite = "ON_SITE",
        /// If it is simple, it is done in the five days of the speed-up list (提速清单).
        FiveDays = "FIVE_DAYS",
        /// If it is simple, it is done in the ten days of the speed-up list (提速清单).
        TenDays = "TEN_DAYS",
    }
}

codes! {
    /// How a notary matter is counted.
    pub enum StatisticalGroup {
        /// Domestic, civil (国内民事).
        DomesticCivil = "DOMESTIC_CIVIL",
        /// Domestic, economic (国内经济).
        DomesticEconomic = "DOMESTIC_ECONOMIC",
        /// Foreign-related, civil (涉外民事).
        ForeignCivil = "FOREIGN_CIVIL",
        /// Foreign-related, economic (涉外经济).
        ForeignEconomic = "FOREIGN_ECONOMIC",
        /// Related to Hong Kong, Macao or Taiwan (涉港澳台).
        HkMacaoTaiwan = "HK_MACAO_TAIWAN",
    }
}

codes! {
    /// What makes a notary office competent. Source: Notary Law (公证法, 2017) Art 25.
    pub enum Competence {
        /// The applicant's domicile (住所地).
        Domicile = "DOMICILE",
        /// The applicant's habitual residence (经常居住地).
        HabitualResidence = "HABITUAL_RESIDENCE",
        /// The place of the act (行为地).
        PlaceOfAct = "PLACE_OF_ACT",
        /// The place where the fact came about (事实发生地).
        PlaceOfFact = "PLACE_OF_FACT",
        /// The place of the real estate (不动产所在地).
        PlaceOfEstate = "PLACE_OF_ESTATE",
    }
}

codes! {
    /// What must hold before a matter is taken on.
    ///
    /// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 19.
    pub enum AcceptanceCondition {
        /// The applicants have an interest in it.
        Interest = "INTEREST",
        /// They are not in dispute over it.
        Undisputed = "UNDISPUTED",
        /// It is a matter for notaries.
        InScope = "IN_SCOPE",
        /// It is a matter for this office.
        PracticeArea = "PRACTICE_AREA",
    }
}

codes! {
    /// How somebody was told something.
    pub enum Telling {
        /// On paper.
        Written = "WRITTEN",
        /// By word of mouth, and noted down.
        Oral = "ORAL",
        /// By video.
        Video = "VIDEO",
    }
}

/// What the applicants were told of meaning, consequences and their rights and duties (告知).
///
/// Source: Notary Law (公证法, 2017) Art 27; Rules of Notarial Procedure (公证程序规则, 2020) Art 21.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Information {
    /// Who was told and signed.
    pub told: BTreeSet<PersonRef>,
    /// How.
    pub how: Telling,
    /// The signed record.
    pub record: DocumentId,
}

codes! {
    /// What is examined. Source: Notary Law (公证法, 2017) Art 28; Rules of Notarial Procedure Art 24.
    pub enum ExaminationItem {
        /// Who the parties are, how many, and whether they may act.
        Parties = "PARTIES",
        /// Whether they mean what they say.
        Intent = "INTENT",
        /// Whether the document is complete and clear.
        Document = "DOCUMENT",
        /// Whether the evidence is true, lawful and sufficient.
        Evidence = "EVIDENCE",
        /// Whether the matter is true and lawful.
        Matter = "MATTER",
    }
}

codes! {
    /// How something is verified. Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 27.
    pub enum VerificationMethod {
        /// By asking people (询问).
        Interview = "INTERVIEW",
        /// By looking into documents and registers (查阅书证).
        Documents = "DOCUMENTS",
        /// By looking at things (核实物证).
        Exhibits = "EXHIBITS",
        /// By going there (现场勘验).
        Site = "SITE",
        /// By an expert (鉴定).
        Expert = "EXPERT",
    }
}

/// What another office writes back about what it was asked to verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DelegatedAnswer {
    /// It has verified it.
    Verified {
        /// Its answer.
        letter: DocumentId,
    },
    /// It could not.
    Impossible {
        /// Its letter, with the reasons.
        letter: DocumentId,
    },
}

/// Who wants a certificate examined anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Requester {
    /// A party (当事人).
    Party(PersonRef),
    /// Somebody else whom it concerns (利害关系人).
    Interested {
        /// Who.
        person: PersonRef,
        /// Who that is, sealed under their own key.
        particulars: Sealed,
        /// The proof of the interest.
        interest: DocumentId,
        /// The day on which they learnt of the certificate.
        known_on: NaiveDate,
    },
}

impl Requester {
    /// The pseudonym.
    #[must_use]
    pub const fn person(&self) -> PersonRef {
        match self {
            Self::Party(person) | Self::Interested { person, .. } => *person,
        }
    }
}

/// What a notary writes before the head of the office decides against what was asked for (书面报告).
///
/// Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 48.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The report.
    pub document: DocumentId,
    /// Who wrote it.
    pub by: ActorId,
}
