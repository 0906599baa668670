//! Who may give which command that every kind knows, and in which phase.
//!
//! Separate duties show in the roles: whoever serves does not supervise, and an operator of the platform does neither.

use super::command::CommonCommand;
use crate::case::CommandSpec;
use crate::case::code::{Phase, Role};

/// The phases in which a matter has not been decided on yet.
const AT_THE_DOOR: &[Phase] = &[Phase::Received, Phase::UnderReview];

/// The phases in which a case is handled.
const HANDLED: &[Phase] = &[Phase::Assigned, Phase::Handling];

/// The phases before the end; in them a clock can run, for a court's runs from the receipt of its materials.
const RUNNING: &[Phase] = &[Phase::Received, Phase::UnderReview, Phase::Assigned, Phase::Handling];

/// The phases in which a case is open.
const OPEN: &[Phase] =
    &[Phase::Received, Phase::UnderReview, Phase::Assigned, Phase::Handling, Phase::Closed];

/// The phases in which something may have been delivered.
const SERVED: &[Phase] = &[Phase::Handling, Phase::Closed];

/// From the first event on, for ever: the exceptions of the archive among them.
const ALWAYS: &[Phase] =
    &[Phase::Received, Phase::UnderReview, Phase::Assigned, Phase::Handling, Phase::Closed, Phase::Archived];

const CLOSED: &[Phase] = &[Phase::Closed];
const AFTER_THE_END: &[Phase] = &[Phase::Closed, Phase::Archived];
const ARCHIVED: &[Phase] = &[Phase::Archived];

/// Whoever asks, or acts for one who does.
const CLIENTS: &[Role] = &[Role::Applicant, Role::Party, Role::Agent, Role::Guardian];

/// Clients, and those who note what a client brings or says.
const CLIENTS_AND_DESK: &[Role] = &[
    Role::Applicant,
    Role::Party,
    Role::Agent,
    Role::Guardian,
    Role::Clerk,
    Role::Hotline,
    Role::DutyLawyer,
    Role::Mediator,
    Role::NotaryAssistant,
];

/// Those who meet the client.
const DESK: &[Role] = &[
    Role::Clerk,
    Role::Hotline,
    Role::Liaison,
    Role::DutyLawyer,
    Role::Reviewer,
    Role::Counsel,
    Role::Mediator,
    Role::Notary,
    Role::NotaryAssistant,
];

/// Those who work on the case.
const HANDLERS: &[Role] = &[
    Role::Clerk,
    Role::Hotline,
    Role::DutyLawyer,
    Role::Reviewer,
    Role::Counsel,
    Role::Mediator,
    Role::Committee,
    Role::Notary,
    Role::NotaryAssistant,
];

/// Those who look at what came in.
const REVIEWERS: &[Role] =
    &[Role::Clerk, Role::DutyLawyer, Role::Reviewer, Role::Mediator, Role::Committee, Role::Notary];

/// Those who confirm what a reviewer found.
const DECIDERS: &[Role] = &[Role::Reviewer, Role::Approver, Role::Committee, Role::Notary, Role::NotaryHead];

/// Those who answer for others.
pub(super) const SUPERVISORS: &[Role] =
    &[Role::Dispatcher, Role::Approver, Role::Committee, Role::NotaryHead, Role::Bureau];

/// Those who give cases to people, and those who prepare it.
const ASSIGNERS: &[Role] = &[
    Role::Dispatcher,
    Role::Clerk,
    Role::Hotline,
    Role::LawFirm,
    Role::Reviewer,
    Role::Approver,
    Role::Committee,
    Role::NotaryHead,
    Role::Bureau,
];

/// The heads of institutions, and the bureau.
const HEADS: &[Role] = &[Role::Approver, Role::Committee, Role::NotaryHead, Role::Bureau];

/// The system and the handlers: to stop a clock is no decision, the rule lists the grounds.
const CLOCK_KEEPERS: &[Role] = &[
    Role::System,
    Role::Clerk,
    Role::Hotline,
    Role::DutyLawyer,
    Role::Reviewer,
    Role::Counsel,
    Role::Mediator,
    Role::Notary,
];

/// Those who keep what a case leaves behind.
const FILE_MAKERS: &[Role] = &[
    Role::Clerk,
    Role::DutyLawyer,
    Role::Counsel,
    Role::LawFirm,
    Role::Mediator,
    Role::Committee,
    Role::Notary,
    Role::NotaryAssistant,
];

const ARCHIVIST: &[Role] = &[Role::Archivist];
const BUREAU: &[Role] = &[Role::Bureau];

/// Those who meet the client, and the machines that do.
const DESK_AND_SYSTEM: &[Role] = &[
    Role::Clerk,
    Role::Hotline,
    Role::Liaison,
    Role::DutyLawyer,
    Role::Reviewer,
    Role::Counsel,
    Role::Mediator,
    Role::Notary,
    Role::NotaryAssistant,
    Role::System,
];

/// Those who want a handler off the case: a party, or the handler.
const PARTIES_AND_HANDLERS: &[Role] = &[
    Role::Applicant,
    Role::Party,
    Role::Agent,
    Role::Guardian,
    Role::DutyLawyer,
    Role::Reviewer,
    Role::Counsel,
    Role::Mediator,
    Role::Notary,
];

/// Those who are tied to a matter or learn that somebody is: the handlers, and whoever assigns them.
const WHOEVER_KNOWS: &[Role] = &[
    Role::Dispatcher,
    Role::Clerk,
    Role::Hotline,
    Role::DutyLawyer,
    Role::Reviewer,
    Role::Counsel,
    Role::Mediator,
    Role::Committee,
    Role::Notary,
    Role::NotaryAssistant,
    Role::Approver,
    Role::NotaryHead,
    Role::Bureau,
];

/// Those who tell people something.
const NOTIFIERS: &[Role] = &[
    Role::System,
    Role::Clerk,
    Role::Hotline,
    Role::DutyLawyer,
    Role::Reviewer,
    Role::Counsel,
    Role::Mediator,
    Role::Committee,
    Role::Notary,
    Role::NotaryAssistant,
];

/// Anybody may complain; who takes a complaint down notes it.
const COMPLAINANTS: &[Role] = &[
    Role::Applicant,
    Role::Party,
    Role::Agent,
    Role::Guardian,
    Role::External,
    Role::Clerk,
    Role::Hotline,
    Role::Qa,
    Role::Bureau,
];

/// Those who keep records.
const CORRECTORS: &[Role] = &[
    Role::Clerk,
    Role::Hotline,
    Role::DutyLawyer,
    Role::Reviewer,
    Role::Approver,
    Role::Counsel,
    Role::Mediator,
    Role::Committee,
    Role::Notary,
    Role::NotaryAssistant,
    Role::Archivist,
];

const fn spec(
    number: &'static str,
    name: &'static str,
    roles: &'static [Role],
    from: &'static [Phase],
) -> CommandSpec<Phase> {
    CommandSpec { number, name, roles, from }
}

impl CommonCommand {
    /// Who may do what, and in which phase. A number with `row` is that of a mechanism in the table of seeds.
    pub const COMMANDS: &'static [CommandSpec<Phase>] = &[
        spec("2.0", "AssignFirstContact", &[Role::System, Role::Clerk, Role::Hotline], AT_THE_DOOR),
        spec("row 9", "VerifyIdentity", DESK_AND_SYSTEM, RUNNING),
        spec("row 6", "RecordProxyIntake", &[Role::Clerk, Role::Liaison], AT_THE_DOOR),
        spec("row 6", "ForwardToAuthority", &[Role::Clerk, Role::Liaison], AT_THE_DOOR),
        spec("row 6", "ReceiveByAuthority", &[Role::Clerk, Role::Reviewer], AT_THE_DOOR),
        spec("row 46", "RecordOfflineCapture", DESK_AND_SYSTEM, OPEN),
        spec("2.0", "TagSpecialGroup", DESK, OPEN),
        spec("2.0", "GrantPriority", &[Role::Clerk, Role::Approver, Role::Bureau], OPEN),
        spec("row 45", "RecordLanguagePreference", DESK, RUNNING),
        spec("row 45", "AssignInterpreter", HANDLERS, RUNNING),
        spec("row 39", "RecordAccommodation", DESK, RUNNING),
        spec("2.0", "RequestSupplement", REVIEWERS, RUNNING),
        spec("2.0", "SubmitSupplement", CLIENTS_AND_DESK, RUNNING),
        spec("2.0", "LapseSupplement", DECIDERS, RUNNING),
        spec("row 3", "AcceptProvisionally", REVIEWERS, AT_THE_DOOR),
        spec("row 3", "FillGap", CLIENTS_AND_DESK, RUNNING),
        spec("row 3", "DefaultGap", DECIDERS, RUNNING),
        spec("2.0", "SuspendClock", CLOCK_KEEPERS, RUNNING),
        spec("2.0", "ResumeClock", CLOCK_KEEPERS, RUNNING),
        spec("2.0", "FlagSensitive", HANDLERS, OPEN),
        spec("2.0", "ReportSensitive", HANDLERS, OPEN),
        spec("3.12", "MarkConfidential", HANDLERS, OPEN),
        spec("2.0", "ReferOut", HANDLERS, OPEN),
        spec("2.0", "AcceptReferral", &[Role::External, Role::Clerk, Role::Hotline], OPEN),
        spec("2.0", "RejectReferral", &[Role::External, Role::Clerk, Role::Hotline], OPEN),
        spec("3.5", "RecordReferralResult", &[Role::External, Role::Clerk, Role::Hotline], OPEN),
        spec("row 18", "ReceiveReferral", &[Role::Clerk, Role::Hotline], AT_THE_DOOR),
        spec("row 20", "LinkCase", HANDLERS, OPEN),
        spec("2.0", "TransferJurisdiction", DECIDERS, AT_THE_DOOR),
        spec("2.0", "MergeDuplicate", SUPERVISORS, RUNNING),
        spec("2.0", "WithdrawByParty", CLIENTS, RUNNING),
        spec("2.0", "Recuse", PARTIES_AND_HANDLERS, HANDLED),
        spec("2.0", "DecideRecusal", HEADS, HANDLED),
        spec("SOD-09", "DiscloseInterest", WHOEVER_KNOWS, RUNNING),
        spec("SOD-10", "SearchConflicts", ASSIGNERS, OPEN),
        spec("2.0", "ReplaceHandler", SUPERVISORS, HANDLED),
        spec("row 21", "RecordHandlingPlan", HANDLERS, HANDLED),
        spec("2.0", "RecordContact", DESK, OPEN),
        spec("row 19", "HoldJointConsultation", HANDLERS, RUNNING),
        spec("row 29", "ConsultExpert", HANDLERS, RUNNING),
        spec("3.9", "SendNotice", NOTIFIERS, OPEN),
        spec("3.9", "ServeNotice", NOTIFIERS, OPEN),
        spec("row 12", "IssueReceipt", DESK_AND_SYSTEM, OPEN),
        spec("2.0", "RateSatisfaction", CLIENTS, SERVED),
        spec("2.0", "RecordReturnVisit", &[Role::Mediator, Role::Hotline, Role::Qa, Role::Bureau], SERVED),
        spec("2.0", "FileComplaint", COMPLAINANTS, OPEN),
        spec("2.0", "ResolveComplaint", BUREAU, OPEN),
        spec("row 61", "IssueSupervisionOrder", BUREAU, OPEN),
        spec("row 61", "VerifyRectification", BUREAU, OPEN),
        spec("row 40", "NoteMissedDeadline", &[Role::System, Role::Bureau], RUNNING),
        spec("row 40", "OpenAccountability", BUREAU, OPEN),
        spec("row 26", "RecordResolutionTier", HANDLERS, SERVED),
        spec("row 25", "RecordDisposition", HANDLERS, SERVED),
        spec("2.0", "CorrectRecord", CORRECTORS, ALWAYS),
        spec("SOD-13", "ConfirmCorrection", CORRECTORS, ALWAYS),
        spec("2.0", "SubmitArchive", FILE_MAKERS, CLOSED),
        spec("2.0", "AcceptArchive", ARCHIVIST, CLOSED),
        spec("2.0", "ReturnArchive", ARCHIVIST, CLOSED),
        spec("I1", "LendFile", ARCHIVIST, ARCHIVED),
        spec("I1", "ReturnFile", ARCHIVIST, ARCHIVED),
        spec("row 48", "OpenQualityReview", BUREAU, AFTER_THE_END),
        spec("row 48", "ScoreQualityReview", &[Role::Peer, Role::Qa, Role::Bureau], AFTER_THE_END),
        spec("row 48", "FinaliseQualityReview", BUREAU, AFTER_THE_END),
        spec("2.0", "ReopenCase", HEADS, AFTER_THE_END),
    ];
}
