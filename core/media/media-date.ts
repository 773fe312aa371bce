import { viewOf } from "./descriptor-block.ts";

/** Bytes of a date on a medium. */
export const MEDIA_DATE = 5;

/**
 * Reads 14 bits of year, 4 of month, 5 of day, 5 of hour, 6 of minute and 6 of second. The media keep the local time of
 * the server and no zone, so this is text: `2018-12-21T11:26:31`. Undefined for zeros and for what no date can be.
 */
export function parseMediaDate(bytes: Uint8Array): string | undefined {
  const view = viewOf(bytes);
  const bits = (BigInt(view.getUint32(0)) << 8n) | BigInt(view.getUint8(4));
  const field = (shift: bigint, width: bigint) => Number((bits >> shift) & ((1n << width) - 1n));
  const [year, month, day] = [field(26n, 14n), field(22n, 4n), field(17n, 5n)];
  const [hour, minute, second] = [field(12n, 5n), field(6n, 6n), field(0n, 6n)];
  const text = `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}`;
  const moment = Date.parse(`${text}Z`);
  if (Number.isNaN(moment)) return undefined;
  return new Date(moment).toISOString().startsWith(text) ? text : undefined;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}
