//! What an escrow puts into its own journal when it begins to write: who answers for it, and its terms.

use earnest_artifacts::{EscrowPolicy, OrganizationSubject, Verified, vocabulary::ServiceStatus};
use earnest_base::{OrcUnit, ParticipantId, Subject, Timestamp};
use earnest_ledger::Policy;
use earnest_ports::{SubmitError, Writer};
use earnest_settlement::{Command, Statement};
use earnest_signing::{Document, Draft, SecretKey, SignatureAlgorithm};

use crate::{Config, StartError, keys::Keys, machine::Escrowed, office::Office};

/// Puts in what is missing. What is there already has to say the same.
pub(crate) async fn bootstrap(
    office: &Office,
    writer: &Writer<Escrowed>,
    config: &Config,
    keys: &Keys,
) -> Result<(), StartError> {
    state_custodian(office, writer, keys).await?;
    adopt_policy(office, writer, config, keys).await
}

async fn state_custodian(office: &Office, writer: &Writer<Escrowed>, keys: &Keys) -> Result<(), StartError> {
    let Some(custodian) = keys.operators.first().copied() else { return Err(StartError::OperatorMissing) };
    let org = keys.org_id();
    let said = writer.read(move |escrowed, _| escrowed.0.custody(&org).map(|custody| custody.custodian)).await;
    if said.map_err(|outage| StartError::Journal(outage.code()))? == Some(custodian) {
        return Ok(());
    }
    let statement = signed(&statement(keys, custodian, office.now()), &keys.organisation)?;
    put(writer, Command::State(Statement(statement))).await
}

fn statement(keys: &Keys, custodian: ParticipantId, now: Timestamp) -> OrganizationSubject {
    OrganizationSubject {
        id: keys.org_id(),
        created_at: now,
        status: ServiceStatus::Active,
        display_name: None,
        legal_name: None,
        key_alg: SignatureAlgorithm::Ed25519,
        key: *keys.organisation.public(),
        custodian,
        custody: None,
        suspended_at: None,
        retired_at: None,
    }
}

async fn adopt_policy(
    office: &Office,
    writer: &Writer<Escrowed>,
    config: &Config,
    keys: &Keys,
) -> Result<(), StartError> {
    let id = config.policy.id.clone();
    let known = writer.read(move |escrowed, _| escrowed.0.ledger().policy_view(&id).cloned()).await;
    let known = known.map_err(|outage| StartError::Journal(outage.code()))?;
    let policy = policy(config, keys, office.now());
    let document = signed(&policy, &keys.node)?;
    match known {
        Some(known) if known == Policy::from(&document) => Ok(()),
        Some(_) => Err(StartError::PolicyChanged(config.policy.id.clone())),
        None => {
            let command = office.intake(Subject::from(keys.node_id())).own_policy(&document);
            put(writer, command.map_err(|refusal| StartError::Refused(refusal.to_string()))?).await
        }
    }
}

fn policy(config: &Config, keys: &Keys, now: Timestamp) -> EscrowPolicy {
    let terms = &config.policy;
    let arbiters = if terms.arbiters.is_empty() { &keys.operators } else { &terms.arbiters };
    EscrowPolicy {
        id: terms.id.clone(),
        created_at: now,
        federation: config.federation.clone(),
        escrow_node: keys.node_id(),
        operator: keys.org_id(),
        unit: OrcUnit::Orc,
        modes: terms.modes.clone(),
        funding_by: terms.funding_by,
        dispute_window: terms.dispute_window,
        auto_release: terms.auto_release,
        decision_by: terms.decision_by,
        undecided: Some(terms.undecided),
        partial_release: terms.partial_release,
        arbiter_above: None,
        arbiters: arbiters.clone(),
        status: ServiceStatus::Active,
        suspended_at: None,
        retired_at: None,
        notes: None,
    }
}

fn signed<T: Document>(document: &T, key: &SecretKey) -> Result<Verified<T>, StartError> {
    let signed = Draft::new(document)?.sign(None, key)?.finish()?;
    Ok(signed.verify()?)
}

async fn put(writer: &Writer<Escrowed>, command: Command) -> Result<(), StartError> {
    match writer.submit(command).await {
        Ok(_) => Ok(()),
        Err(SubmitError::Refused(refusal)) => Err(StartError::Refused(refusal.to_string())),
        Err(SubmitError::Outage(outage)) => Err(StartError::Journal(outage.code())),
    }
}
