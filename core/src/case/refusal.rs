//! Why a command is refused: all reasons, each with its rule, its basis and what would cure it.

use std::collections::BTreeMap;
use std::fmt;

use super::code::codes;

codes! {
    /// A reason for refusing a command.
    ///
    /// Rule, basis, explanation and cure of each stand in the catalogue of words, in every language it has.
    pub enum ReasonCode {
        /// The case is not in a state in which this can be done.
        WrongState = "wrong_state",
        /// The role may not do this.
        WrongRole = "wrong_role",
        /// The rules in force take this from the role.
        NotPermitted = "not_permitted",
        /// The case belongs to an office for which the role does not act.
        NotTheirOffice = "not_their_office",
        /// Somebody who is to be assigned is suspended or removed.
        ProviderBarred = "provider_barred",
        /// Somebody who is to be assigned is not in the pool.
        NotPooled = "not_pooled",
        /// The adviser is not signed in to a turn of duty.
        NotSignedIn = "not_signed_in",
        /// Somebody is tied to a party or to the outcome.
        Interested = "interested",
        /// Somebody says of another that they are tied, and does not answer for them.
        SaidOfAnother = "said_of_another",
        /// The recusal was asked for twice, and refused twice.
        RecusalSettled = "recusal_settled",
        /// The file lies in the archive.
        Archived = "archived",
        /// It happened before something already recorded, and no reason for the lateness is given.
        OutOfOrder = "out_of_order",
        /// Something recorded already, which happened later, could not have been decided after this; the reasons that
        /// follow are those against it.
        LaterEvent = "later_event",
        /// Something recorded already, which happened later, would have been decided otherwise after this.
        LaterOutcome = "later_outcome",
        /// It is said to happen after it is recorded.
        InTheFuture = "in_the_future",
        /// A due date needs a year whose calendar is missing.
        CalendarMissing = "calendar_missing",
        /// A due date cannot be computed from the rules in force.
        NoDeadline = "no_deadline",
        /// The person is not a party to the case.
        NotAParty = "not_a_party",
        /// Somebody is not assigned to the case.
        NotAssigned = "not_assigned",
        /// The actor handles the case, or has.
        IsHandler = "is_handler",
        /// There are not two sides.
        TooFewParties = "too_few_parties",
        /// A person is named twice.
        NamedTwice = "named_twice",
        /// Particulars are sealed under the key of somebody else.
        WrongKey = "wrong_key",
        /// A group has more representatives than the rule allows.
        TooManyRepresentatives = "too_many_representatives",
        /// Not every party has consented.
        ConsentMissing = "consent_missing",
        /// A party has refused.
        PartyRefused = "party_refused",
        /// The matter is outside the scope.
        OutOfScope = "out_of_scope",
        /// The ground is not in the rules in force.
        UnknownGround = "unknown_ground",
        /// The facts of the case do not bear the ground out.
        GroundNotMet = "ground_not_met",
        /// No other route is told to the parties.
        NoRemedyTold = "no_remedy_told",
        /// No case number was drawn.
        NoNumber = "no_number",
        /// Nobody is named.
        NobodyNamed = "nobody_named",
        /// The rights were not told to every party.
        RightsNotTold = "rights_not_told",
        /// A request to replace the mediator is unanswered.
        RecusalOpen = "recusal_open",
        /// The mediator was replaced in this case.
        WasReplaced = "was_replaced",
        /// The last session did not fail.
        NotFailed = "not_failed",
        /// Not every party has agreed.
        AgreementMissing = "agreement_missing",
        /// The term has ended.
        TermOver = "term_over",
        /// The new end is not after the present one.
        NotLater = "not_later",
        /// The clock is already stopped.
        ClockStopped = "clock_stopped",
        /// The clock runs.
        ClockRunning = "clock_running",
        /// No clock has been started.
        NoClock = "no_clock",
        /// The clock may not be stopped on this ground.
        PauseNotAllowed = "pause_not_allowed",
        /// The agreement has no obligations, or one of them is malformed.
        BadObligation = "bad_obligation",
        /// The total is not the sum of the obligations.
        SumDiffers = "sum_differs",
        /// It was signed already.
        AlreadySigned = "already_signed",
        /// A signature is missing.
        SignatureMissing = "signature_missing",
        /// The agreement must be in writing.
        WritingRequired = "writing_required",
        /// A local rule allows this, and it is not in force here.
        NotAllowedHere = "not_allowed_here",
        /// There is no such obligation.
        NoObligation = "no_obligation",
        /// The obligation is performed.
        Performed = "performed",
        /// More than what is owed.
        TooMuch = "too_much",
        /// The obligation is not due yet.
        NotDue = "not_due",
        /// The time for applying to the court is over.
        ConfirmationLate = "confirmation_late",
        /// Not all parties apply together.
        NotJoint = "not_joint",
        /// The court has the agreement already, or has ruled on it.
        AlreadyAtCourt = "already_at_court",
        /// Nothing was applied for at the court.
        NotAtCourt = "not_at_court",
        /// The outcome is not what the case has come to.
        OutcomeNotReached = "outcome_not_reached",
        /// The closing report is missing.
        NotClosed = "not_closed",
        /// A required item of the file is missing.
        FileIncomplete = "file_incomplete",
        /// The file was handed in and not given back.
        AlreadySubmitted = "already_submitted",
        /// The file was not handed in.
        NotSubmitted = "not_submitted",
        /// The same person hands in and accepts.
        SamePerson = "same_person",
        /// Somebody signs in or out for somebody else.
        NotOneself = "not_oneself",
        /// The person on duty calls their own roll.
        OwnRollCall = "own_roll_call",
        /// The person does not belong to the group.
        NotInGroup = "not_in_group",
        /// Nothing was delivered that could be rated or visited.
        NothingDelivered = "nothing_delivered",
        /// Somebody does not handle the case, or does not lead it.
        NotHandler = "not_handler",
        /// Somebody answers first for the matter already.
        FirstContactThere = "first_contact_there",
        /// The matter is not where this step of a proxy intake starts from.
        ProxyOutOfOrder = "proxy_out_of_order",
        /// The competent institution does not have the matter yet.
        OnTheWay = "on_the_way",
        /// The entry of the device came in before.
        AlreadyCaptured = "already_captured",
        /// The period ends before it begins.
        PeriodBackwards = "period_backwards",
        /// The day has passed.
        DayPast = "day_past",
        /// The time is not over.
        TimeNotOver = "time_not_over",
        /// A name is used twice.
        ItemTwice = "item_twice",
        /// A request for papers waits for an answer.
        SupplementOpen = "supplement_open",
        /// No request for papers waits for an answer.
        NoSupplementOpen = "no_supplement_open",
        /// What is asked for could have been asked for at first.
        KnownEarlier = "known_earlier",
        /// Nobody asked for this.
        NotAskedFor = "not_asked_for",
        /// It is not proved that the notice arrived.
        NotServed = "not_served",
        /// The matter was taken on with a gap already.
        GapOpen = "gap_open",
        /// There is no gap to be filled.
        NoGap = "no_gap",
        /// It is marked so already.
        AlreadyFlagged = "already_flagged",
        /// Nothing waits to be reported.
        NothingToReport = "nothing_to_report",
        /// Somebody has not agreed that their data are handed over.
        SharingNotAgreed = "sharing_not_agreed",
        /// No referral of this name is at this point.
        NoSuchReferral = "no_such_referral",
        /// Another body has not answered yet.
        ReferralOpen = "referral_open",
        /// An objection waits for an answer.
        ObjectionOpen = "objection_open",
        /// The other case is this one.
        SameCase = "same_case",
        /// A case that is named is not there.
        OtherCaseUnknown = "other_case_unknown",
        /// The case that is to go on is handled elsewhere itself.
        CaseGone = "case_gone",
        /// The institution itself is competent.
        StillCompetent = "still_competent",
        /// It is not proved that the people are the same.
        NotTheSame = "not_the_same",
        /// The matter is decided.
        AlreadyDecided = "already_decided",
        /// No ground is given.
        NoGroundGiven = "no_ground_given",
        /// Nobody wants this handler off the case.
        NoRecusalOpen = "no_recusal_open",
        /// The notice was not sent to this person.
        NotSent = "not_sent",
        /// The notice arrived before.
        AlreadyServed = "already_served",
        /// Somebody was dissatisfied, and nobody has asked why.
        VisitOwed = "visit_owed",
        /// No complaint of this name is open.
        NoSuchComplaint = "no_such_complaint",
        /// The complainant is not told the result.
        ComplainantNotTold = "complainant_not_told",
        /// No order of this name is open.
        NoSuchOrder = "no_such_order",
        /// Nothing was missed.
        NothingMissed = "nothing_missed",
        /// The case has no such event.
        NoSuchRecord = "no_such_record",
        /// The correction changes nothing.
        NothingCorrected = "nothing_corrected",
        /// A correction of this field waits for a second person.
        CorrectionOpen = "correction_open",
        /// No correction of this field waits for a second person.
        NoCorrectionOpen = "no_correction_open",
        /// The same person proposes and agrees.
        SecondPerson = "second_person",
        /// The file is lent.
        OnLoan = "on_loan",
        /// The file is not lent to this person.
        NotOnLoan = "not_on_loan",
        /// There is no such case.
        NoSuchCase = "no_such_case",
        /// A confidential case is shown to those alone who need it.
        Confidential = "confidential",
        /// A confidential file is lent only with an approval.
        ApprovalMissing = "approval_missing",
        /// No review of this name is open.
        NoSuchReview = "no_such_review",
        /// This person gave points before.
        AlreadyScored = "already_scored",
        /// Nobody gave points.
        NotScored = "not_scored",
        /// The reviewer is of the unit that handled the case.
        SameUnit = "same_unit",
        /// A case in the archive is continued by another, and only such a one.
        ContinuationOfArchived = "continuation_of_archived",
        /// The person is not held anywhere.
        NotHeld = "not_held",
        /// That does not make the agency competent in such a matter.
        NotCompetent = "not_competent",
        /// Nobody is named who is to be helped.
        NobodyAided = "nobody_aided",
        /// The rules know no such matter in this form of aid.
        UnknownMatter = "unknown_matter",
        /// No paper is handed in.
        NothingHandedIn = "nothing_handed_in",
        /// This form of aid does not begin this way.
        OtherEntrance = "other_entrance",
        /// Not everything was told that must be told before a commitment.
        NotAllTold = "not_all_told",
        /// Nobody told the person what a commitment means.
        CommitmentNotTold = "commitment_not_told",
        /// A commitment is signed on three papers, and one is missing.
        CommitmentPapersMissing = "commitment_papers_missing",
        /// A bad credit record keeps from a commitment until it is repaired.
        BadCredit = "bad_credit",
        /// The commitment is false.
        CommitmentFalse = "commitment_false",
        /// There is no commitment that stands.
        NoCommitment = "no_commitment",
        /// It is not said what was asked of a register, or it was none.
        QueryMissing = "query_missing",
        /// The law does not ask for the means in this matter.
        MeansNotAsked = "means_not_asked",
        /// Nobody decides on what they had a part in.
        OwnDecision = "own_decision",
        /// The time that is left is not as short as the rule asks.
        NotUrgent = "not_urgent",
        /// It is not shown that the person is in hardship.
        HardshipNotShown = "hardship_not_shown",
        /// No reviewer has given an opinion.
        NotReviewed = "not_reviewed",
        /// Whoever reviewed does not approve.
        OwnReview = "own_review",
        /// Fewer counsel are chosen than the rule asks.
        TooFewChoices = "too_few_choices",
        /// The organ that handles the case is not told.
        OrganNotTold = "organ_not_told",
        /// Only lawyers defend in criminal proceedings.
        NotForDefence = "not_for_defence",
        /// A volunteer who is no lawyer only advises and drafts.
        NotAsCounsel = "not_as_counsel",
        /// The counsel has practised for too short a time in such matters.
        TooLittlePractice = "too_little_practice",
        /// The counsel does not know minors.
        MinorsNotKnown = "minors_not_known",
        /// The counsel may not be assigned at the time.
        NotInRoster = "not_in_roster",
        /// Nobody searched for conflicts of interest.
        ConflictsNotSearched = "conflicts_not_searched",
        /// A conflict of interest was found.
        ConflictFound = "conflict_found",
        /// The person chose others, and no reason is given why not.
        ChoiceNotAnswered = "choice_not_answered",
        /// The time for signing is over, and no reason was noted.
        SigningLate = "signing_late",
        /// The client was not told what may go wrong.
        RisksNotTold = "risks_not_told",
        /// The client is not told.
        ClientNotTold = "client_not_told",
        /// The agency is not told of a major or hard matter.
        AgencyNotTold = "agency_not_told",
        /// Client and unit have not signed.
        NotSigned = "not_signed",
        /// The paper that ends the matter is missing.
        EndingPaperMissing = "ending_paper_missing",
        /// The person has objected before.
        AlreadyObjected = "already_objected",
        /// The time for objecting is over.
        ObjectionLate = "objection_late",
        /// No objection is at this point.
        NoObjection = "no_objection",
        /// Nobody has ordered the agency to correct its decision.
        NoOrderToCorrect = "no_order_to_correct",
        /// No counsel has worked on it.
        NobodyWorked = "nobody_worked",
        /// There is no subsidy at this point.
        NoSubsidy = "no_subsidy",
        /// The aid was not got by fraud.
        NoFraud = "no_fraud",
        /// The fine is higher than the law allows.
        FineTooHigh = "fine_too_high",
        /// The agency has not taken the counsel's file.
        FileNotAccepted = "file_not_accepted",
        /// The rules in force know no such notarial matter.
        NoSuchMatter = "no_such_matter",
        /// What concerns real estate is for the office of the place.
        OtherPlace = "other_place",
        /// The person concerned must come, and sends somebody else.
        InPersonOnly = "in_person_only",
        /// Neither a document nor evidence is handed in.
        NothingEnclosed = "nothing_enclosed",
        /// A condition is not found to hold.
        ConditionMissing = "condition_missing",
        /// No fee is set.
        NoFee = "no_fee",
        /// More than what is left of the fee.
        MoreThanFee = "more_than_fee",
        /// Somebody meets the conditions of legal aid, and the fee is not reduced.
        ReductionMissing = "reduction_missing",
        /// Something is not examined, or in doubt.
        NotExamined = "not_examined",
        /// Something is said to be in order and in doubt at once.
        BothWays = "both_ways",
        /// Something is in doubt, and nothing has come in that settles it.
        StillDoubtful = "still_doubtful",
        /// What is said to be settled was not in doubt.
        NotDoubted = "not_doubted",
        /// Whoever records it is not among those who did it.
        NotNamed = "not_named",
        /// Fewer go out than the rule asks for.
        TooFewVerifiers = "too_few_verifiers",
        /// The letter asks nothing.
        NothingAsked = "nothing_asked",
        /// The office asks itself.
        OwnOffice = "own_office",
        /// Testimony is not given on the spot in such a matter.
        NotOnSite = "not_on_site",
        /// Testimony was not given on the spot yet.
        NoTestimony = "no_testimony",
        /// The office has not discussed the matter.
        NotDiscussed = "not_discussed",
        /// Something was not looked at.
        NotChecked = "not_checked",
        /// Something is missing on the certificate.
        PartMissing = "part_missing",
        /// The application was taken back.
        TakenBack = "taken_back",
        /// Somebody has received it already.
        AlreadyReceived = "already_received",
        /// The time for asking for a reexamination is over.
        ReexaminationLate = "reexamination_late",
        /// They made or approved the certificate.
        MadeIt = "made_it",
        /// The decision does not follow from what was found.
        DoesNotFollow = "does_not_follow",
        /// Nothing of the kind is left to be done.
        NothingToDo = "nothing_to_do",
        /// The recall or the publication is missing.
        NotPublished = "not_published",
        /// The certificate does not make a debt enforceable.
        NotEnforceable = "not_enforceable",
        /// Nothing is claimed.
        NothingOwed = "nothing_owed",
        /// The file is not under seal.
        NotUnderSeal = "not_under_seal",
        /// A group has at least two members, and no more who speak for it.
        NoGroup = "no_group",
        /// It is not known who asks.
        CallerUnknown = "caller_unknown",
        /// It is known who asks.
        AlreadyIdentified = "already_identified",
        /// A caller without a name cannot be reached in this way.
        NoContact = "no_contact",
        /// What was collected was collected after it came in.
        CollectedLater = "collected_later",
        /// The appointment lies in the past.
        AppointmentPast = "appointment_past",
        /// The competent body is not named.
        CompetentBodyMissing = "competent_body_missing",
        /// The adviser has not checked in on a shift, and is no registered expert.
        AdviserNotOnDuty = "adviser_not_on_duty",
        /// Somebody else was asked to answer.
        NotTheAdviser = "not_the_adviser",
        /// An interpreter is missing.
        InterpreterMissing = "interpreter_missing",
        /// The caller is no child under fourteen.
        NoChild = "no_child",
        /// Whoever looks after the child was not told.
        GuardianNotTold = "guardian_not_told",
        /// The caller was not told of the right to apply for legal aid.
        AidRightsNotTold = "aid_rights_not_told",
        /// A request for legal aid is still on its way.
        AidRequestOpen = "aid_request_open",
        /// No request for legal aid was made, or it has arrived.
        NoAidRequest = "no_aid_request",
        /// There is no such work order.
        NoOrder = "no_order",
        /// The work order is not with its unit.
        OrderNotThere = "order_not_there",
        /// The work order is that of another unit.
        NotTheUnit = "not_the_unit",
        /// The unit has taken the work order on.
        OrderTakenOn = "order_taken_on",
        /// The unit has given an order back before.
        ReturnedBefore = "returned_before",
        /// The new end is later than the rule allows.
        ExtensionTooLong = "extension_too_long",
        /// The caller was not told of the extension.
        CallerNotTold = "caller_not_told",
        /// No such reminder is due.
        ReminderNotDue = "reminder_not_due",
        /// The unit was reminded at this share of its time.
        AlreadyReminded = "already_reminded",
        /// There is no result to tell.
        NothingToFeedBack = "nothing_to_feed_back",
        /// The unit does not know yet that the caller is dissatisfied.
        DissatisfactionOpen = "dissatisfaction_open",
        /// The caller is not dissatisfied, or the unit knows.
        NotDissatisfied = "not_dissatisfied",
        /// The unit has not answered yet.
        OrderNotAnswered = "order_not_answered",
        /// A case does not become one of its own kind.
        SameKind = "same_kind",
        /// The caller has not consented to the new case.
        ConversionConsentMissing = "conversion_consent_missing",
        /// A work order is open.
        OrderOpen = "order_open",
        /// A rework is not done.
        ReworkOpen = "rework_open",
        /// Something is awaited from the caller.
        MaterialAwaited = "material_awaited",
        /// A sensitive matter was not reported.
        SensitiveNotReported = "sensitive_not_reported",
        /// The time in which a closed case is taken up again is over.
        ReopenedTooLate = "reopened_too_late",
    }
}

/// One reason, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Which reason.
    pub code: ReasonCode,
    /// What it is about, by the names that the catalogue's sentences use.
    pub about: BTreeMap<&'static str, About>,
}

/// What a reason is about: something to be shown as it is, or a word to be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A date, an id, an amount.
    Text(String),
    /// Several of them, perhaps none; how they are joined is the language's affair.
    List(Vec<String>),
    /// Keys of the catalogue of words (`role.CLERK`).
    Words(Vec<String>),
}

impl Reason {
    /// A reason that is about nothing in particular.
    #[must_use]
    pub const fn new(code: ReasonCode) -> Self {
        Self { code, about: BTreeMap::new() }
    }

    /// Adds what it is about.
    #[must_use]
    pub fn text(mut self, name: &'static str, text: impl fmt::Display) -> Self {
        self.about.insert(name, About::Text(text.to_string()));
        self
    }

    /// Adds several things that it is about.
    #[must_use]
    pub fn list<T: fmt::Display>(mut self, name: &'static str, items: impl IntoIterator<Item = T>) -> Self {
        let items = items.into_iter().map(|item| item.to_string()).collect();
        self.about.insert(name, About::List(items));
        self
    }

    /// Adds words of the catalogue that it is about.
    #[must_use]
    pub fn words<T: fmt::Display>(
        mut self,
        name: &'static str,
        group: &str,
        codes: impl IntoIterator<Item = T>,
    ) -> Self {
        let words = codes.into_iter().map(|code| format!("{group}.{code}")).collect();
        self.about.insert(name, About::Words(words));
        self
    }
}

/// A command that is not carried out, and every reason why. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{command} is refused in state {state}: {}", codes(reasons))]
pub struct Refusal {
    /// The name of the command.
    pub command: &'static str,
    /// The name of the state.
    pub state: &'static str,
    /// All reasons; at least one.
    pub reasons: Vec<Reason>,
}

impl Refusal {
    /// Whether this is among the reasons.
    #[must_use]
    pub fn is_for(&self, code: ReasonCode) -> bool {
        self.reasons.iter().any(|reason| reason.code == code)
    }
}

fn codes(reasons: &[Reason]) -> String {
    reasons.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>().join(", ")
}
