import type { Documents } from "./types.js";

/** A document that is refused. */
export declare class DocumentError extends Error {
  /** The stable code, as the reference lists it. */
  readonly code: string;
  /** The JSON pointer of the member at fault; empty for the document itself. */
  readonly at: string;
}

/** A document whose signatures were verified. Its members are those of its schema only where it was validated too. */
export interface Verified<K extends keyof Documents> {
  kind: K;
  document: Documents[K];
  signers: { role?: string; subject: string }[];
}

/** Reads a document strictly and verifies every signature that it needs or carries. */
export declare function verify<K extends keyof Documents = keyof Documents>(
  source: string | Uint8Array,
  expected?: K,
): Promise<Verified<K>>;

/** Reads one JSON value strictly. */
export declare function read(
  source: string | Uint8Array,
  limits: { "max-bytes": number; "max-depth": number },
): unknown;
