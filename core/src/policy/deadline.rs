//! A deadline with every layer that applies to it, and who wins when they differ.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::jurisdiction::Jurisdiction;
use super::profile::{Confidence, DeadlineRule, Layer, PauseMax, Profile};
use crate::calendar::{Calendar, CalendarMissing, Due, DueError, Pause, due};
use crate::clock::Timestamp;
use crate::id::Code;

/// When something must be done, by every rule that has a say.
///
/// It is stored in the event that starts the clock: replay shows what was decided then, and never asks today's
/// rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Deadline {
    /// The rule.
    pub id: Code,
    /// Which form of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<Code>,
    /// What is due, in English.
    pub title: String,
    /// What is due, in Chinese.
    pub title_zh: String,
    /// The end by each rule that counts, statute first; at least one.
    pub dues: Vec<LayerDue>,
    /// Local rules that would have allowed more than national law does.
    pub ignored: Vec<ProfileConflict>,
}

/// The end of the term by one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LayerDue {
    /// How binding the rule is.
    pub layer: Layer,
    /// Where it holds.
    pub jurisdiction: Jurisdiction,
    /// The profile it stands in, with its version.
    pub profile: Code,
    /// The rule and its article.
    pub basis: String,
    /// The version of the rule whose articles are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis_version: Option<String>,
    /// How sure we are of it.
    pub confidence: Confidence,
    /// The end.
    pub due: Due,
}

/// A local rule that ends later than national law, and is therefore ignored.
///
/// Dates are compared, not numbers: five working days end after seven calendar days when a holiday lies in
/// between, and before them in an ordinary week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProfileConflict {
    /// The rule that was ignored, with the end it would have given.
    pub local: LayerDue,
    /// The last day by national law.
    pub national: NaiveDate,
}

/// A deadline that cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeadlineError {
    /// The library knows no such rule: a slip in the id.
    #[error("unknown deadline: {id}")]
    UnknownRule {
        /// The id that was asked for.
        id: String,
    },
    /// The rule has no such form, or only forms with a name, one of which must be chosen.
    #[error("deadline {id} has no variant {}: choose one of {}", or_plain(asked.as_deref()), choices(known))]
    UnknownVariant {
        /// The rule.
        id: String,
        /// The form that was asked for.
        asked: Option<String>,
        /// The forms there are.
        known: Vec<Option<Code>>,
    },
    /// No profile says how long it may take there and then.
    #[error("no rule on {id} is in force in {jurisdiction} on {date}")]
    NotInForce {
        /// The rule.
        id: String,
        /// Where.
        jurisdiction: Jurisdiction,
        /// The day of the triggering event.
        date: NaiveDate,
    },
    /// The clock of this rule does not stand still on such a ground.
    #[error("the clock of {id} cannot be paused on the ground {ground}")]
    PauseNotAllowed {
        /// The rule.
        id: Code,
        /// The ground.
        ground: Code,
        /// The grounds that would do.
        allowed: Vec<Code>,
    },
    /// The end cannot be computed.
    #[error("the end of {id} by {profile} cannot be computed")]
    Due {
        /// The rule.
        id: Code,
        /// The profile it stands in.
        profile: Code,
        /// Why.
        #[source]
        cause: Box<DueError>,
    },
}

fn or_plain(variant: Option<&str>) -> &str {
    variant.unwrap_or("without a name")
}

fn choices(known: &[Option<Code>]) -> String {
    known.iter().map(|v| or_plain(v.as_ref().map(Code::as_str))).collect::<Vec<_>>().join(", ")
}

impl DeadlineError {
    /// The calendar year that is missing, if that is why: the host supplies it and asks again.
    #[must_use]
    pub fn calendar_missing(&self) -> Option<&CalendarMissing> {
        match self {
            Self::Due { cause, .. } => match &**cause {
                DueError::CalendarMissing(missing) => Some(missing),
                DueError::OutOfRange { .. } | DueError::PauseEndsBeforeItBegins { .. } => None,
            },
            Self::UnknownRule { .. }
            | Self::UnknownVariant { .. }
            | Self::NotInForce { .. }
            | Self::PauseNotAllowed { .. } => None,
        }
    }
}

impl Deadline {
    /// The end by which legality is judged: that of the statute, or nothing if no statute sets one.
    ///
    /// Lateness against anything else is a matter of guidance or promises, never a breach of law.
    #[must_use]
    pub fn judged(&self) -> Option<&LayerDue> {
        self.dues.iter().filter(|due| due.layer == Layer::Statute).min_by_key(|due| due.due.until)
    }

    /// The end by which to warn: the earliest of all layers.
    #[must_use]
    pub fn warned(&self) -> Option<&LayerDue> {
        self.dues.iter().min_by_key(|due| due.due.until)
    }

    /// Computes each layer and settles conflicts. The rules are those of one id and variant, all in force.
    pub(super) fn compute(
        rules: &[(&Profile, &DeadlineRule)],
        start: Timestamp,
        pauses: &[Pause],
        calendar: &Calendar,
    ) -> Result<Option<Self>, DeadlineError> {
        let Some((_, first)) = rules.first() else { return Ok(None) };
        check_grounds(rules, first, pauses)?;
        let mut dues = rules
            .iter()
            .map(|(profile, rule)| layer_due(profile, rule, start, pauses, calendar))
            .collect::<Result<Vec<_>, _>>()?;
        dues.sort_by_key(|due| (due.layer, due.due.until));
        let national = dues
            .iter()
            .find(|due| due.jurisdiction.is_national() && due.layer == Layer::Statute)
            .map(|due| (due.due.until, due.due.due));
        let (kept, later): (Vec<_>, Vec<_>) = dues.into_iter().partition(|due| {
            due.jurisdiction.is_national() || national.is_none_or(|(until, _)| due.due.until <= until)
        });
        let ignored = later
            .into_iter()
            .zip(national.into_iter().cycle())
            .map(|(local, (_, national))| ProfileConflict { local, national })
            .collect();
        let (id, variant) = (first.id.clone(), first.variant.clone());
        let (title, title_zh) = (first.title.clone(), first.title_zh.clone());
        Ok(Some(Self { id, variant, title, title_zh, dues: kept, ignored }))
    }
}

/// Refuses a pause on a ground that no layer lists.
fn check_grounds(
    rules: &[(&Profile, &DeadlineRule)],
    first: &DeadlineRule,
    pauses: &[Pause],
) -> Result<(), DeadlineError> {
    let allowed = || rules.iter().flat_map(|(_, rule)| &rule.pauses);
    match pauses.iter().find(|pause| !allowed().any(|ground| *ground == pause.ground)) {
        None => Ok(()),
        Some(pause) => {
            let mut grounds: Vec<Code> = allowed().cloned().collect();
            grounds.sort();
            grounds.dedup();
            Err(DeadlineError::PauseNotAllowed {
                id: first.id.clone(),
                ground: pause.ground.clone(),
                allowed: grounds,
            })
        }
    }
}

/// The end by one rule. A pause that only another layer lists does not stop the clock of this one.
fn layer_due(
    profile: &Profile,
    rule: &DeadlineRule,
    start: Timestamp,
    pauses: &[Pause],
    calendar: &Calendar,
) -> Result<LayerDue, DeadlineError> {
    let own = pauses.iter().filter(|pause| rule.pauses.contains(&pause.ground));
    let own: Vec<Pause> = own.map(|pause| limited(pause, rule.pause_max.as_ref())).collect();
    let due = due(start, rule.term, &own, calendar, rule.counting).map_err(|cause| DeadlineError::Due {
        id: rule.id.clone(),
        profile: profile.version.clone(),
        cause: Box::new(cause),
    })?;
    Ok(LayerDue {
        layer: rule.layer,
        jurisdiction: profile.jurisdiction,
        profile: profile.version.clone(),
        basis: rule.provenance.basis.clone(),
        basis_version: rule.provenance.basis_version.clone(),
        confidence: rule.provenance.confidence,
        due,
    })
}

/// The pause as far as it is taken out. One that is still open may yet end in time, and is left as it is.
fn limited(pause: &Pause, max: Option<&PauseMax>) -> Pause {
    let max = max.filter(|max| max.grounds.contains(&pause.ground));
    let last = max.and_then(|max| pause.from.checked_add_months(Months::new(max.months)));
    let until = pause.until.map(|until| last.map_or(until, |last| until.min(last)));
    Pause { until, ..pause.clone() }
}
