// Payments in ORC for the published packages of x402 (`@x402/fetch`, `@x402/express`, version 2.27).

export { ExactOrcClient, bindRequest, orcFetch } from "./x402/client.mjs";
export { OrcPaymentError, paidRequest } from "./x402/request.mjs";
export { ExactOrcServer, keepBody } from "./x402/server.mjs";
export { authorization } from "./x402/terms.mjs";
export { signDocument, signerFromSeed } from "./sign.mjs";
