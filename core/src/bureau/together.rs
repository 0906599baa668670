//! Requests to several cases, of whatever kinds, carried out in one append.

use std::fmt;

use async_trait::async_trait;

use super::attempt::CaseAttempt;
use super::beside::Beside;
use super::bundle::{self, BundledCase};
use super::{Bureau, CatchUpError, Request};
use crate::case::{CaseId, Kind, NamedCase, RefusedRequest};
use crate::event::{Digest, EncodeError};
use crate::execute::{Attempt, Executed, Loader, execute};
use crate::id::{CommandKey, CorrelationId};
use crate::store::{Appended, Conflict, EventStore, StreamWrite};

impl Bureau {
    /// Begins requests to several cases that are carried out together: all of them or none.
    ///
    /// What crosses cases is never half done: a consultation is closed for a case that is opened, a case goes on in
    /// another, five matters that a village's liaison brings come in at once.
    ///
    /// ```
    /// # use anjuan::bureau::{Bureau, Request};
    /// # use anjuan::case::{Acting, CaseCommand, consultation, mediation};
    /// # use anjuan::case::consultation::Consultation;
    /// # use anjuan::case::mediation::Mediation;
    /// # async fn open(
    /// #     bureau: Bureau,
    /// #     clerk: Acting,
    /// #     question: CaseCommand<Consultation>,
    /// #     dispute: CaseCommand<Mediation>,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// // A woman comes with a question and a quarrel: one window takes both in (一窗受理).
    /// let key = bureau.new_command();
    /// bureau
    ///     .together(key)
    ///     .with([Request::<Consultation>::open(bureau.new_command(), clerk.clone(), question)])
    ///     .with([Request::<Mediation>::open(bureau.new_command(), clerk, dispute)])
    ///     .as_bundle()
    ///     .carry_out()
    ///     .await?;
    /// let bundle = bureau.bundle(key).await?;
    /// assert_eq!(bundle.cases.len(), 2);
    /// assert!(!bundle.is_closed());
    /// # Ok(())
    /// # }
    /// ```
    pub const fn together(&self, key: CommandKey) -> Together<'_> {
        Together { bureau: self, key, parts: Vec::new(), is_bundle: false }
    }
}

/// Requests to several cases that are carried out together, or not at all; made by [`Bureau::together`].
///
/// Each is decided against its own case, and none sees what another one does, but that a case is opened here: so two that
/// would each stand in the other's way, as two merges into each other, are for one append after the other. All belong to one correlation, that of the
/// key, unless a request names its own.
#[must_use = "nothing happens before it is carried out"]
pub struct Together<'a> {
    bureau: &'a Bureau,
    key: CommandKey,
    parts: Vec<Box<dyn Part>>,
    is_bundle: bool,
}

impl Together<'_> {
    /// Adds requests to cases of one kind; those to the same case are carried out in the order in which they happened.
    /// What a late request of the same key has done already is passed over.
    pub fn with<K: Kind>(mut self, requests: impl IntoIterator<Item = Request<K>>) -> Self {
        let correlation = CorrelationId::from_uuid(*self.key.as_uuid());
        let mut cases: Vec<CaseRequests<K>> = Vec::new();
        for mut request in requests {
            request.correlation.get_or_insert(correlation);
            match cases.iter_mut().find(|known| known.case == request.case) {
                Some(known) => known.requests.push(request),
                None => cases.push(CaseRequests { case: request.case, requests: vec![request] }),
            }
        }
        self.parts.extend(cases.into_iter().map(|case| Box::new(case) as Box<dyn Part>));
        self
    }

    /// Keeps the cases together as one request of a citizen (一揽子), which [`Bureau::bundle`] shows from then on.
    pub const fn as_bundle(mut self) -> Self {
        self.is_bundle = true;
        self
    }

    /// Carries all of them out in one append.
    ///
    /// # Errors
    /// One of them is refused: the refusal names it, and nothing is written. Or a case was named in two calls of
    /// [`with`](Self::with) ([`StoreError::Invalid`](crate::store::StoreError)), a history cannot be read, or the store did
    /// not append.
    ///
    /// # Cancel safety
    /// A dropped future has carried out all or none; repeat it with the same key.
    pub async fn carry_out(self) -> Result<Appended, CatchUpError> {
        let contents = self.parts.iter().map(|part| part.content()).collect::<Result<Vec<_>, _>>()?;
        let mark = [u8::from(self.is_bundle)];
        let contents = contents.iter().map(|content| content.as_bytes().as_slice());
        let content = Digest::of_parts([mark.as_slice()].into_iter().chain(contents));
        match execute(&*self.bureau.store, self.key, content, &self).await? {
            Executed::Now(appended, ()) | Executed::Before(appended) => Ok(appended),
        }
    }
}

impl fmt::Debug for Together<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Together")
            .field("key", &self.key)
            .field("cases", &self.parts.len())
            .finish_non_exhaustive()
    }
}

/// What is to happen in one case, whatever its kind.
#[async_trait]
trait Part: Send + Sync {
    /// The case.
    fn case(&self) -> BundledCase;

    /// What tells it from another one under the same key.
    fn content(&self) -> Result<Digest, EncodeError>;

    /// What its requests lead to, beside those to all these cases.
    async fn write(
        &self,
        bureau: &Bureau,
        store: &dyn EventStore,
        beside: &mut Beside,
        all: &[NamedCase],
    ) -> Result<StreamWrite, CatchUpError>;
}

/// Requests to one case.
struct CaseRequests<K: Kind> {
    case: CaseId,
    requests: Vec<Request<K>>,
}

#[async_trait]
impl<K: Kind> Part for CaseRequests<K> {
    fn case(&self) -> BundledCase {
        BundledCase { kind: K::KIND, case: self.case }
    }

    fn content(&self) -> Result<Digest, EncodeError> {
        let contents = self.requests.iter().map(Request::content).collect::<Result<Vec<_>, _>>()?;
        Ok(Digest::of_parts(contents.iter().map(|content| content.as_bytes().as_slice())))
    }

    async fn write(
        &self,
        bureau: &Bureau,
        store: &dyn EventStore,
        beside: &mut Beside,
        all: &[NamedCase],
    ) -> Result<StreamWrite, CatchUpError> {
        let codec = K::codec();
        let loader = Loader::new(self.case.stream(K::KIND), &codec);
        let attempt = CaseAttempt::new(bureau, &self.requests, loader).catching_up().together_with(all);
        let (write, _) = { attempt }.write(store, None, beside).await?;
        Ok(write)
    }
}

#[async_trait]
impl Attempt for &Together<'_> {
    type Output = ();
    type Refusal = RefusedRequest;

    async fn attempt(
        &mut self,
        store: &dyn EventStore,
        _: Option<Conflict>,
    ) -> Result<(Vec<StreamWrite>, ()), CatchUpError> {
        let Together { bureau, key, parts, is_bundle } = *self;
        let (mut writes, mut beside) = (Vec::new(), Beside::default());
        let all: Vec<_> = parts.iter().map(|part| part.case()).collect();
        let all: Vec<_> = all.iter().map(|one| NamedCase { kind: one.kind, case: one.case }).collect();
        for part in parts {
            writes.push(part.write(bureau, store, &mut beside, &all).await?);
        }
        let mut writes = beside.with(writes);
        if *is_bundle {
            let cases = parts.iter().map(|part| part.case()).collect();
            let moment = writes.iter().flat_map(|write| &write.events).next();
            writes.extend(
                moment.map(|first| bundle::opened(*key, cases, first, &*bureau.entropy)).transpose()?,
            );
        }
        Ok((writes, ()))
    }
}
