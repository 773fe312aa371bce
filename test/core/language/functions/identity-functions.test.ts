import assert from "node:assert/strict";
import { constants, generateKeyPairSync, publicEncrypt } from "node:crypto";
import { test } from "node:test";
import { compareSync } from "bcryptjs";
import { evaluate } from "../../../../core/language/evaluation/evaluate.ts";
import { standardFunctions } from "../../../../core/language/functions/standard-functions.ts";
import { parseExpressionText } from "../../../../core/language/parse-hcl.ts";
import { withMarks } from "../../../../core/language/values/marks.ts";
import { SENSITIVE, stringValue, type Value } from "../../../../core/language/values/value.ts";
import { encodeValue } from "../../../../core/language/values/value-json.ts";
import { createTestEnvironment } from "../../../support/function-environment.ts";

const functions = standardFunctions(createTestEnvironment({}));

function run(text: string, variables: Readonly<Record<string, string | Value>> = {}): unknown {
  const { expression } = parseExpressionText({ filename: "x", text });
  const values = Object.entries(variables).map(
    ([name, value]) => [name, typeof value === "string" ? stringValue(value) : value] as const,
  );
  const { value, diagnostics } = evaluate(expression, { functions, variables: new Map(values) });
  const [problem] = diagnostics;
  return problem === undefined ? encodeValue(value) : `${problem.summary}: ${problem.detail}`;
}

test("uuid gives 36 characters, and others each time", () => {
  const [first, second] = [run("uuid()"), run("uuid()")];
  assert.match(String(first), /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  assert.notEqual(first, second);
});

test("bcrypt gives a hash that the password opens, at the cost that was asked for", () => {
  const hash = String(run('bcrypt("hunter2", 4)'));
  assert.ok(hash.startsWith("$2a$04$"), hash);
  assert.ok(compareSync("hunter2", hash));
  assert.ok(!compareSync("hunter3", hash));
  assert.ok(String(run('bcrypt("x")')).startsWith("$2a$10$"));
});

test("bcrypt refuses what it would cut off and what would take too long", () => {
  const cases = [
    [`bcrypt("${"x".repeat(73)}")`, /password length exceeds 72 bytes/],
    ['bcrypt("x", 32)', /cost 32 is outside allowed inclusive range 4\.\.31/],
    ['bcrypt("x", 19)', /a cost above 18 takes minutes/],
    ['bcrypt("x", 4, 5)', /no more than two arguments/],
  ] as const;
  for (const [text, want] of cases) assert.match(String(run(text)), want);
});

const pair = generateKeyPairSync("rsa", { modulusLength: 1024 });
const cipher = publicEncrypt(
  { key: pair.publicKey, padding: constants.RSA_PKCS1_PADDING },
  Buffer.from("geheim é"),
).toString("base64");

/** The key as `ssh-keygen` writes it. */
function openSshKey(): string {
  const field = (bytes: Uint8Array | string): Buffer => {
    const content = Buffer.from(bytes);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([length, content]);
  };
  const number = (text = ""): Buffer => {
    const bytes = Buffer.from(text, "base64url");
    return field((bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]));
  };
  const { n, e, d, qi, p, q } = pair.privateKey.export({ format: "jwk" });
  const check = Buffer.of(1, 2, 3, 4);
  const parts = [n, e, d, qi, p, q].map((part) => number(part));
  const inner = Buffer.concat([check, check, field("ssh-rsa"), ...parts, field("comment")]);
  const whole = [
    Buffer.from("openssh-key-v1\0"),
    field("none"),
    field("none"),
    field(""),
    Buffer.of(0, 0, 0, 1),
    field("public"),
    field(inner),
  ];
  const text = Buffer.concat(whole).toString("base64");
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${text}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

test("rsadecrypt reads keys of three formats", () => {
  const keys = [
    pair.privateKey.export({ format: "pem", type: "pkcs1" }).toString(),
    pair.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    openSshKey(),
  ];
  for (const key of keys) assert.equal(run("rsadecrypt(cipher, key)", { cipher, key }), "geheim é");
});

test("rsadecrypt refuses other keys, other texts and other kinds of keys", () => {
  const key = pair.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const other = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
  const curve = generateKeyPairSync("ed25519").privateKey;
  const pem = (one: typeof curve): string =>
    one.export({ format: "pem", type: "pkcs8" }).toString();
  const cases = [
    [{ cipher, key: pem(other) }, /failed to decrypt: crypto\/rsa: decryption error/],
    [{ cipher: "YQ==", key }, /failed to decrypt/],
    [{ cipher: "!", key }, /failed to decode input "!": cipher text must be base64-encoded/],
    [{ cipher, key: "x" }, /invalid private key: ssh: no key found/],
    [{ cipher, key: pem(curve) }, /invalid private key type ed25519/],
    [{ cipher, key: key.replace(/.{40}\n/, "\n") }, /invalid private key: it is no PEM/],
    [
      { cipher, key: openSshKey().replace(/.{200}\n-----END/, "\n-----END") },
      /invalid private key/,
    ],
  ] as const;
  for (const [variables, want] of cases) {
    assert.match(String(run("rsadecrypt(cipher, key)", variables)), want);
  }
});

test("what a sensitive key opens is sensitive", () => {
  const pem = pair.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const key = withMarks(stringValue(pem), new Set([SENSITIVE]));
  assert.deepEqual(run("rsadecrypt(cipher, key)", { cipher, key }), {
    $marked: { value: "geheim é", mark: "sensitive" },
  });
});
