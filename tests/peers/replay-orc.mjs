// Pays PEER_URL in ORC as `fetch-orc.mjs` does, and then sends what paid once more, word for word.

import { readFileSync } from "node:fs";

import { ExactOrcClient, orcFetch } from "@earnest/documents/x402";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";

import { setting } from "./peer.mjs";

const { seed } = JSON.parse(readFileSync(setting("PEER_KEY_FILE"), "utf8"));
const client = new x402Client().register("orc:*", new ExactOrcClient({ seed, account: setting("PEER_ACCOUNT") }));
let paid;
const observed = (request) => {
  if (request.headers.has("PAYMENT-SIGNATURE")) paid = request.clone();
  return fetch(request);
};
const first = await orcFetch(wrapFetchWithPayment, observed, client)(setting("PEER_URL"));
const second = await fetch(paid);
console.log(JSON.stringify({ first: first.status, second: second.status }));
