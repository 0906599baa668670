//! The desk: who sits there, which case lies on it, what they choose to do.

use std::marker::PhantomData;
use std::sync::Arc;

use anjuan::bureau::{Bureau, BureauError, Request};
use anjuan::calendar::Language;
use anjuan::case::code::Role;
use anjuan::case::{Acting, CaseCommand, CaseId, Kind};
use anjuan::clock::{Clock, ManualClock};
use anjuan::id::{ActorId, Code, CommandKey, Revision};
use anjuan::words::Words;
use anjuan::worklist::{Row, Worklist};
use anyhow::{Result, ensure};
use uuid::Uuid;

use super::fill::Filler;
use super::known::Known;
use super::show::Screen;
use super::terminal::{Offer, Stop, Terminal};

/// The agency of a made-up city.
const OFFICE: &str = "CN/140400/legal-aid";

/// Who works here: one person in every role. A real bureau has its own list, and says who is who.
pub(crate) fn staff(role: Role) -> Acting {
    let number = Role::ALL.iter().position(|one| *one == role).map_or(0, |position| position as u128 + 1);
    let office = Code::new(OFFICE).expect("the office is a code");
    Acting { id: ActorId::from_uuid(Uuid::from_u128(number)), role, office }
}

/// A desk for cases of one kind. It knows no step of them.
pub(crate) struct Desk<K> {
    bureau: Bureau,
    clock: Arc<ManualClock>,
    worklist: Worklist,
    terminal: Terminal,
    words: Words,
    who: Acting,
    of: PhantomData<K>,
}

/// What is on the desk.
struct OnDesk {
    case: CaseId,
    /// The key under which it is opened, while it is not.
    opening: Option<CommandKey>,
}

impl<K: Kind> Desk<K> {
    pub(crate) async fn new(bureau: Bureau, clock: Arc<ManualClock>, terminal: Terminal) -> Result<Self> {
        let worklist = bureau.worklist().await?;
        let (words, who) = (Words::embedded(), staff(Role::Clerk));
        Ok(Self { bureau, clock, worklist, terminal, words, who, of: PhantomData })
    }

    /// Serves until somebody leaves, or nobody answers any more; answers how many cases are open then.
    pub(crate) async fn serve(mut self) -> Result<usize> {
        let help = self.terminal.say(
            "输入序号或代码。随时可用：back 返回，quit 离开。",
            "Answer with a number or a code; `-` leaves out; `back` and `quit` work everywhere.",
        );
        println!("{help}");
        loop {
            let served = match self.choose_case().await {
                Ok(on_desk) => self.work_on(on_desk).await,
                Err(stop) => Err(stop),
            };
            match served {
                Ok(()) | Err(Stop::Back) => (),
                Err(Stop::Quit) => break,
                Err(Stop::Failed(error)) => return Err(anyhow::Error::from_boxed(error)),
            }
        }
        self.say_goodbye().await
    }

    /// The open cases, or a new one.
    async fn choose_case(&mut self) -> Result<OnDesk, Stop> {
        self.worklist.catch_up().await?;
        let rows: Vec<Row> = self.worklist.rows().into_iter().filter(|row| row.kind == K::KIND).collect();
        let new = Offer::new("new", self.terminal.say("新的案件", "a new case"));
        let offers: Vec<_> = rows.iter().map(|row| self.screen().offer(row)).chain([new]).collect();
        println!();
        loop {
            self.terminal.list(&offers);
            let answer = self.terminal.ask(self.terminal.say("案件", "case"))?;
            let Some(chosen) = self.terminal.chosen(&offers, &answer) else {
                self.terminal.reject(&answer, self.terminal.say("请从列表中选择。", "choose from the list."));
                continue;
            };
            return Ok(match rows.get(chosen) {
                Some(row) => OnDesk { case: row.case, opening: None },
                None => {
                    let key = self.bureau.new_command();
                    OnDesk { case: CaseId::opened_by(key), opening: Some(key) }
                }
            });
        }
    }

    /// Offers what is possible, until somebody goes back.
    async fn work_on(&mut self, mut on_desk: OnDesk) -> Result<(), Stop> {
        loop {
            self.worklist.catch_up().await?;
            let state = self.bureau.case::<K>(on_desk.case).await?.state;
            let row = self.worklist.rows().into_iter().find(|row| row.case == on_desk.case);
            self.screen().case(&state, row.as_ref());
            let names = self.bureau.available_to::<K>(on_desk.case, &self.who).await?;
            let offer = |name| Offer::new(name, self.words.term(self.terminal.language, "command", name));
            let offers: Vec<_> = names.into_iter().map(offer).collect();
            self.terminal.list(&offers);
            let answer = self.terminal.ask(&self.question())?;
            match answer.split_once(' ').unwrap_or((&answer, "")) {
                ("as", role) => self.sit_down(role),
                ("date", day) => self.go_on_to(day),
                ("history", _) => {
                    let entries = self.bureau.history::<K>(on_desk.case).await?;
                    self.screen().history(&entries);
                }
                _ => match self.terminal.chosen(&offers, &answer).and_then(|place| offers.get(place)) {
                    None => {
                        let wanted = self.terminal.say("列表中没有这一项。", "that is not on the list.");
                        self.terminal.reject(&answer, wanted);
                    }
                    Some(command) => match self.give(&mut on_desk, command).await {
                        // Whoever goes back from a form is at the list again.
                        Err(Stop::Back) => println!("   {}", self.terminal.say("已放弃。", "dropped.")),
                        given => given?,
                    },
                },
            }
        }
    }

    /// Asks for what a command needs, looks what would come of it, and carries it out.
    async fn give(&mut self, on_desk: &mut OnDesk, command: &Offer) -> Result<(), Stop> {
        let Some(form) = CaseCommand::<K>::form(&command.code) else { return Ok(()) };
        let known =
            Known::in_case::<K>(&self.bureau, on_desk.case, &self.words, self.terminal.language).await?;
        let Self { terminal, words, bureau, .. } = self;
        println!("   {}", command.label);
        let mut filler = Filler { terminal, words, bureau, case: on_desk.case, known: &known };
        let fields = filler.record(&form).await?;
        let command = match CaseCommand::<K>::from_fields(&command.code, fields) {
            Ok(command) => command,
            Err(error) => {
                println!("   ! {error}");
                return Ok(());
            }
        };
        let key = on_desk.opening.unwrap_or_else(|| self.bureau.new_command());
        let request = Request::new(key, on_desk.case, self.who.clone(), command);
        match self.bureau.may(&request).await {
            Ok(events) => {
                self.screen().events(self.terminal.say("将发生：", "this would happen:"), &events);
                self.confirm()?;
            }
            Err(BureauError::Refused(refusal)) => {
                self.screen().refusal(&refusal, &known);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
        // Somebody else may have been faster, so what was possible may be refused now.
        match self.bureau.execute(&request).await {
            Ok(receipt) => {
                on_desk.opening = None;
                println!(
                    "   {} {}",
                    self.terminal.say("已办理，事件", "done: event"),
                    written(receipt.revision)
                );
                self.clock.set(self.clock.now().plus_micros(60_000_000)?);
            }
            Err(BureauError::Refused(refusal)) => self.screen().refusal(&refusal, &known),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Stops unless the answer is yes.
    fn confirm(&mut self) -> Result<(), Stop> {
        let question = self.terminal.say("   办理吗？yes / back", "   carry it out? yes / back");
        loop {
            let answer = self.terminal.ask(question)?;
            if answer.eq_ignore_ascii_case("yes") || answer.eq_ignore_ascii_case("y") || answer == "是" {
                return Ok(());
            }
            self.terminal.reject(&answer, self.terminal.say("请回答 yes 或 back。", "answer yes or back."));
        }
    }

    /// Somebody else sits down at the desk.
    fn sit_down(&mut self, role: &str) {
        match role.to_ascii_uppercase().parse() {
            Ok(role) => self.who = staff(role),
            Err(_) => {
                let roles: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
                self.terminal.reject(role, &roles.join(", "));
            }
        }
    }

    /// Time passes, until nine o'clock of a later day.
    fn go_on_to(&mut self, day: &str) {
        let now = self.clock.now();
        match format!("{day}T09:00:00+08:00").parse() {
            Ok(then) if then > now => self.clock.set(then),
            _ => {
                let wanted = self
                    .terminal
                    .say("应为以后的日期，如 2026-05-06。", "a later day is wanted, such as 2026-05-06.");
                self.terminal.reject(day, wanted);
            }
        }
    }

    fn question(&self) -> String {
        let role = self.words.term(self.terminal.language, "role", self.who.role);
        let others = self.terminal.say("as 角色，date 日期，history", "as ROLE, date DAY, history");
        format!("{role}, {} ({others})", self.clock.now().china_date())
    }

    const fn screen(&self) -> Screen<'_> {
        Screen { terminal: &self.terminal, words: &self.words }
    }

    /// How many cases are open, and whether the log is what was written.
    async fn say_goodbye(&self) -> Result<usize> {
        self.worklist.catch_up().await?;
        let proof = self.bureau.verify().await;
        ensure!(proof.is_sound(), "the history was changed: {:?}", proof.faults);
        let (open, events) = (self.worklist.rows().len(), proof.events);
        println!(
            "{}",
            match self.terminal.language {
                Language::Chinese => format!("离开窗口：在办 {open} 件，事件 {events} 个，逐一验证无误。"),
                Language::English =>
                    format!("The desk is closed: {open} open cases, {events} events, every digest verified."),
            }
        );
        Ok(open)
    }
}

fn written(revision: Option<Revision>) -> String {
    revision.map_or_else(String::new, |revision| revision.get().to_string())
}
