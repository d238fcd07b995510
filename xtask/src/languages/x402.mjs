// Reads our headers and bodies with the published package, and writes them again with it.
import { readFileSync } from "node:fs";
import * as http from "@x402/core/http";
import * as schemas from "@x402/core/schemas";

const given = JSON.parse(readFileSync(new URL("given.json", import.meta.url), "utf8"));
const demand = http.decodePaymentRequiredHeader(given.demand);
const payment = http.decodePaymentSignatureHeader(given.payment);
const settled = http.decodePaymentResponseHeader(given.settled);
schemas.validatePaymentRequired(demand);
schemas.validatePaymentPayload(payment);
schemas.validatePaymentRequired(given.body);

function takes(read) {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

console.log(JSON.stringify({
  demand: http.encodePaymentRequiredHeader(demand),
  payment: http.encodePaymentSignatureHeader(payment),
  settled: http.encodePaymentResponseHeader(settled),
  values: given.values.map((value) => takes(() => http.decodePaymentRequiredHeader(value))),
  demands: given.demands.map((text) => schemas.isPaymentRequiredV2(JSON.parse(text))),
}));
