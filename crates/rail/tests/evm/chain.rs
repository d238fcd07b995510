//! A chain of its own for each test: `tests/chain/start.mjs`, which installs what it needs below `target`.

use std::{path::Path, process::Stdio};

use earnest_x402::evm::EvmAddress;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdin, Command},
};

/// What the chain says of itself.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Told {
    pub(crate) rpc_url: String,
    pub(crate) chain_id: u64,
    pub(crate) token: EvmAddress,
    pub(crate) others: Others,
    pub(crate) bundler: EvmAddress,
    pub(crate) accounts: Vec<Account>,
}

/// Tokens with a fault each.
#[derive(Debug, Deserialize)]
pub(crate) struct Others {
    pub(crate) silent: EvmAddress,
    pub(crate) forgiving: EvmAddress,
    pub(crate) skimming: EvmAddress,
    pub(crate) greedy: EvmAddress,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Account {
    pub(crate) address: EvmAddress,
    private_key: String,
}

impl Account {
    pub(crate) fn key(&self) -> [u8; 32] {
        alloy_primitives::hex::decode(&self.private_key).unwrap().try_into().unwrap()
    }
}

/// A chain that runs. It ends when its standard input does.
pub(crate) struct Chain {
    pub(crate) told: Told,
    client: reqwest::Client,
    _input: ChildStdin,
    _node: Child,
}

impl Chain {
    /// A chain; none where Node is not on this machine, which is said, and is a failure where tests have to run.
    pub(crate) async fn start() -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/chain/start.mjs");
        let spawned = Command::new("node")
            .arg(script)
            .arg("--until-stdin-ends")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn();
        let mut node = match spawned {
            Ok(node) => node,
            Err(error) if std::env::var("CI").as_deref() == Ok("true") => {
                panic!("expected Node 20 or later, which runs the chain of these tests: {error}")
            }
            Err(error) => {
                eprintln!("NOT TESTED: expected Node 20 or later, which runs the chain of this test: {error}");
                return None;
            }
        };
        let mut line = String::new();
        BufReader::new(node.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
        let told = serde_json::from_str(&line).expect("a chain that starts; see what it says above");
        let tls = earnest_client::tls_config().unwrap();
        let client = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap();
        let input = node.stdin.take().unwrap();
        Some(Self { told, client, _input: input, _node: node })
    }

    pub(crate) async fn rpc(&self, method: &str, params: Value) -> Value {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let request = self.client.post(&self.told.rpc_url).header("content-type", "application/json").body(body);
        let answer = request.send().await.unwrap().bytes().await.unwrap();
        let mut answer: Value = serde_json::from_slice(&answer).unwrap();
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    pub(crate) async fn mine(&self, blocks: u32) {
        self.rpc("anvil_mine", json!([format!("{blocks:#x}")])).await;
    }

    /// Whether every transaction makes a block of its own.
    pub(crate) async fn automine(&self, on: bool) {
        self.rpc("evm_setAutomine", json!([on])).await;
    }

    /// The seconds of the latest block.
    pub(crate) async fn seconds(&self) -> u64 {
        let block = self.rpc("eth_getBlockByNumber", json!(["latest", false])).await;
        number(&block["timestamp"])
    }

    /// Lets the next block come at this second.
    pub(crate) async fn set_seconds(&self, seconds: u64) {
        self.rpc("evm_setNextBlockTimestamp", json!([seconds])).await;
    }

    /// A call of a contract by one of the accounts, in a block; the transaction's id.
    pub(crate) async fn send(&self, from: EvmAddress, to: EvmAddress, data: &[u8]) -> String {
        let data = alloy_primitives::hex::encode_prefixed(data);
        let call = json!({ "from": from.to_string(), "to": to.to_string(), "data": data, "gas": "0x100000" });
        let txid = self.submit(&call).await;
        self.mined(&txid).await;
        txid
    }

    /// A transaction by one of the accounts, not yet in a block; its id.
    pub(crate) async fn submit(&self, transaction: &Value) -> String {
        self.rpc("eth_sendTransaction", json!([transaction])).await.as_str().unwrap().to_owned()
    }

    /// Waits until a transaction is in a block.
    pub(crate) async fn mined(&self, txid: &str) {
        for _ in 0..10_000 {
            if !self.rpc("eth_getTransactionReceipt", json!([txid])).await.is_null() {
                return;
            }
        }
        panic!("expected {txid} in a block");
    }

    pub(crate) async fn coins(&self, of: EvmAddress) -> u128 {
        let found = self.rpc("eth_getBalance", json!([of.to_string(), "latest"])).await;
        u128::from_str_radix(found.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
    }

    pub(crate) async fn nonce(&self, of: EvmAddress, block: &str) -> u64 {
        number(&self.rpc("eth_getTransactionCount", json!([of.to_string(), block])).await)
    }
}

pub(crate) fn number(hex: &Value) -> u64 {
    u64::from_str_radix(hex.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}
