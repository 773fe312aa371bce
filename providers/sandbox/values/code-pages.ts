import { isAscii } from "node:buffer";
import { UTF8_CODE_PAGE } from "./collations.ts";

/** Turns text into the bytes of a code page and back. */
export interface CodePage {
  readonly number: number;
  /** Bytes that stand for no character become U+0080 to U+009F or private-use characters, as Windows has it. */
  decode(bytes: Uint8Array): string;
  /** Characters that the code page lacks become `?`. */
  encode(text: string): Uint8Array;
}

const LABELS: Readonly<Record<number, string>> = {
  874: "windows-874",
  932: "shift_jis",
  936: "gbk",
  949: "euc-kr",
  950: "big5",
  1250: "windows-1250",
  1251: "windows-1251",
  1252: "windows-1252",
  1253: "windows-1253",
  1254: "windows-1254",
  1255: "windows-1255",
  1256: "windows-1256",
  1257: "windows-1257",
  1258: "windows-1258",
};

/** The upper halves of the two code pages of DOS that the WHATWG encodings lack. */
const DOS: Readonly<Record<number, string>> = {
  437: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0",
  850: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0",
};

/** First byte and first private-use character of each run that Windows maps there (bestfit tables of unicode.org). */
const PRIVATE_USE: Readonly<Record<number, readonly (readonly [number, number, number])[]>> = {
  874: [
    [0xdb, 4, 0xf8c1],
    [0xfc, 4, 0xf8c5],
  ],
  1253: [
    [0xaa, 1, 0xf8f9],
    [0xd2, 1, 0xf8fa],
    [0xff, 1, 0xf8fb],
  ],
  1255: [
    [0xd9, 7, 0xf88d],
    [0xfb, 2, 0xf894],
    [0xff, 1, 0xf896],
  ],
  1257: [
    [0xa1, 1, 0xf8fc],
    [0xa5, 1, 0xf8fd],
  ],
};

const REPLACEMENT = 0xfffd;
const QUESTION_MARK = 0x3f;

function singleByteTable(number: number, label: string | undefined): Uint16Array {
  const table = Uint16Array.from({ length: 256 }, (_, byte) => byte);
  const upper = Uint8Array.from({ length: 128 }, (_, index) => index + 128);
  const text = label === undefined ? (DOS[number] ?? "") : new TextDecoder(label).decode(upper);
  for (let index = 0; index < 128; index += 1) {
    const unit = text.charCodeAt(index);
    table[index + 128] = unit === REPLACEMENT ? index + 128 : unit;
  }
  for (const [byte, count, unit] of PRIVATE_USE[number] ?? []) {
    for (let index = 0; index < count; index += 1) table[byte + index] = unit + index;
  }
  return table;
}

function textOfUnits(units: Uint16Array): string {
  return Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString("utf16le");
}

function asciiText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function createSingleByte(number: number, label: string | undefined): CodePage {
  const toUnit = singleByteTable(number, label);
  const toByte = new Uint8Array(65_536).fill(QUESTION_MARK);
  toUnit.forEach((unit, byte) => {
    toByte[unit] = byte;
  });
  return {
    number,
    decode(bytes) {
      if (isAscii(bytes)) return asciiText(bytes);
      const units = new Uint16Array(bytes.length);
      for (let index = 0; index < bytes.length; index += 1) {
        units[index] = toUnit[bytes[index] ?? 0] ?? 0;
      }
      return textOfUnits(units);
    },
    encode(text) {
      const bytes = Buffer.allocUnsafe(text.length);
      for (let index = 0; index < text.length; index += 1) {
        bytes[index] = toByte[text.charCodeAt(index)] ?? QUESTION_MARK;
      }
      return bytes;
    },
  };
}

/** Every character of a double-byte code page, with its one or two bytes as a number. */
function doubleByteTable(label: string): Map<number, number> {
  const decoder = new TextDecoder(label);
  const toBytes = new Map<number, number>();
  const learn = (bytes: readonly number[], value: number): void => {
    const text = decoder.decode(Uint8Array.from(bytes));
    const unit = text.charCodeAt(0);
    if (text.length === 1 && unit !== REPLACEMENT && !toBytes.has(unit)) toBytes.set(unit, value);
  };
  for (let byte = 0; byte < 256; byte += 1) learn([byte], byte);
  for (let lead = 0x81; lead < 0xff; lead += 1) {
    for (let trail = 0x40; trail < 0xff; trail += 1) learn([lead, trail], lead * 256 + trail);
  }
  return toBytes;
}

function createDoubleByte(number: number, label: string): CodePage {
  const decoder = new TextDecoder(label, { ignoreBOM: true });
  const toBytes = doubleByteTable(label);
  return {
    number,
    decode: (bytes) => decoder.decode(bytes),
    encode(text) {
      const bytes = Buffer.allocUnsafe(text.length * 2);
      let length = 0;
      for (let index = 0; index < text.length; index += 1) {
        const value = toBytes.get(text.charCodeAt(index)) ?? QUESTION_MARK;
        if (value > 0xff) bytes[length++] = value >> 8;
        bytes[length++] = value & 0xff;
      }
      return bytes.subarray(0, length);
    },
  };
}

const UTF8: CodePage = {
  number: UTF8_CODE_PAGE,
  decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"),
  encode: (text) => Buffer.from(text, "utf8"),
};

const DOUBLE_BYTE = [932, 936, 949, 950];
const codePages = new Map<number, CodePage>([[UTF8_CODE_PAGE, UTF8]]);

function createCodePage(number: number): CodePage {
  const label = LABELS[number];
  if (label === undefined && DOS[number] === undefined) {
    throw new RangeError(`no code page ${number}`);
  }
  return label !== undefined && DOUBLE_BYTE.includes(number)
    ? createDoubleByte(number, label)
    : createSingleByte(number, label);
}

/** The code page of a collation's `codePage`. Throws RangeError for a number that no collation has (0 included). */
export function findCodePage(number: number): CodePage {
  const known = codePages.get(number);
  if (known !== undefined) return known;
  const created = createCodePage(number);
  codePages.set(number, created);
  return created;
}
