//! What names a case: a random id from its first event, and a number once it is registered.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::code::codes;
use crate::id::{Code, CommandKey, KeyId, StreamId, uuid_ids};
use crate::policy::CaseKind;

uuid_ids! {
    /// Names a case from its first event on.
    CaseId;
}

impl CaseId {
    /// The case that is opened under this key: one intention opens one case, however often it is repeated.
    #[must_use]
    pub const fn opened_by(key: CommandKey) -> Self {
        Self::from_uuid(*key.as_uuid())
    }

    /// The key under which the free texts of the case are sealed.
    #[must_use]
    pub const fn key(&self) -> KeyId {
        KeyId::from_uuid(*self.as_uuid())
    }

    /// The stream in which a case of this kind lies.
    ///
    /// # Panics
    /// Never: a kind is a category and a UUID is a key.
    #[must_use]
    pub fn stream(&self, kind: CaseKind) -> StreamId {
        StreamId::of(&kind.to_string(), self).expect("a kind is a category and a UUID is a key")
    }
}

codes! {
    /// A register of an office, in which numbers are given without gap or repeat (登记簿).
    ///
    /// Each is a stream of its own for every office, year and kind of case, written in the same append as the case that
    /// takes the number; the number is the revision.
    pub enum Register {
        /// Of the cases that were taken on (受理登记).
        Cases = "cases",
        /// Of the certificates that were issued (公证登记簿). Source: Rules of Notarial Procedure (公证程序规则, 2020) Art 57.
        Certificates = "certificates",
        /// Of the execution certificates that were issued (执行证书).
        ExecutionCertificates = "execution_certificates",
    }
}

impl Register {
    /// The stream in which the numbers of this office, year and kind are drawn.
    ///
    /// # Panics
    /// Never: two codes, a year and a kind are shorter than the key of a stream may be.
    #[must_use]
    pub fn stream(self, kind: CaseKind, office: &Code, year: i32) -> StreamId {
        let key = match self {
            Self::Cases => format!("{office}/{year}/{kind}"),
            Self::Certificates | Self::ExecutionCertificates => format!("{office}/{year}/{kind}/{self}"),
        };
        StreamId::of("register", key)
            .expect("two codes, a year and a kind are shorter than the key of a stream may be")
    }

    /// Whether this is the register of cases.
    #[must_use]
    pub const fn is_of_cases(&self) -> bool {
        matches!(self, Self::Cases)
    }
}

/// The number under which a case is registered (案号): without gap or repeat within an office, a year and a kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CaseNumber {
    /// The kind of case.
    pub kind: CaseKind,
    /// The office that registered it.
    pub office: Code,
    /// The year, in China, of the registration.
    pub year: i32,
    /// 1, 2, 3 …
    pub serial: u64,
}

impl CaseNumber {
    /// The number as it stands on paper, with the short name of the office: `（2026）海曙人调字第1号`.
    #[must_use]
    pub fn on_paper(&self, office: &str) -> String {
        let word = match self.kind {
            CaseKind::Consultation => "咨字",
            CaseKind::Mediation => "人调字",
            CaseKind::LegalAid => "援字",
            CaseKind::Notary => "证字",
        };
        format!("（{}）{office}{word}第{}号", self.year, self.serial)
    }
}

/// A neutral form for logs and exports; on paper it is [`CaseNumber::on_paper`].
impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{}", self.office, self.year, self.kind, self.serial)
    }
}
