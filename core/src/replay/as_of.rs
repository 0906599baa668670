//! Two kinds of time: when a thing happened, and when it was learnt.

use crate::clock::Timestamp;

/// From when one looks at a history: what had happened by a moment, what was known by a moment, or both.
///
/// *As it was* asks for the first, and answers with everything that is known today: on which day a term really ended.
/// *As it was known* asks for the second: what a handler could see when he decided, what a report said when it was
/// printed. Both together: how the case of last Friday looked on Monday, before the village terminal was online again.
///
/// ```
/// # use anjuan::clock::Timestamp;
/// use anjuan::replay::AsOf;
///
/// let friday: Timestamp = "2026-08-07T18:00:00+08:00".parse()?;
/// let monday: Timestamp = "2026-08-10T09:00:00+08:00".parse()?;
/// let as_of = AsOf::now().happened_by(friday).known_by(monday);
/// assert_eq!((as_of.happened, as_of.known), (Some(friday), Some(monday)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct AsOf {
    /// Only what happened at or before this moment; `None` for all of it.
    pub happened: Option<Timestamp>,
    /// Only what was recorded at or before this moment; `None` for all of it.
    pub known: Option<Timestamp>,
}

impl AsOf {
    /// Everything that is known to have happened.
    #[must_use]
    pub const fn now() -> Self {
        Self { happened: None, known: None }
    }

    /// What had happened by this moment, the moment itself included.
    #[must_use]
    pub const fn happened_by(mut self, moment: Timestamp) -> Self {
        self.happened = Some(moment);
        self
    }

    /// What was known by this moment, the moment itself included.
    ///
    /// A clock may go back; what was learnt after something unknown is unknown too.
    #[must_use]
    pub const fn known_by(mut self, moment: Timestamp) -> Self {
        self.known = Some(moment);
        self
    }
}
