// Charges 0.25 ORC for /work with the published middleware and our plugin. PEER_FACILITATOR settles on PEER_NETWORK, and
// PEER_PAY_TO is paid.

import { ExactOrcServer, keepBody } from "@earnest/documents/x402";
import { HTTPFacilitatorClient, x402ResourceServer } from "@x402/core/server";
import { paymentMiddleware } from "@x402/express";
import express from "express";
import { serve, setting } from "./peer.mjs";

const accepts = { scheme: "exact", network: setting("PEER_NETWORK"), payTo: setting("PEER_PAY_TO"), price: "0.25 ORC" };
const facilitator = new HTTPFacilitatorClient({ url: setting("PEER_FACILITATOR") });
const server = new x402ResourceServer(facilitator).register("orc:*", new ExactOrcServer());
const app = express();
app.use(express.json({ verify: keepBody }));
app.use(paymentMiddleware({ "/work": { accepts } }, server));
app.all("/work", (request, response) => response.json({ worked: request.body ?? null }));
await serve(app);
