//! Given a case, when somebody commands, then events or reasons.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use uuid::Uuid;

use super::errand::{Command, Errand};
use crate::calendar::Calendar;
use crate::case::code::{Phase, Role};
use crate::case::skeleton::examples::{Cast, examples, giver};
use crate::case::skeleton::{CommonCommand, SamePerson};
use crate::case::{
    Acting, Case, CaseCommand, CaseEvent, CaseId, CaseNumber, Context, KnownCase, KnownCases, NamedCase,
    ReasonCode, Refusal, Staff,
};
use crate::clock::Timestamp;
use crate::decider::Decider;
use crate::event::EventSet;
use crate::id::{ActorId, Code, DocumentId, PersonRef};
use crate::policy::{CaseKind, Policy};
use crate::privacy::{Fingerprint, Sealed};

pub(super) const SUN: PersonRef = PersonRef::from_uuid(Uuid::from_u128(1));
pub(super) const MA: PersonRef = PersonRef::from_uuid(Uuid::from_u128(2));
pub(super) const STRANGER: PersonRef = PersonRef::from_uuid(Uuid::from_u128(3));
/// Who handles the case.
pub(super) const QIN: ActorId = ActorId::from_uuid(Uuid::from_u128(11));
/// Two who do not.
pub(super) const HE: ActorId = ActorId::from_uuid(Uuid::from_u128(12));
pub(super) const LIN: ActorId = ActorId::from_uuid(Uuid::from_u128(13));
pub(super) const HERE: CaseId = CaseId::from_uuid(Uuid::from_u128(31));
/// The parties as they are called in the other case.
const SUN_THERE: PersonRef = PersonRef::from_uuid(Uuid::from_u128(41));
const MA_THERE: PersonRef = PersonRef::from_uuid(Uuid::from_u128(42));
pub(super) const ELSEWHERE: CaseId = CaseId::from_uuid(Uuid::from_u128(32));
pub(super) const PAPER: DocumentId = DocumentId::from_uuid(Uuid::from_u128(21));

/// Where the case came in, and is handled.
const CENTRE: &str = "CN/510185/centre";

static POLICY: LazyLock<Arc<Policy>> = LazyLock::new(|| Arc::new(Policy::embedded()));
static CALENDAR: LazyLock<Arc<Calendar>> = LazyLock::new(|| Arc::new(Calendar::china()));

pub(super) fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

pub(super) fn codes(names: &[&str]) -> BTreeSet<Code> {
    names.iter().map(|name| code(name)).collect()
}

pub(super) fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

pub(super) fn sealed_under(key: Uuid) -> Sealed {
    format!("x1.{}.{}", key.simple(), "A".repeat(54)).parse().unwrap()
}

pub(super) fn sealed() -> Sealed {
    sealed_under(*HERE.as_uuid())
}

pub(super) fn fingerprint(digit: char) -> Fingerprint {
    serde_json::from_value(serde_json::Value::String(digit.to_string().repeat(64))).unwrap()
}

/// Both parties of the case, known by their fingerprints, as they are named in the other case.
pub(super) fn same() -> Vec<SamePerson> {
    let person = |here, there, digit| SamePerson { here, there, fingerprint: fingerprint(digit) };
    vec![person(SUN, SUN_THERE, '1'), person(MA, MA_THERE, '2')]
}

/// The other case, between the same people.
fn known_cases() -> KnownCases {
    let fingerprints = same().into_iter().map(|person| (person.there, person.fingerprint)).collect();
    let there = KnownCase { fingerprints, is_closed: false };
    let kinds = [CaseKind::Mediation, CaseKind::LegalAid].map(|kind| NamedCase { kind, case: ELSEWHERE });
    kinds.into_iter().map(|named| (named, there.clone())).collect()
}

pub(super) fn examples_here() -> Vec<CommonCommand> {
    examples(&Cast {
        person: SUN,
        handler: QIN,
        other: HE,
        pause: code("verification"),
        later: day(7, 31),
        sealed: sealed(),
        same: same(),
        papers: BTreeSet::from([1]),
    })
}

/// The example of a command.
pub(super) fn example(name: &str) -> CommonCommand {
    examples_here().into_iter().find(|command| command.name() == name).unwrap()
}

/// A case that is ripe for the example of a command, and what must come before it.
pub(super) fn ripe_for(name: &str) -> Desk {
    let row = CommonCommand::COMMANDS.iter().find(|row| row.name == name).unwrap();
    let open = [(Phase::UnderReview, Desk::asked as fn() -> Desk), (Phase::Handling, Desk::delivered)];
    let over = [(Phase::Closed, Desk::shut as fn() -> Desk), (Phase::Archived, Desk::archived)];
    let case = open.iter().chain(&over).find(|(phase, _)| row.from.contains(phase)).unwrap().1;
    let mut desk = case();
    desk.with_peers_of("CN/510100/peers");
    let (before, late): (&[&str], bool) = match name {
        "ForwardToAuthority" => (&["RecordProxyIntake"], false),
        "ReceiveByAuthority" => (&["RecordProxyIntake", "ForwardToAuthority"], false),
        "SubmitSupplement" => (&["RequestSupplement"], false),
        "LapseSupplement" => (&["RequestSupplement", "SendNotice", "ServeNotice"], true),
        "FillGap" => (&["AcceptProvisionally"], false),
        "DefaultGap" => (&["AcceptProvisionally"], true),
        "ResumeClock" => (&["SuspendClock"], false),
        "ReportSensitive" => (&["FlagSensitive"], false),
        "AcceptReferral" | "RejectReferral" => (&["ReferOut"], false),
        "RecordReferralResult" => (&["ReferOut", "AcceptReferral"], false),
        "DecideRecusal" => (&["Recuse"], false),
        "ServeNotice" => (&["SendNotice"], false),
        "ResolveComplaint" => (&["FileComplaint"], false),
        "VerifyRectification" => (&["IssueSupervisionOrder"], false),
        "NoteMissedDeadline" => (&[], true),
        "OpenAccountability" => (&["FileComplaint", "ResolveComplaint"], false),
        "ConfirmCorrection" => (&["CorrectRecord"], false),
        "AcceptArchive" | "ReturnArchive" => (&["SubmitArchive"], false),
        "ReturnFile" => (&["LendFile"], false),
        "ScoreQualityReview" => (&["OpenQualityReview"], false),
        "FinaliseQualityReview" => (&["OpenQualityReview", "ScoreQualityReview"], false),
        _ => (&[], false),
    };
    for name in before {
        desk.try_common(giver(name), LIN, &example(name)).unwrap_or_else(|refusal| panic!("{refusal}"));
    }
    if late {
        desk.at("2026-08-03T09:00:00+08:00");
    }
    desk
}

/// A case in the hands of a test, with the moment of what happens next.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) case: Case<Errand>,
    now: Timestamp,
    /// The unit of the peers.
    peers: Code,
}

impl Desk {
    /// A case that was asked for on a Friday morning, by two people whose identity is known.
    pub(super) fn asked() -> Self {
        let now = "2026-06-26T09:00:00+08:00".parse().unwrap();
        let mut desk = Self { case: Case::default(), now, peers: code(CENTRE) };
        let people = BTreeMap::from([(SUN, Some(fingerprint('1'))), (MA, Some(fingerprint('2')))]);
        desk.own(Role::Applicant, LIN, Command::Ask { people }).unwrap();
        desk
    }

    pub(super) fn taken() -> Self {
        let mut desk = Self::asked();
        desk.own(Role::Counsel, QIN, Command::Take { handler: QIN }).unwrap();
        desk
    }

    pub(super) fn delivered() -> Self {
        let mut desk = Self::taken();
        desk.own(Role::Counsel, QIN, Command::Deliver).unwrap();
        desk
    }

    pub(super) fn shut() -> Self {
        let mut desk = Self::delivered();
        desk.own(Role::Counsel, QIN, Command::Shut).unwrap();
        desk
    }

    pub(super) fn archived() -> Self {
        let mut desk = Self::shut();
        desk.does(Role::Clerk, LIN, example("SubmitArchive"), &["ArchiveSubmitted"]);
        desk.does(Role::Archivist, HE, CommonCommand::AcceptArchive, &["ArchiveAccepted"]);
        desk
    }

    /// Goes on at another moment.
    pub(super) fn at(&mut self, moment: &str) -> &mut Self {
        self.now = moment.parse().unwrap();
        self
    }

    /// Peers are those of another unit.
    pub(super) fn with_peers_of(&mut self, unit: &str) -> &mut Self {
        self.peers = code(unit);
        self
    }

    pub(super) fn own(
        &mut self,
        role: Role,
        actor: ActorId,
        command: Command,
    ) -> Result<Vec<CaseEvent<Errand>>, Refusal> {
        self.give(role, actor, &CaseCommand::Own(command))
    }

    fn give(
        &mut self,
        role: Role,
        id: ActorId,
        command: &CaseCommand<Errand>,
    ) -> Result<Vec<CaseEvent<Errand>>, Refusal> {
        let office = if role == Role::Peer { self.peers.clone() } else { code(CENTRE) };
        let number = CaseNumber { kind: CaseKind::Mediation, office: office.clone(), year: 2026, serial: 1 };
        let context = Context {
            case: HERE,
            actor: Acting { id, role, office },
            came_in_at: code(CENTRE),
            occurred_at: self.now,
            recorded_at: self.now,
            late: None,
            policy: Arc::clone(&POLICY),
            calendar: Arc::clone(&CALENDAR),
            number: Some(number),
            staff: Staff::default(),
            other_cases: Default::default(),
            known_cases: known_cases(),
        };
        let events = Case::decide(&self.case, command, &context)?;
        for event in &events {
            self.case = Case::evolve(self.case.clone(), event, self.now).unwrap();
        }
        Ok(events)
    }

    pub(super) fn try_common(
        &mut self,
        role: Role,
        actor: ActorId,
        command: &CommonCommand,
    ) -> Result<Vec<CaseEvent<Errand>>, Refusal> {
        self.give(role, actor, &CaseCommand::Common(command.clone()))
    }

    /// The command leads to these events.
    #[track_caller]
    pub(super) fn does(
        &mut self,
        role: Role,
        actor: ActorId,
        command: impl Into<CommonCommand>,
        then: &[&str],
    ) -> Vec<CaseEvent<Errand>> {
        let events = self.give(role, actor, &CaseCommand::Common(command.into()));
        let events = events.unwrap_or_else(|refusal| panic!("{refusal}"));
        assert_eq!(events.iter().map(EventSet::event_type).collect::<Vec<_>>(), then);
        events
    }

    /// The command is refused for these reasons, and nothing happens.
    #[track_caller]
    pub(super) fn refuses(
        &mut self,
        role: Role,
        actor: ActorId,
        command: impl Into<CommonCommand>,
        because: &[ReasonCode],
    ) {
        let refusal = self.give(role, actor, &CaseCommand::Common(command.into())).expect_err("a refusal");
        assert_eq!(refusal.reasons.iter().map(|reason| reason.code).collect::<Vec<_>>(), because);
    }
}
