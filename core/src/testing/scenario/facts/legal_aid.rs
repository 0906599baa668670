//! What a scenario may ask of a case of legal aid at its end.

use toml::Value;

use super::{Fact, Told, list};
use crate::case::legal_aid::{Commitment, CounselFile, LegalAid, Means, Subsidy};

impl Told for LegalAid {
    const FACTS: &'static [Fact<Self>] = &[
        Fact {
            name: "number",
            says: "the case number, once the agency has the application or the notice",
            answer: |end| Some(end.case.own.file()?.number.to_string().into()),
        },
        Fact {
            name: "means",
            says: "how far the question of means is: not_asked, open, exempt, met, not_met",
            answer: |end| {
                Some(Value::from(match &end.case.own.file()?.means {
                    Means::NotAsked => "not_asked",
                    Means::Open => "open",
                    Means::Exempt { .. } => "exempt",
                    Means::Verified { met: true } => "met",
                    Means::Verified { met: false } => "not_met",
                }))
            },
        },
        Fact {
            name: "commitment",
            says: "how far a commitment is: none, told, signed, holds, false",
            answer: |end| {
                Some(Value::from(match end.case.own.file()?.commitment {
                    Commitment::None => "none",
                    Commitment::Told => "told",
                    Commitment::Signed => "signed",
                    Commitment::Holds => "holds",
                    Commitment::False => "false",
                }))
            },
        },
        Fact {
            name: "steps",
            says: "how many steps counsel took",
            answer: |end| Some(i64::from(end.case.own.work()?.steps).into()),
        },
        Fact {
            name: "changes",
            says: "how often counsel was changed",
            answer: |end| Some(super::count(end.case.own.work()?.former.len())),
        },
        Fact {
            name: "objection",
            says: "how far an objection is: None, UnderBureauReview, Upheld, Reconsideration, Litigation, Final, Overturned",
            answer: |end| Some(end.case.own.contest()?.objection.name().into()),
        },
        Fact {
            name: "counsel_file",
            says: "where the counsel's file is: counsel, submitted, accepted",
            answer: |end| {
                Some(Value::from(match end.case.own.file()?.counsel_file {
                    CounselFile::NotSubmitted => "counsel",
                    CounselFile::Submitted => "submitted",
                    CounselFile::Accepted { .. } => "accepted",
                }))
            },
        },
        Fact {
            name: "approved_cents",
            says: "the subsidy that was approved, in cents",
            answer: |end| match end.case.own.file()?.subsidy {
                Subsidy::Approved { cents, .. } => i64::try_from(cents).ok().map(Value::from),
                Subsidy::None | Subsidy::Calculated { .. } => None,
            },
        },
        Fact {
            name: "paid_cents",
            says: "what was paid of it, in cents",
            answer: |end| match end.case.own.file()?.subsidy {
                Subsidy::Approved { paid_cents, .. } => i64::try_from(paid_cents).ok().map(Value::from),
                Subsidy::None | Subsidy::Calculated { .. } => None,
            },
        },
        Fact {
            name: "overlays",
            says: "the marks that stand beside the phase",
            answer: |end| Some(list(end.case.common.overlays().iter().map(|overlay| overlay.as_str()))),
        },
    ];
}
