//! The decisions: a command and the present state make events, or a refusal. Pure and total.
//!
//! A command that was carried out before makes no events. So does what tells nothing new.

mod operator;
mod payment;
mod payout;
mod receipt;

use earnest_artifacts::{GatewayPolicy, Verified, gateway_receipt::Direction, vocabulary::ServiceStatus};
use earnest_base::{AccountId, FederationId, Name, Timestamp};

use crate::{
    Announcement, Case, CaseId, CaseKind, Command, Crossings, Event, Proposal, Quote, Refusal, Seen, TopUp,
    quote::in_force, receipt::Maker,
};

impl Crossings {
    /// Decides. The same state, command and moment make the same decision.
    ///
    /// # Errors
    /// The first refusal, in the order of [`Refusal`].
    pub fn decide(&self, command: &Command, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Publish(policy) => self.publish(policy),
            Command::Announce(announcement) => self.announce(announcement, now),
            Command::Report(report) => self.report(report, now),
            Command::AskPayout(request) => self.ask_payout(request, now),
            Command::ReportPayout(report) => self.report_payout(report, now),
            Command::Rule(ruling) => self.rule(ruling, now),
            Command::Applied { receipt, seq } => self.applied(receipt, *seq, now),
            Command::Declined { receipt, code } => self.declined(receipt, code, now),
            Command::Instructed { payout, reference } => self.instructed(payout, reference.as_ref(), now),
            Command::NotInstructed { payout, code } => self.not_instructed(payout, code, now),
        }
    }

    fn publish(&self, policy: &Verified<GatewayPolicy>) -> Result<Vec<Event>, Refusal> {
        let document = String::from_utf8_lossy(policy.bytes()).into_owned();
        if self.published.as_ref().is_some_and(|published| *published.policy == **policy) {
            return Ok(Vec::new());
        }
        if policy.gateway_node != self.gateway.node || policy.federation != self.gateway.federation {
            return Err(Refusal::PolicyElsewhere);
        }
        if self.policies.get(&policy.id).is_some_and(|known| terms_of(known) != terms_of(policy)) {
            return Err(Refusal::PolicyChanged);
        }
        let in_force = self.policy();
        let other = |now: &&GatewayPolicy| now.id != policy.id;
        if in_force.filter(other).is_some_and(|in_force| policy.created_at < in_force.created_at) {
            return Err(Refusal::PolicySuperseded);
        }
        Ok(vec![Event::PolicyPublished { policy: Box::new((**policy).clone()), document }])
    }

    fn announce(&self, announcement: &Announcement, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        let Announcement { id, by, account, provider, amount, currency } = announcement.clone();
        let top_up = TopUp { id, by, account, provider, amount, currency, at: now, payments: Vec::new() };
        if let Some(known) = self.top_ups.get(&top_up.id) {
            let same = TopUp { at: known.at, payments: known.payments.clone(), ..top_up } == *known;
            return if same { Ok(Vec::new()) } else { Err(Refusal::IdConflict) };
        }
        self.of_federation(&top_up.account)?;
        let policy = in_force(self.policy(), Direction::Inbound, Some(&top_up.provider), now)?;
        if let Some(amount) = top_up.amount {
            Quote::of(policy, Direction::Inbound, amount, &top_up.currency, true)?;
        } else if policy.rate_of(&top_up.currency).is_none() {
            return Err(crate::Bar::CurrencyUnlisted.into());
        }
        Ok(vec![Event::TopUpAnnounced { top_up: Box::new(top_up) }])
    }

    /// The event of a message, where it has an id and is new; nothing where it was taken before.
    fn message(&self, provider: &Name, seen: Option<&Seen>, now: Timestamp) -> Result<Message, Refusal> {
        let Some(Seen { event, digest }) = seen else { return Ok(Message::New(Vec::new())) };
        match self.messages.get(provider).and_then(|messages| messages.get(event)) {
            Some(known) if known == digest => Ok(Message::Known),
            Some(_) => Err(Refusal::EventConflict),
            None => {
                let (provider, event, digest) = (provider.clone(), event.clone(), digest.clone());
                Ok(Message::New(vec![Event::MessageSeen { provider, event, digest, at: now }]))
            }
        }
    }

    fn of_federation(&self, account: &AccountId) -> Result<(), Refusal> {
        let start = format!("account:{}:", part(&self.gateway.federation));
        if account.as_str().starts_with(&start) { Ok(()) } else { Err(Refusal::AccountElsewhere) }
    }

    fn clearing(&self) -> Option<AccountId> {
        format!("account:{}:gateway-clearing", part(&self.gateway.federation)).parse().ok()
    }

    fn maker<'a>(&self, policy: &'a GatewayPolicy, now: Timestamp) -> Maker<'a> {
        Maker { node: self.gateway.node, policy, now }
    }

    /// A case that is opened once.
    fn case_event(&self, kind: CaseKind, about: &str, proposal: Option<Proposal>, now: Timestamp) -> Option<Event> {
        let own = about.split_once(':').map_or(about, |(_, own)| own);
        let id: CaseId = format!("case:{}:{own}", kind.word()).parse().ok()?;
        if self.cases.contains_key(&id) {
            return None;
        }
        let case = Case { id, kind, about: about.parse().ok()?, at: now, proposal, resolution: None };
        Some(Event::CaseOpened { case: Box::new(case) })
    }
}

/// A provider's message.
enum Message {
    /// It was taken before.
    Known,
    /// It is new.
    New(Vec<Event>),
}

/// How a federation is spelt inside other ids.
fn part(federation: &FederationId) -> String {
    federation.as_str().replace(':', "-")
}

/// The terms without what may change while they are in use: whether they are.
fn terms_of(policy: &GatewayPolicy) -> GatewayPolicy {
    let (suspended_at, retired_at, notes) = (None, None, None);
    GatewayPolicy { status: ServiceStatus::Active, suspended_at, retired_at, notes, ..policy.clone() }
}
