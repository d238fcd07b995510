// Ed25519 keys and signatures, read and verified strictly: what two libraries could judge differently is refused.

import { Point, hashes } from "@noble/ed25519";

export const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
export const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The kind and the curve point of a subject such as `node:did:key:z6Mk…`; undefined where it is none. */
export function subject(text) {
  const found = /^(node|participant|org|council):did:key:(z6Mk[1-9A-HJ-NP-Za-km-z]{44})$/.exec(text);
  const point = found && keyPoint(found[2]);
  return point ? { kind: found[1], point } : undefined;
}

/** The point of a multibase key: canonical, on the curve, of large order; undefined where it is none. */
function keyPoint(multibase) {
  let value = 0n;
  for (const character of multibase.slice(1)) value = value * 58n + BigInt(BASE58.indexOf(character));
  const hex = value.toString(16).padStart(68, "0");
  if (hex.length !== 68 || !hex.startsWith("ed01")) return undefined;
  return largePoint(Uint8Array.from(hex.slice(4).match(/../g), (byte) => parseInt(byte, 16)));
}

export function largePoint(bytes) {
  try {
    const point = Point.fromBytes(bytes, false);
    return point.isSmallOrder() ? undefined : { point, bytes };
  } catch {
    return undefined;
  }
}

/** The 64 bytes of 86 characters of unpadded base64url, no stray bits in the last; undefined where they are none. */
export function signatureBytes(text) {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]{85}[AQgw]$/.test(text)) return undefined;
  const bytes = new Uint8Array(64);
  let [bits, held, at] = [0, 0, 0];
  for (const character of text) {
    bits = ((bits << 6) | BASE64URL.indexOf(character)) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = (bits >> held) & 0xff;
    }
  }
  return bytes;
}

const littleEndian = (bytes) => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

/**
 * Whether a key made a signature. The scalar is canonical, the commitment is of large order, and the equation holds
 * without the cofactor: [S]B = R + [k]A.
 */
export async function verifies(key, message, signature) {
  const commitment = largePoint(signature.slice(0, 32));
  const scalar = littleEndian(signature.slice(32));
  if (!commitment || scalar >= ORDER) return false;
  const input = new Uint8Array(64 + message.length);
  input.set(commitment.bytes);
  input.set(key.bytes, 32);
  input.set(message, 64);
  const challenge = littleEndian(await hashes.sha512Async(input)) % ORDER;
  const right = commitment.point.add(key.point.multiply(challenge, false));
  return Point.BASE.multiply(scalar, false).equals(right);
}
