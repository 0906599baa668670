//! One turn of duty.

use serde::{Deserialize, Serialize};

use super::{Record, Scene, always};
use crate::case::code::{Channel, Role};
use crate::case::{Check, ReasonCode, Refusal};
use crate::clock::Timestamp;
use crate::decider::{Decider, Misplaced};
use crate::event::EventSet;
use crate::event_set;
use crate::id::{ActorId, Code, StreamId, uuid_ids};

uuid_ids! {
    /// Names a turn of duty.
    ShiftId;
}

/// One turn of duty (值班): planned, signed in, signed out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shift {
    /// Where the turn stands.
    pub turn: Turn,
    /// Whether the person was there at each roll call, the oldest first.
    pub roll_calls: Vec<(Timestamp, bool)>,
}

/// Where a turn of duty stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Turn {
    /// Nobody has planned it.
    #[default]
    Unplanned,
    /// It is planned.
    Scheduled(Plan),
    /// The person has signed in (签到).
    OnDuty(Plan, Timestamp),
    /// The person has signed out (签退).
    Done {
        /// The plan.
        plan: Plan,
        /// When they signed in.
        from: Timestamp,
        /// When they signed out.
        to: Timestamp,
    },
    /// The person did not come (缺勤).
    Absent(Plan),
}

/// Who is to be on duty, where and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Who.
    pub person: ActorId,
    /// At which office.
    pub office: Code,
    /// At the window, on the telephone, online.
    pub post: Channel,
    /// The beginning.
    pub from: Timestamp,
    /// The end, exclusive.
    pub to: Timestamp,
}

impl Shift {
    /// Whether a person is signed in to this turn at a moment: then they may advise.
    #[must_use]
    pub fn is_on_duty(&self, person: ActorId, at: Timestamp) -> bool {
        match &self.turn {
            Turn::OnDuty(plan, since) => plan.person == person && *since <= at,
            Turn::Done { plan, from, to } => plan.person == person && (*from..*to).contains(&at),
            Turn::Unplanned | Turn::Scheduled(_) | Turn::Absent(_) => false,
        }
    }

    const fn plan(&self) -> Option<&Plan> {
        match &self.turn {
            Turn::Unplanned => None,
            Turn::Scheduled(plan) | Turn::OnDuty(plan, _) | Turn::Done { plan, .. } | Turn::Absent(plan) => {
                Some(plan)
            }
        }
    }

    const fn state_name(&self) -> &'static str {
        match self.turn {
            Turn::Unplanned => "Unplanned",
            Turn::Scheduled(_) => "Scheduled",
            Turn::OnDuty(..) => "OnDuty",
            Turn::Done { .. } => "SignedOut",
            Turn::Absent(_) => "Absent",
        }
    }
}

/// A command to a turn of duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShiftCommand {
    /// Plans it, or plans it anew before it began.
    ScheduleShift {
        /// Who, where and when.
        plan: Plan,
    },
    /// The person signs in.
    CheckIn,
    /// The person signs out.
    CheckOut,
    /// Somebody looks whether the person is there (点名).
    CallRoll {
        /// Whether they were.
        present: bool,
    },
    /// The person did not come.
    RecordAbsence,
}

impl ShiftCommand {
    /// The names of all commands.
    pub const NAMES: &'static [&'static str] =
        &["ScheduleShift", "CheckIn", "CheckOut", "CallRoll", "RecordAbsence"];

    /// The name of the command.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ScheduleShift { .. } => "ScheduleShift",
            Self::CheckIn => "CheckIn",
            Self::CheckOut => "CheckOut",
            Self::CallRoll { .. } => "CallRoll",
            Self::RecordAbsence => "RecordAbsence",
        }
    }

    const fn roles(&self) -> &'static [Role] {
        match self {
            Self::ScheduleShift { .. } => &[Role::Dispatcher, Role::Approver, Role::Bureau],
            Self::CheckIn | Self::CheckOut => {
                &[Role::DutyLawyer, Role::Mediator, Role::Notary, Role::Counsel]
            }
            Self::CallRoll { .. } | Self::RecordAbsence => {
                &[Role::Dispatcher, Role::Approver, Role::Bureau, Role::Qa]
            }
        }
    }
}

event_set! {
    /// Something that happens in a turn of duty.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ShiftEvent {
        /// It was planned (已排班).
        ShiftScheduled(ShiftScheduled) = 1,
        /// The person signed in (已签到).
        CheckedIn(CheckedIn) = 1,
        /// The person signed out (已签退).
        CheckedOut(CheckedOut) = 1,
        /// The roll was called (已点名).
        RollCalled(RollCalled) = 1,
        /// The person did not come (已记缺勤).
        AbsenceRecorded(AbsenceRecorded) = 1,
    }
}

/// A turn was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftScheduled {
    /// Who, where and when.
    pub plan: Plan,
}

/// The person signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedIn {}

/// The person signed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedOut {}

/// The roll was called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollCalled {
    /// Whether the person was there.
    pub present: bool,
    /// Who called.
    pub by: ActorId,
}

/// The person did not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsenceRecorded {
    /// Who noted it.
    pub by: ActorId,
}

impl Decider for Shift {
    type State = Self;
    type Command = ShiftCommand;
    type Event = ShiftEvent;
    type Context = Scene;
    type Refusal = Refusal;

    fn initial() -> Self {
        Self::default()
    }

    fn decide(shift: &Self, command: &ShiftCommand, scene: &Scene) -> Result<Vec<ShiftEvent>, Refusal> {
        let mut check = Check::new(command.name(), shift.state_name());
        always(command.roles(), scene, &mut check);
        let event = decide(shift, command, scene, &mut check);
        check.finish(event.map(|event| vec![event]))
    }

    fn evolve(mut shift: Self, event: &ShiftEvent, at: Timestamp) -> Result<Self, Misplaced> {
        let misplaced = Misplaced { event: event.event_type(), state: shift.state_name() };
        shift.turn = match (event, shift.turn) {
            (ShiftEvent::ShiftScheduled(scheduled), _) => Turn::Scheduled(scheduled.plan.clone()),
            (ShiftEvent::CheckedIn(_), Turn::Scheduled(plan)) => Turn::OnDuty(plan, at),
            (ShiftEvent::CheckedOut(_), Turn::OnDuty(plan, from)) => Turn::Done { plan, from, to: at },
            (ShiftEvent::AbsenceRecorded(_), Turn::Scheduled(plan)) => Turn::Absent(plan),
            (ShiftEvent::RollCalled(called), turn @ (Turn::Scheduled(_) | Turn::OnDuty(..))) => {
                shift.roll_calls.push((at, called.present));
                turn
            }
            (
                ShiftEvent::CheckedIn(_)
                | ShiftEvent::CheckedOut(_)
                | ShiftEvent::AbsenceRecorded(_)
                | ShiftEvent::RollCalled(_),
                _,
            ) => return Err(misplaced),
        };
        Ok(shift)
    }
}

fn decide(shift: &Shift, command: &ShiftCommand, scene: &Scene, check: &mut Check) -> Option<ShiftEvent> {
    let by = scene.actor.id;
    let oneself = shift.plan().is_some_and(|plan| plan.person == by);
    match (command, &shift.turn) {
        (ShiftCommand::ScheduleShift { plan }, Turn::Unplanned | Turn::Scheduled(_)) => {
            check.must(plan.from < plan.to, ReasonCode::NotLater);
            Some(ShiftEvent::ShiftScheduled(ShiftScheduled { plan: plan.clone() }))
        }
        (ShiftCommand::CheckIn, Turn::Scheduled(plan)) => {
            check.must(oneself, ReasonCode::NotOneself);
            check.must(scene.at < plan.to, ReasonCode::TermOver);
            Some(ShiftEvent::CheckedIn(CheckedIn {}))
        }
        (ShiftCommand::CheckOut, Turn::OnDuty(..)) => {
            check.must(oneself, ReasonCode::NotOneself);
            Some(ShiftEvent::CheckedOut(CheckedOut {}))
        }
        (ShiftCommand::CallRoll { present }, Turn::Scheduled(_) | Turn::OnDuty(..)) => {
            check.must(!oneself, ReasonCode::OwnRollCall);
            Some(ShiftEvent::RollCalled(RollCalled { present: *present, by }))
        }
        (ShiftCommand::RecordAbsence, Turn::Scheduled(plan)) => {
            check.must(plan.from <= scene.at, ReasonCode::NotDue);
            Some(ShiftEvent::AbsenceRecorded(AbsenceRecorded { by }))
        }
        (ShiftCommand::ScheduleShift { .. }, Turn::OnDuty(..) | Turn::Done { .. } | Turn::Absent(_))
        | (
            ShiftCommand::CheckIn | ShiftCommand::RecordAbsence,
            Turn::Unplanned | Turn::OnDuty(..) | Turn::Done { .. } | Turn::Absent(_),
        )
        | (
            ShiftCommand::CheckOut,
            Turn::Unplanned | Turn::Scheduled(_) | Turn::Done { .. } | Turn::Absent(_),
        )
        | (ShiftCommand::CallRoll { .. }, Turn::Unplanned | Turn::Done { .. } | Turn::Absent(_)) => {
            check.wrong_state()
        }
    }
}

impl Record for Shift {
    type Id = ShiftId;
    type Order = ShiftCommand;
    type Fact = ShiftEvent;

    fn stream(id: ShiftId) -> StreamId {
        StreamId::of("shift", id).expect("a category and a UUID are a stream")
    }
}
