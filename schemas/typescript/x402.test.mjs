// The plugins for the published packages of x402: byte for byte what the Rust client makes, and what both sides refuse.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { wrapFetchWithPayment, x402Client } from "@x402/fetch";
import canonicalize from "canonicalize";

import { verify } from "./src/verify.mjs";
import {
  ExactOrcClient,
  ExactOrcServer,
  authorization,
  bindRequest,
  keepBody,
  orcFetch,
  paidRequest,
  signDocument,
  signerFromSeed,
} from "./src/x402.mjs";

const { cases } = JSON.parse(readFileSync(new URL("../../tests/vectors/x402/exact-orc.json", import.meta.url), "utf8"));
const account = "account:fed-pl-main:adam";
const seed = new Uint8Array(32).fill(3);
const digest = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("base64url")}`;

async function pay({ accepted, seed: byte, account, org, method, url, body, nonce, now, sequence, payment }) {
  const signer = signerFromSeed(new Uint8Array(32).fill(byte));
  const payer = { account, organisation: org, participant: await signer.participant() };
  const request = await paidRequest({ method, url, body });
  const document = await authorization({ accepted, request, payer, nonce, now: Date.parse(now), sequence, payment });
  return { authorization: await signDocument(document, signer) };
}

for (const one of cases) {
  if (one.refused) {
    test(`refused: ${one.name}`, () => assert.rejects(pay(one), { name: "OrcPaymentError" }));
  } else {
    test(`paid to the byte: ${one.name}`, async () => {
      const payload = await pay(one);
      assert.equal(canonicalize(payload), canonicalize(one.payload));
      await verify(JSON.stringify(payload.authorization), "payment-authorization.v1");
    });
  }
}

const accepted = cases[0].accepted;
const demand = (changes = {}) => ({
  x402Version: 2,
  resource: { url: "https://another.example/" },
  accepts: [{ ...accepted, ...changes }],
});
const payer = () => new ExactOrcClient({ seed, account });
const client = () => new x402Client().register("orc:*", payer());
const request = { method: "GET", url: "https://ola.example/report" };

test("the published client pays, and signs for the request that was bound, not for what the demand says", async () => {
  const required = demand();
  await bindRequest(required, request);
  const { payload, accepted: sent } = await client().createPaymentPayload(required);
  const { document } = await verify(JSON.stringify(payload.authorization), "payment-authorization.v1");
  assert.equal(document["request/url"], "https://ola.example/report");
  assert.equal(document["requirements/digest"], digest(canonicalize(sent)));
  assert.equal(document.nonce.length, 32);
});

test("two payments of the same demand have two nonces", async () => {
  const required = demand();
  await bindRequest(required, request);
  const nonces = [1, 2].map(async () => {
    const { payload } = await client().createPaymentPayload(required);
    return payload.authorization.nonce;
  });
  assert.equal(new Set(await Promise.all(nonces)).size, 2);
});

test("nothing is signed where nobody says which request is paid for", () =>
  assert.rejects(client().createPaymentPayload(demand()), { code: "request-unknown" }));

test("a policy may put other objects in the place of the requirements", async () => {
  const required = demand();
  await bindRequest(required, request);
  const copying = client().registerPolicy((_, all) => all.map((one) => ({ ...one })));
  assert.ok((await copying.createPaymentPayload(required)).payload.authorization);
});

test("the default spend controls take ORC for a default asset, up to 1.00 ORC", async () => {
  for (const [amount, taken] of [["100", true], ["101", false]]) {
    const required = demand({ amount });
    await bindRequest(required, request);
    const paying = client().createPaymentPayload(required);
    await (taken ? paying : assert.rejects(paying, /spendControls/));
  }
  const required = demand({ amount: "2500" });
  await bindRequest(required, request);
  const allowed = [{ network: "orc:*", asset: "ORC", maxAmountPerPayment: "2500" }];
  await client().setSpendControls({ allowedAssets: allowed }).createPaymentPayload(required);
});

test("another federation's ledger is passed over, and what can be paid is taken", async () => {
  const required = demand();
  required.accepts.unshift({ ...accepted, network: "orc:fed-de-main" });
  await bindRequest(required, request);
  const { accepted: taken } = await client().createPaymentPayload(required);
  assert.equal(taken.network, "orc:fed-pl-main");
});

/** A seller that demands the same for every request and keeps what is paid with. */
function seller(paid, response = (init) => new Response("", init)) {
  const required = Buffer.from(JSON.stringify(demand())).toString("base64");
  return async (sent) => {
    const header = sent.headers.get("PAYMENT-SIGNATURE");
    const body = await sent.text();
    if (!header) return response({ status: 402, headers: { "PAYMENT-REQUIRED": required } });
    const { payload } = JSON.parse(Buffer.from(header, "base64").toString());
    paid.push({ sent, body, document: payload.authorization });
    return response({ status: 200 });
  };
}

test("requests at the same time are each paid for themselves", async () => {
  const paid = [];
  const fetches = orcFetch(wrapFetchWithPayment, seller(paid), client());
  const bodies = Array.from({ length: 20 }, (_, index) => `{"page":${index}}`);
  await Promise.all(bodies.map((body) => fetches("https://ola.example/a?b#c", { method: "POST", body })));
  assert.deepEqual(paid.map(({ body }) => body).sort(), bodies.sort());
  for (const { body, document } of paid) {
    assert.equal(document["request/body-digest"], digest(body));
    assert.equal(document["request/method"], "POST");
    assert.equal(document["request/url"], "https://ola.example/a?b");
  }
});

test("nothing is paid behind a redirect, whose way the signature could not name", async () => {
  const paid = [];
  const redirected = (init) => Object.defineProperty(new Response("", init), "redirected", { value: true });
  const fetches = orcFetch(wrapFetchWithPayment, seller(paid, redirected), client());
  await assert.rejects(fetches("https://ola.example/a"), /request-redirected/);
  assert.deepEqual(paid, []);
});

test("a payer has a key, and an account", () => {
  for (const options of [{ account }, { seed: "short", account }, { seed, account: "adam" }, { seed, signer: {}, account }]) {
    assert.throws(() => new ExactOrcClient(options), TypeError);
  }
  assert.ok(new ExactOrcClient({ seed: Buffer.from(seed).toString("base64url"), account }));
});

const kind = { x402Version: 2, scheme: "exact", network: "orc:fed-pl-main", extra: accepted.extra };

test("a price is in ORC", async () => {
  const server = new ExactOrcServer();
  for (const [price, amount] of [["0.25 ORC", "25"], ["10 ORC", "1000"], ["0.5ORC", "50"], [{ asset: "ORC", amount: "7" }, "7"]]) {
    assert.deepEqual(await server.parsePrice(price), { asset: "ORC", amount });
  }
  for (const price of ["$0.25", "0.25", 0.25, "0.255 ORC", "0 ORC", "0.00 ORC", "-1 ORC", "1 USDC", "1e3 ORC", "", {},
    undefined, { asset: "USDC", amount: "1" }, { asset: "ORC", amount: "0.5" }, "90071992547409.92 ORC"]) {
    await assert.rejects(server.parsePrice(price), TypeError, JSON.stringify(price));
  }
  assert.equal(server.getAssetDecimals("ORC"), 2);
  assert.equal(server.getAssetDecimals("USDC"), undefined);
});

test("requirements say what the facilitator says of the ledger", async () => {
  const server = new ExactOrcServer();
  const bare = { ...accepted, extra: { paymentFlow: "upfront" } };
  const enhanced = await server.enhancePaymentRequirements(bare, kind);
  assert.deepEqual(enhanced.extra, { paymentFlow: "upfront", ...accepted.extra });
  for (const payTo of ["account:fed-de-main:ola", "0x209693Bc6afc0C5328bA36FaF03C514EF312287C"]) {
    await assert.rejects(server.enhancePaymentRequirements({ ...bare, payTo }, kind), { name: "OrcPaymentError" });
  }
  for (const extra of [undefined, {}, { ...kind.extra, federation: "fed:de-main" }, { ...kind.extra, decimals: 6 }]) {
    assert.equal(typeof server.validateFacilitatorSupport(kind.network, { ...kind, extra }), "string");
    await assert.rejects(server.enhancePaymentRequirements(bare, { ...kind, extra }), { name: "OrcPaymentError" });
  }
});

/** What the middleware of Express tells a hook of a request. */
function context(paid, { method, url, headers = {}, body }) {
  const req = { headers };
  if (body !== undefined) keepBody(req, {}, Buffer.from(body));
  const adapter = { req, getMethod: () => method, getUrl: () => url };
  return { paymentPayload: { payload: paid }, transportContext: { request: { adapter } } };
}

test("a payment that was signed for another request is refused, whatever is wrong with it", async () => {
  const { onBeforeVerify } = new ExactOrcServer().schemeHooks;
  const [read, written] = cases;
  const post = { method: "POST", url: written.url, body: written.body, headers: { "content-length": "20" } };
  for (const [paid, asked] of [
    [read.payload, { method: "GET", url: "HTTPS://ola.example:443/report" }],
    [written.payload, post],
    [written.payload, { ...post, headers: { "transfer-encoding": "chunked" } }],
  ]) {
    assert.equal(await onBeforeVerify(context(paid, asked)), undefined);
  }
  for (const [paid, asked] of [
    [read.payload, { method: "HEAD", url: read.url }],
    [read.payload, { method: "GET", url: "https://ola.example/report?x" }],
    [read.payload, { method: "GET", url: "not a URL" }],
    [read.payload, post],
    [written.payload, { ...post, body: "{}" }],
    [written.payload, { ...post, body: undefined }],
    [written.payload, { ...post, headers: { ...post.headers, "content-encoding": "gzip" } }],
    [{ authorization: { ...read.payload.authorization, "request/url": "/report" } }, { method: "GET", url: "/report" }],
    [{ authorization: { ...read.payload.authorization, "request/url": 1 } }, { method: "GET", url: read.url }],
    [{}, { method: "GET", url: read.url }],
  ]) {
    const verdict = await onBeforeVerify(context(paid, asked));
    assert.equal(verdict?.reason, "invalid_exact_orc_binding_mismatch", JSON.stringify(asked));
    assert.equal(verdict.abort, true);
  }
  const nowhere = await onBeforeVerify({ paymentPayload: { payload: read.payload }, transportContext: undefined });
  assert.equal(nowhere.abort, true);
});

test("a payment serves once, also where it is shown twice at the same time", async () => {
  const { onBeforeVerify, onBeforeSettle, onSettleFailure, onVerifiedPaymentCanceled } = new ExactOrcServer().schemeHooks;
  const soon = new Date(Date.now() + 60_000).toISOString();
  const authorization = { ...cases[0].payload.authorization, "valid-before": soon };
  const shown = (nonce = authorization.nonce) =>
    context({ authorization: { ...authorization, nonce } }, { method: "GET", url: cases[0].url });
  const [one, other] = [shown(), shown()];
  assert.deepEqual([await onBeforeVerify(one), await onBeforeVerify(other)], [undefined, undefined]);
  const claims = await Promise.all([onBeforeSettle(one), onBeforeSettle(other)]);
  assert.deepEqual(claims.map((claim) => claim?.reason), [undefined, "invalid_exact_orc_nonce_already_used"]);
  assert.equal((await onBeforeVerify(shown()))?.reason, "invalid_exact_orc_nonce_already_used");
  await onSettleFailure(other);
  assert.equal((await onBeforeVerify(shown()))?.abort, true);
  assert.equal(await onBeforeVerify(shown("another")), undefined);

  for (const nothingServed of [onSettleFailure, onVerifiedPaymentCanceled]) {
    await nothingServed(one);
    assert.equal(await onBeforeVerify(one), undefined);
    assert.equal(await onBeforeSettle(one), undefined);
  }
});

test("a payment whose time is over serves no more", async () => {
  const { onBeforeSettle } = new ExactOrcServer().schemeHooks;
  for (const payload of [cases[0].payload, { authorization: { ...cases[0].payload.authorization, "valid-before": "soon" } }, {}]) {
    const claim = await onBeforeSettle(context(payload, { method: "GET", url: cases[0].url }));
    assert.equal(claim?.reason, "invalid_exact_orc_nonce_already_used");
  }
});

test("where nobody can say what was served, nothing is", async () => {
  const served = { has: () => Promise.reject(new Error("down")), claim: () => Promise.reject(new Error("down")), free: () => {} };
  const { onBeforeVerify, onBeforeSettle } = new ExactOrcServer({ served }).schemeHooks;
  const shown = context(cases[0].payload, { method: "GET", url: cases[0].url });
  assert.equal((await onBeforeVerify(shown)).abort, true);
  assert.equal((await onBeforeSettle(shown)).abort, true);
});
