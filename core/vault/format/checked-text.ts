import { hash } from "node:crypto";
import { Damage } from "./damage.ts";

const CHECKSUM_LINE = /\nsha256 ([0-9a-f]{64})\n$/;

/** JSON for people to read, with a last line that tells damage from a change of format. */
export function encodeCheckedText(value: Readonly<Record<string, string | number>>): Uint8Array {
  const text = JSON.stringify(value, undefined, 2);
  return Buffer.from(`${text}\nsha256 ${hash("sha256", text)}\n`);
}

/** Throws Damage when `bytes` are not what `encodeCheckedText` made. */
export function decodeCheckedText(blob: string, bytes: Uint8Array): Record<string, unknown> {
  const text = Buffer.from(bytes).toString("utf8");
  const [line, checksum] = CHECKSUM_LINE.exec(text) ?? [];
  if (line === undefined) throw new Damage(blob, "has no checksum at its end");
  const body = text.slice(0, -line.length);
  if (hash("sha256", body) !== checksum || !Buffer.from(text).equals(bytes)) {
    throw new Damage(blob, "does not match its checksum");
  }
  const value: unknown = JSON.parse(body);
  if (typeof value !== "object" || value === null) throw new Damage(blob, "holds no object");
  return { ...value };
}
