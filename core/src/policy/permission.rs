//! Who may act where: in whose cases a role may give which command.

use serde::{Deserialize, Serialize};

use super::acts::{COMMANDS, ROLES};
use super::profile::Provenance;
use super::rules::Rules;
use crate::id::Code;

/// In whose cases somebody may act, seen from the office for which they act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// In none: the command is taken from the role.
    Nowhere,
    /// In those of the office itself.
    OwnOffice,
    /// In those of the office and of all that lie under it, as a bureau supervises and an archive keeps.
    OfficeAndUnder,
    /// In those of every office; that they belong to the case, the command itself asks.
    Anywhere,
}

impl Scope {
    /// Whether somebody who acts for the one office may act in a case of the other.
    #[must_use]
    pub fn reaches(self, from: &Code, case: &Code) -> bool {
        match self {
            Self::Nowhere => false,
            Self::OwnOffice => case == from,
            Self::OfficeAndUnder => case.lies_under(from),
            Self::Anywhere => true,
        }
    }
}

/// In whose cases some roles may give some commands.
///
/// Which role may give a command at all stands in the tables of the kinds of cases, because a law names it. An entry says
/// where, and can take a command away; it cannot give a role what those tables do not.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Permission {
    /// The roles, at least one.
    pub roles: Vec<Code>,
    /// The commands; if none is named, all those of which no other entry speaks.
    pub commands: Vec<Code>,
    /// In whose cases.
    pub scope: Scope,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Permission {
    /// What it speaks of, pair by pair.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.roles.iter().flat_map(|role| {
            let all = self.commands.is_empty().then(|| format!("permission {role}"));
            let each = self.commands.iter().map(move |command| format!("permission {role} {command}"));
            all.into_iter().chain(each)
        })
    }

    fn speaks_of(&self, role: &str, command: &str) -> bool {
        let named = |code: &Code| code.as_str() == command;
        self.roles.iter().any(|known| known.as_str() == role)
            && (self.commands.is_empty() || self.commands.iter().any(named))
    }
}

impl Rules {
    /// What is said of a role and a command: by the narrowest jurisdiction that speaks of them, and there by the entry that
    /// names the command before one that names none.
    #[must_use]
    pub fn permission(&self, role: &str, command: &str) -> Option<&Permission> {
        let places: Vec<_> = self.jurisdiction().chain().collect();
        self.profiles()
            .flat_map(|profile| profile.permissions.iter().map(move |one| (profile.jurisdiction, one)))
            .filter(|(_, one)| one.provenance.in_force(self.date()) && one.speaks_of(role, command))
            .min_by_key(|(place, one)| {
                (places.iter().position(|known| known == place), one.commands.is_empty())
            })
            .map(|(_, one)| one)
    }

    /// In whose cases a role may give a command that its law lets it give: in those of its own office, if nothing is said.
    #[must_use]
    pub fn scope(&self, role: &str, command: &str) -> Scope {
        self.permission(role, command).map_or(Scope::OwnOffice, |permission| permission.scope)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPermission {
    roles: Vec<Code>,
    #[serde(default)]
    commands: Vec<Code>,
    scope: Scope,
}

pub(super) fn permission(raw: RawPermission, provenance: Provenance) -> Result<Permission, Vec<String>> {
    let RawPermission { roles, commands, scope } = raw;
    let mut reasons = Vec::new();
    if roles.is_empty() {
        reasons.push("speaks of nobody: `roles` is empty".to_owned());
    }
    for role in roles.iter().filter(|role| !ROLES.contains(&role.as_str())) {
        reasons.push(format!("unknown role: {role}"));
    }
    for command in commands.iter().filter(|command| !COMMANDS.contains(&command.as_str())) {
        reasons.push(format!("unknown command: {command}"));
    }
    if reasons.is_empty() { Ok(Permission { roles, commands, scope, provenance }) } else { Err(reasons) }
}
