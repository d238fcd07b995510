// What a shop writes that is paid through Earnest: reads an answer about a payment, and decides what becomes of the work.

import { read } from "@earnest/documents";
import messages from "@earnest/documents/messages";
import type { Messages, PaymentStatusV1 } from "@earnest/documents/types";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
formats.default(ajv);

/** A check that a value is a message: its members, and that none contradicts another. */
function reader<M extends keyof Messages>(message: M): (value: unknown) => Messages[M] {
  const valid = ajv.compile<Messages[M]>(messages[message]);
  return (value) => {
    if (valid(value)) return value;
    throw new Error(`expected a ${message}, found ${ajv.errorsText(valid.errors)}`);
  };
}

const status = reader("payment-status.v1");
const problem = reader("payment-problem.v1");
const response = reader("payment-rpc-response.v1");
const json = (body: string): unknown => read(body, { "max-bytes": 65_536, "max-depth": 16 });

/** What an answer says: where the payment stands, or why nobody could say, which is no word about the payment. */
export type Known = PaymentStatusV1 | { status: "unknown"; code: string; retryable: boolean };

/** Reads the answer to `GET /payments/{paymentId}`. */
export function overHttp(code: number, body: string): Known {
  if (code === 200 || code === 404) return status(json(body));
  return { ...problem(json(body)), status: "unknown" };
}

/** Reads the answer to `checkPayment`. */
export function overRpc(body: string): Known {
  const answer = response(json(body));
  return "error" in answer ? { ...answer.error.data, status: "unknown" } : status(answer.result);
}

/** What becomes of the work that the payment is for. Where nothing is known, it is kept. */
export function decide(known: Known): "stage" | "deliver" | "discard" {
  switch (known.status) {
    case "unknown":
    case "queued":
    case "broadcasting":
    case "mempool":
      return "stage";
    case "confirmed":
      return "deliver";
    case "failed":
    case "replaced":
    case "not_found":
      return "discard";
    default:
      return unheard(known);
  }
}

/** Whatever comes here was not thought of: a new state of the package breaks the build. */
function unheard(known: never): never {
  throw new Error(`expected a state that this program knows, found ${JSON.stringify(known)}`);
}

/** One line for the people of the shop. */
export function show(known: Known): string {
  const what = decide(known);
  if (known.status === "unknown") {
    return `${what}: nothing is known, ${known.code}; ask ${known.retryable ? "again" : "otherwise"}`;
  }
  const said = `${what}: ${known.paymentId} is ${known.status}`;
  if (!("terminalReason" in known)) return said;
  return `${said}, ${known.terminalReason}; ${known.recoveryOwner} recovers, client: ${known.clientAction}`;
}
