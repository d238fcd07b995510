// Runs the verifier and the schemas over every test vector of this repository; fails where a verdict is not the index's.

import { readFileSync } from "node:fs";

import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

import { verify } from "./src/verify.mjs";

const vectors = new URL("../../tests/vectors/", import.meta.url);
const schemas = new URL("../", import.meta.url);
const json = (url) => JSON.parse(readFileSync(url, "utf8"));

let passed = 0;
let failed = 0;

function expect(what, holds) {
  if (holds) passed += 1;
  else {
    failed += 1;
    console.error(`failed: ${what}`);
  }
}

// strictRequired, which ajv leaves off by default, asks for every member of a condition to be described there again.
const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
addFormats(ajv);
const validators = new Map();
const rules = new Map();
for (const { kind, file, rules: codes } of json(new URL("index.json", schemas)).kinds) {
  const schema = json(new URL(file, schemas));
  rules.set(kind, new Set(codes));
  try {
    validators.set(kind, ajv.compile(schema));
    expect(`${file}: ajv takes it strictly`, true);
  } catch (error) {
    expect(`${file}: ajv takes it strictly: ${error.message}`, false);
  }
}

/** What the schema says of a text; undefined where it is no JSON. */
function valid(kind, text) {
  try {
    return validators.get(kind)(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether the member is refused for its key alone, of which a schema can state no more than the form. */
const onlyKey = (error) => error?.message.includes("with an Ed25519 key of large order");

for (const vector of json(new URL("index.json", vectors)).vectors) {
  const bytes = readFileSync(new URL(vector.file, vectors));
  const refusal = await verify(bytes).then(() => undefined, (error) => error);
  if (refusal && refusal.name !== "DocumentError") expect(`${vector.file}: ${refusal.stack}`, false);
  const byKind = ["kind-unknown", "kind-mismatch", "not-an-object", "signer-unnamed"].includes(vector.code);
  if (vector.valid) {
    expect(`${vector.file}: the verifier accepts it: ${refusal?.message}`, !refusal);
    expect(`${vector.file}: the schema accepts it`, valid(vector.kind, bytes.toString("utf8")));
  } else if (["read", "signature"].includes(vector.fault) || byKind) {
    expect(`${vector.file}: the verifier refuses it`, refusal !== undefined);
  }
  const bySchema = vector.fault === "schema" || rules.get(vector.kind)?.has(vector.code);
  if (bySchema && !vector.valid) {
    const refused = valid(vector.kind, bytes.toString("utf8")) !== true;
    expect(`${vector.file}: the schema refuses it`, refused || onlyKey(refusal));
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
