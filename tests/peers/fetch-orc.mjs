// Pays PEER_URL in ORC with the published client and our plugin: PEER_KEY_FILE signs, PEER_ACCOUNT pays.

import { ask } from "./peer.mjs";

import { readFileSync } from "node:fs";
import { ExactOrcClient, orcFetch } from "@earnest/documents/x402";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";

const { seed } = JSON.parse(readFileSync(process.env.PEER_KEY_FILE, "utf8"));
const payer = new ExactOrcClient({ seed, account: process.env.PEER_ACCOUNT });
const client = new x402Client().register("orc:*", payer);
const pay = orcFetch(wrapFetchWithPayment, fetch, client);

await ask(pay);
