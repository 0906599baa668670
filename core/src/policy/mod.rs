//! Rule profiles: periods, numbers, grounds, matters, checklists and permissions as versioned data.
//!
//! What changes with a new law, a province or a promise of the bureau is no code here but a line in a TOML file,
//! with its basis, the days on which it was in force, and how sure we are of it. A [`Policy`] holds the profiles;
//! [`Policy::rules_at`] gives the [`Rules`] of one place and day; [`Rules::deadline`] computes a [`Deadline`] with
//! every layer that applies: statute, guidance, promise.
//!
//! A rule change never rewrites the past: an entry is picked by the day of the event that triggers it.
//!
//! ```
//! use anjuan::calendar::Calendar;
//! use anjuan::policy::{Jurisdiction, Policy};
//!
//! let policy = Policy::embedded();
//! let accepted = "2026-06-26T10:30:00+08:00".parse()?;
//! let haishu_in_ningbo: Jurisdiction = "330203".parse()?;
//! let rules = policy.rules_at(&haishu_in_ningbo, "2026-06-26".parse()?);
//!
//! let deadline = rules.deadline("MED-D01", None, accepted, &[], &Calendar::china())?;
//! let legal = deadline.judged().expect("the ministry's rule is a statute");
//! assert_eq!(legal.due.due.to_string(), "2026-07-27");
//! assert!(rules.flag("mediation.extension_needs_all_parties"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod acts;
mod deadline;
mod entry;
mod jurisdiction;
mod known;
mod parse;
mod permission;
mod profile;
mod rules;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;

pub use crate::data_file::{DataFileError, Fault};
pub use acts::{COMMANDS, ROLES};
pub use deadline::{Deadline, DeadlineError, LayerDue, ProfileConflict};
pub use jurisdiction::{InvalidJurisdiction, Jurisdiction};
pub use known::{
    DEADLINES, FLAGS, KnownDeadline, KnownFlag, KnownMatters, KnownNumber, MATTERS, NUMBERS, NumberUnit,
    PAUSE_GROUNDS,
};
pub use permission::{Permission, Scope};
pub use profile::{
    CaseKind, ChecklistItem, Confidence, DeadlineRule, FilePart, Flag, Ground, GroundUse, Layer, Matter,
    Number, PauseMax, Profile, Provenance, Required,
};
pub use rules::{Rules, Unverified};

static NATIONAL: LazyLock<Policy> =
    LazyLock::new(|| Policy::of_embedded(&[("cn.toml", include_str!("../../policy/cn.toml"))]));

static EMBEDDED: LazyLock<Policy> = LazyLock::new(|| {
    Policy::of_embedded(&[
        ("cn.toml", include_str!("../../policy/cn.toml")),
        ("ningbo.toml", include_str!("../../policy/ningbo.toml")),
        ("shenzhen.toml", include_str!("../../policy/shenzhen.toml")),
        ("shandong.toml", include_str!("../../policy/shandong.toml")),
        ("shanxi.toml", include_str!("../../policy/shanxi.toml")),
        ("beijing.toml", include_str!("../../policy/beijing.toml")),
        ("zhejiang.toml", include_str!("../../policy/zhejiang.toml")),
        ("hangzhou.toml", include_str!("../../policy/hangzhou.toml")),
        ("henan.toml", include_str!("../../policy/henan.toml")),
        ("shanghai.toml", include_str!("../../policy/shanghai.toml")),
        ("anhui.toml", include_str!("../../policy/anhui.toml")),
        ("yunnan.toml", include_str!("../../policy/yunnan.toml")),
        ("nujiang.toml", include_str!("../../policy/nujiang.toml")),
        ("fuxin.toml", include_str!("../../policy/fuxin.toml")),
        ("baoshan.toml", include_str!("../../policy/baoshan.toml")),
    ])
});

/// The rule profiles a bureau works by.
///
/// Cloning is cheap: profiles never change once loaded.
#[derive(Clone, Default)]
pub struct Policy {
    profiles: Vec<Arc<Profile>>,
}

impl Policy {
    /// No profile at all, for a host that supplies its own national one.
    #[must_use]
    pub const fn empty() -> Self {
        Self { profiles: Vec::new() }
    }

    /// The national profile that comes with the library.
    #[must_use]
    pub fn national() -> Self {
        NATIONAL.clone()
    }

    /// Every profile that comes with the library: the national one, and those of provinces and cities whose rules were
    /// read, such as Shanxi (140000) and Ningbo (330200). A local profile has a say only in its own jurisdiction and below.
    #[must_use]
    pub fn embedded() -> Self {
        EMBEDDED.clone()
    }

    fn of_embedded(files: &[(&str, &str)]) -> Self {
        let mut policy = Self::empty();
        for (name, text) in files {
            policy.load(name, text).expect("the embedded profiles are well formed");
        }
        policy
    }

    /// Adds a profile. `file` names it in errors; after an error the policy is as it was.
    ///
    /// # Errors
    /// The text is not TOML, or the profile has faults; all of them are listed. Among them: a field or rule the
    /// library does not know, a missing basis, a date that does not exist, validity that ends before it begins, and
    /// an entry that says the same thing as another one of the same jurisdiction for overlapping days.
    pub fn load(&mut self, file: &str, text: &str) -> Result<(), DataFileError> {
        let profile = parse::profile(file, text, &self.profiles)?;
        self.profiles.push(Arc::new(profile));
        Ok(())
    }

    /// The profiles, in the order in which they were loaded.
    pub fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter().map(|profile| &**profile)
    }

    /// The rules of a place on a day: its own profiles and those of every wider jurisdiction.
    #[must_use]
    pub fn rules_at(&self, jurisdiction: &Jurisdiction, date: NaiveDate) -> Rules {
        Rules::new(&self.profiles, *jurisdiction, date)
    }
}

/// The versions stand for the profiles, of which each has hundreds of lines.
impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.profiles().map(|profile| &profile.version)).finish()
    }
}
