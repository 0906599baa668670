//! What is known of a reason in no language: its rule, and the names under which it says what it is about.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::case::ReasonCode;

static RULES: LazyLock<BTreeMap<ReasonCode, Rule>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../words/reasons.toml"))
        .expect("the embedded list of reasons is well formed")
});

/// The rule behind a reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    /// Its number in the specification (`R1`, `M14`, `SOD-05`).
    pub(super) rule: String,
    /// What a reason always says.
    #[serde(default)]
    pub(super) about: Vec<String>,
    /// What a reason says in some cases.
    #[serde(default)]
    pub(super) sometimes: Vec<String>,
}

impl Rule {
    /// The rule behind this reason.
    pub(super) fn of(code: ReasonCode) -> Option<&'static Self> {
        RULES.get(&code)
    }

    /// What speaks against a slot in a sentence on this reason.
    pub(super) fn objection(&self, name: &str, optional: bool) -> Option<String> {
        let always = self.about.iter().any(|known| known == name);
        let sometimes = self.sometimes.iter().any(|known| known == name);
        match (always, sometimes, optional) {
            (true, _, _) | (_, true, true) => None,
            (false, true, false) => {
                Some(format!("{{{name}}} may be missing, so it belongs between `[` and `]`"))
            }
            (false, false, _) => Some(format!("the reason says nothing of {{{name}}}")),
        }
    }
}
