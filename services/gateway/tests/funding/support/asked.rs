//! What tests ask of the escrow and of the gateway, again and again where something is to come.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::{OPERATOR, Person, ROMAN, World, account, message};

/// So long that only a fault lets it pass.
const PATIENCE: Duration = Duration::from_secs(60);

impl World {
    /// What an account has, by the escrow itself.
    pub(crate) async fn balance(&self, name: &str) -> u64 {
        let path = format!("/accounts/{}/balance", account(name));
        let (status, told) = self.send(self.escrow, Some(OPERATOR), Method::GET, &path, Vec::new()).await;
        assert_eq!(status, 200, "{told}");
        told["available"].as_u64().unwrap()
    }

    /// What CasualFeeders and the pool have.
    pub(crate) async fn money(&self) -> (u64, u64) {
        (self.balance("casualfeeders").await, self.balance("community-pool").await)
    }

    /// The number of the escrow's latest fact.
    pub(crate) async fn head(&self) -> u64 {
        self.send(self.escrow, None, Method::GET, "/head", Vec::new()).await.1["seq"].as_u64().unwrap()
    }

    /// An adjustment at the escrow, by its operator for the organisation that answers for it.
    pub(crate) async fn escrow_post(&self, by: Person, path: &str, body: &Value) -> (u16, Value) {
        self.send(self.escrow, Some(by), Method::POST, path, body.to_string().into_bytes()).await
    }

    /// Asks again and again until the answer is as it should be.
    pub(crate) async fn until<T: std::fmt::Debug>(&self, what: &str, ask: impl AsyncFn() -> Result<T, T>) -> T {
        let waiting = async {
            loop {
                if let Ok(found) = ask().await {
                    return found;
                }
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(found) => found,
            Err(_) => panic!("expected {what}, found {:?}", ask().await),
        }
    }

    /// Waits until a payout of Roman's stands so.
    pub(crate) async fn payout_until(&self, own: &str, state: &str) -> Value {
        let path = format!("/payouts/payout:{own}");
        let asked = async || {
            let (_, found) = self.get(ROMAN, &path).await;
            if found["state"]["state"] == state { Ok(found) } else { Err(found) }
        };
        self.until(state, asked).await
    }

    /// Waits until the first payment of Roman's top-up stands so.
    pub(crate) async fn top_up_until(&self, own: &str, state: &str) -> Value {
        let path = format!("/top-ups/top-up:{own}");
        let asked = async || {
            let (_, found) = self.get(ROMAN, &path).await;
            if found["payments"][0]["state"] == state { Ok(found) } else { Err(found) }
        };
        self.until(state, asked).await
    }

    /// Announces a top-up of Roman's for CasualFeeders.
    pub(crate) async fn announce(&self, own: &str, amount: &str) -> Value {
        let amount: Value = serde_json::from_str(amount).unwrap();
        let body = json!({
            "id": format!("top-up:{own}"), "account": account("casualfeeders"), "provider": "psp", "amount": amount,
            "currency": "PLN",
        });
        let (status, told) = self.post(ROMAN, "/top-ups", &body).await;
        assert_eq!(status, 200, "{told}");
        told
    }

    /// CasualFeeders gets 450.00 ORC.
    pub(crate) async fn funded(&self) {
        self.announce("funds", "500.00").await;
        let paid = json!({ "id": "pi_funds", "reference": "top-up:funds", "amount": "500.00", "currency": "PLN" });
        let body = message("evt_funds", "payment.confirmed", self.now(), &paid);
        assert_eq!(self.callback(&body).await.0, 200);
        self.top_up_until("funds", "credited").await;
    }
}
