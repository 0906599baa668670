//! What matters of a case to whoever walks through the machine of its kind.

use super::Walked;
use crate::case::Case;
use crate::case::skeleton::{Archive, ComplaintFinding, Notice, ReferralAnswer};

/// What stands open with the file, which has a field of its own.
const OF_THE_FILE: [&str; 4] = ["SubmitArchive", "AcceptArchive", "ReturnArchive", "ReturnFile"];

/// What matters of a case: its state, where its file is, what its kind marks in it, and what stands open beside it.
///
/// A case with something open beside it has no marks: whatever is open is settled first, and then it has them again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::case) struct Outline {
    pub(super) state: &'static str,
    file: &'static str,
    marks: Vec<&'static str>,
    beside: Option<&'static str>,
}

impl Outline {
    pub(super) fn of<K: Walked>(case: &Case<K>) -> Self {
        let beside = beside(case);
        let mut marks = if beside.is_some() { Vec::new() } else { K::marks(case) };
        marks.extend(searched(case));
        let file = match (&case.common.archive, &case.common.loan) {
            (Archive::NotSubmitted, _) => "with the handler",
            (Archive::Submitted { .. }, _) => "handed in",
            (Archive::Accepted { .. }, None) => "in the archive",
            (Archive::Accepted { .. }, Some(_)) => "lent",
        };
        Self { state: case.state_name(), file, marks, beside }
    }
}

/// Set once a search for conflicts lets somebody be assigned, until somebody is.
fn searched<K: Walked>(case: &Case<K>) -> Option<&'static str> {
    let waits = K::SEARCHES_CONFLICTS && K::responsible(&case.own).is_empty() && !case.is_closed();
    (waits && !case.common.searches.is_empty()).then_some("searched")
}

/// The first of what stands open beside the state, or may still follow.
fn beside<K: Walked>(case: &Case<K>) -> Option<&'static str> {
    let common = &case.common;
    let supplement = common.open_supplement().is_some() && case.knows("SubmitSupplement");
    let sent = !common.notices.is_empty();
    let told = common.notices.values().any(|notice: &Notice| !notice.served.is_empty());
    let scored = common.reviews.values().any(|one| one.grade.is_none() && !one.scores.is_empty());
    let answered = common.referrals.values().any(|one| one.answer == ReferralAnswer::Accepted);
    let upheld = common.complaints.values().any(|one| one.finding.is_some_and(ComplaintFinding::is_upheld));
    let half_way = [
        (supplement && told, "a supplement they know of"),
        (supplement && sent, "a supplement they are told of"),
        (scored, "FinaliseQualityReview"),
    ];
    let may_follow =
        [(sent && !told, "ServeNotice"), (answered, "RecordReferralResult"), (upheld, "OpenAccountability")];
    let mut open = common.open_tasks(case.is_closed()).into_iter();
    let open = open.find(|task| case.knows(task) && !OF_THE_FILE.contains(task));
    held(&half_way).first().copied().or(open).or_else(|| held(&may_follow).first().copied())
}

/// The names of what holds.
pub(in crate::case) fn held(marks: &[(bool, &'static str)]) -> Vec<&'static str> {
    marks.iter().filter(|(holds, _)| *holds).map(|(_, name)| *name).collect()
}
