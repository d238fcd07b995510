// A chain of the Ethereum kind on this machine: anvil, with tokens of EIP-3009 in place and accounts that have some.
// What it needs is installed below `target`, once for each lock file.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const TARGET = process.env.CARGO_TARGET_DIR ?? join(HERE, "..", "..", "target");

/** Base Sepolia, whose canonical USDC published clients take without being told. */
export const CHAIN_ID = 84532;

/** Where each contract is put. The first address is the canonical one of USDC on Base Sepolia. */
export const CONTRACTS = {
  token: ["Eip3009Token", "0x036CbD53842c5426634e7929541eC2318f3dCF7e"],
  silent: ["SilentToken", "0x5100000000000000000000000000000000000001"],
  forgiving: ["ForgivingToken", "0x5100000000000000000000000000000000000002"],
  skimming: ["SkimmingToken", "0x5100000000000000000000000000000000000003"],
  greedy: ["GreedyToken", "0x5100000000000000000000000000000000000004"],
  bundler: ["Bundler", "0x5100000000000000000000000000000000000005"],
};

/** The accounts that anvil makes of its usual words: everybody knows their keys. Each has 10000 of the chain's coin. */
export const ACCOUNTS = [
  ["0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"],
  ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"],
  ["0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC", "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a"],
  ["0x90F79bf6EB2c4f870365E785982E1f101E93b906", "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6"],
  ["0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65", "0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a"],
  ["0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc", "0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba"],
  ["0x976EA74026E726554dB657fA54763abd0C3a0aa9", "0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e"],
  ["0x14dC79964da2C08b23698B3D3cc7Ca32193d9955", "0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356"],
].map(([address, privateKey]) => ({ address, privateKey }));

/** How much of the token each of the accounts has: a million, at six decimals. */
export const BALANCE = 10n ** 12n;

/** Installs what the lock file names, below `target`, once. */
function modules() {
  const lock = readFileSync(join(HERE, "package-lock.json"));
  const home = join(TARGET, "chain", createHash("sha256").update(lock).digest("hex").slice(0, 16));
  if (existsSync(join(home, "node_modules"))) return home;
  const making = `${home}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(HERE, file), join(making, file));
  const options = { cwd: making, encoding: "utf8", shell: process.platform === "win32" };
  const done = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], options);
  if (done.status !== 0) throw new Error(`expected npm to install what tests/chain needs: ${done.error ?? done.stderr}`);
  settle(making, home);
  return home;
}

/** Gives a folder its name. Where another process was faster, its folder is as good. */
function settle(making, home) {
  try {
    renameSync(making, home);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  }
}

/** The code of each contract: compiled once for each text of them. */
function compiled(home) {
  const source = readFileSync(join(HERE, "Eip3009Token.sol"), "utf8");
  const kept = join(home, `code-${createHash("sha256").update(source).digest("hex").slice(0, 16)}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, "utf8"));
  const solc = createRequire(join(home, "package.json"))("solc");
  const input = {
    language: "Solidity",
    sources: { "Eip3009Token.sol": { content: source } },
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: "cancun",
      outputSelection: { "*": { "*": ["evm.deployedBytecode.object"] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const faults = (output.errors ?? []).filter((error) => error.severity === "error");
  if (faults.length > 0) throw new Error(faults.map((fault) => fault.formattedMessage).join("\n"));
  const contracts = Object.entries(output.contracts["Eip3009Token.sol"]);
  const code = Object.fromEntries(contracts.map(([name, { evm }]) => [name, `0x${evm.deployedBytecode.object}`]));
  const making = `${kept}.${process.pid}`;
  writeFileSync(making, JSON.stringify(code));
  renameSync(making, kept);
  return code;
}

function binary(home) {
  const installed = join(home, "node_modules", "@foundry-rs", "anvil-linux-amd64", "bin", "anvil");
  // The registry has no binary for other machines: there, anvil has to be on the path.
  return existsSync(installed) ? installed : "anvil";
}

/** Runs anvil on a free port, and gives its address as soon as it listens. */
function listening(home) {
  const arguments_ = ["--host", "127.0.0.1", "--port", "0", "--chain-id", String(CHAIN_ID)];
  const anvil = spawn(binary(home), arguments_, { stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (chunk) => {
      said += chunk;
      const found = said.match(/Listening on (127\.0\.0\.1:\d+)/);
      if (found === null) return;
      anvil.stdout.removeAllListeners("data").resume();
      anvil.stderr.removeAllListeners("data").resume();
      resolve({ anvil, rpcUrl: `http://${found[1]}` });
    };
    anvil.stdout.on("data", hear);
    anvil.stderr.on("data", hear);
    anvil.on("error", (error) => reject(new Error(`expected anvil to run: ${error.message}`)));
    anvil.on("exit", (code) => reject(new Error(`expected anvil to listen, found exit ${code}: ${said}`)));
  });
}

async function rpc(url, method, params) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { result, error } = await answer.json();
  if (error !== undefined) throw new Error(`${method}: ${error.message}`);
  return result;
}

/**
 * Starts a chain. What comes back is what `start.mjs` prints, and `stop`, which ends it.
 */
export async function start() {
  const home = modules();
  const code = compiled(home);
  const { anvil, rpcUrl } = await listening(home);
  const stop = () => anvil.kill("SIGKILL");
  process.on("exit", stop);
  for (const [name, address] of Object.values(CONTRACTS)) await rpc(rpcUrl, "anvil_setCode", [address, code[name]]);
  const word = (value) => value.toString(16).padStart(64, "0");
  const tokens = Object.entries(CONTRACTS).filter(([name]) => name !== "bundler");
  for (const [, [, to]] of tokens) {
    for (const { address } of ACCOUNTS) {
      const data = `0x40c10f19${word(BigInt(address))}${word(BALANCE)}`;
      await rpc(rpcUrl, "eth_sendTransaction", [{ from: ACCOUNTS[0].address, to, data }]);
    }
  }
  const contracts = Object.fromEntries(Object.entries(CONTRACTS).map(([name, [, address]]) => [name, address]));
  const { token, bundler, ...others } = contracts;
  return { rpcUrl, chainId: CHAIN_ID, token, others, bundler, accounts: ACCOUNTS, balance: BALANCE.toString(), stop };
}
