import type { Messages } from "./types.js";

/** The JSON Schema of every message about payments, by its name. */
declare const messages: { readonly [M in keyof Messages]: Record<string, unknown> };
export default messages;
