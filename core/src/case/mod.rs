//! Cases: what they have in common, and the kinds there are.
//!
//! A case is a stream. Its state is folded from its events, a command is decided against the state by the law in
//! force at that moment, and what the decision was based on is stored in the event: so a history explains itself in
//! thirty years.

mod check;
pub mod code;
pub mod consultation;
mod context;
pub mod form;
mod id;
mod late;
pub mod legal_aid;
pub mod mediation;
mod named;
pub mod notary;
mod party;
mod permission;
mod reading;
mod refusal;
pub mod skeleton;
mod staffing;
#[cfg(test)]
mod tests;

use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::decider::{Decider, Misplaced};
use crate::event::{Codec, EncodeError, EventSet};
use crate::id::{ActorId, Revision};
use crate::policy::{CaseKind, ChecklistItem, Deadline, Jurisdiction};

use code::{Phase, Role};
use skeleton::{Archive, Common, CommonCommand, CommonEvent};

pub use check::Check;
pub use context::{Acting, Context};
pub use id::{CaseId, CaseNumber, Register};
pub use late::RefusedRequest;
pub(crate) use late::{Decided, Given, decide_in_time};
pub use named::{KnownCase, KnownCases, NamedCase};
pub use party::{Particulars, Party, PartyGroup, People, Side};
pub(crate) use reading::{READ, may_be_read};
pub use refusal::{About, Reason, ReasonCode, Refusal};
pub use staffing::{Assignable, Staff};

/// One of the kinds of cases: its states, commands and events, and the law that joins them.
///
/// The kinds are siblings. Each has the same files; what differs is the law.
pub trait Kind: fmt::Debug + Clone + Copy + PartialEq + Eq + Send + Sync + 'static {
    /// Which kind.
    const KIND: CaseKind;
    /// Every command of its own, with the roles that may give it and the steps at which it is possible.
    const COMMANDS: &'static [CommandSpec<Self::Step>];
    /// The commands of the skeleton for which its law has forms of its own; the common ones are not given here.
    const OWN_FORMS: &'static [&'static str];
    /// Its own commands that are possible although the file lies in the archive.
    const AFTER_ARCHIVE: &'static [&'static str] = &[];
    /// Whether its law gives the case to nobody before it was searched for conflicts of interest.
    const SEARCHES_CONFLICTS: bool = false;

    /// Its state.
    type State: fmt::Debug + Clone + PartialEq + Eq + Default + Serialize + DeserializeOwned + Send + Sync;
    /// The names of its states, without their data.
    type Step: fmt::Debug + Copy + PartialEq + Send + Sync + 'static;
    /// Its commands.
    type Command: fmt::Debug + Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync;
    /// Its events.
    type Event: EventSet + fmt::Debug + Clone + PartialEq + Sync;

    /// How its stored events are read, with the steps from every schema that was ever written.
    fn codec() -> Codec<CaseEvent<Self>>;

    /// The name of a command.
    fn command_name(command: &Self::Command) -> &'static str;

    /// Where a state stands.
    fn step(state: &Self::State) -> Self::Step;

    /// The name of a step.
    fn step_name(step: Self::Step) -> &'static str;

    /// The phase that a step belongs to.
    fn phase(step: Self::Step) -> Phase;

    /// The number under which the case is registered, once it is.
    fn number(state: &Self::State) -> Option<&CaseNumber>;

    /// Those who handle the case now.
    fn responsible(state: &Self::State) -> Vec<ActorId>;

    /// Whether what the case's clock runs against is still to be done.
    fn clock_runs(state: &Self::State) -> bool;

    /// The due dates that still have to be met, beside the case's clock.
    fn owed(state: &Self::State) -> Vec<&Deadline>;

    /// Who is in the case.
    fn people(state: &Self::State) -> People;

    /// Whether something was delivered that a client can rate and a visitor can ask about.
    fn delivered(state: &Self::State) -> bool;

    /// Whether the closing report is made.
    fn is_closed(state: &Self::State) -> bool;

    /// Whether the file is complete only with this item.
    fn file_needs(case: &Case<Self>, item: &ChecklistItem) -> bool;

    /// The due dates that an event sets.
    fn deadlines(event: &Self::Event) -> Vec<&Deadline>;

    /// The register from which a command draws a number, if it needs one.
    fn register(command: &Self::Command) -> Option<Register>;

    /// Whether a command closes the case, and therefore leaves nothing open behind it.
    fn closes(command: &Self::Command) -> bool;

    /// The other cases that a command names.
    #[must_use]
    fn names(_: &Self::Command) -> Vec<NamedCase> {
        Vec::new()
    }

    /// Whom a command puts to work on the case, if it is carried out.
    fn engages(command: &Self::Command) -> Vec<ActorId>;

    /// The state after a party has taken the matter back; nothing once it is decided.
    fn withdraw(state: Self::State) -> Option<Self::State>;

    /// The state with one handler in the place of another; nothing if the first does not handle it, or the other does.
    fn replace_handler(state: Self::State, from: ActorId, to: ActorId) -> Option<Self::State>;

    /// The state of a closed case that goes on; nothing if it is not closed.
    fn reopen(state: Self::State) -> Option<Self::State>;

    /// The events that a command leads to, those among them that all kinds know; reasons against it go to `check`.
    fn decide(
        case: &Case<Self>,
        command: &Self::Command,
        context: &Context,
        check: &mut Check,
    ) -> Option<Vec<CaseEvent<Self>>>;

    /// The command that an event was decided on; `None` for an event that only comes with the first of its command.
    ///
    /// An event keeps all that its command said, so that it can be decided again when something that happened before it
    /// is learnt after it.
    fn recall(event: &Self::Event) -> Option<Self::Command>;

    /// What an event that all kinds know leads to in this kind besides; reasons against it go to `check`.
    fn follow(
        case: &Case<Self>,
        event: &CommonEvent,
        context: &Context,
        check: &mut Check,
    ) -> Vec<Self::Event>;

    /// The case after an event.
    ///
    /// # Errors
    /// The event cannot follow the state.
    fn evolve(case: Case<Self>, event: &Self::Event, occurred_at: Timestamp)
    -> Result<Case<Self>, Misplaced>;

    /// Its state after an event that all kinds know.
    fn note(state: Self::State, event: &CommonEvent, occurred_at: Timestamp) -> Self::State;
}

/// One row of the table of a state machine: who may do what, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandSpec<S: 'static> {
    /// The number of the transition in the specification (`M6`).
    pub number: &'static str,
    /// The name of the command.
    pub name: &'static str,
    /// The roles that may give it.
    pub roles: &'static [Role],
    /// The steps, or phases, at which it is possible.
    pub from: &'static [S],
}

/// The state of a case: what all kinds have, and what its kind has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Case<K: Kind> {
    /// What all kinds have.
    pub common: Common,
    /// What its kind has.
    pub own: K::State,
}

/// The case before its first event.
impl<K: Kind> Default for Case<K> {
    fn default() -> Self {
        Self { common: Common::default(), own: K::State::default() }
    }
}

impl<K: Kind> Case<K> {
    /// The phase it is in.
    #[must_use]
    pub fn phase(&self) -> Phase {
        if self.is_archived() {
            Phase::Archived
        } else if self.common.gone.is_some() {
            Phase::Closed
        } else {
            K::phase(K::step(&self.own))
        }
    }

    /// The name of the state it is in.
    #[must_use]
    pub fn state_name(&self) -> &'static str {
        match &self.common.gone {
            _ if self.is_archived() => "Archived",
            Some(gone) => gone.state_name(),
            None => K::step_name(K::step(&self.own)),
        }
    }

    /// Whether its file lies in the archive and nothing is being done about it. The file stays there when the law has
    /// something looked at again, and what is done then is shown.
    fn is_archived(&self) -> bool {
        match self.common.archive {
            Archive::Accepted { .. } => self.is_closed(),
            Archive::NotSubmitted | Archive::Submitted { .. } => false,
        }
    }

    /// Whether nothing more is handled in it: it has its closing report, or is handled elsewhere.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.common.gone.is_some() || K::is_closed(&self.own)
    }

    /// Whether a command of its own does not make sense any more: it lies in the archive, or is handled elsewhere.
    fn is_past(&self, own: &str) -> bool {
        self.common.gone.is_some() || (self.is_archived() && !K::AFTER_ARCHIVE.contains(&own))
    }

    /// Whether it lies in the archive, and the command is none of those that an archive takes.
    fn is_shut_to(&self, command: &CaseCommand<K>) -> bool {
        let name = command.name();
        self.is_archived() && !self.knows(name) && !K::AFTER_ARCHIVE.contains(&name)
    }

    /// Whether a command of the skeleton makes sense here.
    pub(crate) fn knows(&self, common: &str) -> bool {
        CommonCommand::COMMANDS.iter().any(|spec| spec.name == common && self.takes(spec))
    }

    /// Whether a row of the skeleton holds in the phase it is in, and its kind has no form of its own for it.
    fn takes(&self, common: &CommandSpec<Phase>) -> bool {
        common.from.contains(&self.phase()) && !K::OWN_FORMS.contains(&common.name)
    }

    /// The jurisdiction it belongs to; the whole country before its first event.
    #[must_use]
    pub fn jurisdiction(&self) -> Jurisdiction {
        self.common.jurisdiction.unwrap_or(Jurisdiction::CN)
    }

    /// The names of the commands that this role could give now, its own ones first.
    ///
    /// It looks at state and role. Whether a command with all its particulars would be carried out, [`Decider::decide`]
    /// tells without carrying it out.
    #[must_use]
    pub fn available(&self, role: Role) -> Vec<&'static str> {
        let step = K::step(&self.own);
        let own = K::COMMANDS.iter().filter(|spec| spec.from.contains(&step) && spec.roles.contains(&role));
        let own = own.filter(|spec| !self.is_past(spec.name));
        let common = CommonCommand::COMMANDS.iter();
        let common = common.filter(|spec| spec.roles.contains(&role) && self.takes(spec));
        own.map(|spec| spec.name).chain(common.map(|spec| spec.name)).collect()
    }
}

/// A command of this kind of case: one that all kinds know, or one of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CaseCommand<K: Kind> {
    /// One that all kinds know.
    Common(CommonCommand),
    /// One of its own.
    #[serde(bound(deserialize = "K::Command: DeserializeOwned"))]
    Own(K::Command),
}

impl<K: Kind> CaseCommand<K> {
    /// The name of the command.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Common(command) => command.name(),
            Self::Own(command) => K::command_name(command),
        }
    }

    /// The roles that may give it.
    #[must_use]
    pub fn roles(&self) -> &'static [Role] {
        let name = self.name();
        let own = K::COMMANDS.iter().find(|spec| spec.name == name).map(|spec| spec.roles);
        let common = CommonCommand::COMMANDS.iter().find(|spec| spec.name == name).map(|spec| spec.roles);
        own.or(common).unwrap_or(&[])
    }

    /// Reads a command from its JSON form, `{"SeekConsent": {…}}` or `"ResumeClock"`.
    ///
    /// # Errors
    /// No command has this name, or its particulars do not fit; the error names the field.
    pub fn from_json(value: serde_json::Value) -> Result<Self, serde_json::Error> {
        let fields = value.as_object();
        let name = fields.map_or(value.as_str(), |fields| fields.keys().next().map(String::as_str));
        if CommonCommand::COMMANDS.iter().any(|spec| Some(spec.name) == name) {
            serde_json::from_value(value).map(Self::Common)
        } else {
            serde_json::from_value(value).map(Self::Own)
        }
    }
}

/// An event of this kind of case: one that all kinds know, or one of its own.
#[derive(Debug, Clone, PartialEq)]
pub enum CaseEvent<K: Kind> {
    /// One that all kinds know.
    Common(CommonEvent),
    /// One of its own.
    Own(K::Event),
}

impl<K: Kind> CaseEvent<K> {
    /// Events of the kind's own.
    fn own(events: Vec<K::Event>) -> Vec<Self> {
        events.into_iter().map(Self::Own).collect()
    }

    /// The due dates that it sets, each with its derivation.
    #[must_use]
    pub fn deadlines(&self) -> Vec<&Deadline> {
        match self {
            Self::Common(event) => event.deadlines(),
            Self::Own(event) => K::deadlines(event),
        }
    }

    /// The command that it was decided on; `None` for an event that only comes with the first of its command.
    #[must_use]
    pub fn recall(&self) -> Option<CaseCommand<K>> {
        match self {
            Self::Common(event) => skeleton::recall(event).map(CaseCommand::Common),
            Self::Own(event) => K::recall(event).map(CaseCommand::Own),
        }
    }
}

impl<K: Kind> EventSet for CaseEvent<K> {
    fn current_version(event_type: &str) -> Option<u32> {
        K::Event::current_version(event_type).or_else(|| CommonEvent::current_version(event_type))
    }

    fn event_type(&self) -> &'static str {
        match self {
            Self::Common(event) => event.event_type(),
            Self::Own(event) => event.event_type(),
        }
    }

    fn encode(&self) -> Result<Bytes, EncodeError> {
        match self {
            Self::Common(event) => event.encode(),
            Self::Own(event) => event.encode(),
        }
    }

    fn decode(event_type: &str, data: &[u8]) -> Option<Result<Self, serde_json::Error>> {
        K::Event::decode(event_type, data)
            .map(|event| event.map(Self::Own))
            .or_else(|| CommonEvent::decode(event_type, data).map(|event| event.map(Self::Common)))
    }
}

impl<K: Kind> Decider for Case<K> {
    type State = Self;
    type Command = CaseCommand<K>;
    type Event = CaseEvent<K>;
    type Context = Context;
    type Refusal = Refusal;

    fn initial() -> Self {
        Self::default()
    }

    fn decide(
        case: &Self,
        command: &CaseCommand<K>,
        context: &Context,
    ) -> Result<Vec<CaseEvent<K>>, Refusal> {
        decide_at(case, case, command, context)
    }

    fn evolve(case: Self, event: &CaseEvent<K>, occurred_at: Timestamp) -> Result<Self, Misplaced> {
        let mut case = match event {
            CaseEvent::Common(event) => {
                let case = skeleton::evolve(case, event, occurred_at)?;
                Self { own: K::note(case.own, event, occurred_at), ..case }
            }
            CaseEvent::Own(event) => K::evolve(case, event, occurred_at)?,
        };
        case.common.head = Some(Revision::after(case.common.head));
        case.common.last_occurred_at = case.common.last_occurred_at.max(Some(occurred_at));
        Ok(case)
    }
}

/// Decides against the case as it was at the moment of the command, where `now` is the case with all that is known.
fn decide_at<K: Kind>(
    then: &Case<K>,
    now: &Case<K>,
    command: &CaseCommand<K>,
    context: &Context,
) -> Result<Vec<CaseEvent<K>>, Refusal> {
    let mut check = Check::new(command.name(), then.state_name());
    always(then, now, command, context, &mut check);
    let events = match command {
        CaseCommand::Common(_) | CaseCommand::Own(_) if then.is_shut_to(command) => None,
        CaseCommand::Common(command) => skeleton::decide(then, command, context, &mut check)
            .map(|events| with_what_follows(then, events, context, &mut check)),
        CaseCommand::Own(command) if then.is_past(K::command_name(command)) => check.wrong_state(),
        CaseCommand::Own(command) => {
            skeleton::before(then, command, context, &mut check);
            K::decide(then, command, context, &mut check)
        }
    };
    check.finish(events)
}

/// The events, and after them what they lead to in this kind.
fn with_what_follows<K: Kind>(
    case: &Case<K>,
    events: Vec<CommonEvent>,
    context: &Context,
    check: &mut Check,
) -> Vec<CaseEvent<K>> {
    let follow = |event: &CommonEvent| K::follow(case, event, context, check);
    let own: Vec<_> = events.iter().flat_map(follow).collect();
    events.into_iter().map(CaseEvent::Common).chain(own.into_iter().map(CaseEvent::Own)).collect()
}

/// What holds for every command in every state. What lies in the archive is not added to, whenever it happened.
fn always<K: Kind>(
    then: &Case<K>,
    now: &Case<K>,
    command: &CaseCommand<K>,
    context: &Context,
    check: &mut Check,
) {
    let shut = [then, now].iter().any(|case| case.is_shut_to(command));
    check.must(!shut, ReasonCode::Archived);
    permission::is_permitted(then, command.name(), command.roles(), context, check);
    staffing::is_staffed(then, command, context, check);
    named::are_there(command, context, check);
    check.must(context.occurred_at <= context.recorded_at, ReasonCode::InTheFuture);
    let in_order = now.common.last_occurred_at.is_none_or(|last| last <= context.occurred_at);
    check.must(in_order || context.late.is_some(), ReasonCode::OutOfOrder);
}
