import type { Brand } from "../../kit/brand.ts";

/**
 * A log sequence number as SQL Server prints numeric(25,0): VLF × 10^15 + block × 10^5 + slot. Larger than a double can
 * hold.
 */
export type Lsn = Brand<bigint, "Lsn">;

const VLF = 10n ** 15n;
const BLOCK = 10n ** 5n;
const LARGEST = { vlf: 0xffff_ffffn, block: 0xffff_ffffn, slot: 0xffffn } as const;

/**
 * Reads `39000000048800071`, `00000027:000001e8:0047` (as fn_dblog shows it) and `0x00000027000001E80047` (binary(10), as
 * change data capture shows it). Undefined for anything else, and for numbers that no log sequence number can be.
 */
export function tryParseLsn(text: string): Lsn | undefined {
  if (/^\d{1,25}$/.test(text)) return tryLsn(BigInt(text));
  const hex = /^(?:0x)?([0-9a-f]{8}):?([0-9a-f]{8}):?([0-9a-f]{4})$/i.exec(text);
  const [, vlf, block, slot] = hex ?? [];
  if (vlf === undefined || block === undefined || slot === undefined) return undefined;
  return tryLsn(BigInt(`0x${vlf}`) * VLF + BigInt(`0x${block}`) * BLOCK + BigInt(`0x${slot}`));
}

/** As `tryParseLsn`; throws RangeError where that is undefined. */
export function parseLsn(text: string): Lsn {
  const lsn = tryParseLsn(text);
  if (lsn === undefined) throw new RangeError(`not a log sequence number: ${text}`);
  return lsn;
}

/** The number after it, as sys.fn_cdc_increment_lsn tells it. Throws RangeError for the largest of all. */
export function nextLsn(lsn: Lsn): Lsn {
  const { vlf, block, slot } = partsOf(lsn);
  if (slot < LARGEST.slot) return (lsn + 1n) as Lsn;
  if (block < LARGEST.block) return (vlf * VLF + (block + 1n) * BLOCK) as Lsn;
  if (vlf < LARGEST.vlf) return ((vlf + 1n) * VLF) as Lsn;
  throw new RangeError("no log sequence number comes after the largest");
}

function tryLsn(value: bigint): Lsn | undefined {
  const parts = partsOf(value);
  const fits =
    parts.vlf <= LARGEST.vlf && parts.block <= LARGEST.block && parts.slot <= LARGEST.slot;
  return fits ? (value as Lsn) : undefined;
}

function partsOf(value: bigint): { readonly vlf: bigint; block: bigint; slot: bigint } {
  return { vlf: value / VLF, block: (value % VLF) / BLOCK, slot: value % BLOCK };
}

/** The form of fn_dblog: `00000027:000001e8:0047`. The decimal form is `String(lsn)`. */
export function formatLsnParts(lsn: Lsn): string {
  const { vlf, block, slot } = partsOf(lsn);
  const hex = (part: bigint, digits: number) => part.toString(16).padStart(digits, "0");
  return `${hex(vlf, 8)}:${hex(block, 8)}:${hex(slot, 4)}`;
}
