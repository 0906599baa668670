//! What a profile says, once it has been read and checked.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::jurisdiction::Jurisdiction;
use super::known::NumberUnit;
use super::permission::Permission;
use crate::calendar::{Counting, Term};
use crate::id::Code;

/// The rules of one jurisdiction, as one file holds them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Profile {
    /// Id and version, joined by a hyphen (`cn-2026.1`): what is stored beside a decision.
    pub version: Code,
    /// The id alone.
    pub id: Code,
    /// Where the profile holds.
    pub jurisdiction: Jurisdiction,
    /// What the profile is called, in English.
    pub name: String,
    /// What the profile is called, in Chinese.
    pub name_zh: String,
    /// How long things may take.
    pub deadlines: Vec<DeadlineRule>,
    /// Numbers other than periods of a clock.
    pub numbers: Vec<Number>,
    /// Rules that hold or do not.
    pub flags: Vec<Flag>,
    /// Grounds for refusing or ending a case.
    pub grounds: Vec<Ground>,
    /// What a complete file contains.
    pub checklist: Vec<ChecklistItem>,
    /// What a case may be about.
    pub matters: Vec<Matter>,
    /// Who may act in whose cases.
    pub permissions: Vec<Permission>,
}

impl Profile {
    /// Every entry by a name that is unique on any one day within a jurisdiction and layer.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let plain = |name, provenance| Entry { name, layer: None, provenance };
        let deadlines = self.deadlines.iter().map(|rule| Entry {
            name: rule.name(),
            layer: Some(rule.layer),
            provenance: &rule.provenance,
        });
        deadlines
            .chain(self.numbers.iter().map(move |n| plain(format!("number {}", n.key), &n.provenance)))
            .chain(self.flags.iter().map(move |f| plain(format!("flag {}", f.key), &f.provenance)))
            .chain(self.grounds.iter().map(move |ground| {
                plain(format!("ground {} {}", ground.kind, ground.code), &ground.provenance)
            }))
            .chain(self.checklist.iter().map(move |paper| {
                plain(format!("checklist {} {}", paper.kind, paper.item), &paper.provenance)
            }))
            .chain(self.matters.iter().map(move |matter| {
                plain(format!("matter {} {}", matter.kind, matter.code), &matter.provenance)
            }))
            .chain(
                self.permissions
                    .iter()
                    .flat_map(move |one| one.names().map(move |name| plain(name, &one.provenance))),
            )
    }
}

/// An entry of any section, by its name.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    pub(super) name: String,
    pub(super) layer: Option<Layer>,
    pub(super) provenance: &'a Provenance,
}

/// Where an entry comes from, how sure we are of it, and when it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provenance {
    /// The rule and its article.
    pub basis: String,
    /// The version of the rule whose articles are meant, since a revision renumbers them.
    pub basis_version: Option<String>,
    /// How sure we are.
    pub confidence: Confidence,
    /// The first day on which it holds.
    pub valid_from: NaiveDate,
    /// The last day on which it holds; `None` while no end is known.
    pub valid_to: Option<NaiveDate>,
    /// What a reader should know.
    pub note: Option<String>,
}

impl Provenance {
    /// Whether the entry holds on a day.
    #[must_use]
    pub fn in_force(&self, date: NaiveDate) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|end| date <= end)
    }

    /// Whether there is a day on which both hold.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let begins_before_end = |one: &Self, two: &Self| two.valid_to.is_none_or(|end| one.valid_from <= end);
        begins_before_end(self, other) && begins_before_end(other, self)
    }
}

/// How sure we are of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Confidence {
    /// The text of the article itself was read.
    #[serde(rename = "V")]
    Verified,
    /// A page that reproduces or reports the article was read.
    #[serde(rename = "V2")]
    VerifiedSecondary,
    /// A bureau's account of its own work says so.
    #[serde(rename = "S")]
    Stated,
    /// The law is silent; this library chose.
    #[serde(rename = "D")]
    Design,
    /// Not verified: a default to be replaced, never a finding of illegality.
    #[serde(rename = "U")]
    Unverified,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Verified => "V",
            Self::VerifiedSecondary => "V2",
            Self::Stated => "S",
            Self::Design => "D",
            Self::Unverified => "U",
        })
    }
}

/// How binding a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// National law and ministry rules: a breach is illegal.
    Statute,
    /// Ministry guidance that shortens a period: a breach is a major finding.
    Guidance,
    /// The bureau's own promise (承诺时限) or a local rule: a breach is a matter of accountability.
    Promise,
}

/// How long something may take.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeadlineRule {
    /// The rule (`AID-D01`).
    pub id: Code,
    /// Which form of it, for rules that have several.
    pub variant: Option<Code>,
    /// What is due, in English.
    pub title: String,
    /// What is due, in Chinese.
    pub title_zh: String,
    /// How binding it is.
    pub layer: Layer,
    /// How long.
    pub term: Term,
    /// The event from which it counts.
    pub from: Code,
    /// The grounds on which the clock may stand still.
    pub pauses: Vec<Code>,
    /// For how long at most a pause on some of these grounds is taken out.
    pub pause_max: Option<PauseMax>,
    /// How it is counted.
    pub counting: Counting,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// For how long at most a pause is taken out of a term; what it lasts beyond that counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PauseMax {
    /// How many months.
    pub months: u32,
    /// The grounds of the pauses that are limited so.
    pub grounds: Vec<Code>,
}

impl DeadlineRule {
    pub(super) fn name(&self) -> String {
        let variant = self.variant.as_ref().map_or(String::new(), |variant| format!(" ({variant})"));
        format!("deadline {}{variant}", self.id)
    }
}

/// A number other than a period of a clock.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Number {
    /// Which number (`mediation.group_representatives_max`).
    pub key: Code,
    /// The number.
    pub value: u32,
    /// What it counts.
    pub unit: NumberUnit,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A rule that holds or does not.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Flag {
    /// Which rule (`mediation.undisputed_facts_record`).
    pub key: Code,
    /// Whether it holds.
    pub value: bool,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// The four kinds of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// Legal consultation (法律咨询).
    Consultation,
    /// People's mediation (人民调解).
    Mediation,
    /// Legal aid (法律援助).
    LegalAid,
    /// Notary (公证).
    Notary,
}

impl fmt::Display for CaseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Consultation => "consultation",
            Self::Mediation => "mediation",
            Self::LegalAid => "legal_aid",
            Self::Notary => "notary",
        })
    }
}

/// What a ground is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroundUse {
    /// Not taking the case on.
    Refuse,
    /// Ending a case that was taken on.
    Terminate,
    /// Not doing what was asked in a case that was taken on (不予办理).
    Decline,
    /// Reducing or waiving a fee (减免).
    ReduceFee,
    /// Not issuing an execution certificate (不予出具执行证书).
    DeclineExecution,
    /// Taking a closed case up again.
    Reopen,
    /// Not looking into somebody's means.
    Exempt,
    /// Giving back what one was asked to do.
    Return,
}

/// A ground for refusing or ending a case.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Ground {
    /// The kind of case.
    pub kind: CaseKind,
    /// What the ground is good for, at least one thing.
    pub uses: Vec<GroundUse>,
    /// The code that events hold (`NO_AGREEMENT`).
    pub code: Code,
    /// The ground in English.
    pub title: String,
    /// The ground in Chinese.
    pub title_zh: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Whether a file is complete without a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Required {
    /// Every file has it.
    Always,
    /// A file has it if the parties met: a matter that ended before has no record of a session.
    IfMet,
    /// A file has it if the parties agreed.
    IfAgreed,
    /// A file has it if somebody applied: a matter that an organ notified has no application.
    IfApplied,
    /// A file has it if somebody's means were looked into, or the law exempts them.
    IfMeansTested,
    /// A file has it if something was decided: a matter that was taken back has no decision.
    IfDecided,
    /// A file has it if the case was taken on.
    IfAccepted,
    /// A file has it if a certificate was issued.
    IfIssued,
    /// A file has it if the case ended by a decision against what was asked for.
    IfEnded,
    /// A file has it if there was occasion for it.
    AsNeeded,
}

/// Who puts a part of a file together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilePart {
    /// The agency that decides (审批卷).
    Agency,
    /// The counsel who handles (承办卷).
    Counsel,
}

/// A paper of a file (卷宗).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ChecklistItem {
    /// The kind of case.
    pub kind: CaseKind,
    /// Its place in the file, from 1.
    pub item: u32,
    /// The paper in English.
    pub title: String,
    /// The paper in Chinese.
    pub title_zh: String,
    /// Whether a file is complete without it.
    pub required: Required,
    /// Who puts it in, where a file has parts.
    pub part: Option<FilePart>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Something that a case may be about.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Matter {
    /// The kind of case.
    pub kind: CaseKind,
    /// The code that events hold (`LAL31-4`).
    pub code: Code,
    /// The matter in English.
    pub title: String,
    /// The matter in Chinese.
    pub title_zh: String,
    /// The classes that it belongs to: at least one, if matters of the kind have any.
    pub classes: Vec<Code>,
    /// What the law attaches a consequence to.
    pub features: Vec<Code>,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Matter {
    /// Whether it has a feature.
    #[must_use]
    pub fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|own| own.as_str() == feature)
    }
}
