// Compiled by the tests, never run: the types say what a document is.
import { x402Client } from "@x402/core/client";
import type { SchemeNetworkClient, SchemeNetworkServer } from "@x402/core/types";

import { verify } from "./src/verify.mjs";
import type { PaymentRpcRequestV1, PaymentStatusV1, ServiceOfferV1 } from "./src/types.js";
import { ExactOrcClient, ExactOrcServer } from "./src/x402.mjs";

export const price = (offer: ServiceOfferV1): number => offer["pricing/amount"];

export async function read(text: string): Promise<number> {
  const { document } = await verify(text, "service-offer.v1");
  const noted: unknown = document["x-note"];
  return noted === undefined ? document["pricing/amount"] : 0;
}

// @ts-expect-error: an offer has no such member
export const wrong = (offer: ServiceOfferV1): unknown => offer["pricing/amounts"];

export const ask = (paymentId: string): PaymentRpcRequestV1 => {
  return { jsonrpc: "2.0", id: 1, method: "checkPayment", params: { paymentId } };
};

// @ts-expect-error: only a payment that ended says why
export const why = (status: PaymentStatusV1): string => status.terminalReason;

declare global {
  // What the types of the published packages name beyond the language.
  interface Buffer {}
  interface Response {}
}

// The published packages take the plugins as schemes of their own.
export const pays: SchemeNetworkClient = new ExactOrcClient({ seed: "", account: "account:fed-pl-main:adam" });
export const charges: SchemeNetworkServer = new ExactOrcServer();
export const client: x402Client = new x402Client().register("orc:*", pays);

// @ts-expect-error: somebody has to sign
export const nobody = new ExactOrcClient({ account: "account:fed-pl-main:adam" });
