// A facilitator for the tests of the plugins: it judges as ours does, by asking the Rust side, and settles by counting. It
// has no ledger; `cargo xtask peers` has the programs of this folder pay and charge over a real one.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import express from "express";

/** Starts it on a free port. */
export async function standIn(judge, federation) {
  const child = spawn(judge, ["judge", federation], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()(JSON.parse(line)));
  const verify = (body) => {
    child.stdin.write(`${new Date().toISOString().replace(".000Z", "Z")} ${JSON.stringify(body)}\n`);
    return new Promise((resolve) => waiting.push(resolve));
  };
  const settled = new Map();
  const settle = async (body) => {
    const network = `orc:${federation.replaceAll(":", "-")}`;
    const { isValid, invalidReason, payer } = await verify(body);
    if (!isValid) return { success: false, errorReason: invalidReason, transaction: "", network };
    const { nonce } = body.paymentPayload.payload.authorization;
    settled.set(nonce, body.paymentRequirements);
    return { success: true, transaction: `stand-in-${nonce}`, network, payer };
  };
  const extra = { authorization: "payment-authorization.v1", decimals: 2, federation };
  const kinds = [{ x402Version: 2, scheme: "exact", network: `orc:${federation.replaceAll(":", "-")}`, extra }];
  const app = express();
  app.use(express.json());
  app.get("/supported", (_, response) => response.json({ kinds, extensions: [], signers: {} }));
  app.post("/verify", async ({ body }, response) => response.json(await verify(body)));
  app.post("/settle", async ({ body }, response) => response.json(await settle(body)));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    child.stdin.end();
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, settled, stop };
}
