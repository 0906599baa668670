//! Commands that every kind of case knows.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::case::CommandSpec;
use crate::case::code::{Phase, Role, ServiceMode, SpecialGroup, codes};
use crate::id::{Code, DocumentId, PersonRef};
use crate::privacy::Sealed;

codes! {
    /// How it is known that somebody belongs to a group.
    pub enum Proof {
        /// A document was shown.
        Document = "DOCUMENT",
        /// Another authority's register says so.
        InfoShare = "INFO_SHARE",
        /// The person says so.
        SelfDeclared = "SELF_DECLARED",
    }
}

codes! {
    /// A stage at which a case may go first. Counties have three, four or five of them, so it is a set.
    pub enum PriorityStage {
        /// Being received (接待).
        Reception = "RECEPTION",
        /// Being answered (解答).
        Answer = "ANSWER",
        /// Being accepted (受理).
        Acceptance = "ACCEPTANCE",
        /// Being reviewed (审查).
        Review = "REVIEW",
        /// Being assigned (指派).
        Assignment = "ASSIGNMENT",
    }
}

codes! {
    /// How a rating was collected.
    pub enum RatingMethod {
        /// On a terminal in the hall.
        Kiosk = "KIOSK",
        /// By short message.
        Sms = "SMS",
        /// By telephone.
        Phone = "PHONE",
        /// On paper.
        Paper = "PAPER",
        /// By a third party.
        ThirdParty = "THIRD_PARTY",
    }
}

codes! {
    /// What a return visit found.
    pub enum VisitResult {
        /// The client confirms the result.
        Confirmed = "CONFIRMED",
        /// The client rates it anew.
        RatingChanged = "RATING_CHANGED",
        /// The client complains.
        NewComplaint = "NEW_COMPLAINT",
        /// The client could not be reached.
        Unreachable = "UNREACHABLE",
    }
}

/// Why a case goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PriorityGround {
    /// A party belongs to this group, as tagged before.
    Group(SpecialGroup),
    /// The matter is urgent.
    Urgent,
}

/// A command that every kind of case knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CommonCommand {
    /// Notes that a person belongs to a special group.
    TagSpecialGroup {
        /// Who.
        person: PersonRef,
        /// Which group.
        group: SpecialGroup,
        /// How it is known.
        proof: Proof,
    },
    /// Opens the green channel at some stages.
    GrantPriority {
        /// Why.
        ground: PriorityGround,
        /// At which stages.
        stages: BTreeSet<PriorityStage>,
    },
    /// Stops the statutory clock; the day itself still counts.
    SuspendClock {
        /// On which of the grounds that the rule lists.
        ground: Code,
    },
    /// Lets the clock run again; the day itself does not count.
    ResumeClock,
    /// Notes that a client was contacted.
    RecordContact {
        /// Who.
        person: PersonRef,
        /// In what form.
        mode: ServiceMode,
        /// What was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Sealed>,
    },
    /// Notes how satisfied a client is, from 5 very satisfied to 1 very dissatisfied.
    RateSatisfaction {
        /// Who rates.
        by: PersonRef,
        /// How satisfied.
        level: Level,
        /// How it was collected.
        method: RatingMethod,
    },
    /// Notes a return visit.
    RecordReturnVisit {
        /// In what form.
        mode: ServiceMode,
        /// What it found.
        result: VisitResult,
        /// The visit record.
        record: DocumentId,
    },
    /// Hands the file in to the archive.
    SubmitArchive {
        /// The items of the checklist that are in it.
        items: BTreeSet<u32>,
    },
    /// Takes the file into the archive.
    AcceptArchive,
    /// Gives the file back.
    ReturnArchive {
        /// What is wrong with it.
        defects: Sealed,
    },
}

/// A level of satisfaction, 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    /// Whether it is 2, dissatisfied, or 1, very dissatisfied: then a return visit is owed.
    #[must_use]
    pub const fn is_dissatisfied(self) -> bool {
        self.0 <= 2
    }
}

impl TryFrom<u8> for Level {
    type Error = crate::id::InvalidId;

    fn try_from(level: u8) -> Result<Self, Self::Error> {
        if (1..=5).contains(&level) {
            Ok(Self(level))
        } else {
            Err(crate::id::InvalidId::new("level of satisfaction", "not 1 to 5"))
        }
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.0
    }
}

/// The phases in which a case is open.
const OPEN: &[Phase] =
    &[Phase::Received, Phase::UnderReview, Phase::Assigned, Phase::Handling, Phase::Closed];

/// The phases in which a clock can run; a court's runs from the receipt of its materials.
const RUNNING: &[Phase] = &[Phase::Received, Phase::UnderReview, Phase::Assigned, Phase::Handling];

/// Clerks, and whoever else meets the client.
const AT_THE_DESK: &[Role] = &[Role::Clerk, Role::Hotline, Role::Mediator];

impl CommonCommand {
    /// Who may do what, and in which phase.
    pub const COMMANDS: &'static [CommandSpec<Phase>] = &[
        spec("TagSpecialGroup", AT_THE_DESK, OPEN),
        spec("GrantPriority", &[Role::Clerk, Role::Approver, Role::Bureau], OPEN),
        spec("SuspendClock", CLOCK_KEEPERS, RUNNING),
        spec("ResumeClock", CLOCK_KEEPERS, RUNNING),
        spec("RecordContact", AT_THE_DESK, OPEN),
        spec(
            "RateSatisfaction",
            &[Role::Applicant, Role::Party, Role::Agent, Role::Guardian],
            &[Phase::Handling, Phase::Closed],
        ),
        spec(
            "RecordReturnVisit",
            &[Role::Mediator, Role::Qa, Role::Bureau],
            &[Phase::Handling, Phase::Closed],
        ),
        spec("SubmitArchive", &[Role::Mediator, Role::Committee, Role::Clerk], &[Phase::Closed]),
        spec("AcceptArchive", &[Role::Archivist], &[Phase::Closed]),
        spec("ReturnArchive", &[Role::Archivist], &[Phase::Closed]),
    ];

    /// The name of this command.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TagSpecialGroup { .. } => "TagSpecialGroup",
            Self::GrantPriority { .. } => "GrantPriority",
            Self::SuspendClock { .. } => "SuspendClock",
            Self::ResumeClock => "ResumeClock",
            Self::RecordContact { .. } => "RecordContact",
            Self::RateSatisfaction { .. } => "RateSatisfaction",
            Self::RecordReturnVisit { .. } => "RecordReturnVisit",
            Self::SubmitArchive { .. } => "SubmitArchive",
            Self::AcceptArchive => "AcceptArchive",
            Self::ReturnArchive { .. } => "ReturnArchive",
        }
    }
}

/// The system and the handlers; it is no decision, the rule lists the grounds.
const CLOCK_KEEPERS: &[Role] = &[Role::System, Role::Mediator, Role::Clerk];

const fn spec(name: &'static str, roles: &'static [Role], from: &'static [Phase]) -> CommandSpec<Phase> {
    CommandSpec { number: "2.0", name, roles, from }
}
