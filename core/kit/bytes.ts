import type { Brand } from "./brand.ts";

/** A number of bytes: an integer from 0 to 2^53 - 1 (8 PiB). */
export type ByteCount = Brand<number, "ByteCount">;

/** Throws RangeError unless `value` is an integer from 0 to 2^53 - 1. */
export function parseByteCount(value: number): ByteCount {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a byte count: ${value}`);
  return value as ByteCount;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** Formats with binary units and at most one decimal: `1.5 MiB`. */
export function formatBytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const text = unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1);
  return `${text} ${UNITS[unit]}`;
}
