//! What aid is asked for: by whom, in which matter, before which body.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::case::code::codes;
use crate::case::{CaseId, Party, Side};
use crate::id::{Code, DocumentId, PersonRef};
use crate::policy::Jurisdiction;
use crate::privacy::Sealed;

codes! {
    /// In which form legal aid is given. Source: Legal Aid Law (法律援助法, 2021) Art 22.
    pub enum SubKind {
        /// Agency in a civil, administrative or state-compensation case. Source: Art 31, 32.
        Civil = "CIV",
        /// Agency in labour mediation or arbitration. Source: Art 22(6).
        Labour = "LAB",
        /// Criminal defence or agency, on application. Source: Art 24, 29.
        CriminalApplied = "CRA",
        /// Criminal defence or agency, on the notice of an organ (通知辩护). Source: Art 25, 28.
        CriminalNotified = "CRN",
        /// Agency in a petition or a retrial (申诉、再审). Source: Art 33.
        Retrial = "RET",
        /// Help of a duty lawyer (值班律师法律帮助). Source: Art 30.
        DutyLawyer = "DUTY",
        /// Advice and the drafting of papers. Source: Art 22(1), (2).
        Advice = "ADV",
    }
}

impl SubKind {
    /// Whether only lawyers may act: in criminal defence.
    ///
    /// Source: Legal Aid Law Art 25; Criminal Procedure Law (刑事诉讼法, 2018) Art 34, 35.
    #[must_use]
    pub const fn is_defence(self) -> bool {
        matches!(self, Self::CriminalApplied | Self::CriminalNotified)
    }

    /// Whether it begins with an application that an agency decides on.
    #[must_use]
    pub const fn is_applied_for(self) -> bool {
        match self {
            Self::Civil | Self::Labour | Self::CriminalApplied | Self::Retrial => true,
            Self::CriminalNotified | Self::DutyLawyer | Self::Advice => false,
        }
    }
}

codes! {
    /// Before whom a matter stands.
    pub enum ProcedureStage {
        /// Before nobody yet, or out of court (非诉讼).
        NonLitigation = "NON_LITIGATION",
        /// Before an arbitration body (仲裁).
        Arbitration = "ARBITRATION",
        /// Before an authority for reconsideration (行政复议).
        Reconsideration = "RECONSIDERATION",
        /// With the police or a supervisory organ (侦查).
        Investigation = "INVESTIGATION",
        /// With a procuratorate that examines whether to prosecute (审查起诉).
        ProsecutionReview = "PROSECUTION_REVIEW",
        /// Before a court of first instance (一审).
        FirstInstance = "FIRST_INSTANCE",
        /// Before a court of second instance (二审).
        SecondInstance = "SECOND_INSTANCE",
        /// Before the court that reviews a sentence of death (死刑复核).
        DeathReview = "DEATH_REVIEW",
        /// Before a court that tries the case again (再审).
        Retrial = "RETRIAL",
        /// Before a court that orders compulsory medical treatment (强制医疗).
        MedicalTreatment = "MEDICAL_TREATMENT",
        /// Before a court that enforces (执行).
        Enforcement = "ENFORCEMENT",
    }
}

impl ProcedureStage {
    /// Whether an organ handles the matter whose seat decides which agency is competent.
    ///
    /// Source: Legal Aid Law Art 38.
    #[must_use]
    pub const fn has_case_organ(self) -> bool {
        match self {
            Self::NonLitigation | Self::Arbitration | Self::Reconsideration => false,
            Self::Investigation
            | Self::ProsecutionReview
            | Self::FirstInstance
            | Self::SecondInstance
            | Self::DeathReview
            | Self::Retrial
            | Self::MedicalTreatment
            | Self::Enforcement => true,
        }
    }
}

codes! {
    /// Where somebody is held. Source: Legal Aid Law Art 39, 40.
    pub enum Custody {
        /// In a detention centre (羁押).
        Detained = "DETAINED",
        /// In a prison (服刑).
        Inmate = "INMATE",
        /// In compulsory treatment for drugs (强制隔离戒毒).
        Detox = "DETOX",
    }
}

codes! {
    /// Something about a matter that decides who may handle it.
    pub enum Feature {
        /// Imprisonment for life, or death, may be the sentence. Source: Legal Aid Law Art 26.
        LifeOrDeath = "LIFE_OR_DEATH",
        /// A sentence of death is reviewed. Source: Legal Aid Law Art 26.
        DeathReview = "DEATH_REVIEW",
        /// The person to be helped is a minor. Source: Law on Minors (未成年人保护法) Art 104.
        Minor = "MINOR",
    }
}

codes! {
    /// In what capacity somebody applies. Source: Legal Aid Law Art 40.
    pub enum Applying {
        /// For themselves.
        Oneself = "SELF",
        /// As the legal representative of a ward (法定代理人).
        LegalRepresentative = "LEGAL_REPRESENTATIVE",
        /// As an agent with a power (委托代理人).
        Agent = "AGENT",
        /// As a near relative of somebody who is held (被羁押人近亲属).
        RelativeOfDetained = "RELATIVE_OF_DETAINED",
        /// As a near relative of a ward whose legal representative violates the ward's rights.
        RelativeOfWard = "RELATIVE_OF_WARD",
    }
}

codes! {
    /// How an application was made. Source: Legal Aid Law Art 40; a clerk writes down what is said.
    pub enum ApplicationForm {
        /// On paper or on a screen.
        Written = "WRITTEN",
        /// By word of mouth, and written down.
        Oral = "ORAL",
    }
}

codes! {
    /// An organ that notifies, forwards or handles.
    pub enum Organ {
        /// A court (人民法院).
        Court = "COURT",
        /// A procuratorate (人民检察院).
        Procuratorate = "PROCURATORATE",
        /// The police (公安机关).
        Police = "POLICE",
        /// A detention centre (看守所).
        DetentionCentre = "DETENTION_CENTRE",
        /// A prison (监狱).
        Prison = "PRISON",
        /// A centre of compulsory treatment (强制隔离戒毒所).
        DetoxCentre = "DETOX_CENTRE",
        /// A duty lawyer (值班律师).
        DutyLawyer = "DUTY_LAWYER",
    }
}

/// What aid is asked for (申请事项).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidRequest {
    /// Where it belongs, which decides the local rules.
    pub jurisdiction: Jurisdiction,
    /// In which form.
    pub sub_kind: SubKind,
    /// Which matter of those that the rules list (`LAL31-4`).
    pub matter: Code,
    /// Before whom it stands.
    pub stage: ProcedureStage,
    /// Who asks, as claimants, and against whom.
    pub parties: Vec<Party>,
    /// Where the person is held, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custody: Option<Custody>,
    /// What decides who may handle it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub features: BTreeSet<Feature>,
    /// What happened, and what is asked for.
    pub summary: Sealed,
    /// The case whose next stage this is: a new instance, a retrial, the enforcement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<CaseId>,
}

impl AidRequest {
    /// The pseudonyms of all parties.
    pub fn people(&self) -> impl Iterator<Item = PersonRef> {
        self.parties.iter().map(|party| party.person)
    }

    /// Those who are to be helped (受援人).
    pub fn aided(&self) -> impl Iterator<Item = PersonRef> {
        self.parties.iter().filter(|party| party.side == Side::Claimant).map(|party| party.person)
    }
}

codes! {
    /// What a duty lawyer does for somebody. Source: Legal Aid Law Art 30.
    pub enum DutyHelp {
        /// Advice (法律咨询).
        Advice = "ADVICE",
        /// A suggestion which procedure to choose (程序选择建议).
        ProcedureChoice = "PROCEDURE_CHOICE",
        /// An application to change a compulsory measure (申请变更强制措施).
        MeasureChange = "MEASURE_CHANGE",
        /// An opinion on how the case should be handled (对案件处理提出意见).
        Opinion = "OPINION",
        /// Presence when a plea of guilty is signed (认罪认罚见证).
        PleaWitness = "PLEA_WITNESS",
    }
}

/// The help of a duty lawyer: no case that is handled, a service that is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyService {
    /// Where it was given.
    pub jurisdiction: Jurisdiction,
    /// The organ that handles the person's case.
    pub organ: Organ,
    /// How far that case is.
    pub stage: ProcedureStage,
    /// Who was helped.
    pub client: Party,
    /// What was done; at least one thing.
    pub help: BTreeSet<DutyHelp>,
    /// The record of it (forms 23 to 29).
    pub record: DocumentId,
}
