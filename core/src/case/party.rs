//! The people in a case, by pseudonym.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::code::codes;
use crate::id::{ActorId, PersonRef};
use crate::privacy::{Fingerprint, Sealed};

codes! {
    /// On which side of a dispute somebody stands.
    pub enum Side {
        /// Who asks (申请方).
        Claimant = "CLAIMANT",
        /// Of whom it is asked (被申请方).
        Respondent = "RESPONDENT",
        /// Who has an interest of his own (第三人).
        Third = "THIRD",
    }
}

/// A party to a dispute (当事人).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The pseudonym, under whose key the particulars are sealed.
    pub person: PersonRef,
    /// On which side.
    pub side: Side,
    /// Name, identity number, telephone, address; as [`Particulars`], sealed.
    pub particulars: Sealed,
    /// Finds the same person in another case; `None` while the identity is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// Set if the party is a group that speaks through representatives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<PartyGroup>,
}

/// A party of many people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyGroup {
    /// How many people.
    pub members: u32,
    /// How many speak for them.
    pub representatives: u32,
}

/// What is known of a person; exists only outside the log, and in it only sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Particulars {
    /// The name, in any script.
    pub name: String,
    /// The number of the identity document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_number: Option<String>,
    /// The telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl std::fmt::Debug for Particulars {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Particulars(..)")
    }
}

/// Who is in a case at the moment, as guards ask for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// The parties.
    pub parties: BTreeSet<PersonRef>,
    /// Everyone who takes part, and on which side; those too who are no clients.
    pub sides: BTreeMap<PersonRef, Side>,
    /// Everyone who handles the case or has handled it.
    pub handlers: BTreeSet<ActorId>,
    /// Those of them who give the service or gave it: not who reviews or decides for the agency that pays for it.
    pub serving: BTreeSet<ActorId>,
    /// The one who leads, while somebody handles it (主办人).
    pub lead: Option<ActorId>,
    /// What finds the same person in another case, of every party whose identity is known.
    pub fingerprints: BTreeMap<PersonRef, Fingerprint>,
}
