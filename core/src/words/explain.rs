//! From a reason to what a person reads.

use serde::Serialize;

use super::Words;
use super::rule::Rule;
use super::sentence::{Show, Slot};
use crate::case::{About, Reason, ReasonCode, Refusal};

/// A reason against a command, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explained {
    /// Which reason.
    pub code: ReasonCode,
    /// The number of the rule in the specification (`R1`, `M14`, `SOD-05`).
    pub rule: &'static str,
    /// The law and its article, or that no law says so.
    pub basis: String,
    /// Why it cannot be done.
    pub why: String,
    /// What would make it possible.
    pub cure: String,
}

impl Refusal {
    /// Every reason as a person reads it. People appear by their pseudonyms.
    #[must_use]
    pub fn explain(&self, words: &Words, language: impl AsRef<str>) -> Vec<Explained> {
        self.explain_naming(words, language, |_| None)
    }

    /// Every reason as a person reads it, with the names of those it speaks of; see [`Words::explain_naming`].
    #[must_use]
    pub fn explain_naming(
        &self,
        words: &Words,
        language: impl AsRef<str>,
        name: impl Fn(&str) -> Option<String>,
    ) -> Vec<Explained> {
        let language = language.as_ref();
        self.reasons.iter().map(|reason| explain(words, reason, language, &name)).collect()
    }
}

pub(super) fn explain(
    words: &Words,
    reason: &Reason,
    language: &str,
    name: &dyn Fn(&str) -> Option<String>,
) -> Explained {
    let code = reason.code;
    let say = |text: &str| {
        let sentence = words.sentence(language, code, text);
        sentence.map_or(code.to_string(), |sentence| {
            sentence.fill(|slot| content(words, reason, slot, language, name))
        })
    };
    Explained {
        code,
        rule: Rule::of(code).map_or(code.as_str(), |rule| &rule.rule),
        basis: say("basis"),
        why: say("why"),
        cure: say("cure"),
    }
}

/// What goes into a slot; nothing if the reason says nothing of it, or names nobody.
fn content(
    words: &Words,
    reason: &Reason,
    slot: &Slot,
    language: &str,
    name: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let show = |item: &String| match &slot.show {
        Show::Plain => item.clone(),
        Show::Person => name(item).unwrap_or_else(|| item.clone()),
        Show::Yuan => yuan(item).unwrap_or_else(|| item.clone()),
        Show::Word(group) => words.term(language, group, item),
    };
    let items: Vec<String> = match reason.about.get(slot.name.as_str())? {
        About::Text(text) => vec![show(text)],
        About::List(items) => items.iter().map(show).collect(),
        About::Words(keys) => {
            keys.iter().map(|key| words.label(language, key).unwrap_or(key).to_owned()).collect()
        }
    };
    let separator = words.header(language).map_or(", ", |header| &header.separator);
    (!items.is_empty()).then(|| items.join(separator))
}

/// An amount in cents as people write it.
fn yuan(cents: &str) -> Option<String> {
    let cents: u64 = cents.parse().ok()?;
    Some(format!("{}.{:02}", cents / 100, cents % 100))
}
