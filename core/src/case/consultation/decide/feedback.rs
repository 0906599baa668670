//! What the caller is told in the end, and whether the caller is content: C11, C12.

use super::{Desk, Events};
use crate::case::ReasonCode;
use crate::case::code::ServiceMode;
use crate::case::consultation::event::{
    DissatisfactionRecorded, DissatisfactionReported, Event, FeedbackGiven, ReworkOrdered,
};
use crate::case::consultation::order::Progress;
use crate::id::{Code, DocumentId};
use crate::privacy::Sealed;

impl Desk<'_> {
    pub(super) fn feed_back(&mut self, mode: ServiceMode, content: &Sealed) -> Events {
        let (work, course) = self.handling()?;
        let answered = course.orders.iter().any(|order| order.progress == Progress::Answered);
        self.check.must(answered || !course.advice.is_empty(), ReasonCode::NothingToFeedBack);
        self.can_be_reached(&work.matter.file, mode);
        let (by, content) = (self.context.actor.id, content.clone());
        Some(vec![Event::FeedbackGiven(FeedbackGiven { by, mode, content })])
    }

    pub(super) fn reject(&mut self, reason: &Sealed) -> Events {
        let (_, course) = self.handling()?;
        self.check.must(course.has_delivered(), ReasonCode::NothingDelivered);
        self.check.must(course.dissatisfied.is_none(), ReasonCode::DissatisfactionOpen);
        let (reason, report_by) = (Some(reason.clone()), self.promised("CON-D05")?);
        let recorded = DissatisfactionRecorded { level: None, reason, report_by };
        Some(vec![Event::DissatisfactionRecorded(recorded)])
    }

    pub(super) fn order_rework(&mut self, order: Option<DocumentId>, reason: &Sealed) -> Events {
        let (_, course) = self.handling()?;
        self.check.must(course.dissatisfied.is_some(), ReasonCode::NotDissatisfied);
        if let Some(order) = order {
            let order = self.named(course, order)?;
            let told = matches!(order.progress, Progress::Answered | Progress::FedBack);
            self.check.must(told, ReasonCode::OrderNotAnswered);
        }
        Some(vec![Event::ReworkOrdered(ReworkOrdered { order, reason: reason.clone() })])
    }

    pub(super) fn report_dissatisfaction(&mut self, to: &Code, explanation: &Sealed) -> Events {
        let waits = self.handled()?.is_some_and(|course| course.dissatisfied.is_some());
        self.check.must(waits, ReasonCode::NotDissatisfied);
        let (to, explanation) = (to.clone(), explanation.clone());
        Some(vec![Event::DissatisfactionReported(DissatisfactionReported { to, explanation })])
    }
}
