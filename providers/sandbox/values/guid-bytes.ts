/** uniqueidentifier between its text (upper case, dashes) and its 16 bytes, whose first three groups are little-endian. */

const ORDER: readonly number[] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
const TEXT = /^\{?([0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12})/i;

export function encodeGuid(text: string): Uint8Array {
  const straight = Buffer.from(text.replaceAll("-", ""), "hex");
  return Uint8Array.from(ORDER.map((index) => straight[index] ?? 0));
}

/** Takes 16 bytes. */
export function formatGuid(bytes: Uint8Array): string {
  const straight = Uint8Array.from(ORDER.map((index) => bytes[index] ?? 0));
  const hex = Buffer.from(straight).toString("hex").toUpperCase();
  const at = (start: number, end: number): string => hex.slice(start, end);
  return `${at(0, 8)}-${at(8, 12)}-${at(12, 16)}-${at(16, 20)}-${hex.slice(20)}`;
}

/** Reads the first 36 characters, or 38 with braces; what follows does not count. */
export function tryParseGuid(text: string): string | undefined {
  const match = TEXT.exec(text);
  if (match === null || (text.startsWith("{") && text[37] !== "}")) return undefined;
  return match[1]?.toUpperCase();
}

/** SQL Server orders by the last group first: bytes 10 to 15, 8 and 9, 6 and 7, 4 and 5, 0 to 3. */
export function guidSortKey(text: string): string {
  const hex = Buffer.from(encodeGuid(text)).toString("hex");
  return hex.slice(20) + hex.slice(16, 20) + hex.slice(12, 16) + hex.slice(8, 12) + hex.slice(0, 8);
}
