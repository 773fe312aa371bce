/**
 * Character sets by the names that IANA registers (https://www.iana.org/assignments/character-sets): the name for
 * messages, the codec of iconv-lite, the other names. Those of the reference without a codec there are left out:
 * HZ-GB-2312, ISO-2022-JP, IBM00858 and the EBCDIC sets IBM037, IBM1047 and IBM01140.
 */
const REGISTERED: readonly (readonly [name: string, codec: string, aliases: string])[] = [
  ["Big5", "big5", "csbig5"],
  ["EUC-KR", "euc-kr", "cseuckr"],
  ["Extended_UNIX_Code_Packed_Format_for_Japanese", "euc-jp", "cseucpkdfmtjapanese euc-jp"],
  ["GB18030", "gb18030", "csgb18030"],
  ["GBK", "gbk", "cp936 csgbk ms936 windows-936"],
  ["IBM437", "ibm437", "437 cp437 cspc8codepage437"],
  ["IBM850", "ibm850", "850 cp850 cspc850multilingual"],
  ["IBM852", "ibm852", "852 cp852 cspcp852"],
  ["IBM855", "ibm855", "855 cp855 csibm855"],
  ["IBM860", "ibm860", "860 cp860 csibm860"],
  ["IBM862", "ibm862", "862 cp862 cspc862latinhebrew"],
  ["IBM863", "ibm863", "863 cp863 csibm863"],
  ["IBM865", "ibm865", "865 cp865 csibm865"],
  ["IBM866", "ibm866", "866 cp866 csibm866"],
  ["ISO-8859-10", "iso-8859-10", "csisolatin6 iso-ir-157 iso_8859-10:1992 l6 latin6"],
  ["ISO-8859-13", "iso-8859-13", "csiso885913"],
  [
    "ISO-8859-14",
    "iso-8859-14",
    "csiso885914 iso-celtic iso-ir-199 iso_8859-14 iso_8859-14:1998 l8 latin8",
  ],
  ["ISO-8859-15", "iso-8859-15", "csiso885915 iso_8859-15 latin-9"],
  ["ISO-8859-16", "iso-8859-16", "csiso885916 iso-ir-226 iso_8859-16 iso_8859-16:2001 l10 latin10"],
  [
    "ISO_8859-1:1987",
    "iso-8859-1",
    "cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso_8859-1 l1 latin1",
  ],
  ["ISO_8859-2:1987", "iso-8859-2", "csisolatin2 iso-8859-2 iso-ir-101 iso_8859-2 l2 latin2"],
  ["ISO_8859-3:1988", "iso-8859-3", "csisolatin3 iso-8859-3 iso-ir-109 iso_8859-3 l3 latin3"],
  ["ISO_8859-4:1988", "iso-8859-4", "csisolatin4 iso-8859-4 iso-ir-110 iso_8859-4 l4 latin4"],
  ["ISO_8859-5:1988", "iso-8859-5", "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso_8859-5"],
  ["ISO_8859-6-E", "iso-8859-6", "csiso88596e iso-8859-6-e"],
  ["ISO_8859-6-I", "iso-8859-6", "csiso88596i iso-8859-6-i"],
  [
    "ISO_8859-6:1987",
    "iso-8859-6",
    "arabic asmo-708 csisolatinarabic ecma-114 iso-8859-6 iso-ir-127 iso_8859-6",
  ],
  [
    "ISO_8859-7:1987",
    "iso-8859-7",
    "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso_8859-7",
  ],
  ["ISO_8859-8-E", "iso-8859-8", "csiso88598e iso-8859-8-e"],
  ["ISO_8859-8-I", "iso-8859-8", "csiso88598i iso-8859-8-i"],
  ["ISO_8859-8:1988", "iso-8859-8", "csisolatinhebrew hebrew iso-8859-8 iso-ir-138 iso_8859-8"],
  ["ISO_8859-9:1989", "iso-8859-9", "csisolatin5 iso-8859-9 iso-ir-148 iso_8859-9 l5 latin5"],
  ["KOI8-R", "koi8-r", "cskoi8r"],
  ["KOI8-U", "koi8-u", "cskoi8u"],
  ["Shift_JIS", "shift_jis", "csshiftjis ms_kanji"],
  [
    "US-ASCII",
    "ascii",
    "ansi_x3.4-1968 ansi_x3.4-1986 cp367 csascii ibm367 iso-ir-6 iso646-us iso_646.irv:1991 us",
  ],
  ["UTF-16", "utf-16", "csutf16"],
  ["UTF-16BE", "utf-16be", "csutf16be"],
  ["UTF-16LE", "utf-16le", "csutf16le"],
  ["UTF-8", "utf-8", "csutf8"],
  ["macintosh", "macintosh", "csmacintosh mac"],
  ["windows-1250", "windows-1250", "cswindows1250"],
  ["windows-1251", "windows-1251", "cswindows1251"],
  ["windows-1252", "windows-1252", "cswindows1252"],
  ["windows-1253", "windows-1253", "cswindows1253"],
  ["windows-1254", "windows-1254", "cswindows1254"],
  ["windows-1255", "windows-1255", "cswindows1255"],
  ["windows-1256", "windows-1256", "cswindows1256"],
  ["windows-1257", "windows-1257", "cswindows1257"],
  ["windows-1258", "windows-1258", "cswindows1258"],
  ["windows-874", "windows-874", "cswindows874"],
];

export interface CharacterSet {
  readonly name: string;
  readonly codec: string;
}

const BY_NAME: ReadonlyMap<string, CharacterSet> = new Map(
  REGISTERED.flatMap(([name, codec, aliases]) =>
    [name.toLowerCase(), ...aliases.split(" ")].map((key) => [key, { name, codec }] as const),
  ),
);

/** Undefined for a name that is not registered or has no codec here. */
export function findCharacterSet(name: string): CharacterSet | undefined {
  return BY_NAME.get(name.trim().toLowerCase());
}
