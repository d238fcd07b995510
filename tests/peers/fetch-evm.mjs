// Pays PEER_URL on a chain with what is published, and nothing of ours: PEER_PRIVATE_KEY holds the token.

import { ExactEvmScheme } from "@x402/evm/exact/client";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";
import { privateKeyToAccount } from "viem/accounts";

import { ask, setting } from "./peer.mjs";

const account = privateKeyToAccount(setting("PEER_PRIVATE_KEY"));
const client = new x402Client().register("eip155:*", new ExactEvmScheme(account));
await ask(wrapFetchWithPayment(fetch, client));
