//! Records beside the cases, over a real front door.

use std::sync::Arc;

use anjuan::bureau::{Bureau, BureauError};
use anjuan::case::code::{Channel, Role};
use anjuan::case::{Acting, ReasonCode};
use anjuan::clock::{ManualClock, Timestamp};
use anjuan::event::HashAlgorithm;
use anjuan::id::{ActorId, Code, CommandKey};
use anjuan::staff::{
    PenaltyLevel, Plan, Provider, ProviderCommand, Shift, ShiftCommand, ShiftId, Standing, Title, Turn,
};
use anjuan::store::StoreError;
use futures_util::future::join_all;
use uuid::Uuid;

use crate::stages::memory;

const WANG: ActorId = ActorId::from_uuid(Uuid::from_u128(1));

struct Desk {
    bureau: Bureau,
    clock: Arc<ManualClock>,
}

fn at(text: &str) -> Timestamp {
    format!("2026-09-21T{text}:00+08:00").parse().unwrap()
}

fn desk() -> Desk {
    let stage = memory(HashAlgorithm::Sha256);
    let clock = Arc::new(ManualClock::new(at("08:00")));
    let bureau = Bureau::new(stage.store, stage.keys).with_clock(Arc::<ManualClock>::clone(&clock));
    Desk { bureau, clock }
}

fn acting(id: u128, role: Role) -> Acting {
    Acting {
        id: ActorId::from_uuid(Uuid::from_u128(id)),
        role,
        office: Code::new("CN/140431/fazhi").unwrap(),
    }
}

fn plan() -> ShiftCommand {
    ShiftCommand::ScheduleShift {
        plan: Plan {
            person: WANG,
            office: Code::new("CN/140431/fazhi").unwrap(),
            post: Channel::Hotline,
            from: at("08:30"),
            to: at("17:30"),
        },
    }
}

impl Desk {
    async fn shift(&self, time: &str, by: Acting, command: ShiftCommand) -> Result<Shift, BureauError> {
        self.clock.set(at(time));
        let id = ShiftId::from_uuid(Uuid::from_u128(7));
        self.bureau.keep::<Shift>(self.bureau.new_command(), id, by, &command).await
    }

    async fn provider(&self, by: Acting, command: ProviderCommand) -> Result<Provider, BureauError> {
        self.bureau.keep::<Provider>(self.bureau.new_command(), WANG, by, &command).await
    }
}

fn reasons<T: std::fmt::Debug>(answer: Result<T, BureauError>) -> Vec<ReasonCode> {
    let BureauError::Refused(refusal) = answer.unwrap_err() else { panic!("not a refusal") };
    refusal.reasons.iter().map(|reason| reason.code).collect()
}

#[tokio::test]
async fn whoever_has_signed_in_is_on_duty_until_he_signs_out() {
    let desk = desk();
    let (head, wang) = (acting(2, Role::Dispatcher), acting(1, Role::DutyLawyer));
    desk.shift("08:00", head.clone(), plan()).await.unwrap();
    let shift = desk.shift("08:25", wang.clone(), ShiftCommand::CheckIn).await.unwrap();
    assert!(shift.is_on_duty(WANG, at("11:05")) && !shift.is_on_duty(WANG, at("08:24")));
    assert!(!shift.is_on_duty(head.id, at("11:05")));
    desk.shift("10:00", head, ShiftCommand::CallRoll { present: true }).await.unwrap();
    let shift = desk.shift("17:00", wang, ShiftCommand::CheckOut).await.unwrap();
    assert!(shift.is_on_duty(WANG, at("16:59")) && !shift.is_on_duty(WANG, at("17:00")));
    assert_eq!(shift.roll_calls, [(at("10:00"), true)]);
}

#[tokio::test]
async fn nobody_signs_in_for_another_nor_calls_his_own_roll() {
    let desk = desk();
    let (head, other) = (acting(2, Role::Dispatcher), acting(3, Role::DutyLawyer));
    desk.shift("08:00", head.clone(), plan()).await.unwrap();
    let answer = desk.shift("08:25", other, ShiftCommand::CheckIn).await;
    assert_eq!(reasons(answer), [ReasonCode::NotOneself]);
    let answer =
        desk.shift("08:25", acting(1, Role::Dispatcher), ShiftCommand::CallRoll { present: true }).await;
    assert_eq!(reasons(answer), [ReasonCode::OwnRollCall]);
    let answer = desk.shift("08:29", head.clone(), ShiftCommand::RecordAbsence).await;
    assert_eq!(reasons(answer), [ReasonCode::NotDue]);
    let answer = desk.shift("18:00", acting(1, Role::DutyLawyer), ShiftCommand::CheckIn).await;
    assert_eq!(reasons(answer), [ReasonCode::TermOver]);
    let shift = desk.shift("18:00", head, ShiftCommand::RecordAbsence).await.unwrap();
    assert!(matches!(shift.turn, Turn::Absent(_)));
    let answer = desk.shift("18:01", acting(1, Role::DutyLawyer), ShiftCommand::CheckIn).await;
    assert_eq!(reasons(answer), [ReasonCode::WrongState]);
}

#[tokio::test]
async fn a_provider_is_barred_while_suspended_and_for_good_once_removed() {
    let desk = desk();
    let (bureau, code) = (acting(2, Role::Bureau), |text| Code::new(text).unwrap());
    let decision = desk.bureau.new_document();
    let register = ProviderCommand::RegisterProvider {
        titles: [Title::Lawyer].into(),
        unit: code("CN/140431/lawfirm-1"),
    };
    let penalty =
        ProviderCommand::RecordPenalty { level: PenaltyLevel::Criticism, ground: code("ABSENCE"), decision };
    let until = at("08:00").china_date();
    let suspend = ProviderCommand::SuspendProvider { ground: code("ABSENCE"), until: Some(until), decision };

    assert_eq!(reasons(desk.provider(bureau.clone(), penalty.clone()).await), [ReasonCode::WrongState]);
    assert!(!desk.bureau.look_up::<Provider>(WANG).await.unwrap().is_barred(until));
    desk.provider(bureau.clone(), register.clone()).await.unwrap();
    // Whoever runs the platform or gives the service does not judge it (SOD-12).
    assert_eq!(
        reasons(desk.provider(acting(4, Role::Operator), penalty.clone()).await),
        [ReasonCode::WrongRole]
    );
    desk.provider(bureau.clone(), penalty).await.unwrap();
    let provider = desk.provider(bureau.clone(), suspend).await.unwrap();
    assert_eq!(provider.penalties.len(), 1);
    assert!(provider.is_barred(until) && !provider.is_barred(until.succ_opt().unwrap()));
    // New titles do not lift a suspension.
    assert!(desk.provider(bureau.clone(), register.clone()).await.unwrap().is_barred(until));
    let remove = ProviderCommand::RemoveProvider { ground: code("ABSENCE"), decision };
    let provider = desk.provider(bureau.clone(), remove).await.unwrap();
    assert_eq!(provider.standing, Standing::Removed);
    assert_eq!(reasons(desk.provider(bureau, register).await), [ReasonCode::WrongState]);
}

#[tokio::test]
async fn a_record_is_kept_once_for_a_key_and_by_one_of_many() {
    let desk = desk();
    let (head, wang) = (acting(2, Role::Dispatcher), acting(1, Role::DutyLawyer));
    let (id, key) = (ShiftId::from_uuid(Uuid::from_u128(7)), CommandKey::from_uuid(Uuid::from_u128(9)));
    desk.bureau.keep::<Shift>(key, id, head.clone(), &plan()).await.unwrap();
    desk.bureau.keep::<Shift>(key, id, head.clone(), &plan()).await.unwrap();
    let reused = desk.bureau.keep::<Shift>(key, id, wang.clone(), &ShiftCommand::CheckIn).await.unwrap_err();
    assert!(matches!(reused, BureauError::Store(StoreError::KeyReused { .. })), "{reused}");
    let answers = join_all((0..8).map(|_| desk.shift("08:30", wang.clone(), ShiftCommand::CheckIn))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
}
