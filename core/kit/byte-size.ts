import { type ByteCount, parseByteCount } from "./bytes.ts";

const UNIT_BYTES: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Parses `500GiB`, `1.5 MB`, `1024`; undefined when the text is not a size or passes 2^53 bytes. Fractions of a byte are dropped. */
export function tryParseByteSize(text: string): ByteCount | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s*([KMGT]?i?B|)$/.exec(text) ?? [];
  const factor = UNIT_BYTES[unit];
  if (amount === undefined || factor === undefined) return undefined;
  const bytes = Math.floor(Number(amount) * factor);
  return Number.isSafeInteger(bytes) ? parseByteCount(bytes) : undefined;
}
