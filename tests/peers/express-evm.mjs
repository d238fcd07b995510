// Charges $0.01 for /work on the chain at PEER_RPC_URL with what is published, and nothing of ours: the middleware, and a
// facilitator beside it whose PEER_PRIVATE_KEY pays the gas; or the one at PEER_FACILITATOR. PEER_PAY_TO is paid.

import { x402Facilitator } from "@x402/core/facilitator";
import { HTTPFacilitatorClient, x402ResourceServer } from "@x402/core/server";
import { toFacilitatorEvmSigner } from "@x402/evm";
import { ExactEvmScheme as Facilitating } from "@x402/evm/exact/facilitator";
import { ExactEvmScheme as Charging } from "@x402/evm/exact/server";
import { paymentMiddleware } from "@x402/express";
import express from "express";
import { createWalletClient, http, publicActions } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { baseSepolia } from "viem/chains";

import { serve, setting } from "./peer.mjs";

const account = privateKeyToAccount(setting("PEER_PRIVATE_KEY"));
const transport = http(setting("PEER_RPC_URL"));
const wallet = createWalletClient({ account, chain: baseSepolia, transport }).extend(publicActions);
const network = `eip155:${baseSepolia.id}`;
const signer = toFacilitatorEvmSigner(Object.assign(wallet, { address: account.address }));
const facilitator = new x402Facilitator().register(network, new Facilitating(signer));

const settling = express();
settling.use(express.json());
settling.get("/supported", (_, response) => response.json(facilitator.getSupported()));
for (const action of ["verify", "settle"]) {
  settling.post(`/${action}`, async ({ body }, response) => {
    response.json(await facilitator[action](body.paymentPayload, body.paymentRequirements));
  });
}
const beside = settling.listen(0, "127.0.0.1", async () => {
  const url = process.env.PEER_FACILITATOR ?? `http://127.0.0.1:${beside.address().port}`;
  const server = new x402ResourceServer(new HTTPFacilitatorClient({ url })).register(network, new Charging());
  const accepts = { scheme: "exact", network, payTo: setting("PEER_PAY_TO"), price: "$0.01" };
  const app = express();
  app.use(express.json());
  app.use(paymentMiddleware({ "/work": { accepts } }, server));
  app.all("/work", (request, response) => response.json({ worked: request.body ?? null }));
  await serve(app, { facilitator: url });
});
