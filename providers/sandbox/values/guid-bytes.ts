/** uniqueidentifier between its text (upper case, dashes) and its 16 bytes, whose first three groups are little-endian. */

/** Where the two digits of each byte stand in the text. */
const PLACES = [6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34] as const;
const DIGITS = "0123456789ABCDEF";
const TEXT = /^\{?([0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12})/i;

export function encodeGuid(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  fillGuid(bytes, text);
  return bytes;
}

/** Takes 36 characters and fills 16 bytes. */
export function fillGuid(bytes: Uint8Array, text: string): void {
  for (let index = 0; index < PLACES.length; index += 1) {
    const at = PLACES[index] ?? 0;
    bytes[index] = digitValue(text.charCodeAt(at)) * 16 + digitValue(text.charCodeAt(at + 1));
  }
}

/** The value of a hexadecimal digit by its character code. */
function digitValue(code: number): number {
  return (code & 0xf) + (code > 0x39 ? 9 : 0);
}

/** Is filled and read at once; the dashes stay. */
const SHOWN = Buffer.alloc(36, "-");

/** Takes 16 bytes. */
export function formatGuid(bytes: Uint8Array): string {
  for (let index = 0; index < PLACES.length; index += 1) {
    const at = PLACES[index] ?? 0;
    const byte = bytes[index] ?? 0;
    SHOWN[at] = DIGITS.charCodeAt(byte >> 4);
    SHOWN[at + 1] = DIGITS.charCodeAt(byte & 0xf);
  }
  return SHOWN.toString("latin1");
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
