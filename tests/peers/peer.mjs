// What the programs of this folder share: how they are told what to do, and the one line that says what came of it.

import { once } from "node:events";

import { decodePaymentResponseHeader } from "@x402/fetch";

/** A setting of the environment; it has to be there unless there is another. */
export function setting(name, other) {
  const value = process.env[name] ?? other;
  if (value === undefined) throw new Error(`expected ${name} in the environment`);
  return value;
}

/** Asks PEER_URL with a fetch that pays; says what was answered and what was settled. */
export async function ask(pay) {
  const body = process.env.PEER_BODY;
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  const init = { method: process.env.PEER_METHOD ?? "GET", headers, ...(body === undefined ? {} : { body }) };
  const response = await pay(setting("PEER_URL"), init);
  const paid = response.headers.get("PAYMENT-RESPONSE");
  const settled = paid ? decodePaymentResponseHeader(paid) : null;
  console.log(JSON.stringify({ status: response.status, body: await response.text(), settled }));
}

/** Serves an Express app on a free port of this machine until whoever started the program is gone. */
export async function serve(app, said = {}) {
  const server = app.listen(Number(process.env.PEER_PORT ?? 0), "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}`, port, ...said }));
  process.stdin.on("end", () => process.exit(0)).resume();
  return server;
}
