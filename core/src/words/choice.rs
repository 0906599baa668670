//! From an option of a form to its word.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use super::Words;

/// The groups in which the options of a choice are found.
pub(super) static GROUPS: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../words/choices.toml"))
        .expect("the embedded list of choices is well formed")
});

impl Words {
    /// What an option of a form is called, or the option itself if nobody knows a word for it. `choice` is the name of the
    /// [`Choice`](crate::case::form::Choice) that it belongs to.
    ///
    /// ```
    /// use anjuan::words::Words;
    ///
    /// let words = Words::embedded();
    /// assert_eq!(words.choice("zh", "ServiceMode", "PHONE"), "电话");
    /// assert_eq!(words.choice("en", "ServiceMode", "PHONE"), "by telephone");
    /// ```
    #[must_use]
    pub fn choice(&self, language: impl AsRef<str>, choice: &str, option: impl fmt::Display) -> String {
        let (language, option) = (language.as_ref(), option.to_string());
        let groups = GROUPS.get(choice).into_iter().flatten();
        let word = groups.map(|group| format!("{group}.{option}")).find_map(|key| self.label(language, &key));
        word.map_or(option, str::to_owned)
    }
}
