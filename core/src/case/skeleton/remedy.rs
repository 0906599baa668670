//! What people are told when something is refused or ended.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::case::code::codes;
use crate::id::DocumentId;

codes! {
    /// A way that stays open when a matter is not taken on, fails or ends.
    pub enum RemedyRoute {
        /// Arbitration (仲裁).
        Arbitration = "ARBITRATION",
        /// An administrative authority (行政).
        Administrative = "ADMINISTRATIVE",
        /// A court (诉讼).
        Court = "COURT",
        /// The police (公安机关).
        Police = "POLICE",
    }
}

/// What the parties are told about other ways (权利救济告知).
///
/// Source: People's Mediation Law (人民调解法, 2010) Art 26.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// The ways, at least one.
    pub routes: BTreeSet<RemedyRoute>,
    /// The notice in which they are told.
    pub notice: DocumentId,
}
