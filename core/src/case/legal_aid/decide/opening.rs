//! How a matter comes in: A1 to A4, and the help of a duty lawyer.

use std::collections::BTreeSet;

use super::{Desk, Events};
use crate::case::legal_aid::application::{
    AidApplicationReceived, AidApplicationTaken, ApplicationForwarded, Competence, DefenceNoticeReceived,
    DutyServiceRecorded, JurisdictionConfirmed, ReceiveAidApplication, ReceiveDefenceNotice,
    SubmitAidApplication, TakeAidApplication,
};
use crate::case::legal_aid::event::Event;
use crate::case::legal_aid::request::{AidRequest, Applying, DutyService, SubKind};
use crate::case::legal_aid::state::{Stage, State, TakenIn};
use crate::case::{CaseNumber, Party, Reason, ReasonCode, Side};
use crate::clock::Timestamp;
use crate::id::DocumentId;
use crate::policy::{CaseKind, Deadline, Jurisdiction};

/// The rules put what they ask for no look into the means under this name.
const NO_MEANS_TEST: &str = "NO_MEANS_TEST";

impl<'a> Desk<'a> {
    pub(super) fn apply(&mut self, command: &SubmitAidApplication) -> Events {
        self.is_unopened()?;
        self.is_sound(&command.request);
        self.may_apply(&command.request, command.by, &command.papers);
        let SubmitAidApplication { request, by, form, papers, receipt } = command.clone();
        let means_test = self.asks_for_means(&request);
        let (number, decide_by) = (self.number()?, self.deadline_in(&request.jurisdiction, "AID-D01")?);
        let received = AidApplicationReceived {
            number,
            request,
            by,
            form,
            papers,
            receipt,
            means_test,
            taken_at: None,
            decide_by,
        };
        Some(vec![Event::AidApplicationReceived(received)])
    }

    /// Where the agency is not, an application is only taken in: the clock of the agency starts when it has it. Who holds
    /// somebody must hand over within a day.
    pub(super) fn take_in(&mut self, command: &TakeAidApplication) -> Events {
        self.is_unopened()?;
        self.is_sound(&command.request);
        self.may_apply(&command.request, command.by, &command.papers);
        let TakeAidApplication { request, by, form, papers } = command.clone();
        let hand_over_by = match request.custody {
            Some(_) => Some(self.deadline_in(&request.jurisdiction, "AID-D04")?),
            None => None,
        };
        let taken = AidApplicationTaken { request, by, form, papers, hand_over_by };
        Some(vec![Event::AidApplicationTaken(taken)])
    }

    /// Source: Legal Aid Law (法律援助法, 2021) Art 39.
    pub(super) fn forward(&mut self, forwarded: &ApplicationForwarded) -> Events {
        let taken = self.taken_in()?;
        self.check.must(taken.request.custody.is_some(), ReasonCode::NotHeld);
        self.check.must(taken.forwarded.is_none(), ReasonCode::AlreadySubmitted);
        Some(vec![Event::ApplicationForwarded(forwarded.clone())])
    }

    pub(super) fn receive(&mut self, command: ReceiveAidApplication) -> Events {
        let taken = self.taken_in()?;
        let TakenIn { request, by, form, papers, at, .. } = taken.clone();
        let means_test = self.asks_for_means(&request);
        let (number, decide_by) = (self.number()?, self.deadline_in(&request.jurisdiction, "AID-D01")?);
        let received = AidApplicationReceived {
            number,
            request,
            by,
            form,
            papers,
            receipt: command.receipt,
            means_test,
            taken_at: Some(at),
            decide_by,
        };
        Some(vec![Event::AidApplicationReceived(received)])
    }

    /// Source: Legal Aid Law Art 25, 28, 36.
    pub(super) fn receive_notice(&mut self, command: &ReceiveDefenceNotice) -> Events {
        self.is_unopened()?;
        self.is_sound(&command.request);
        let notified = command.request.sub_kind == SubKind::CriminalNotified;
        self.enters_here(notified, command.request.sub_kind);
        let ReceiveDefenceNotice { request, organ, discovered_on, notice } = command.clone();
        let assign_by = self.deadline_in(&request.jurisdiction, "AID-D03");
        let organ_by = match discovered_on {
            None => None,
            Some(day) if day > self.context.date() => {
                self.check.refuse(Reason::new(ReasonCode::InTheFuture));
                return None;
            }
            Some(day) => {
                let start = Timestamp::start_of_china_day(day);
                let start = start.map_err(|error| {
                    self.check.refuse(Reason::new(ReasonCode::NoDeadline).text("error", error));
                });
                let place = request.jurisdiction;
                let organ_by = self.context.deadline_from(&place, "AID-D03", Some("organ"), start.ok()?, &[]);
                Some(self.check.deadline(organ_by)?)
            }
        };
        let (number, assign_by) = (self.number()?, assign_by?);
        let received =
            DefenceNoticeReceived { number, request, organ, discovered_on, notice, assign_by, organ_by };
        Some(vec![Event::DefenceNoticeReceived(received)])
    }

    /// Source: Legal Aid Law Art 30.
    pub(super) fn serve_on_duty(&mut self, service: &DutyService) -> Events {
        match self.state() {
            State::Unopened => {}
            State::Served(services) => {
                let same =
                    services.iter().any(|served| served.service.client.person == service.client.person);
                self.check.none((!same).then_some(service.client.person), ReasonCode::NotAParty);
            }
            State::TakenIn(_) | State::TakenBack(_) | State::Registered(..) => {
                return self.check.wrong_state();
            }
        }
        self.keys_fit(std::slice::from_ref(&service.client));
        self.check.must(!service.help.is_empty(), ReasonCode::NobodyNamed);
        let recorded = DutyServiceRecorded { service: service.clone(), by: self.context.actor.id };
        Some(vec![Event::DutyServiceRecorded(recorded)])
    }

    /// Where an organ handles the case its seat decides; elsewhere the body of the dispute or the place of the event. Of
    /// several it is the first that received the application.
    ///
    /// Source: Legal Aid Law Art 38; MoJ Order 148 (办理法律援助案件程序规定, 2023).
    pub(super) fn check_jurisdiction(&mut self, confirmed: &JurisdictionConfirmed) -> Events {
        let file = self.file_at(|_, stage| *stage == Stage::Received)?;
        let at_organ = file.request.stage.has_case_organ();
        let fits = match confirmed.basis {
            Competence::SeatOfOrgan => at_organ,
            Competence::DisputeBody | Competence::PlaceOfEvent => !at_organ,
            Competence::FirstReceiver => true,
        };
        self.check.must(fits, ReasonCode::NotCompetent);
        Some(vec![Event::JurisdictionConfirmed(confirmed.clone())])
    }

    fn is_unopened(&mut self) -> Option<()> {
        match self.state() {
            State::Unopened => Some(()),
            State::TakenIn(_) | State::TakenBack(_) | State::Registered(..) | State::Served(_) => {
                self.check.wrong_state()
            }
        }
    }

    fn taken_in(&mut self) -> Option<&'a TakenIn> {
        match self.state() {
            State::TakenIn(taken) => Some(taken),
            State::Unopened | State::TakenBack(_) | State::Registered(..) | State::Served(_) => {
                self.check.wrong_state()
            }
        }
    }

    fn number(&mut self) -> Option<CaseNumber> {
        let number = self.context.number.clone();
        self.check.must(number.is_some(), ReasonCode::NoNumber);
        number
    }

    fn deadline_in(&mut self, place: &Jurisdiction, rule: &str) -> Option<Deadline> {
        self.check.deadline(self.context.deadline(place, rule, None))
    }

    /// Somebody is to be helped, in a matter that the rules know in this form, and nobody is named twice.
    fn is_sound(&mut self, request: &AidRequest) {
        let aided = request.parties.iter().any(|party| party.side == Side::Claimant);
        self.check.must(aided, ReasonCode::NobodyAided);
        let mut seen = BTreeSet::new();
        self.check.none(request.people().filter(|person| !seen.insert(*person)), ReasonCode::NamedTwice);
        self.keys_fit(&request.parties);
        let rules = self.context.rules(&request.jurisdiction);
        let matter = rules.matter(CaseKind::LegalAid, request.matter.as_str());
        let form = request.sub_kind.as_str();
        if !matter.is_some_and(|matter| matter.classes.iter().any(|class| class.as_str() == form)) {
            let reason = Reason::new(ReasonCode::UnknownMatter).text("matter", &request.matter).words(
                "form",
                "sub_kind",
                [request.sub_kind],
            );
            self.check.refuse(reason);
        }
    }

    /// Under another key particulars would outlive the destruction of the person's own.
    fn keys_fit(&mut self, parties: &[Party]) {
        let astray = parties.iter().filter(|party| party.particulars.key() != party.person.key());
        self.check.none(astray.map(|party| party.person), ReasonCode::WrongKey);
    }

    /// Source: Legal Aid Law Art 40.
    fn may_apply(&mut self, request: &AidRequest, by: Applying, papers: &[DocumentId]) {
        self.enters_here(request.sub_kind.is_applied_for(), request.sub_kind);
        self.check.must(!papers.is_empty(), ReasonCode::NothingHandedIn);
        let needs_custody = by == Applying::RelativeOfDetained;
        self.check.must(!needs_custody || request.custody.is_some(), ReasonCode::NotHeld);
    }

    /// A notice, a service on duty and an advice do not begin with an application.
    fn enters_here(&mut self, here: bool, sub_kind: SubKind) {
        if !here {
            let reason = Reason::new(ReasonCode::OtherEntrance).words("form", "sub_kind", [sub_kind]);
            self.check.refuse(reason);
        }
    }

    /// Source: Legal Aid Law Art 25, 28, 32.
    fn asks_for_means(&self, request: &AidRequest) -> bool {
        let rules = self.context.rules(&request.jurisdiction);
        let matter = rules.matter(CaseKind::LegalAid, request.matter.as_str());
        !matter.is_some_and(|matter| matter.has(NO_MEANS_TEST))
    }
}
