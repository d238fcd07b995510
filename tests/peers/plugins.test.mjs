// The plugins among published peers: published clients pay published servers in ORC, and the Rust side judges every
// payment. EARNEST_JUDGE is the program `xtask`, EARNEST_PYTHON an interpreter with the packages.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { ExactOrcClient, bindRequest } from "@earnest/documents/x402";
import { x402Client, x402HTTPClient } from "@x402/fetch";

import { setting } from "./peer.mjs";
import { standIn } from "./stand-in.mjs";

const folder = mkdtempSync(join(tmpdir(), "earnest-peers-"));
const keyFile = join(folder, "adam.key");
const seed = Buffer.alloc(32, 3).toString("base64url");
const account = "account:fed-pl-main:adam";
const children = [];
let facilitator;

/** Starts a program of this folder; gives its first line, and stops it with the tests. */
async function start(name, env) {
  const [program, ...flags] = name.endsWith(".py") ? [setting("EARNEST_PYTHON")] : [process.execPath];
  const child = spawn(program, [...flags, fileURLToPath(new URL(name, import.meta.url))], {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), once(child, "exit").then(([code]) => {
    throw new Error(`${name} ended with ${code} before it said anything`);
  })]);
  return JSON.parse(line);
}

const serving = (name, env) =>
  start(name, { PEER_FACILITATOR: facilitator.url, PEER_NETWORK: "orc:fed-pl-main", PEER_PAY_TO: "account:fed-pl-main:ola", ...env });
const paying = (name, env) => start(name, { PEER_KEY_FILE: keyFile, PEER_ACCOUNT: account, ...env });

before(async () => {
  writeFileSync(keyFile, JSON.stringify({ seed }));
  facilitator = await standIn(setting("EARNEST_JUDGE"), "fed:pl-main");
});
after(() => {
  for (const child of children) child.stdin.end();
  facilitator.stop();
  rmSync(folder, { recursive: true });
});

const servers = [["express-orc.mjs", {}], ["charge_orc.py", {}], ["charge_orc.py", { PEER_FRAMEWORK: "flask" }]];
const urls = new Map();
const urlOf = async ([name, env]) => {
  const key = `${name} ${env.PEER_FRAMEWORK ?? ""}`;
  if (!urls.has(key)) urls.set(key, (await serving(name, env)).url);
  return urls.get(key);
};

for (const server of servers) {
  const what = `${server[0]}${server[1].PEER_FRAMEWORK ? " with Flask" : ""}`;
  for (const client of ["fetch-orc.mjs", "pay_orc.py"]) {
    for (const [path, asked] of [["/work?lang=pl&x=%7E", {}], ["/work", { PEER_METHOD: "POST", PEER_BODY: '{"text":"zażółć"}' }]]) {
      test(`${client} pays ${what}, ${asked.PEER_METHOD ?? "GET"}`, async () => {
        const url = `${await urlOf(server)}${path}`;
        const count = facilitator.settled.size;
        const { status, body, settled } = await paying(client, { PEER_URL: url, ...asked });
        assert.equal(status, 200, body);
        assert.match(body, asked.PEER_BODY ? /zażółć|za\\u017c/ : /worked/);
        assert.equal(settled.success, true);
        assert.equal(settled.network, "orc:fed-pl-main");
        assert.equal(facilitator.settled.size, count + 1);
        assert.equal([...facilitator.settled.values()].at(-1).amount, "25");
      });
    }
  }

  test(`${what} serves a payment once`, async () => {
    const said = await paying("replay-orc.mjs", { PEER_URL: `${await urlOf(server)}/work` });
    assert.deepEqual(said, { first: 200, second: 402 });
  });

  test(`${what} refuses a payment that was signed for another request`, async () => {
    const url = `${await urlOf(server)}/work`;
    const count = facilitator.settled.size;
    const client = new x402Client().register("orc:*", new ExactOrcClient({ seed, account }));
    const http = new x402HTTPClient(client);
    const demanded = await fetch(url);
    const required = http.getPaymentRequiredResponse((name) => demanded.headers.get(name));
    for (const [request, paid] of [
      [{ method: "GET", url: `${url}?another` }, false],
      [{ method: "POST", url, body: "{}" }, false],
      [{ method: "GET", url: url.replace("127.0.0.1", "another.example") }, false],
      [{ method: "GET", url }, true],
    ]) {
      await bindRequest(required, request);
      const headers = http.encodePaymentSignatureHeader(await client.createPaymentPayload(required));
      const answer = await fetch(url, { headers });
      assert.equal(answer.status, paid ? 200 : 402, JSON.stringify(request));
      if (paid) continue;
      const again = http.getPaymentRequiredResponse((name) => answer.headers.get(name));
      assert.match(again.error, /invalid_exact_orc_binding_mismatch/);
    }
    assert.equal(facilitator.settled.size, count + 1);
  });
}
