// `exact` on a federation's ledger, for a server that charges: `@x402/core` calls it a `SchemeNetworkServer`.

import { ServedHere } from "./once.mjs";
import { OrcPaymentError, digestOf, normalForm } from "./request.mjs";
import { ASSET, KIND, ledgerOf, minorUnits, networkOf } from "./terms.mjs";

const PRICE = /^([0-9]+)(?:\.([0-9]{1,2}))?\s*ORC$/;
const MISMATCH = "invalid_exact_orc_binding_mismatch";
const USED = "invalid_exact_orc_nonce_already_used";

/** The bodies of requests as they arrived, by the request of Node.js. */
const bodies = new WeakMap();

/** Keeps the bytes of a body: `express.json({ verify: keepBody })`, before the middleware that charges. */
export function keepBody(request, _response, bytes) {
  bodies.set(request, Uint8Array.from(bytes));
}

/**
 * Charges in ORC. A facilitator cannot know which request was asked, and says of a payment that it is settled as often as it
 * is asked: that the payer signed for this request, and that the payment serves once, is seen to here.
 */
export class ExactOrcServer {
  scheme = "exact";
  defaultAssetTransferMethod = "default";
  paymentFlows = { default: { supported: ["authorization", "upfront"], default: "authorization" } };
  schemeHooks = {
    onBeforeVerify: (context) => this.#judge(context),
    onBeforeSettle: (context) => this.#claim(context),
    onSettleFailure: (context) => this.#free(context),
    onVerifiedPaymentCanceled: (context) => this.#free(context),
  };
  #asked;
  #served;
  #claimed = new WeakMap();

  constructor({ asked = askedOfExpress, served = new ServedHere() } = {}) {
    this.#asked = asked;
    this.#served = served;
  }

  /** `"0.25 ORC"` or `{ asset: "ORC", amount: "25" }`. Neither a number nor dollars: nothing says what they are in ORC. */
  async parsePrice(price) {
    const amount = typeof price === "string" ? atomic(price) : price?.asset === ASSET.asset && price.amount;
    if (minorUnits(amount) === undefined) throw new TypeError('expected a price such as "0.25 ORC"');
    return { asset: ASSET.asset, amount };
  }

  getAssetDecimals(asset) {
    return asset === ASSET.asset ? ASSET.decimals : undefined;
  }

  /** Adds what the facilitator says of the ledger: the document to sign, the decimals, the federation. */
  async enhancePaymentRequirements(requirements, supportedKind) {
    const problem = this.validateFacilitatorSupport(requirements.network, supportedKind);
    if (problem) throw new OrcPaymentError("unsupported_scheme", problem);
    if (networkOf(requirements.payTo) !== requirements.network) {
      const message = `expected payTo to be an account on ${requirements.network}`;
      throw new OrcPaymentError("invalid_payment_requirements", message);
    }
    const { authorization, decimals, federation } = supportedKind.extra;
    return { ...requirements, extra: { ...requirements.extra, authorization, decimals, federation } };
  }

  validateFacilitatorSupport(network, { extra } = {}) {
    if (extra?.authorization !== KIND) return `expected a facilitator that takes ${KIND}`;
    if (ledgerOf(extra.federation) !== network) return `expected the facilitator to name the federation of ${network}`;
    return extra.decimals === ASSET.decimals ? undefined : "expected a facilitator that counts ORC in two decimals";
  }

  /** Refuses a payment that was signed for another request. Where a hook throws, the middleware would go on. */
  async #judge({ paymentPayload, transportContext }) {
    try {
      const signed = paymentPayload.payload.authorization;
      const asked = await this.#asked(transportContext);
      const body = await digestOf(asked.body);
      const same =
        signed["request/method"] === asked.method &&
        normalForm(signed["request/url"]) === normalForm(asked.url) &&
        normalForm(asked.url) !== undefined &&
        signed["request/body-digest"] === body;
      if (!same) return abort(MISMATCH, "the payer signed for another method, URL or body");
      return (await this.#served.has(keyOf(signed))) ? abort(USED, "the payment has served") : undefined;
    } catch (error) {
      return abort(MISMATCH, error instanceof OrcPaymentError ? error.message : `expected a ${KIND}`);
    }
  }

  /** Of requests that show one payment at the same time, the first that is settled is served. */
  async #claim({ paymentPayload }) {
    try {
      const signed = paymentPayload.payload.authorization;
      const key = keyOf(signed);
      if (!(await this.#served.claim(key, Date.parse(signed["valid-before"])))) return abort(USED, "the payment has served");
      this.#claimed.set(paymentPayload, key);
      return undefined;
    } catch {
      return abort(USED, "nobody could say whether the payment has served");
    }
  }

  /** Nothing was served: the payment may be shown again. */
  async #free({ paymentPayload }) {
    const key = this.#claimed.get(paymentPayload);
    if (key === undefined) return;
    this.#claimed.delete(paymentPayload);
    await this.#served.free(key);
  }
}

const abort = (reason, message) => ({ abort: true, reason, message });
const keyOf = (signed) => `${signed["payer/account-id"]}/${signed.nonce}`;

function atomic(price) {
  const found = PRICE.exec(price.trim());
  return found ? `${found[1]}${(found[2] ?? "").padEnd(2, "0")}`.replace(/^0+(?=[0-9])/, "") : undefined;
}

/** The request as Express has it. Behind a proxy, Express must be told to trust what it says of protocol and host. */
function askedOfExpress(transportContext) {
  const { adapter } = transportContext.request;
  const { headers } = adapter.req;
  const empty = headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
  const encoded = (headers["content-encoding"] ?? "identity") !== "identity";
  const body = empty ? new Uint8Array() : encoded ? undefined : bodies.get(adapter.req);
  if (body === undefined) {
    throw new OrcPaymentError("body-unknown", "expected the bytes of the body: express.json({ verify: keepBody })");
  }
  return { method: adapter.getMethod(), url: adapter.getUrl(), body };
}
