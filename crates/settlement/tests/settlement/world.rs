//! An escrow in memory, with the parties of the examples and contracts between them.

use std::{collections::BTreeSet, sync::LazyLock};

use earnest_artifacts::{
    Draft, EscrowPolicy, Family, GatewayReceipt, OrganizationSubject, SecretKey, ServiceOffer, ServiceOrder, Verified,
    ledger_account::AccountPurpose,
};
use earnest_base::{AccountId, CouncilId, Count, FederationId, NodeId, OrgId, ParticipantId, Subject, Timestamp};
use earnest_ledger::{Command as LedgerCommand, IndexSeed, OpenAccount};
use earnest_procurement::{ContractIds, Deal as Agreement, draft_contract};
use earnest_settlement::{Answer, Command, Deal, DealDocuments, Fact, Intake, Refusal, Roles, Settlement, Statement};
use earnest_signing::Document;

/// The seeds of the published test keys.
pub(crate) const OLA: u8 = 1;
pub(crate) const ROMAN: u8 = 5;
pub(crate) const FEEDERS: u8 = 7;
pub(crate) const GATEWAY: u8 = 8;
pub(crate) const ESCROW: u8 = 9;
pub(crate) const EWA: u8 = 10;
const COUNCIL: u8 = 11;

pub(crate) const SEED: IndexSeed = IndexSeed(7);

pub(crate) fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

pub(crate) fn participant(seed: u8) -> ParticipantId {
    ParticipantId::new(*key(seed).public())
}

pub(crate) fn feeders() -> OrgId {
    OrgId::new(*key(FEEDERS).public())
}

pub(crate) fn at(text: &str) -> Timestamp {
    format!("2026-04-01T{text}Z").parse().unwrap()
}

pub(crate) fn example<T: Family>() -> T {
    Draft::<T>::parse(T::EXAMPLE.as_bytes()).unwrap().document().clone()
}

pub(crate) fn signed<T: Document>(document: &T, seed: u8) -> Verified<T> {
    Draft::new(document).unwrap().sign(None, &key(seed)).unwrap().finish().unwrap().verify().unwrap()
}

fn federation() -> FederationId {
    "fed:pl-main".parse().unwrap()
}

fn roles() -> Roles {
    Roles {
        escrow: NodeId::new(*key(ESCROW).public()),
        gateways: BTreeSet::from([NodeId::new(*key(GATEWAY).public())]),
        operators: BTreeSet::from([participant(EWA)]),
    }
}

pub(crate) fn policy() -> Verified<EscrowPolicy> {
    signed(&example::<EscrowPolicy>(), ESCROW)
}

/// CasualFeeders says who acts for it.
pub(crate) fn statement(custodian: u8, since: &str) -> Statement {
    let custodian = participant(custodian);
    let created_at = since.parse().unwrap();
    Statement(signed(&OrganizationSubject { custodian, created_at, ..example() }, FEEDERS))
}

/// A contract with Ola, of this many blocks of 10.00 ORC, and the papers that it follows from.
pub(crate) fn papers(name: &str, units: u64, offer_seq: u64) -> DealDocuments {
    let offer = ServiceOffer { seq: Count::new(offer_seq).unwrap(), ..example() };
    let order = ServiceOrder {
        id: format!("order:{name}").parse().unwrap(),
        created_at: at("06:00:00"),
        provider: offer.provider,
        provider_node: offer.provider_node,
        offer: offer.id.clone(),
        offer_seq: offer.seq,
        service_type: offer.service_type.clone(),
        units: Count::new(units).unwrap(),
        output_constraints: None,
        max_amount: offer.total(units).unwrap(),
        requested_by: None,
        ..example()
    };
    let (order, offer, policy) = (signed(&order, ROMAN), signed(&offer, OLA), policy());
    let agreement = Agreement { order: &order, offer: &offer, policy: &policy, accept_by: None };
    let ids = ContractIds {
        contract: format!("contract:{name}").parse().unwrap(),
        hold: format!("hold:{name}").parse().unwrap(),
    };
    let draft = draft_contract(&agreement, &ids, at("06:00:00")).unwrap().sign(Some("responder"), &key(OLA)).unwrap();
    let contract = draft.sign(Some("asker"), &key(ROMAN)).unwrap().finish().unwrap().verify().unwrap();
    DealDocuments { contract, order, offer: std::sync::Arc::new(offer) }
}

/// An escrow, and every fact of it.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) settlement: Settlement,
    pub(crate) facts: Vec<Fact>,
    pub(crate) now: Timestamp,
}

impl World {
    /// An escrow whose buyer has 450.00 ORC, at 06:00:00.
    pub(crate) fn open() -> Self {
        static OPEN: LazyLock<World> = LazyLock::new(World::made);
        OPEN.clone()
    }

    fn made() -> Self {
        let settlement = Settlement::new(federation(), SEED);
        let mut world = Self { settlement, facts: Vec::new(), now: at("06:00:00") };
        world.done(&Command::State(statement(ROMAN, "2026-03-28T11:15:00Z")));
        let policy = world.intake(participant(EWA), |intake| intake.policy(&policy())).unwrap();
        world.done(&policy);
        for (name, owner, council) in [
            ("casualfeeders", Subject::from(feeders()), None),
            ("ola", participant(OLA).into(), None),
            ("community-pool", feeders().into(), Some(CouncilId::new(*key(COUNCIL).public()))),
        ] {
            world.done(&account(name, owner, council));
        }
        let paid = signed(&example::<GatewayReceipt>(), GATEWAY);
        let gateway = NodeId::new(*key(GATEWAY).public());
        let paid = world.intake(gateway, |intake| intake.crossing(&paid)).unwrap();
        world.done(&paid);
        world
    }

    pub(crate) fn intake<R>(&self, caller: impl Into<Subject>, ask: impl FnOnce(Intake<'_>) -> R) -> R {
        let (roles, federation) = (roles(), federation());
        ask(Intake { roles: &roles, federation: &federation, caller: caller.into(), now: self.now })
    }

    pub(crate) fn deal(&self, papers: &DealDocuments) -> Result<Deal, Refusal> {
        let said = self.settlement.custody(&feeders()).map(|custody| custody.statement.clone()).unwrap();
        let said = Verified::parse(said.as_bytes()).unwrap();
        self.intake(participant(ROMAN), |intake| intake.deal(papers, Some(&policy()), Some(&said)))
    }

    pub(crate) fn run(&mut self, command: &Command) -> Result<Answer, Refusal> {
        let decision = self.settlement.decide(command, self.now)?;
        for fact in decision.facts {
            self.settlement.apply(&fact).unwrap();
            self.facts.push(fact);
        }
        assert_eq!(self.settlement.seq(), self.facts.len() as u64);
        Ok(decision.answer)
    }

    pub(crate) fn done(&mut self, command: &Command) -> Answer {
        self.run(command).unwrap_or_else(|refusal| panic!("{refusal}"))
    }
}

fn account(name: &str, owner: Subject, council: Option<CouncilId>) -> Command {
    let account: AccountId = format!("account:fed-pl-main:{name}").parse().unwrap();
    let purpose = match (council, owner) {
        (Some(_), _) => AccountPurpose::CommunityPool,
        (None, Subject::Org(_)) => AccountPurpose::OrgSettlement,
        _ => AccountPurpose::ParticipantSettlement,
    };
    let open = OpenAccount { account, owner, purpose, council, gateway_policy: None };
    Command::Ledger { command: LedgerCommand::OpenAccount(open), evidence: Vec::new() }
}
