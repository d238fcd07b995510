// What is demanded in ORC, and the `payment-authorization.v1` that pays it.

import canonicalize from "canonicalize";

import { OrcPaymentError, digestOf } from "./request.mjs";

export const KIND = "payment-authorization.v1";
export const ASSET = { asset: "ORC", decimals: 2, symbol: "ORC" };

const ACCOUNT = /^account:([a-z0-9][a-z0-9-]*):[A-Za-z0-9][A-Za-z0-9:-]*$/;
const FEDERATION = /^fed:[a-z0-9][a-z0-9-]*$/;
const NAME = /^[^\u0000-\u0020\u007f-\u00a0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]{1,256}$/;
/** How far the clocks of payer and seller may be apart. */
const CLOCKS_SECS = 600;
const CENTURY_SECS = 3_155_760_000;

/** The network of the ledger that keeps an account; undefined where it is no account. */
export function networkOf(account) {
  const found = typeof account === "string" && account.length <= 200 ? ACCOUNT.exec(account) : null;
  return found ? `orc:${found[1]}` : undefined;
}

/** The network of a federation's ledger; undefined where it is no federation. */
export function ledgerOf(federation) {
  const is = typeof federation === "string" && federation.length <= 100 && FEDERATION.test(federation);
  return is ? `orc:${federation.replaceAll(":", "-")}` : undefined;
}

/** The minor units of an amount in atomic units; undefined where a ledger cannot pay it. */
export function minorUnits(amount) {
  if (typeof amount !== "string" || !/^[1-9][0-9]{0,15}$/.test(amount)) return undefined;
  const minor = Number(amount);
  return Number.isSafeInteger(minor) ? minor : undefined;
}

/** Reads requirements that a payer over an account can meet. */
function demanded(accepted, account) {
  const unfit = (what) => {
    throw new OrcPaymentError("invalid_payment_requirements", what);
  };
  if (accepted.scheme !== "exact") unfit("expected the scheme exact");
  const network = networkOf(account);
  if (accepted.network !== network) unfit(`expected the network ${network}, where the payer's account is`);
  const federation = accepted.extra?.federation;
  if (ledgerOf(federation) !== network) unfit(`expected the federation of ${network} in extra.federation`);
  if (accepted.asset !== ASSET.asset) unfit("expected the asset ORC");
  if (networkOf(accepted.payTo) !== network) unfit("expected payTo to be an account of the same federation");
  if (accepted.payTo === account) unfit("expected another account than the payer's");
  const amount = minorUnits(accepted.amount);
  if (amount === undefined) unfit("expected an amount from 1 to 2^53 - 1 minor units");
  const timeout = accepted.maxTimeoutSeconds;
  const seconds = typeof timeout === "number" ? Math.floor(timeout) : 0;
  if (!(seconds >= 1 && seconds <= CENTURY_SECS)) unfit("expected maxTimeoutSeconds from 1 s to 100 years");
  return { network, federation, amount, seconds };
}

const moment = (millis) => new Date(millis).toISOString().replace(".000Z", "Z");

/**
 * The document that pays requirements for one request, unsigned. It begins ten minutes before now, for a seller whose
 * clock is behind, and ends when the seller's timeout is over.
 */
export async function authorization({ accepted, request, payer, nonce, now, sequence, payment }) {
  const { network, federation, amount, seconds } = demanded(accepted, payer.account);
  if (!NAME.test(nonce)) throw new OrcPaymentError("invalid_payload", "expected a nonce without white space");
  return {
    schema: KIND,
    "schema/v": 1,
    ...(payment === undefined ? {} : { "payment/id": payment }),
    "payer/participant-id": payer.participant,
    ...(payer.organisation === undefined ? {} : { "payer/org-id": payer.organisation }),
    "payer/account-id": payer.account,
    "payee/account-id": accepted.payTo,
    "federation/id": federation,
    network,
    amount,
    unit: "ORC",
    "created-at": moment(now),
    "valid-after": moment(now - CLOCKS_SECS * 1000),
    "valid-before": moment(now + seconds * 1000),
    nonce,
    ...(sequence === undefined ? {} : { "payer/seq": sequence }),
    "request/method": request.method,
    "request/url": request.url,
    "request/body-digest": request.body,
    "requirements/digest": await digestOf(new TextEncoder().encode(canonicalize(accepted))),
  };
}
