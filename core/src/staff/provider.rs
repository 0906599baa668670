//! What is known of a person who gives services.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Record, Scene, always};
use crate::case::code::{Role, codes};
use crate::case::{Check, ReasonCode, Refusal};
use crate::clock::Timestamp;
use crate::decider::{Decider, Misplaced};
use crate::event::EventSet;
use crate::event_set;
use crate::id::{ActorId, Code, DocumentId, StreamId};
use crate::privacy::Fingerprint;

codes! {
    /// What somebody is licensed or appointed as.
    pub enum Title {
        /// Lawyer (律师).
        Lawyer = "LAWYER",
        /// Lawyer of a legal aid institution (法律援助律师).
        AidLawyer = "AID_LAWYER",
        /// Grassroots legal-service worker (基层法律服务工作者).
        LegalServiceWorker = "LEGAL_SERVICE_WORKER",
        /// Legal aid volunteer (法律援助志愿者).
        Volunteer = "VOLUNTEER",
        /// People's mediator (人民调解员).
        PeoplesMediator = "PEOPLES_MEDIATOR",
        /// Notary (公证员).
        LicensedNotary = "LICENSED_NOTARY",
        /// Expert of the pool, for difficult questions (专家).
        Expert = "EXPERT",
    }
}

codes! {
    /// What a breach of duty costs, from the mildest (责任追究).
    pub enum PenaltyLevel {
        /// A reminder (提醒).
        Reminder = "REMINDER",
        /// Written or public criticism (通报批评).
        Criticism = "CRITICISM",
        /// The duty subsidy is cut (扣除补贴).
        SubsidyDeduction = "SUBSIDY_DEDUCTION",
    }
}

/// What is known of a person who gives services (服务人员).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provider {
    /// What they are licensed or appointed as; empty before the registration.
    pub titles: BTreeSet<Title>,
    /// The firm, committee or institution they belong to; `None` before the registration.
    pub unit: Option<Code>,
    /// Whether they may be assigned.
    pub standing: Standing,
    /// Finds them among the parties of cases; `None` while their own identity is not known.
    pub fingerprint: Option<Fingerprint>,
    /// Every penalty, the oldest first.
    pub penalties: Vec<PenaltyRecorded>,
}

/// Whether somebody may be assigned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has registered them; the bureau keeps no record of everybody.
    #[default]
    Unknown,
    /// They may.
    Active,
    /// Not for the time being (暂停).
    Suspended {
        /// The last day of it; `None` until they are reinstated.
        until: Option<NaiveDate>,
    },
    /// Not any more (退出).
    Removed,
}

impl Provider {
    /// The category of the streams in which the records lie.
    pub(crate) const CATEGORY: &str = "provider";

    /// Whether a record bars them from being assigned on a day. Somebody without a record is not barred.
    #[must_use]
    pub fn is_barred(&self, on: NaiveDate) -> bool {
        match self.standing {
            Standing::Unknown | Standing::Active => false,
            Standing::Suspended { until } => until.is_none_or(|until| on <= until),
            Standing::Removed => true,
        }
    }

    const fn state_name(&self) -> &'static str {
        match self.standing {
            Standing::Unknown => "Unregistered",
            Standing::Active => "Pooled",
            Standing::Suspended { .. } => "Suspended",
            Standing::Removed => "Removed",
        }
    }
}

/// A command to the record of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProviderCommand {
    /// Takes somebody into the pool, or notes new titles and another unit.
    RegisterProvider {
        /// What they are licensed or appointed as.
        titles: BTreeSet<Title>,
        /// The firm, committee or institution they belong to.
        unit: Code,
    },
    /// Notes who they are outside the service, so that nobody is assigned to their own matter.
    IdentifyProvider {
        /// Of their identity number.
        fingerprint: Fingerprint,
    },
    /// Notes a penalty.
    RecordPenalty {
        /// Which.
        level: PenaltyLevel,
        /// For what.
        ground: Code,
        /// The decision.
        decision: DocumentId,
    },
    /// Assigns them nothing for the time being.
    SuspendProvider {
        /// Why.
        ground: Code,
        /// The last day of it; `None` until they are reinstated.
        until: Option<NaiveDate>,
        /// The decision.
        decision: DocumentId,
    },
    /// Ends a suspension.
    ReinstateProvider {
        /// The decision.
        decision: DocumentId,
    },
    /// Takes them out of the pool for good.
    RemoveProvider {
        /// Why.
        ground: Code,
        /// The decision.
        decision: DocumentId,
    },
}

impl ProviderCommand {
    /// The names of all commands.
    pub const NAMES: &'static [&'static str] = &[
        "RegisterProvider",
        "IdentifyProvider",
        "RecordPenalty",
        "SuspendProvider",
        "ReinstateProvider",
        "RemoveProvider",
    ];

    /// The name of the command.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RegisterProvider { .. } => "RegisterProvider",
            Self::IdentifyProvider { .. } => "IdentifyProvider",
            Self::RecordPenalty { .. } => "RecordPenalty",
            Self::SuspendProvider { .. } => "SuspendProvider",
            Self::ReinstateProvider { .. } => "ReinstateProvider",
            Self::RemoveProvider { .. } => "RemoveProvider",
        }
    }

    const fn roles(&self) -> &'static [Role] {
        match self {
            Self::RegisterProvider { .. } | Self::IdentifyProvider { .. } => &[Role::Approver, Role::Bureau],
            // Operators and providers record no results of supervision (SOD-12).
            Self::RecordPenalty { .. }
            | Self::SuspendProvider { .. }
            | Self::ReinstateProvider { .. }
            | Self::RemoveProvider { .. } => &[Role::Bureau],
        }
    }
}

event_set! {
    /// Something that happens to a provider.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ProviderEvent {
        /// They were taken into the pool (已登记入库).
        ProviderRegistered(ProviderRegistered) = 1,
        /// It was noted who they are outside the service (身份已登记).
        ProviderIdentified(ProviderIdentified) = 1,
        /// A penalty was recorded (已追究责任).
        PenaltyRecorded(PenaltyRecorded) = 1,
        /// They were suspended (已暂停).
        ProviderSuspended(ProviderSuspended) = 1,
        /// They were reinstated (已恢复).
        ProviderReinstated(ProviderReinstated) = 1,
        /// They were removed (已退出).
        ProviderRemoved(ProviderRemoved) = 1,
    }
}

/// Somebody was taken into the pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderRegistered {
    /// What they are licensed or appointed as.
    pub titles: BTreeSet<Title>,
    /// The firm, committee or institution they belong to.
    pub unit: Code,
}

/// It was noted who somebody is outside the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderIdentified {
    /// Of their identity number.
    pub fingerprint: Fingerprint,
}

/// A penalty was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PenaltyRecorded {
    /// Which.
    pub level: PenaltyLevel,
    /// For what.
    pub ground: Code,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub by: ActorId,
}

/// A provider was suspended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderSuspended {
    /// Why.
    pub ground: Code,
    /// The last day of it; `None` until they are reinstated.
    pub until: Option<NaiveDate>,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub by: ActorId,
}

/// A provider was reinstated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderReinstated {
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub by: ActorId,
}

/// A provider was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderRemoved {
    /// Why.
    pub ground: Code,
    /// The decision.
    pub decision: DocumentId,
    /// Who decided.
    pub by: ActorId,
}

impl Decider for Provider {
    type State = Self;
    type Command = ProviderCommand;
    type Event = ProviderEvent;
    type Context = Scene;
    type Refusal = Refusal;

    fn initial() -> Self {
        Self::default()
    }

    fn decide(
        provider: &Self,
        command: &ProviderCommand,
        scene: &Scene,
    ) -> Result<Vec<ProviderEvent>, Refusal> {
        let mut check = Check::new(command.name(), provider.state_name());
        always(command.roles(), scene, &mut check);
        let event = decide(provider, command, scene.actor.id, &mut check);
        check.finish(event.map(|event| vec![event]))
    }

    fn evolve(mut provider: Self, event: &ProviderEvent, _: Timestamp) -> Result<Self, Misplaced> {
        let misplaced = Misplaced { event: event.event_type(), state: provider.state_name() };
        match event {
            ProviderEvent::ProviderRegistered(registered) => {
                provider.titles.clone_from(&registered.titles);
                provider.unit = Some(registered.unit.clone());
                if provider.standing == Standing::Unknown {
                    provider.standing = Standing::Active;
                }
            }
            ProviderEvent::ProviderIdentified(_)
            | ProviderEvent::PenaltyRecorded(_)
            | ProviderEvent::ProviderSuspended(_)
            | ProviderEvent::ProviderReinstated(_)
            | ProviderEvent::ProviderRemoved(_)
                if provider.standing == Standing::Unknown =>
            {
                return Err(misplaced);
            }
            ProviderEvent::ProviderIdentified(identified) => {
                provider.fingerprint = Some(identified.fingerprint);
            }
            ProviderEvent::PenaltyRecorded(penalty) => provider.penalties.push(penalty.clone()),
            ProviderEvent::ProviderSuspended(suspended) => {
                provider.standing = Standing::Suspended { until: suspended.until };
            }
            ProviderEvent::ProviderReinstated(_) => provider.standing = Standing::Active,
            ProviderEvent::ProviderRemoved(_) => provider.standing = Standing::Removed,
        }
        Ok(provider)
    }
}

fn decide(
    provider: &Provider,
    command: &ProviderCommand,
    by: ActorId,
    check: &mut Check,
) -> Option<ProviderEvent> {
    match (command.clone(), provider.standing) {
        (
            ProviderCommand::RegisterProvider { titles, unit },
            Standing::Unknown | Standing::Active | Standing::Suspended { .. },
        ) => {
            check.must(!titles.is_empty(), ReasonCode::NobodyNamed);
            Some(ProviderEvent::ProviderRegistered(ProviderRegistered { titles, unit }))
        }
        (
            ProviderCommand::IdentifyProvider { fingerprint },
            Standing::Active | Standing::Suspended { .. } | Standing::Removed,
        ) => Some(ProviderEvent::ProviderIdentified(ProviderIdentified { fingerprint })),
        (
            ProviderCommand::RecordPenalty { level, ground, decision },
            Standing::Active | Standing::Suspended { .. } | Standing::Removed,
        ) => Some(ProviderEvent::PenaltyRecorded(PenaltyRecorded { level, ground, decision, by })),
        (
            ProviderCommand::SuspendProvider { ground, until, decision },
            Standing::Active | Standing::Suspended { .. },
        ) => Some(ProviderEvent::ProviderSuspended(ProviderSuspended { ground, until, decision, by })),
        (ProviderCommand::ReinstateProvider { decision }, Standing::Suspended { .. }) => {
            Some(ProviderEvent::ProviderReinstated(ProviderReinstated { decision, by }))
        }
        (
            ProviderCommand::RemoveProvider { ground, decision },
            Standing::Active | Standing::Suspended { .. },
        ) => Some(ProviderEvent::ProviderRemoved(ProviderRemoved { ground, decision, by })),
        (ProviderCommand::RegisterProvider { .. }, Standing::Removed)
        | (
            ProviderCommand::IdentifyProvider { .. } | ProviderCommand::RecordPenalty { .. },
            Standing::Unknown,
        )
        | (ProviderCommand::SuspendProvider { .. }, Standing::Unknown | Standing::Removed)
        | (
            ProviderCommand::ReinstateProvider { .. },
            Standing::Unknown | Standing::Active | Standing::Removed,
        )
        | (ProviderCommand::RemoveProvider { .. }, Standing::Unknown | Standing::Removed) => {
            check.wrong_state()
        }
    }
}

impl Record for Provider {
    type Id = ActorId;
    type Order = ProviderCommand;
    type Fact = ProviderEvent;

    fn stream(id: ActorId) -> StreamId {
        StreamId::of(Self::CATEGORY, id).expect("a category and a UUID are a stream")
    }
}
