// `exact` on a federation's ledger, for a client that pays: `@x402/core` calls it a `SchemeNetworkClient`.

import { base64url, signDocument, signerFromSeed } from "../sign.mjs";
import { OrcPaymentError, paidRequest } from "./request.mjs";
import { ASSET, authorization, networkOf } from "./terms.mjs";

/**
 * The request that each demand answers. The published client hands a scheme the requirements and nothing of the
 * request, and what the demand says of its resource is the seller's word, which nobody should sign.
 */
const requests = new WeakMap();

/** Says which request a demand answers, before a payment for it is made. */
export async function bindRequest(paymentRequired, request) {
  requests.set(paymentRequired, await paidRequest(request));
}

/** Pays in ORC from one account. */
export class ExactOrcClient {
  scheme = "exact";
  schemeHooks = {
    onBeforePaymentCreation: async ({ paymentRequired, selectedRequirements }) => {
      const request = requests.get(paymentRequired);
      if (request) requests.set(selectedRequirements, request);
    },
  };
  #signer;
  #payer;

  constructor({ seed, signer, account, organisation }) {
    if ((seed === undefined) === (signer === undefined)) throw new TypeError("expected a seed or a signer");
    if (!networkOf(account)) throw new TypeError("expected an account such as account:fed-pl-main:adam");
    this.#signer = signer ?? signerFromSeed(seed);
    this.#payer = { account, organisation };
  }

  /** ORC, on the ledger that keeps the payer's account. */
  findDefaultAsset(asset, network) {
    return asset === ASSET.asset && network === networkOf(this.#payer.account) ? ASSET : undefined;
  }

  /** The signed authorization of one payment for the request that was bound to the demand. */
  async createPaymentPayload(x402Version, accepted) {
    const request = requests.get(accepted);
    if (!request) {
      const message = "expected the request that is paid for: pay through orcFetch, or call bindRequest first";
      throw new OrcPaymentError("request-unknown", message);
    }
    const payer = { ...this.#payer, participant: await this.#signer.participant() };
    const nonce = base64url(crypto.getRandomValues(new Uint8Array(24)));
    const document = await authorization({ accepted, request, payer, nonce, now: Date.now() });
    return { x402Version, payload: { authorization: await signDocument(document, this.#signer) } };
  }
}

/**
 * What `wrapFetchWithPayment` of `@x402/fetch` makes of a fetch and a client, with every demand bound to the request
 * that it answers.
 */
export function orcFetch(wrapFetchWithPayment, fetch, client) {
  return async (input, init) => {
    const request = new Request(input, init);
    const body = new Uint8Array(await request.clone().arrayBuffer());
    const paid = { method: request.method, url: request.url.split("#")[0], body };
    let redirected = false;
    const observed = async (...sent) => {
      const response = await fetch(...sent);
      redirected = response.redirected;
      return response;
    };
    const createPaymentPayload = async (paymentRequired) => {
      if (redirected) throw new OrcPaymentError("request-redirected", "expected the demand of the URL that was asked");
      await bindRequest(paymentRequired, paid);
      return client.createPaymentPayload(paymentRequired);
    };
    const bound = Object.create(client, { createPaymentPayload: { value: createPaymentPayload } });
    return wrapFetchWithPayment(observed, bound)(request);
  };
}
