//! What a mediation is about, and how it came in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::case::Party;
use crate::case::code::{DisputeType, codes};
use crate::id::{Code, PersonRef};
use crate::policy::Jurisdiction;
use crate::privacy::Sealed;

/// A dispute between people (纠纷).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// Where it belongs, which decides the local rules.
    pub jurisdiction: Jurisdiction,
    /// What it is about.
    pub kind: DisputeType,
    /// Who is in it.
    pub parties: Vec<Party>,
    /// What happened.
    pub summary: Sealed,
    /// What is asked for.
    pub request: Sealed,
    /// Features that put it outside mediation, or an agreement on it outside judicial confirmation.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<ScopeTag>,
}

impl Dispute {
    /// The pseudonyms of the parties.
    pub fn people(&self) -> impl Iterator<Item = PersonRef> {
        self.parties.iter().map(|party| party.person)
    }

    /// Those features that keep people's mediation out altogether.
    pub fn out_of_scope(&self) -> impl Iterator<Item = ScopeTag> {
        self.tags.iter().copied().filter(|tag| tag.excludes_mediation())
    }
}

codes! {
    /// A feature of a dispute that the law attaches a consequence to.
    pub enum ScopeTag {
        /// Only one authority may decide it (专属管辖). Not for mediation.
        ExclusiveAuthority = "EXCLUSIVE_AUTHORITY",
        /// A court or an arbitration body has it already. Not for mediation.
        InCourtOrArbitration = "IN_COURT_OR_ARBITRATION",
        /// It may be a crime or a security offence. Not for mediation.
        CrimeSuspected = "CRIME_SUSPECTED",
        /// Marriage, adoption, parentage (身份关系). Mediated, and not confirmable by a court.
        IdentityRelation = "IDENTITY_RELATION",
        /// Whether somebody owns a thing or a right (确权). Mediated, and not confirmable by a court.
        TitleConfirmation = "TITLE_CONFIRMATION",
        /// For another special procedure of the courts. Mediated, and not confirmable by a court.
        OtherSpecialProcedure = "OTHER_SPECIAL_PROCEDURE",
    }
}

impl ScopeTag {
    const fn excludes_mediation(self) -> bool {
        matches!(self, Self::ExclusiveAuthority | Self::InCourtOrArbitration | Self::CrimeSuspected)
    }

    /// Whether a court will not confirm an agreement on it.
    ///
    /// Source: Interpretation on the Civil Procedure Law (民诉法解释, 2022) Art 355.
    #[must_use]
    pub const fn excludes_confirmation(self) -> bool {
        matches!(self, Self::IdentityRelation | Self::TitleConfirmation | Self::OtherSpecialProcedure)
    }
}

codes! {
    /// In which form something was said.
    pub enum Form {
        /// On paper or on a screen.
        Written = "WRITTEN",
        /// By word of mouth, and noted down.
        Oral = "ORAL",
    }
}

codes! {
    /// Who handed a dispute over to the committee (委派/委托/移送).
    pub enum Delegator {
        /// A court before it files the case (委派). Source: Rules on Invited Mediation (特邀调解规定, 2016) Art 27.
        CourtBeforeFiling = "COURT_PRE",
        /// A court after it filed the case under the ordinary procedure (委托).
        CourtOrdinary = "COURT_POST_ORDINARY",
        /// A court after it filed the case under the summary procedure (委托).
        CourtSummary = "COURT_POST_SUMMARY",
        /// The police.
        Police = "POLICE",
        /// The petition office (信访).
        Petition = "PETITION",
        /// Another body.
        Other = "OTHER",
    }
}

/// How a dispute came to the committee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A party applied.
    Applied,
    /// The committee found it (主动调解).
    Found,
    /// Another body handed it over.
    Delegated(Delegator),
}

codes! {
    /// Who chose the mediators. Source: People's Mediation Law Art 19.
    pub enum ChosenBy {
        /// The committee.
        Committee = "COMMITTEE",
        /// The parties.
        Parties = "PARTIES",
    }
}

codes! {
    /// Whether others may listen. Source: People's Mediation Law Art 23.
    pub enum Openness {
        /// Open to others.
        Open = "OPEN",
        /// Among the parties.
        Closed = "CLOSED",
    }
}

codes! {
    /// Where a session is held.
    pub enum SessionMode {
        /// In one room.
        Onsite = "ONSITE",
        /// By video.
        Video = "VIDEO",
    }
}

codes! {
    /// How a session ended.
    pub enum SessionResult {
        /// It will go on another day.
        Adjourned = "ADJOURNED",
        /// The parties agree on terms.
        TermsFound = "TERMS_FOUND",
        /// The parties do not agree.
        NoAgreement = "NO_AGREEMENT",
        /// The parties have made their peace and want no agreement (和解).
        Reconciled = "RECONCILED",
    }
}

codes! {
    /// Who is warned of a dispute that may turn violent.
    pub enum Authority {
        /// The police.
        Police = "POLICE",
        /// The local government.
        Government = "GOVERNMENT",
    }
}

codes! {
    /// How a mediation ended.
    pub enum Outcome {
        /// By a written agreement.
        Agreed = "AGREED",
        /// By an oral agreement.
        AgreedOral = "AGREED_ORAL",
        /// The parties made their peace.
        Reconciled = "RECONCILED",
        /// Without result.
        Terminated = "TERMINATED",
        /// A party withdrew the application.
        Withdrawn = "WITHDRAWN",
        /// It was not taken on.
        Refused = "REFUSED",
    }
}

/// A ground by its code, as the rules in force list it.
pub type GroundCode = Code;
