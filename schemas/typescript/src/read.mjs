// Reads JSON strictly (RFC 8259 as RFC 7493, I-JSON, narrows it): what JSON.parse lets pass is refused here.

/** A document that is refused: a stable code, the JSON pointer of the member at fault, and what was found. */
export class DocumentError extends Error {
  constructor(code, at, message) {
    super(`${code}${at ? ` at ${at}` : ""}: ${message}`);
    this.name = "DocumentError";
    this.code = code;
    this.at = at;
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * Reads one JSON value and nothing after it. Objects have no prototype, so that no name is special.
 * @param {string | Uint8Array} source
 * @param {{ "max-bytes": number, "max-depth": number }} limits
 */
export function read(source, limits) {
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  if (bytes.length > limits["max-bytes"]) throw new DocumentError("too-large", "", `${bytes.length} bytes`);
  const reader = new Reader(decode(source, bytes), limits["max-depth"]);
  const value = reader.value([], 0);
  reader.match(SPACE);
  if (reader.at !== reader.text.length) reader.fail("syntax", [], "text after the end");
  return value;
}

function decode(source, bytes) {
  if (typeof source === "string") return source;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new DocumentError("not-utf8", "", "the text is not UTF-8");
  }
}

/** The JSON pointer (RFC 6901) of a path. */
export function pointer(path) {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

class Reader {
  constructor(text, maxDepth) {
    this.text = text;
    this.maxDepth = maxDepth;
    this.at = 0;
  }

  fail(code, path, message) {
    throw new DocumentError(code, pointer(path), `${message} (character ${this.at})`);
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found?.[0];
  }

  take(character) {
    this.match(SPACE);
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  value(path, depth) {
    this.match(SPACE);
    const next = this.text[this.at];
    if (next === "{" || next === "[") {
      if (depth === this.maxDepth) this.fail("too-deep", path, "too many levels");
      this.at += 1;
      return next === "{" ? this.object(path, depth + 1) : this.array(path, depth + 1);
    }
    if (next === '"') return this.string(path);
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number(path);
  }

  array(path, depth) {
    const items = [];
    if (this.take("]")) return items;
    do items.push(this.value([...path, items.length], depth));
    while (this.take(","));
    if (!this.take("]")) this.fail("syntax", path, "expected , or ]");
    return items;
  }

  object(path, depth) {
    const members = Object.create(null);
    if (this.take("}")) return members;
    do {
      this.match(SPACE);
      const name = this.string(path);
      if (!this.take(":")) this.fail("syntax", path, "expected :");
      if (name in members) this.fail("duplicate-member", [...path, name], "a member stands twice");
      members[name] = this.value([...path, name], depth);
    } while (this.take(","));
    if (!this.take("}")) this.fail("syntax", path, "expected , or }");
    return members;
  }

  string(path) {
    const lexeme = this.match(STRING);
    if (lexeme === undefined) this.fail("syntax", path, "expected a string");
    const text = JSON.parse(lexeme);
    for (const character of text) {
      const scalar = character.codePointAt(0);
      if (scalar >= 0xd800 && scalar <= 0xdfff) this.fail("lone-surrogate", path, "half of a surrogate pair");
      if ((scalar >= 0xfdd0 && scalar <= 0xfdef) || (scalar & 0xfffe) === 0xfffe) {
        this.fail("noncharacter", path, "a code point that is no character");
      }
    }
    return text;
  }

  number(path) {
    const lexeme = this.match(NUMBER);
    if (lexeme === undefined) this.fail("syntax", path, "expected a value");
    const value = Number(lexeme);
    const [mantissa] = lexeme.split(/[eE]/);
    const digits = mantissa.replace(/[-.]/g, "").replace(/^0+/, "");
    const vanished = value === 0 && digits !== "";
    const whole = /^-?[0-9]+$/.test(lexeme);
    const unsafe = Math.abs(value) > Number.MAX_SAFE_INTEGER && (whole || Math.abs(value) < 1e21);
    if (!Number.isFinite(value) || vanished || unsafe) this.fail("number-range", path, lexeme.slice(0, 40));
    if (!whole && digits.replace(/0+$/, "").length > 15) this.fail("number-precision", path, lexeme.slice(0, 40));
    return value;
  }
}
