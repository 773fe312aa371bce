import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readPrivateKey } from "../../../core/ssh/private-key.ts";
import { tryParsePublicKeyLine } from "../../../core/ssh/public-key.ts";
import { signMessage } from "../../../core/ssh/sign.ts";
import {
  armorSignature,
  encodeSignature,
  signaturesIn,
  signedData,
  verifySignature,
} from "../../../core/ssh/signature.ts";
import { encodeString, encodeUint32 } from "../../../core/ssh/wire.ts";

const NAMESPACE = "holdfast-plan";
const MESSAGE = Buffer.from("the bytes of a plan file\n");
const WHAT = { message: MESSAGE, namespace: NAMESPACE };
const hasSshKeygen = spawnSync("ssh-keygen", ["-?"]).error === undefined;
const skip = hasSshKeygen ? false : "ssh-keygen is not here: nothing was compared with it";

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-ssh-"));
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

function signerOf(secret: KeyObject) {
  const read = readPrivateKey(secret.export({ type: "pkcs8", format: "pem" }).toString());
  assert.ok(read.status === "open");
  return read;
}

const KEYS = [
  generateKeyPairSync("ed25519"),
  generateKeyPairSync("ec", { namedCurve: "P-256" }),
  generateKeyPairSync("ec", { namedCurve: "P-384" }),
  generateKeyPairSync("ec", { namedCurve: "P-521" }),
  generateKeyPairSync("rsa", { modulusLength: 2048 }),
].map(({ privateKey }) => signerOf(privateKey));

test("a signature of any kind of key names its signer, and is good for that message and purpose only", () => {
  for (const signer of KEYS) {
    for (let turn = 0; turn < 8; turn += 1) {
      const [bytes] = signaturesIn(`x\n${armorSignature(signMessage(signer, WHAT))}y`);
      assert.ok(bytes);
      const found = verifySignature(bytes, WHAT);
      assert.equal(found?.fingerprint, signer.publicKey.fingerprint);
      assert.equal(verifySignature(bytes, { ...WHAT, namespace: "file" }), undefined);
      assert.equal(verifySignature(bytes, { ...WHAT, message: Buffer.from("x") }), undefined);
    }
  }
});

test("no flipped bit and no cut of a signature gets through", () => {
  for (const signer of KEYS.slice(0, 2)) {
    const bytes = signMessage(signer, WHAT);
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = Uint8Array.from(bytes);
      flipped[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      assert.equal(verifySignature(flipped, WHAT), undefined, `byte ${at}`);
      assert.equal(verifySignature(bytes.subarray(0, at), WHAT), undefined, `cut at ${at}`);
    }
  }
});

test("a hardware key counts where somebody touched it", () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { publicKey } = signerOf(privateKey);
  const raw = publicKey.blob.subarray(-32);
  const type = "sk-ssh-ed25519@openssh.com";
  const blob = Buffer.concat([type, raw, "ssh:"].map((part) => encodeString(part)));
  const hash = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest();
  const data = signedData({ ...WHAT, reserved: new Uint8Array(), hash: "sha512" });
  const signed = (flags: number) => {
    const rest = Buffer.concat([Buffer.of(flags), encodeUint32(7)]);
    const value = sign(null, Buffer.concat([hash("ssh:"), rest, hash(data)]), privateKey);
    const inner = Buffer.concat([encodeString(type), encodeString(value), rest]);
    return encodeSignature({ publicKey: blob, namespace: NAMESPACE, blob: inner });
  };
  assert.equal(verifySignature(signed(1), WHAT)?.kind.type, "sk-ed25519");
  assert.equal(verifySignature(signed(0), WHAT), undefined);
});

test("what is no key of a kind that may sign is not taken for one", () => {
  const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
  const pem = weak.export({ type: "pkcs8", format: "pem" }).toString();
  assert.equal(readPrivateKey(pem).status, "unknown");
  for (const text of ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-dss AAAAB3NzaC1kc3MAAAAA x"]) {
    assert.equal(tryParsePublicKeyLine(text), undefined, text);
    assert.equal(readPrivateKey(text).status, "unknown");
  }
});

/** Makes a key with ssh-keygen, and gives the path of its file. */
function makeKey(name: string, ...options: readonly string[]): string {
  const path = join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-N", "", "-C", "ada@test", ...options, "-f", path]);
  return path;
}

const KINDS: readonly (readonly string[])[] = [
  ["-t", "ed25519"],
  ["-t", "ecdsa", "-b", "256"],
  ["-t", "ecdsa", "-b", "521"],
  ["-t", "rsa", "-b", "2048"],
];

test("ssh-keygen accepts our signatures, and we accept its own", { skip }, () => {
  writeFileSync(join(folder, "plan"), MESSAGE);
  for (const [index, kind] of KINDS.entries()) {
    const path = makeKey(`key-${index}`, ...kind);
    const line = readFileSync(`${path}.pub`, "utf8");
    const declared = tryParsePublicKeyLine(line);
    assert.equal(declared?.comment, "ada@test");
    const listed = execFileSync("ssh-keygen", ["-l", "-f", path], { encoding: "utf8" });
    assert.ok(listed.includes(declared.fingerprint));

    const signer = readPrivateKey(readFileSync(path, "utf8"));
    assert.ok(signer.status === "open", kind.join(" "));
    assert.deepEqual(Buffer.from(signer.publicKey.blob), Buffer.from(declared.blob));
    writeFileSync(join(folder, "allowed"), `ada ${line}`);
    writeFileSync(join(folder, "ours"), armorSignature(signMessage(signer, WHAT)));
    const who = ["-f", join(folder, "allowed"), "-I", "ada", "-n", NAMESPACE];
    const verify = ["-Y", "verify", ...who, "-s", join(folder, "ours")];
    execFileSync("ssh-keygen", verify, { input: MESSAGE, stdio: ["pipe", "pipe", "pipe"] });

    const sign = ["-Y", "sign", "-n", NAMESPACE, "-f", path];
    const theirs = execFileSync("ssh-keygen", sign, {
      input: MESSAGE,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
    });
    const [bytes] = signaturesIn(theirs);
    assert.ok(bytes);
    assert.equal(verifySignature(bytes, WHAT)?.fingerprint, declared.fingerprint);
    assert.equal(armorSignature(bytes), theirs);
  }
});

test("a key behind a passphrase is told from one that is none", { skip }, () => {
  const path = makeKey("locked", "-t", "ed25519", "-N", "a passphrase");
  assert.equal(readPrivateKey(readFileSync(path, "utf8")).status, "encrypted");
});

test("a key has one form: the same numbers with other leading zeros are no key", () => {
  const rsa = KEYS.at(-1)?.publicKey;
  assert.ok(rsa?.kind.type === "rsa");
  const { e = "", n = "" } = rsa.key.export({ format: "jwk" });
  const [exponent, modulus] = [e, n].map((each) => Buffer.from(each, "base64url"));
  assert.ok(exponent && modulus);
  const lineOf = (zeros: number) => {
    const number = Buffer.concat([Buffer.alloc(zeros), modulus]);
    const blob = Buffer.concat(["ssh-rsa", exponent, number].map((part) => encodeString(part)));
    return `ssh-rsa ${blob.toString("base64")}`;
  };
  assert.equal(tryParsePublicKeyLine(lineOf(1))?.fingerprint, rsa.fingerprint);
  for (const zeros of [0, 2, 3]) assert.equal(tryParsePublicKeyLine(lineOf(zeros)), undefined);
});
