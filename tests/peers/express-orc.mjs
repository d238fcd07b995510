// Charges 0.25 ORC for /work with the published middleware and our plugin. PEER_FACILITATOR settles on PEER_NETWORK, and
// PEER_PAY_TO is paid.

import { serve } from "./peer.mjs";

import { ExactOrcServer, keepBody } from "@earnest/documents/x402";
import { HTTPFacilitatorClient, x402ResourceServer } from "@x402/core/server";
import { paymentMiddleware } from "@x402/express";
import express from "express";

const { PEER_FACILITATOR: url, PEER_NETWORK: network, PEER_PAY_TO: payTo } = process.env;
const accepts = { scheme: "exact", network, payTo, price: "0.25 ORC" };
const server = new x402ResourceServer(new HTTPFacilitatorClient({ url })).register("orc:*", new ExactOrcServer());
const app = express();
app.use(express.json({ verify: keepBody }));
app.use(paymentMiddleware({ "/work": { accepts } }, server));
app.all("/work", (request, response) => response.json({ worked: request.body ?? null }));

await serve(app);
