// Verifies a document: strict reading, who must sign (by the table in kinds.mjs), and the signatures themselves.
// What a document's members may be is stated by its JSON Schema; validate it with any JSON Schema library.

import canonicalize from "canonicalize";

import kinds from "./kinds.mjs";
import { signatureBytes, subject, verifies } from "./keys.mjs";
import { DocumentError, pointer, read } from "./read.mjs";

export { DocumentError, kinds, read };

const DOCUMENT = { "max-bytes": 64 * 1024, "max-depth": 32 };

/**
 * Reads a document and verifies every signature that it needs or carries.
 * @param {string | Uint8Array} source the document as it arrived
 * @param {string} [expected] the kind that it has to be
 */
export async function verify(source, expected) {
  const { document, kind } = open(source);
  if (expected && kind.kind !== expected) refuse("kind-mismatch", ["schema"], `found ${kind.kind}`);
  if (document["schema/v"] !== 1) refuse("invalid-value", ["schema/v"], "expected 1");
  for (const place of kind.keys) keysAt(document, place.split("/").slice(1).map(unescape), []);
  const claims = kind.signers.flatMap((signer) => claimsOf(signer, document));
  const members = { ...document };
  for (const signer of kind.signers) delete members[signer.member];
  const covered = canonicalize(members);
  const text = typeof source === "string" ? source : new TextDecoder("utf-8", { ignoreBOM: true }).decode(source);
  if (kind.canonical && canonicalize(document) !== text) refuse("not-canonical", [], "expected canonical form");
  for (const { signer, path, key, signature } of claims) {
    const tag = signer.role ? `${kind.kind}:${signer.role}` : kind.kind;
    const message = new TextEncoder().encode(`${tag}\0${covered}`);
    if (!(await verifies(key, message, signature))) refuse("signature-invalid", path, "not the named signer's");
  }
  return { kind: kind.kind, document, signers: claims.map(({ signer, by }) => ({ role: signer.role, subject: by })) };
}

function refuse(code, path, message) {
  throw new DocumentError(code, pointer(path), message);
}

/** Reads by the limits of a document, or by those of the kind where that is a larger container. */
function open(source) {
  const largest = kinds.reduce((one, other) => (other["max-bytes"] > one["max-bytes"] ? other : one), DOCUMENT);
  let document;
  let beyond;
  try {
    document = read(source, DOCUMENT);
  } catch (error) {
    if (error.code !== "too-large" && error.code !== "too-deep") throw error;
    beyond = error;
    document = read(source, largest);
  }
  if (!isObject(document)) refuse("not-an-object", [], "expected an object");
  const kind = kinds.find((known) => known.kind === document.schema);
  if (!kind) refuse("kind-unknown", ["schema"], "expected a known kind");
  if (beyond && kind["max-bytes"] <= DOCUMENT["max-bytes"]) throw beyond;
  return { document, kind };
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const unescape = (step) => step.replaceAll("~1", "/").replaceAll("~0", "~");

/** Sees to it that every subject of the document has a key: `*` stands for every item or member. */
function keysAt(value, [step, ...rest], path) {
  if (value === undefined) return;
  if (step === undefined) {
    if (typeof value === "string" && value.includes("did:key:") && !subject(value)) {
      refuse("invalid-value", path, "expected a subject with an Ed25519 key of large order");
    }
  } else if (step === "*" && typeof value === "object" && value !== null) {
    for (const name of Object.keys(value)) keysAt(value[name], rest, [...path, name]);
  } else if (isObject(value)) {
    keysAt(value[step], rest, [...path, step]);
  }
}

/** Whether a condition of the table holds. */
export function holds(condition, document) {
  const [[test, asked]] = Object.entries(condition);
  if (test === "has") return asked in document;
  if (test === "lacks") return !(asked in document);
  if (test === "all") return asked.every((one) => holds(one, document));
  const [member, wanted] = asked;
  const value = document[member];
  if (test === "is") return value === wanted;
  if (test === "one-of") return wanted.includes(value);
  return typeof value === "string" && value.startsWith(wanted);
}

function needed(signer, document) {
  if (signer.needed === "always") return true;
  return "when" in signer.needed ? holds(signer.needed.when, document) : !holds(signer.needed.unless, document);
}

/** The signatures that stand in a member, each with the key that is to have made it. */
function claimsOf(signer, document) {
  const value = document[signer.member];
  if (value === undefined) {
    if (needed(signer, document)) refuse("signature-missing", [signer.member], "expected a signature");
    return [];
  }
  if (!signer.each) return [claim(signer, value, [signer.member], named(signer, document))];
  if (!Array.isArray(value) || value.length === 0) refuse("wrong-type", [signer.member], "expected signatures");
  const claims = value.map((entry, index) => {
    const by = isObject(entry) ? entry[signer.each] : undefined;
    return claim(signer, entry, [signer.member, index], by, signer.each);
  });
  if (new Set(claims.map(({ by }) => by)).size !== claims.length) {
    refuse("invalid-value", [signer.member], "expected each signer once");
  }
  return claims;
}

function named(signer, document) {
  const candidates = signer.by.map((name) => document[name]).map((found) => (Array.isArray(found) ? found[0] : found));
  return candidates.find((text) => signer.kinds.includes(typeof text === "string" ? subject(text)?.kind : undefined));
}

function claim(signer, value, path, by, each) {
  const who = typeof by === "string" ? subject(by) : undefined;
  if (!who || !signer.kinds.includes(who.kind)) {
    refuse("signer-unnamed", each ? path : [signer.by[0]], `expected a ${signer.kinds.join(" or ")}`);
  }
  const members = isObject(value) ? Object.keys(value).sort().join() : "";
  const expected = ["alg", "value", ...(each ? [each] : [])].sort().join();
  const signature = members === expected && value.alg === "ed25519" ? signatureBytes(value.value) : undefined;
  if (!signature) refuse("invalid-value", path, "expected {alg: \"ed25519\", value: 86 characters of base64url}");
  return { signer, path, by, key: who.point, signature };
}
