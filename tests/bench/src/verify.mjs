// Verifies one document again and again; for each line on its input it prints the documents verified per second.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import * as ed25519 from '@noble/ed25519';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import canonicalize from 'canonicalize';

const { schema, text, key } = JSON.parse(readFileSync('given.json', 'utf8'));
ed25519.etc.sha512Sync = (...parts) => {
  const hash = createHash('sha512');
  parts.forEach((part) => hash.update(part));
  return new Uint8Array(hash.digest());
};
const ajv = new Ajv2020.default({ strict: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);
const publicKey = Uint8Array.from(Buffer.from(key, 'hex'));

function verify(text) {
  const document = JSON.parse(text);
  if (!validate(document)) return false;
  const { signature, ...covered } = document;
  const input = Buffer.from(`${document.schema}\0${canonicalize(covered)}`);
  const bytes = Uint8Array.from(Buffer.from(signature.value, 'base64url'));
  return ed25519.verify(bytes, Uint8Array.from(input), publicKey, { zip215: false });
}

for await (const _ of createInterface({ input: process.stdin })) {
  const start = process.hrtime.bigint();
  let count = 0;
  do {
    if (!verify(text)) throw new Error('expected the document to verify');
    count += 1;
  } while (process.hrtime.bigint() - start < 60_000_000n);
  console.log((count * 1e9) / Number(process.hrtime.bigint() - start));
}
