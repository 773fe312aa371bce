import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import { PLAN_FORMAT, type PlanHeader, planHeaderSchema } from "../../schemas/plan-file.ts";
import { canonicalJson } from "../kit/json.ts";

/*
 * A sealed file is one line that anybody may read, the header, and AES-256-GCM behind it: the sealed bytes and their tag
 * of 16 bytes. The line, with its line feed, is authenticated with them. Key and nonce come from the catalog's key by
 * HKDF with the salt of the header, so that no two files share either, however many one catalog makes.
 */

/** What seals a file: the catalog's key and lineage, and 32 random bytes that no other file has. */
export interface PlanSeal {
  readonly key: Uint8Array;
  readonly lineage: string;
  readonly salt: Uint8Array;
}

export interface SealedPlan {
  readonly header: PlanHeader;
  /** The header's bytes, with the line feed. */
  readonly line: Uint8Array;
  readonly body: Uint8Array;
}

const LABEL = "holdfast plan file 3";
const KEY_SIZE = 32;
const NONCE_SIZE = 12;
const TAG_SIZE = 16;
const LINE_FEED = 0x0a;

/** More than any header has; keeps the search for its end short. */
const MOST_HEADER = 4096;

export function seal(content: Uint8Array, { key, lineage, salt }: PlanSeal): Uint8Array {
  const header = {
    file: "holdfast plan",
    format: PLAN_FORMAT,
    lineage,
    salt: Buffer.from(salt).toString("hex"),
  };
  const line = Buffer.from(`${canonicalJson(header)}\n`);
  const { cipherKey, nonce } = derive(key, salt);
  const cipher = createCipheriv("aes-256-gcm", cipherKey, nonce, { authTagLength: TAG_SIZE });
  cipher.setAAD(line);
  return Buffer.concat([line, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** The parts of a sealed file; undefined where there is no header. Whether they belong together only `unseal` tells. */
export function splitSealed(bytes: Uint8Array): SealedPlan | undefined {
  const end = bytes.subarray(0, MOST_HEADER).indexOf(LINE_FEED) + 1;
  if (end === 0) return undefined;
  const line = bytes.subarray(0, end);
  const header = planHeaderSchema.safeParse(tryParseJson(line));
  if (!header.success) return undefined;
  return { header: header.data, line, body: bytes.subarray(end) };
}

/** What was sealed; undefined where a single bit is not as `seal` left it, or the key is another one. */
export function unseal(
  { header, line, body }: SealedPlan,
  key: Uint8Array,
): Uint8Array | undefined {
  if (body.length < TAG_SIZE) return undefined;
  const { cipherKey, nonce } = derive(key, Buffer.from(header.salt, "hex"));
  const cipher = createDecipheriv("aes-256-gcm", cipherKey, nonce, { authTagLength: TAG_SIZE });
  cipher.setAAD(line);
  cipher.setAuthTag(body.subarray(-TAG_SIZE));
  const content = cipher.update(body.subarray(0, -TAG_SIZE));
  try {
    return Buffer.concat([content, cipher.final()]);
  } catch {
    return undefined;
  }
}

function derive(key: Uint8Array, salt: Uint8Array) {
  const bytes = Buffer.from(hkdfSync("sha256", key, salt, LABEL, KEY_SIZE + NONCE_SIZE));
  return { cipherKey: bytes.subarray(0, KEY_SIZE), nonce: bytes.subarray(KEY_SIZE) };
}

function tryParseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
