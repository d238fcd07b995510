// A peer to measure: the published middleware sells /paid for a header that anybody may send again and again. Its
// facilitator says yes to everything, over HTTP from a process of its own (`--facilitator http`) or in this one
// (`--facilitator process`). The line that it prints has the port, the free, the demanded and the paid request.
//
// Nothing is verified, nothing is remembered and nothing is settled: what is measured is the way of a paid request alone.

import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";

import { HTTPFacilitatorClient, x402ResourceServer } from "@x402/core/server";
import { ExactEvmScheme } from "@x402/evm/exact/server";
import { paymentMiddleware } from "@x402/express";
import { x402Client, x402HTTPClient } from "@x402/fetch";
import express from "express";

const network = "eip155:84532";
const payer = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const said = {
  supported: { kinds: [{ x402Version: 2, scheme: "exact", network }], extensions: [], signers: {} },
  verify: { isValid: true, payer },
  settle: { success: true, transaction: `0x${"ab".repeat(32)}`, network, payer },
};
const options = { facilitator: { type: "string", default: "http" }, "say-yes": { type: "boolean", default: false } };
const { values } = parseArgs({ options });

/** The facilitator of its own process: it tells its parent where it is, and ends with it. */
async function sayYes() {
  const app = express();
  app.use(express.json());
  app.get("/supported", (_, response) => response.json(said.supported));
  for (const action of ["verify", "settle"]) app.post(`/${action}`, (_, response) => response.json(said[action]));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  process.on("disconnect", () => process.exit(0));
  process.send(server.address().port);
}

async function facilitatorOf(how) {
  if (how === "process") {
    return { getSupported: async () => said.supported, verify: async () => said.verify, settle: async () => said.settle };
  }
  if (how !== "http") throw new Error(`expected --facilitator http or process, found ${how}`);
  const [port] = await once(fork(new URL(import.meta.url), ["--say-yes"]), "message");
  return new HTTPFacilitatorClient({ url: `http://127.0.0.1:${port}` });
}

/** The header that pays, as the published client writes it; what it carries is never looked at. */
async function paymentFor(url) {
  const http = new x402HTTPClient(new x402Client());
  const demanded = await fetch(url);
  const required = http.getPaymentRequiredResponse((name) => demanded.headers.get(name));
  const [accepted] = required.accepts;
  const authorization = { from: payer, to: accepted.payTo, value: accepted.amount, validAfter: "0", validBefore: "9999999999" };
  const payload = { signature: `0x${"cd".repeat(65)}`, authorization: { ...authorization, nonce: `0x${"ef".repeat(32)}` } };
  const payment = { x402Version: 2, payload, extensions: required.extensions, resource: required.resource, accepted };
  const headers = http.encodePaymentSignatureHeader(payment);
  const paid = await fetch(url, { headers });
  if (paid.status !== 200 || !paid.headers.get("PAYMENT-RESPONSE")) throw new Error(`expected to be served, found ${paid.status}`);
  return headers;
}

async function bench() {
  const server = new x402ResourceServer(await facilitatorOf(values.facilitator)).register(network, new ExactEvmScheme());
  const payTo = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
  const app = express();
  app.get("/free", (_, response) => response.json({ ok: true }));
  app.use(paymentMiddleware({ "GET /paid": { accepts: { scheme: "exact", network, payTo, price: "$0.01" } } }, server));
  app.get("/paid", (_, response) => response.json({ ok: true }));
  const card = { facilitator: values.facilitator, free: "/free", paid: "/paid" };
  const listener = app.listen(Number(process.env.PEER_PORT ?? 0), "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address();
  const headers = await paymentFor(`http://127.0.0.1:${port}/paid`);
  console.log(JSON.stringify({ ...card, port, url: `http://127.0.0.1:${port}`, headers }));
  process.stdin.on("end", () => process.exit(0)).resume();
}

await (values["say-yes"] ? sayYes() : bench());
