//! How the two languages of the library itself fit among those of the catalogue.

use super::Words;
use crate::calendar::Language;

impl Language {
    /// The tag under which the catalogue of words has this language.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => super::ENGLISH,
            Self::Chinese => "zh",
        }
    }
}

/// The tag, so that a language can stand wherever a tag can.
impl AsRef<str> for Language {
    fn as_ref(&self) -> &str {
        self.tag()
    }
}

impl Words {
    /// In which of its own two languages the library should answer a reader of this one.
    ///
    /// Due dates are derived in sentences that are code, not words ([`Due::explain`](crate::calendar::Due::explain)):
    /// they exist in Chinese and English only. The answer is Chinese if the language is or falls back to Chinese.
    #[must_use]
    pub fn native(&self, language: impl AsRef<str>) -> Language {
        let reads_chinese =
            self.chain(language.as_ref()).any(|dictionary| dictionary.tag == Language::Chinese.tag());
        if reads_chinese { Language::Chinese } else { Language::English }
    }
}
