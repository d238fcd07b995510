// Runs the verifier and the schemas over every test vector of this repository; fails where a verdict is not the index's.

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";

import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

import messages from "./src/messages.mjs";
import { largePoint, verifies } from "./src/keys.mjs";
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

const listed = json(new URL("index.json", schemas)).messages;
expect("the package has the messages of the index", Object.keys(messages).length === listed.length);
for (const { message, file } of listed) {
  const schema = json(new URL(file, schemas));
  expect(`${message}: the package has the schema`, isDeepStrictEqual(messages[message], schema));
  try {
    ajv.compile(schema);
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
    const place = `${refusal?.code} at ${refusal?.at}`;
    expect(`${vector.file}: ${vector.code} at ${vector.at}, found ${place}`, place === `${vector.code} at ${vector.at}`);
  }
  const bySchema = vector.fault === "schema" || rules.get(vector.kind)?.has(vector.code);
  if (bySchema && !vector.valid) {
    const refused = valid(vector.kind, bytes.toString("utf8")) !== true;
    expect(`${vector.file}: the schema refuses it`, refused || onlyKey(refusal));
  }
}

// The edge cases of Ed25519 that others published, with the strict verdicts that were measured for them.
const root = fileURLToPath(new URL("../../", import.meta.url));
const conformance = resolve(root, process.env.EARNEST_CONFORMANCE ?? "../shared/conformance");
const hex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
if (existsSync(conformance)) {
  const set = (path) => json(pathToFileURL(`${conformance}/${path}`));
  const verdicts = set("ed25519_measured_verdicts.json");
  const judge = async (name, index, key, message, signature) => {
    const point = largePoint(hex(key));
    const found = point !== undefined && (await verifies(point, message, hex(signature)));
    expect(`${name} ${index}`, found === verdicts[name][index].dalek3_verify_strict);
  };
  for (const [index, { key, msg, sig }] of set("cctv-ed25519/ed25519vectors.json").entries()) {
    await judge("cctv", index, key, new TextEncoder().encode(msg), sig);
  }
  for (const [name, file] of [["speccheck", "cases"], ["speccheck_scripts", "scripts_cases"]]) {
    for (const [index, one] of set(`ed25519-speccheck/${file}.json`).entries()) {
      await judge(name, index, one.pub_key, hex(one.message), one.signature);
    }
  }
} else if (process.env.CI === "true") {
  expect(`the vectors of others at ${conformance}`, false);
} else {
  console.error(`SKIPPED: the vectors of others are not at ${conformance}`);
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
