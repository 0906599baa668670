//! The catalogue of words: what codes, events and reasons are called, in every language a host has.
//!
//! The log holds codes, and nobody should have to read them. [`Words`] gives each its word in the language of the
//! person at the screen, and turns the [`Reason`] of a refusal into what the law says, why it stands in the way,
//! and what would cure it. Chinese and English come with the library; a host adds others, or its own terms for
//! some keys, with [`Words::extend`].
//!
//! A key is a group and a code: `role.CLERK`, `event.MediationApplied`, `state.UnderReview`. Whatever a language
//! lacks is taken from the language it falls back to, and at last from English.
//!
//! ```
//! use anjuan::calendar::Language;
//! use anjuan::case::code::Role;
//! use anjuan::words::Words;
//!
//! let mut words = Words::embedded();
//! assert_eq!(words.label(Language::Chinese, "role.MEDIATOR"), Some("人民调解员"));
//! assert_eq!(words.label("zh-Hans-CN", "role.MEDIATOR"), Some("人民调解员"));
//!
//! words.extend("mn", "mn.toml", r#"
//!     [language]
//!     name = "Монгол"
//!     fallback = "zh"
//!     [role]
//!     CLERK = "Цонхны ажилтан"
//! "#)?;
//! assert_eq!(words.term("mn", "role", Role::Clerk), "Цонхны ажилтан");
//! assert_eq!(words.term("mn", "role", Role::Mediator), "人民调解员");
//! # Ok::<(), anjuan::words::DataFileError>(())
//! ```

mod choice;
mod dictionary;
mod explain;
mod language;
mod rule;
mod sentence;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use crate::case::{Reason, ReasonCode};

use dictionary::{Dictionary, Header};
use sentence::Sentence;

pub use crate::data_file::{DataFileError, Fault};
pub use explain::Explained;

/// The language that has every word, and at which every fallback ends.
const ENGLISH: &str = "en";

static EMBEDDED: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words { languages: BTreeMap::new() };
    for (tag, file, text) in [
        (ENGLISH, "en.toml", include_str!("../../words/en.toml")),
        ("zh", "zh.toml", include_str!("../../words/zh.toml")),
    ] {
        words.extend(tag, file, text).expect("the embedded words are well formed");
    }
    words
});

/// What codes and reasons are called, in several languages.
///
/// A language is named by its tag (`zh`, `en`, `mn-Cyrl`). A longer tag finds the words of a shorter one (`zh-CN`
/// those of `zh`), and a language nobody has loaded is answered in English. Cloning is cheap.
///
/// Source: BCP 47 (RFC 4647) section 3.4, lookup.
#[derive(Clone)]
pub struct Words {
    languages: BTreeMap<String, Arc<Dictionary>>,
}

impl Words {
    /// The words that come with the library, in Chinese and English.
    #[must_use]
    pub fn embedded() -> Self {
        EMBEDDED.clone()
    }

    /// Adds a language, or a host's own terms to one that is there. `file` names the text in errors; after an error
    /// the catalogue is as it was.
    ///
    /// A new language begins with a header: its `name`, the `separator` of its lists (a comma if none is given) and
    /// the `fallback` for what it lacks (English if none is given). What follows are tables of words, one a group,
    /// and `[reason.…]` with the sentences `basis`, `why` and `cure`. For a language that is there the file has no
    /// header, and its words take the place of those before.
    ///
    /// In a sentence `{name}` stands for what the reason is about, `{name:group}` for its word in a group,
    /// `{name:person}` for the name of a person, `{name:yuan}` for an amount in cents. What stands between `[` and
    /// `]` is left out where there is nothing to fill it with.
    ///
    /// # Errors
    /// The text is not TOML, or has faults; all of them are listed. Among them: a key that English does not have
    /// (only to `ground` may a host add codes of its own), an empty word, a sentence that asks for something its
    /// reason does not say, a fallback that is not loaded, a second header for a language.
    pub fn extend(&mut self, tag: &str, file: &str, text: &str) -> Result<(), DataFileError> {
        let tag = tag.to_ascii_lowercase();
        let known = self.languages.get(&tag).map(|known| Dictionary::clone(known));
        let dictionary = Dictionary::read(&tag, file, text, known, self)?;
        self.languages.insert(tag, Arc::new(dictionary));
        Ok(())
    }

    /// The languages, each with its tag and its own name for itself.
    pub fn languages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.languages.iter().map(|(tag, dictionary)| (tag.as_str(), dictionary.header.name.as_str()))
    }

    /// The word for a key; `None` if no language has it.
    #[must_use]
    pub fn label(&self, language: impl AsRef<str>, key: &str) -> Option<&str> {
        self.chain(language.as_ref()).find_map(|dictionary| dictionary.labels.get(key)).map(String::as_str)
    }

    /// The word for a code of a group, or the code itself if nobody knows a word for it: a ground, for instance,
    /// that only a local profile has.
    #[must_use]
    pub fn term(&self, language: impl AsRef<str>, group: &str, code: impl fmt::Display) -> String {
        let code = code.to_string();
        let word = self.label(language, &format!("{group}.{code}")).map(str::to_owned);
        word.unwrap_or(code)
    }

    /// What a field of an event, or of something inside one, is called. `owner` is the event or the type that has
    /// the field: some fields have a word of their own there.
    #[must_use]
    pub fn field(&self, language: impl AsRef<str>, owner: &str, name: &str) -> String {
        let language = language.as_ref();
        let own = self.label(language, &format!("field.{owner}.{name}")).map(str::to_owned);
        own.unwrap_or_else(|| self.term(language, "field", name))
    }

    /// Every key the library has a word for, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.languages.get(ENGLISH).into_iter().flat_map(|english| english.labels.keys().map(String::as_str))
    }

    /// A reason as a person reads it. People appear by their pseudonyms.
    #[must_use]
    pub fn explain(&self, reason: &Reason, language: impl AsRef<str>) -> Explained {
        self.explain_naming(reason, language, |_| None)
    }

    /// A reason as a person reads it, with the names of those it speaks of.
    ///
    /// `name` is asked for the name behind a pseudonym, as text; only the host can tell, and whom it may be shown
    /// to.
    #[must_use]
    pub fn explain_naming(
        &self,
        reason: &Reason,
        language: impl AsRef<str>,
        name: impl Fn(&str) -> Option<String>,
    ) -> Explained {
        explain::explain(self, reason, language.as_ref(), &name)
    }

    /// The dictionaries in which a word is looked up, one after the other.
    ///
    /// It ends, because a language falls back only to one that was there before it.
    fn chain(&self, tag: &str) -> impl Iterator<Item = &Dictionary> {
        let next = |dictionary: &&Arc<Dictionary>| {
            dictionary.header.fallback.as_ref().and_then(|tag| self.languages.get(tag))
        };
        std::iter::successors(self.nearest(tag), next).map(|dictionary| &**dictionary)
    }

    /// The dictionary of a tag, or of the longest beginning of it that has one, or the English one.
    fn nearest(&self, tag: &str) -> Option<&Arc<Dictionary>> {
        let tag = tag.to_ascii_lowercase();
        std::iter::successors(Some(tag.as_str()), |tag| Some(tag.rsplit_once('-')?.0))
            .find_map(|tag| self.languages.get(tag))
            .or_else(|| self.languages.get(ENGLISH))
    }

    fn header(&self, tag: &str) -> Option<&Header> {
        self.chain(tag).next().map(|dictionary| &dictionary.header)
    }

    fn sentence(&self, tag: &str, code: ReasonCode, text: &str) -> Option<&Sentence> {
        let key = format!("reason.{code}.{text}");
        self.chain(tag).find_map(|dictionary| dictionary.sentences.get(&key))
    }

    /// Whether a host may say something about this key: one that English has, or a ground of a local profile.
    fn may_have(&self, key: &str) -> bool {
        let english = self.languages.get(ENGLISH);
        key.starts_with("ground.")
            || english
                .is_none_or(|english| english.labels.contains_key(key) || english.sentences.contains_key(key))
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::embedded()
    }
}

/// The tags stand for the languages, of which each has hundreds of words.
impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Words").field(&self.languages.keys()).finish()
    }
}
