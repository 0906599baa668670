//! The rules the library understands: a profile may give them values, and cannot invent others.
//!
//! A rule with a misspelt name would be loaded, never asked for, and never missed. So the names are here, each
//! with the event it counts from.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::profile::CaseKind;

/// A period the library can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownDeadline {
    /// The rule.
    pub id: &'static str,
    /// Which form of it, for rules that have several.
    pub variant: Option<&'static str>,
    /// The event from which it counts.
    pub trigger: &'static str,
}

/// A number the library can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownNumber {
    /// Its name.
    pub key: &'static str,
    /// What it counts.
    pub unit: NumberUnit,
}

/// A yes-or-no rule the library can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownFlag {
    /// Its name.
    pub key: &'static str,
    /// What it means if it holds.
    pub meaning: &'static str,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberUnit {
    /// Calendar days.
    Days,
    /// Years.
    Years,
    /// Persons.
    Persons,
    /// How often something is done.
    Times,
    /// A day of the month.
    DayOfMonth,
    /// Yuan (元).
    Yuan,
    /// Hours.
    Hours,
    /// Hundredths of something.
    Percent,
}

impl fmt::Display for NumberUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Days => "days",
            Self::Years => "years",
            Self::Persons => "persons",
            Self::Times => "times",
            Self::DayOfMonth => "day_of_month",
            Self::Yuan => "yuan",
            Self::Hours => "hours",
            Self::Percent => "percent",
        })
    }
}

const fn plain(id: &'static str, trigger: &'static str) -> KnownDeadline {
    KnownDeadline { id, variant: None, trigger }
}

const fn form(id: &'static str, variant: &'static str, trigger: &'static str) -> KnownDeadline {
    KnownDeadline { id, variant: Some(variant), trigger }
}

/// The periods a profile may set.
pub const DEADLINES: &[KnownDeadline] = &[
    plain("GEN-D01", "supplement_request"),
    plain("GEN-D02", "provisional_acceptance"),
    plain("CON-D01", "registration"),
    form("CON-D01", "urgent", "registration"),
    plain("CON-D02", "registration"),
    plain("CON-D03", "registration"),
    form("CON-D03", "extended", "registration"),
    plain("CON-D04", "registration"),
    plain("CON-D05", "dissatisfaction"),
    plain("CON-D06", "letter_receipt"),
    plain("CON-D07", "posting"),
    plain("CON-D08", "sensitive_flag"),
    plain("CON-D09", "request"),
    plain("CON-D10", "closing"),
    plain("MED-D01", "acceptance"),
    plain("MED-D02", "court_materials_receipt"),
    form("MED-D03", "ordinary", "court_materials_receipt"),
    form("MED-D03", "summary", "court_materials_receipt"),
    plain("MED-D04", "message_receipt"),
    plain("MED-D05", "agreement_effective"),
    form("MED-D06", "accept", "court_application"),
    form("MED-D06", "decide", "court_acceptance"),
    form("MED-D06", "decide_extended", "court_acceptance"),
    form("MED-D07", "party", "ruling_receipt"),
    form("MED-D07", "interested_person", "ruling_known"),
    plain("MED-D08", "application_receipt"),
    plain("MED-D09", "agreement_effective"),
    plain("MED-D10", "closing"),
    plain("AID-D01", "application_receipt"),
    plain("AID-D02", "decision"),
    plain("AID-D03", "notice_receipt"),
    form("AID-D03", "organ", "discovery"),
    plain("AID-D04", "application"),
    plain("AID-D05", "assignment"),
    plain("AID-D07", "decision"),
    plain("AID-D08", "decision_receipt"),
    plain("AID-D09", "objection_receipt"),
    plain("AID-D10", "change_request"),
    plain("AID-D11", "decision"),
    plain("AID-D12", "completion"),
    plain("AID-D13", "file_accepted"),
    plain("AID-D14", "request"),
    form("AID-D15", "reconsideration", "decision_known"),
    form("AID-D15", "suit", "decision_known"),
    plain("AID-D16", "recusal_request"),
    plain("NOT-D01", "acceptance"),
    form("NOT-D02", "five_days", "acceptance"),
    form("NOT-D02", "ten_days", "acceptance"),
    plain("NOT-D03", "letter_receipt"),
    plain("NOT-D04", "acceptance"),
    plain("NOT-D05", "closing"),
    form("NOT-D06", "party", "certificate_receipt"),
    form("NOT-D06", "interested_person", "certificate_known"),
    form("NOT-D06", "at_most", "issue"),
    plain("NOT-D07", "request_receipt"),
    form("NOT-D07", "carry_out", "decision"),
    plain("NOT-D08", "decision"),
];

/// The numbers a profile may set.
pub const NUMBERS: &[KnownNumber] = &[
    KnownNumber { key: "aid.counsel_choices_min", unit: NumberUnit::Persons },
    KnownNumber { key: "aid.defence_practice_years_min", unit: NumberUnit::Years },
    KnownNumber { key: "aid.emergency_days_left_below", unit: NumberUnit::Days },
    KnownNumber { key: "aid.fraud_fine_yuan_max", unit: NumberUnit::Yuan },
    KnownNumber { key: "consultation.contact_attempts_min", unit: NumberUnit::Times },
    KnownNumber { key: "consultation.group_persons_min", unit: NumberUnit::Persons },
    KnownNumber { key: "consultation.reminder_first_percent", unit: NumberUnit::Percent },
    KnownNumber { key: "consultation.reminder_last_percent", unit: NumberUnit::Percent },
    KnownNumber { key: "consultation.reminder_second_percent", unit: NumberUnit::Percent },
    KnownNumber { key: "consultation.shift_hours_max", unit: NumberUnit::Hours },
    KnownNumber { key: "mediation.group_representatives_max", unit: NumberUnit::Persons },
    KnownNumber { key: "mediation.urges_before_closing_min", unit: NumberUnit::Times },
    KnownNumber { key: "notary.verifiers_outside_min", unit: NumberUnit::Persons },
    KnownNumber { key: "publicity.day_of_month", unit: NumberUnit::DayOfMonth },
    KnownNumber { key: "retention.aid_years", unit: NumberUnit::Years },
    KnownNumber { key: "retention.consultation_years", unit: NumberUnit::Years },
    KnownNumber { key: "retention.mediation_long_years", unit: NumberUnit::Years },
    KnownNumber { key: "retention.mediation_short_years", unit: NumberUnit::Years },
    KnownNumber { key: "retention.notary_long_years", unit: NumberUnit::Years },
    KnownNumber { key: "retention.notary_short_years", unit: NumberUnit::Years },
    KnownNumber { key: "return_visit.attempts_min", unit: NumberUnit::Times },
];

/// The yes-or-no rules a profile may set.
pub const FLAGS: &[KnownFlag] = &[
    KnownFlag {
        key: "aid.commitment_notice_first",
        meaning: "whoever commits to what they say about their means is told before what that means",
    },
    KnownFlag {
        key: "aid.commitment_three_papers",
        meaning: "a commitment comes with a statement of means and an authorisation to check",
    },
    KnownFlag {
        key: "aid.commitment_barred_by_bad_credit",
        meaning: "a bad credit record keeps from a commitment until it is repaired",
    },
    KnownFlag {
        key: "consultation.advice_needs_shift",
        meaning: "whoever advises at the window or on the telephone is signed in to a turn of duty, or a registered expert",
    },
    KnownFlag {
        key: "mediation.extension_needs_all_parties",
        meaning: "the term is extended only if every party asks or agrees",
    },
    KnownFlag {
        key: "mediation.continue_after_term_needs_consent",
        meaning: "after the term mediation goes on only with the consent of the parties",
    },
    KnownFlag {
        key: "mediation.oral_agreement_only_if_performed_at_once",
        meaning: "an oral agreement will do only if it is performed at once",
    },
    KnownFlag {
        key: "mediation.oral_agreement_not_if_writing_asked",
        meaning: "an oral agreement will not do if a party asks for a written one",
    },
    KnownFlag {
        key: "mediation.oral_agreement_not_if_major",
        meaning: "an oral agreement will not do in a major dispute",
    },
    KnownFlag {
        key: "mediation.undisputed_facts_record",
        meaning: "facts nobody disputes may be recorded when mediation fails, if the parties consent",
    },
    KnownFlag {
        key: "staff.only_pooled_are_assigned",
        meaning: "only people who are in the pool of providers are assigned",
    },
    KnownFlag {
        key: "publicity.rolls_over_weekends",
        meaning: "a day of publicity moves over ordinary weekends too, not only over statutory holidays",
    },
];

/// The grounds on which a rule may let its clock stand still.
pub const PAUSE_GROUNDS: &[&str] = &[
    "appraisal",
    "client_cause",
    "client_material",
    "force_majeure",
    "inter_regional_check",
    "objective_cause",
    "supplement",
    "verification",
];

/// The classes and features that the matters of a kind of case may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownMatters {
    /// The kind of case.
    pub kind: CaseKind,
    /// The classes that a matter may belong to.
    pub classes: &'static [&'static str],
    /// What the law may attach a consequence to.
    pub features: &'static [&'static str],
    /// Features that no matter has both of.
    pub apart: &'static [(&'static str, &'static str)],
}

/// The classes and features of matters that a profile may name.
pub const MATTERS: &[KnownMatters] = &[
    KnownMatters {
        kind: CaseKind::LegalAid,
        classes: &["CIV", "LAB", "CRA", "CRN", "RET", "DUTY", "ADV"],
        features: &["NO_MEANS_TEST", "LIFE_OR_DEATH", "DEATH_REVIEW", "MINOR"],
        apart: &[],
    },
    KnownMatters {
        kind: CaseKind::Notary,
        classes: &[],
        features: &["IN_PERSON", "SEALED_FILE", "ESTATE_ANYWHERE", "ON_SITE", "FIVE_DAYS", "TEN_DAYS"],
        apart: &[("FIVE_DAYS", "TEN_DAYS")],
    },
];
