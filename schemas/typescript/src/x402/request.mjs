// The HTTP request that is paid for: method, URL in one form, digest of the body.

import { base64url } from "../sign.mjs";

/** What cannot be paid, or must not be: a stable code, and what was found. */
export class OrcPaymentError extends Error {
  constructor(code, message) {
    super(`${code}: ${message}`);
    this.name = "OrcPaymentError";
    this.code = code;
  }
}

/** The SHA-256 digest of bytes, as documents write it. */
export async function digestOf(bytes) {
  return `sha256:${base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))}`;
}

/**
 * A request as a payment names it.
 * @param {{ method: string, url: string, body?: Uint8Array | string }} request
 */
export async function paidRequest({ method, url, body = "" }) {
  if (!/^[A-Z]+$/.test(method)) throw new OrcPaymentError("request-form", "expected a method in upper case");
  const normal = normalForm(url);
  if (normal === undefined) {
    throw new OrcPaymentError("request-form", "expected an absolute URL over http or https, without user and fragment");
  }
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return { method, url: normal, body: await digestOf(bytes) };
}

/** The one form of a URL: scheme and host in lower case, no implied port, a path. Undefined where it is none. */
export function normalForm(url) {
  if (url.length > 20_000 || !/^[!-~]*$/.test(url) || /[#\\]/.test(url)) return undefined;
  const found = /^(https?):\/\/([^/?]*)(.*)$/i.exec(url);
  if (!found) return undefined;
  const scheme = found[1].toLowerCase();
  const implied = scheme === "https" ? /:443$/ : /:80$/;
  const host = found[2].toLowerCase().replace(implied, "");
  if (host === "" || host.startsWith(":") || host.endsWith(":") || host.includes("@")) return undefined;
  return `${scheme}://${host}${found[3].startsWith("/") ? "" : "/"}${found[3]}`;
}
