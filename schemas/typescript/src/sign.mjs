// Signs documents with an Ed25519 key, as every family of one signer is signed.

import { getPublicKeyAsync, signAsync } from "@noble/ed25519";
import canonicalize from "canonicalize";

import { BASE58, BASE64URL } from "./keys.mjs";

/** Unpadded base64url. */
export function base64url(bytes) {
  let text = "";
  let [bits, held] = [0, 0];
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xffff;
    held += 8;
    for (; held >= 6; held -= 6) text += BASE64URL[(bits >> (held - 6)) & 63];
  }
  return held ? text + BASE64URL[(bits << (6 - held)) & 63] : text;
}

/** The 32 bytes of a seed: as they are, or as the base64url of a key file. */
function seedBytes(seed) {
  const bytes = typeof seed === "string" ? fromBase64url(seed) : seed;
  if (!(bytes instanceof Uint8Array) || bytes.length !== 32) {
    throw new TypeError("expected a seed of 32 bytes, as bytes or as unpadded base64url");
  }
  return Uint8Array.from(bytes);
}

function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return undefined;
  const bytes = [];
  let [bits, held] = [0, 0];
  for (const character of text) {
    bits = ((bits << 6) | BASE64URL.indexOf(character)) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push((bits >> held) & 0xff);
    }
  }
  return base64url(bytes) === text ? Uint8Array.from(bytes) : undefined;
}

/** The did:key of the 32 bytes of an Ed25519 key. */
function didKey(key) {
  let value = [0xed, 0x01, ...key].reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let text = "";
  for (; value > 0n; value /= 58n) text = BASE58[Number(value % 58n)] + text;
  return `did:key:z${text}`;
}

/**
 * Who signs with a key that this program holds.
 * @param {Uint8Array | string} seed
 */
export function signerFromSeed(seed) {
  const bytes = seedBytes(seed);
  let participant;
  return {
    participant: () => (participant ??= getPublicKeyAsync(bytes).then((key) => `participant:${didKey(key)}`)),
    sign: (message) => signAsync(message, bytes),
  };
}

/** Signs a document of one signer: its kind, a zero byte, and the canonical form of its members. */
export async function signDocument(document, signer) {
  const message = new TextEncoder().encode(`${document.schema}\0${canonicalize(document)}`);
  const value = base64url(await signer.sign(message));
  return { ...document, signature: { alg: "ed25519", value } };
}
