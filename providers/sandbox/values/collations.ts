import { COLLATION_LOCALES, type CollationLocale, SQL_COLLATIONS } from "./collation-locales.ts";

/** The code page number that Windows gives UTF-8. */
export const UTF8_CODE_PAGE = 65001;

export const DEFAULT_COLLATION = "SQL_Latin1_General_CP1_CI_AS";

/** What a collation name says. */
export interface Collation {
  /** In the spelling of SQL Server's documentation. */
  readonly name: string;
  readonly lcid: number;
  /** Of char, varchar and text; 65001 is UTF-8, 0: none, the collation serves Unicode types only. */
  readonly codePage: number;
  /** BCP 47 tag with the nearest order in ICU. */
  readonly language: string;
  readonly caseSensitive: boolean;
  readonly accentSensitive: boolean;
  readonly kanaSensitive: boolean;
  readonly widthSensitive: boolean;
  /** `bin` compares the first character by code point and the rest by bytes; `bin2` compares by code point. */
  readonly binary: "no" | "bin" | "bin2";
  /** Whether functions count surrogate pairs as one character (_SC, and all of version 140). */
  readonly supplementary: boolean;
  /** 0 before 2005, 1 for _90, 2 for _100, 3 for _140. */
  readonly version: number;
  /** 0 for Windows collations. */
  readonly sortId: number;
  /** The five bytes of [MS-TDS] 2.2.5.1.2: LCID, flags, version, sort id. */
  readonly wire: Uint8Array;
}

const VERSIONS: Readonly<Record<string, number>> = { "": 0, "90": 1, "100": 2, "140": 3 };
const STYLE =
  /^(?:_(?<binary>BIN2?)|_(?<case>C[IS])_(?<accent>A[IS])(?<kana>_KS)?(?<width>_WS)?(?<vss>_VSS)?(?<sc>_SC)?)(?<utf8>_UTF8)?$/i;

/** The bits above the LCID in the first four bytes. */
const IGNORE_CASE = 1 << 20;
const IGNORE_ACCENT = 1 << 21;
const IGNORE_WIDTH = 1 << 22;
const IGNORE_KANA = 1 << 23;
const BINARY = 1 << 24;
const BINARY2 = 1 << 25;
const UTF8 = 1 << 26;

type Rules = Omit<Collation, "wire">;

function encodeWire(rules: Rules): Uint8Array {
  let word = rules.lcid & 0xf_ffff;
  if (rules.binary === "bin") word |= BINARY;
  else if (rules.binary === "bin2") word |= BINARY2;
  else {
    if (!rules.caseSensitive) word |= IGNORE_CASE;
    if (!rules.accentSensitive) word |= IGNORE_ACCENT;
    if (!rules.widthSensitive) word |= IGNORE_WIDTH;
    if (!rules.kanaSensitive) word |= IGNORE_KANA;
  }
  if (rules.codePage === UTF8_CODE_PAGE) word |= UTF8;
  word |= rules.version << 28;
  const bytes = Buffer.alloc(5);
  bytes.writeInt32LE(word);
  bytes[4] = rules.sortId;
  return bytes;
}

interface Style {
  readonly rules: Pick<
    Rules,
    | "caseSensitive"
    | "accentSensitive"
    | "kanaSensitive"
    | "widthSensitive"
    | "binary"
    | "supplementary"
  >;
  readonly text: string;
  readonly utf8: boolean;
}

function parseStyle(text: string): Style | undefined {
  const groups = STYLE.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const binary = groups["binary"]?.toLowerCase() as "bin" | "bin2" | undefined;
  const exact = binary !== undefined;
  return {
    text: text.toUpperCase(),
    utf8: groups["utf8"] !== undefined,
    rules: {
      binary: binary ?? "no",
      caseSensitive: exact || groups["case"]?.toUpperCase() === "CS",
      accentSensitive: exact || groups["accent"]?.toUpperCase() === "AS",
      kanaSensitive: exact || groups["kana"] !== undefined,
      widthSensitive: exact || groups["width"] !== undefined,
      supplementary: groups["sc"] !== undefined,
    },
  };
}

/** UTF-8 came with version 90 and asks for `_SC` or `_BIN2`; version 140 has supplementary characters without saying so. */
function isStyleOfVersion({ text, utf8, rules }: Style, version: number): boolean {
  if (text.includes("_VSS") && version < 3) return false;
  if (rules.supplementary && (version === 0 || version === 3)) return false;
  return (
    !utf8 || (version > 0 && (rules.supplementary || version === 3 || rules.binary === "bin2"))
  );
}

function buildWindowsCollation(
  locale: CollationLocale,
  versionText: string,
  style: Style,
): Collation | undefined {
  const version = VERSIONS[versionText] ?? 0;
  if (!locale.versions.includes(versionText) || !isStyleOfVersion(style, version)) return undefined;
  const rules: Rules = {
    ...style.rules,
    name: `${locale.designator}${versionText === "" ? "" : `_${versionText}`}${style.text}`,
    lcid: locale.lcid,
    codePage: style.utf8 ? UTF8_CODE_PAGE : locale.codePage,
    language: locale.language,
    supplementary: style.rules.supplementary || version === 3,
    version,
    sortId: 0,
  };
  return { ...rules, wire: encodeWire(rules) };
}

const LOCALES = new Map(
  COLLATION_LOCALES.map((locale) => [locale.designator.toLowerCase(), locale]),
);
const LANGUAGES = new Map(COLLATION_LOCALES.map((locale) => [locale.lcid, locale.language]));
const STYLE_START = /(?:_(90|100|140))?((?:_BIN2?|_C[IS]_A[IS])(?:_[A-Z0-9]+)*)$/i;

function parseWindowsName(name: string): Collation | undefined {
  const match = STYLE_START.exec(name);
  if (match === null) return undefined;
  const locale = LOCALES.get(name.slice(0, match.index).toLowerCase());
  const style = parseStyle(match[2] ?? "");
  if (locale === undefined || style === undefined) return undefined;
  return buildWindowsCollation(locale, match[1] ?? "", style);
}

function buildSqlCollation(entry: (typeof SQL_COLLATIONS)[number]): Collation {
  const style = parseStyle(/_(?:BIN2?|C[IS]_A[IS])$/.exec(entry.name)?.[0] ?? "_CS_AS");
  if (style === undefined) throw new Error(`Collation ${entry.name} has no style. This is a bug.`);
  const language = LANGUAGES.get(entry.lcid) ?? "en";
  const rules: Rules = { ...entry, ...style.rules, language, version: 0 };
  return { ...rules, wire: encodeWire(rules) };
}

const sqlCollations = SQL_COLLATIONS.map(buildSqlCollation);
const byName = new Map<string, Collation | undefined>(
  sqlCollations.map((collation) => [collation.name.toLowerCase(), collation]),
);
const bySortId = new Map(sqlCollations.map((collation) => [collation.sortId, collation]));

/** Reads a collation name in any letter case; undefined when SQL Server has no such collation (error 448). */
export function findCollation(name: string): Collation | undefined {
  const key = name.toLowerCase();
  if (byName.has(key)) return byName.get(key);
  const collation = parseWindowsName(name);
  if (collation !== undefined) byName.set(key, collation);
  return collation;
}

function nameFromFlags(word: number, locale: CollationLocale): string {
  const version = Object.keys(VERSIONS).find((key) => VERSIONS[key] === word >>> 28) ?? "";
  const utf8 = (word & UTF8) !== 0;
  const base = `${locale.designator}${version === "" ? "" : `_${version}`}`;
  const suffix = utf8 ? "_UTF8" : "";
  if ((word & BINARY2) !== 0) return `${base}_BIN2${suffix}`;
  if ((word & BINARY) !== 0) return `${base}_BIN${suffix}`;
  const marks = [
    (word & IGNORE_CASE) === 0 ? "_CS" : "_CI",
    (word & IGNORE_ACCENT) === 0 ? "_AS" : "_AI",
    (word & IGNORE_KANA) === 0 ? "_KS" : "",
    (word & IGNORE_WIDTH) === 0 ? "_WS" : "",
    utf8 && version !== "140" ? "_SC" : "",
  ];
  return `${base}${marks.join("")}${suffix}`;
}

/**
 * The collation that five bytes of a TYPE_INFO stand for; undefined when none does (all zero, or an LCID without collations).
 * `_SC` has no bit of its own there, so it is found again only where UTF-8 implies it.
 */
export function findCollationOfWire(wire: Uint8Array): Collation | undefined {
  const sorted = bySortId.get(wire[4] ?? 0);
  if (sorted !== undefined) return sorted;
  const word = Buffer.from(wire.buffer, wire.byteOffset, 4).readUInt32LE();
  const version = word >>> 28;
  const locale = COLLATION_LOCALES.find(
    ({ lcid, versions }) =>
      lcid === (word & 0xf_ffff) && versions.some((text) => VERSIONS[text] === version),
  );
  return locale && findCollation(nameFromFlags(word, locale));
}
