//! Reviews of the quality of a case by people (质量评查、同行评估).
//!
//! Source: Legal Aid Law (法律援助法, 2021) Art 57, 59.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Common;
use super::decide::{Desk, Events};
use super::event::CommonEvent;
use crate::case::code::codes;
use crate::case::{Kind, ReasonCode};
use crate::id::{ActorId, Code, DocumentId, InvalidId};

codes! {
    /// How a case is reviewed.
    pub enum ReviewForm {
        /// A quality inspection (质量检查).
        Inspection = "INSPECTION",
        /// A review by the administration (行政评查).
        Administrative = "ADMINISTRATIVE",
        /// An assessment by peers (同行评估).
        Peer = "PEER",
        /// A review of the file (档案评查).
        File = "FILE",
        /// Attendance at a hearing (庭审旁听).
        Hearing = "HEARING",
    }
}

codes! {
    /// The grade of a review.
    pub enum Grade {
        /// Excellent, 90 to 100 (优秀).
        Excellent = "EXCELLENT",
        /// Good, 80 to 89 (良好).
        Good = "GOOD",
        /// Qualified, 60 to 79 (合格).
        Qualified = "QUALIFIED",
        /// Unqualified, below 60 (不合格).
        Unqualified = "UNQUALIFIED",
    }
}

/// Points of 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Score(u8);

impl Score {
    /// The grade that belongs to it.
    #[must_use]
    pub const fn grade(self) -> Grade {
        match self.0 {
            90.. => Grade::Excellent,
            80..=89 => Grade::Good,
            60..=79 => Grade::Qualified,
            0..=59 => Grade::Unqualified,
        }
    }
}

impl TryFrom<u8> for Score {
    type Error = InvalidId;

    fn try_from(points: u8) -> Result<Self, Self::Error> {
        if points <= 100 { Ok(Self(points)) } else { Err(InvalidId::new("score", "more than 100 points")) }
    }
}

impl From<Score> for u8 {
    fn from(score: Score) -> Self {
        score.0
    }
}

/// A review was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityReviewOpened {
    /// Its name in this case (`Q1`).
    pub review: Code,
    /// In which form.
    pub form: ReviewForm,
}

/// Gives points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreQualityReview {
    /// Which review.
    pub review: Code,
    /// The points.
    pub score: Score,
    /// The score sheet.
    pub record: DocumentId,
}

/// Points were given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityReviewScored {
    /// Which review.
    pub review: Code,
    /// The points.
    pub score: Score,
    /// The score sheet.
    pub record: DocumentId,
    /// Who gave them.
    pub by: ActorId,
}

/// Ends a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinaliseQualityReview {
    /// Which review.
    pub review: Code,
    /// The decision.
    pub decision: DocumentId,
}

/// A review ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityReviewFinalised {
    /// Which review.
    pub review: Code,
    /// The points: of several sheets, the mean without its fraction.
    pub score: Score,
    /// The grade.
    pub grade: Grade,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub decided_by: ActorId,
}

/// A review, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualityReview {
    /// In which form.
    pub form: ReviewForm,
    /// The points that were given, and by whom.
    pub scores: BTreeMap<ActorId, Score>,
    /// The grade, once the review has ended.
    pub grade: Option<Grade>,
}

/// The reviews of a case, by the names they have in it.
pub type QualityReviews = BTreeMap<Code, QualityReview>;

impl Common {
    pub(super) fn review_opened(&mut self, opened: &QualityReviewOpened) {
        let review = QualityReview { form: opened.form, scores: BTreeMap::new(), grade: None };
        self.reviews.insert(opened.review.clone(), review);
    }

    pub(super) fn review_scored(&mut self, scored: &QualityReviewScored) -> Option<()> {
        self.reviews.get_mut(&scored.review)?.scores.insert(scored.by, scored.score);
        Some(())
    }

    pub(super) fn review_finalised(&mut self, finalised: &QualityReviewFinalised) -> Option<()> {
        self.reviews.get_mut(&finalised.review)?.grade = Some(finalised.grade);
        Some(())
    }
}

impl<K: Kind> Desk<'_, K> {
    pub(super) fn open_quality_review(&mut self, opened: &QualityReviewOpened) -> Events {
        let known = self.case.common.reviews.contains_key(&opened.review);
        self.check.none_of(known.then_some(&opened.review), ReasonCode::ItemTwice);
        Some(vec![CommonEvent::QualityReviewOpened(opened.clone())])
    }

    /// Whoever gives points handled nothing in the case and is of another unit than the one that did.
    pub(super) fn score_quality_review(&mut self, command: &ScoreQualityReview) -> Events {
        let ScoreQualityReview { review, score, record } = command.clone();
        let open = self.open_review(&review);
        let by = self.context.actor.id;
        let twice = open.is_some_and(|open| open.scores.contains_key(&by));
        self.check.must(!twice, ReasonCode::AlreadyScored);
        self.actor_is_no_handler();
        let own_unit = K::number(&self.case.own).map(|number| &number.office);
        self.check.must(own_unit != Some(&self.context.actor.office), ReasonCode::SameUnit);
        let scored = QualityReviewScored { review, score, record, by };
        Some(vec![CommonEvent::QualityReviewScored(scored)])
    }

    /// Whoever gave points does not decide on them.
    pub(super) fn finalise_quality_review(&mut self, command: &FinaliseQualityReview) -> Events {
        let FinaliseQualityReview { review, decision } = command.clone();
        let scores = &self.open_review(&review)?.scores;
        let decided_by = self.context.actor.id;
        self.check.must(!scores.contains_key(&decided_by), ReasonCode::SamePerson);
        self.actor_is_no_handler();
        let sum: usize = scores.values().map(|score| usize::from(score.0)).sum();
        let mean = sum.checked_div(scores.len());
        self.check.must(mean.is_some(), ReasonCode::NotScored);
        let score = Score(u8::try_from(mean?).ok()?);
        let grade = score.grade();
        let finalised = QualityReviewFinalised { review, score, grade, decision, decided_by };
        Some(vec![CommonEvent::QualityReviewFinalised(finalised)])
    }
}

impl<'a, K: Kind> Desk<'a, K> {
    fn open_review(&mut self, review: &Code) -> Option<&'a QualityReview> {
        let open = self.case.common.reviews.get(review).filter(|one| one.grade.is_none());
        self.check.must(open.is_some(), ReasonCode::NoSuchReview);
        open
    }
}
