const UTF8_FLAG = 0x04000000;
/** Of the 20 bits of a locale, the upper ones choose among its orders. */
const LANGUAGE = 0xffff;

/** WHATWG names of the code pages that SQL Server's Windows collations have, but for the most common, windows-1252. */
const BY_LOCALE: Readonly<Record<string, readonly number[]>> = {
  "windows-1256": [0x401, 0x420, 0x429, 0x480, 0x48c],
  big5: [0x404, 0xc04, 0x1404],
  "windows-1250": [
    0x405, 0x40e, 0x415, 0x418, 0x41a, 0x41b, 0x41c, 0x424, 0x442, 0x81a, 0x141a, 0x181a,
  ],
  "windows-1253": [0x408],
  "windows-1255": [0x40d],
  shift_jis: [0x411],
  "euc-kr": [0x412],
  "windows-1251": [0x419, 0x422, 0x42f, 0x43f, 0x444, 0x46d, 0x485, 0x82c, 0xc1a, 0x1c1a, 0x201a],
  "windows-874": [0x41e],
  "windows-1254": [0x41f, 0x42c, 0x443],
  "windows-1257": [0x425, 0x426, 0x427],
  "windows-1258": [0x42a],
  gbk: [0x804],
};

/** Code pages of SQL collations, by ranges of their sort ids. */
const BY_SORT: readonly (readonly [from: number, to: number, page: string])[] = [
  [30, 35, "cp437"],
  [40, 49, "cp850"],
  [50, 54, "windows-1252"],
  [55, 61, "cp850"],
  [80, 96, "windows-1250"],
  [104, 108, "windows-1251"],
  [112, 124, "windows-1253"],
  [128, 130, "windows-1254"],
  [136, 138, "windows-1255"],
  [144, 146, "windows-1256"],
  [152, 160, "windows-1257"],
  [183, 186, "windows-1252"],
];

/** The code page of a varchar, from the five bytes of its collation (MS-TDS 2.2.5.1.2). */
export function codePageOf(collation: Uint8Array): string {
  const bytes = Buffer.from(collation);
  const info = bytes.readUInt32LE(0);
  if ((info & UTF8_FLAG) !== 0) return "utf-8";
  const sort = bytes.readUInt8(4);
  const sorted = BY_SORT.find(([from, to]) => sort >= from && sort <= to);
  if (sorted !== undefined) return sorted[2];
  const locale = info & LANGUAGE;
  const found = Object.entries(BY_LOCALE).find(([, locales]) => locales.includes(locale));
  return found?.[0] ?? "windows-1252";
}

/** What the bytes from 128 on mean in the pages of MS-DOS, which WHATWG leaves out. */
const DOS_PAGES: Readonly<Record<string, string>> = {
  cp437:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0",
  cp850:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0",
};

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

/** The text of bytes in that code page; what has no meaning in it becomes U+FFFD. */
export function decodeText(bytes: Uint8Array, page: string): string {
  const high = DOS_PAGES[page];
  if (high !== undefined) {
    return Array.from(bytes, (byte) =>
      byte < 128 ? String.fromCharCode(byte) : (high[byte - 128] ?? "\ufffd"),
    ).join("");
  }
  const decoder = decoders.get(page) ?? new TextDecoder(page, { ignoreBOM: true });
  decoders.set(page, decoder);
  return decoder.decode(bytes);
}
