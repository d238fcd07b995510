// Reads the answers that the Rust program beside this one reads, and says the same of them.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { overHttp, overRpc, show } from "./target/payments.js";

const text = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const lines = (path) => text(path).trimEnd().split("\n");

function say(line) {
  const [how, body] = [line.slice(0, 3), line.slice(4)];
  return show(how === "rpc" ? overRpc(body) : overHttp(Number(how), body));
}

const answers = lines("../downstream/answers.txt");
const said = lines("../downstream/said.txt");

test("there is something to say of every answer", () => assert.equal(answers.length, said.length));

for (const [index, answer] of answers.entries()) {
  const expected = said[index];
  if (expected === "refused") {
    test(`answer ${index + 1} is refused`, () => assert.throws(() => say(answer), /expected a payment-/));
  } else {
    test(`answer ${index + 1}: ${expected}`, () => assert.equal(say(answer), expected));
  }
}

test("a member that stands twice is refused", () => {
  const twice = answers[0].replace("{", '{"status":"confirmed",');
  assert.throws(() => say(twice), { name: "DocumentError" });
});

test("a new state breaks the build", () => {
  const source = text("src/payments.ts");
  const later = source.replace("= PaymentStatusV1 |", '= PaymentStatusV1 | { status: "settling"; paymentId: string } |');
  assert.notEqual(later, source);
  const folder = new URL("src/", import.meta.url);
  const copy = new URL("later.ts", folder);
  writeFileSync(copy, later);
  try {
    const options = ["--noEmit", "--project", "tsconfig.json"];
    const built = spawnSync("npx", ["--no-install", "tsc", ...options], {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      encoding: "utf8",
    });
    assert.notEqual(built.status, 0);
    assert.match(built.stdout, /later\.ts.*not assignable to parameter of type 'never'/);
  } finally {
    rmSync(copy);
  }
});
