//! Which way of a demand is paid, if any: a pure function of the demand, the request, the buyer's policy and the time.
//!
//! The buyer's order of assets counts, never the seller's; of one asset, the cheapest way. What people are told in words,
//! here or in a body, decides nothing.

use std::sync::Arc;

use earnest_base::Timestamp;
use earnest_signing::Json;
use earnest_x402::{
    Verbatim, choose,
    offer_receipt::{ArtifactError, Offer, SignedArtifact, Trust, VerifiedArtifact, find_offer, offers_of},
    scheme::{Demand, PaidRequest},
    v2::{PaymentRequired, PaymentRequirements},
};
use reqwest::Url;

use super::{
    AssetRule, Objection, OfferSigner, Policy, Purchase, Wallet,
    origin::origin_of,
    policy::{one_spelling, payee_of},
};
use crate::budget::Units;

/// What is paid, and by which wallet.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) accepted: Verbatim<PaymentRequirements>,
    pub(super) rule: AssetRule,
    pub(super) wallet: Arc<dyn Wallet>,
    pub(super) amount: Units,
    pub(super) payee: earnest_x402::PayTo,
    pub(super) offer: Option<VerifiedArtifact<Offer>>,
}

/// What a demand is judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge<'a> {
    pub(super) policy: &'a Policy,
    pub(super) wallets: &'a [Arc<dyn Wallet>],
    pub(super) purchase: &'a Purchase,
    pub(super) url: &'a Url,
    pub(super) request: &'a PaidRequest,
    pub(super) now: Timestamp,
}

impl Judge<'_> {
    /// What is paid of a demand; why none of its ways is, in their order.
    pub(super) fn choose(&self, demand: &PaymentRequired) -> Result<Chosen, Vec<Objection>> {
        self.resource(demand).map_err(|objection| vec![objection])?;
        let judged: Vec<_> = demand.accepts.iter().map(|accepted| self.judge(demand, accepted)).collect();
        for rule in &self.policy.assets {
            let of_rule = judged.iter().filter_map(|judged| judged.as_ref().ok());
            let of_rule = of_rule.filter(|chosen| chosen.rule.unit == rule.unit);
            let Some(cheapest) = of_rule.map(|chosen| chosen.amount).min() else { continue };
            let takes = |offered: &PaymentRequirements| {
                let same = |chosen: &&Chosen| chosen.accepted.value() == offered;
                judged
                    .iter()
                    .filter_map(|judged| judged.as_ref().ok())
                    .find(same)
                    .is_some_and(|chosen| chosen.rule.unit == rule.unit && chosen.amount == cheapest)
            };
            let Ok(accepted) = choose(demand, takes) else { return Err(vec![Objection::Flow]) };
            let accepted = accepted.clone();
            let found = judged.into_iter().filter_map(Result::ok).find(|chosen| chosen.accepted == accepted);
            return found.ok_or_else(|| vec![Objection::Flow]);
        }
        Err(judged.into_iter().filter_map(Result::err).collect())
    }

    /// Whether a demand is for what was asked: origin and path.
    fn resource(&self, demand: &PaymentRequired) -> Result<(), Objection> {
        let text = demand.resource.url.as_str();
        let same = Url::parse(text).is_ok_and(|found| is_same_resource(self.url, &found));
        if same {
            return Ok(());
        }
        Err(Objection::Resource { asked: self.url.to_string(), found: text.chars().take(200).collect() })
    }

    fn judge(&self, demand: &PaymentRequired, accepted: &Verbatim<PaymentRequirements>) -> Result<Chosen, Objection> {
        let requirements = accepted.value();
        let listed = self.policy.rule(&requirements.network, &requirements.asset);
        let rule = listed.ok_or_else(|| {
            Objection::Asset(format!("{} on {}", one_line(requirements.asset.as_str()), requirements.network))
        })?;
        let amount = self.amount(rule, requirements)?;
        let lifetime = requirements.max_timeout_seconds.whole_seconds();
        if lifetime == 0 || lifetime > self.policy.longest_secs {
            return Err(Objection::Lifetime { most: self.policy.longest_secs, found: lifetime });
        }
        let payee = self.payee(requirements)?;
        let wallet = self.wallet(rule, requirements)?;
        if requirements.payment_flow().is_none() {
            return Err(Objection::Flow);
        }
        let offer = self.offer(demand, rule, requirements)?;
        Ok(Chosen { accepted: accepted.clone(), rule: rule.clone(), wallet, amount, payee, offer })
    }

    fn amount(&self, rule: &AssetRule, requirements: &PaymentRequirements) -> Result<Units, Objection> {
        let amount = requirements.amount.to_u128().map(Units).ok_or(Objection::Uncountable)?;
        if amount == Units::ZERO {
            return Err(Objection::Nothing);
        }
        let most = match &self.purchase.at_most {
            Some(price) if price.unit != rule.unit => return Err(Objection::Unit(price.unit.clone())),
            Some(price) => price.amount.min(rule.limits.per_call),
            None => rule.limits.per_call,
        };
        if amount > most { Err(Objection::OverMaximum { most, found: amount }) } else { Ok(amount) }
    }

    fn payee(&self, requirements: &PaymentRequirements) -> Result<earnest_x402::PayTo, Objection> {
        let payee = payee_of(requirements);
        let network = &requirements.network;
        let is = |listed: &earnest_x402::PayTo| one_spelling(network, listed.as_str()) == payee.as_str();
        let refused = self.policy.refused_payees.iter().any(is);
        let listed = self.policy.payees.as_ref().is_none_or(|listed| listed.iter().any(is));
        let expected = self.purchase.payee.as_ref().is_none_or(is);
        if refused || !listed || !expected {
            return Err(Objection::Payee(one_line(payee.as_str())));
        }
        Ok(payee)
    }

    /// The wallet that can meet the requirements, where what they add does not contradict what it knows.
    fn wallet(&self, rule: &AssetRule, requirements: &PaymentRequirements) -> Result<Arc<dyn Wallet>, Objection> {
        let demand = Demand {
            network: requirements.network.clone(),
            asset: requirements.asset.clone(),
            amount: requirements.amount.clone(),
            pay_to: requirements.pay_to.clone(),
            max_timeout: requirements.max_timeout_seconds,
        };
        let extra = requirements.extra.as_ref().map_or(0, |extra| extra.canonical().len());
        if extra > self.policy.extra_max_bytes {
            return Err(Objection::ExtraLength { most: self.policy.extra_max_bytes, found: extra });
        }
        let mut fault = "none is for this network and scheme".to_owned();
        for wallet in self.wallets {
            let scheme = wallet.scheme();
            if scheme.name() != requirements.scheme || !scheme.serves(&requirements.network) {
                continue;
            }
            match scheme.requirements(&demand, Some(self.request)) {
                Ok(own) => return check_extra(rule, &own, requirements).map(|()| wallet.clone()),
                Err(error) => fault = error.message().to_owned(),
            }
        }
        Err(Objection::Wallet(fault))
    }

    fn offer(
        &self,
        demand: &PaymentRequired,
        rule: &AssetRule,
        requirements: &PaymentRequirements,
    ) -> Result<Option<VerifiedArtifact<Offer>>, Objection> {
        let signed = demand.extensions.as_ref().map(offers_of).unwrap_or_default();
        // One that cannot be read hides no other.
        let offers: Vec<SignedArtifact<Offer>> = signed.into_iter().filter_map(Result::ok).collect();
        let trust = match &rule.signer {
            OfferSigner::OneOf(signers) => Trust::OneOf(signers),
            OfferSigner::Payee => Trust::Payee(requirements.pay_to.as_str()),
            // Whom it has to be, the budget knows: it remembers who signed first.
            OfferSigner::Pinned | OfferSigner::Whoever => Trust::Whoever,
        };
        match find_offer(&offers, &demand.resource.url, requirements, trust, self.now) {
            Ok(offer) => Ok(Some(offer)),
            // A seller who signs offers, and none of what it demands, demands something else.
            Err(ArtifactError::Absent) if !rule.offer_required && offers.is_empty() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether what requirements add contradicts what the wallet's own scheme and the configuration say.
fn check_extra(
    rule: &AssetRule,
    own: &PaymentRequirements,
    requirements: &PaymentRequirements,
) -> Result<(), Objection> {
    let contradicts = |member: &str, expected: String| Objection::Extra { member: member.to_owned(), expected };
    if let Some(Json::Number(decimals)) = requirements.extra("decimals")
        && decimals.to_i64() != Some(rule.decimals.into())
    {
        return Err(contradicts("decimals", rule.decimals.to_string()));
    }
    for member in own.extra.iter().flat_map(|extra| extra.members().iter()) {
        if requirements.extra(&member.name).is_some_and(|found| *found != member.value) {
            return Err(contradicts(&member.name, member.value.canonical()));
        }
    }
    Ok(())
}

/// Whether two URLs name one resource: origin and path; and the query, where the second has one.
pub(super) fn is_same_resource(asked: &Url, found: &Url) -> bool {
    let query = found.query().is_none() || found.query() == asked.query();
    origin_of(asked) == origin_of(found) && asked.path() == found.path() && query
}

/// A stranger's text on one short line.
pub(super) fn one_line(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(200).collect()
}
