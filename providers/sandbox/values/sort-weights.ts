import type { Collation } from "./collations.ts";

/**
 * The weights by which a Windows or SQL collation orders characters, on three levels: letter, accent, case. The order of letters comes
 * from ICU's rules for the collation's language; that of ASCII's punctuation is SQL Server's own.
 */
export interface SortWeights {
  /** One text for each level; texts of equal strings are equal, and comparing them by code unit gives the order. */
  levels(text: string): SortLevels;
  /** Weights of ASCII characters by code: letter level; 0 means that the character needs `levels`. */
  readonly letters: Uint16Array;
  /** Case level of ASCII characters by code. */
  readonly cases: Uint16Array;
}

interface SortLevels {
  readonly letters: string;
  readonly accents: string;
  readonly cases: string;
  /** Hyphens and apostrophes with their places, where they count least of all. */
  readonly minor: string;
}

/** Code points whose order ICU gives; all others sort by code unit behind them. */
const RANKED: readonly (readonly [number, number])[] = [
  [0xa0, 0x2fff],
  [0x3000, 0x33ff],
  [0xa000, 0xabff],
  [0xfb00, 0xfdff],
  [0xfe00, 0xffef],
];
/** Ranked for the languages that are written with them. */
const IDEOGRAPHS = [0x4e00, 0x9fff] as const;
/** Stands before the code unit of a character that has no rank. */
const UNRANKED = 0xf000;
const SYMBOL_START = 0x0100;
const DIGIT_START = 0x1800;
const LETTER_START = 0x2400;
/** Room between two ASCII letters or digits for the letters of other alphabets that sort between them. */
const GAP = 0x60;
/** Symbols of ASCII in the order of Windows' own tables; hyphen and apostrophe count only where all else is equal. */
const WINDOWS_SYMBOLS = ' !"#$%&()*,./:;?@[\\]^_`{|}~+<=>';
const SQL_SYMBOLS = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const EXPANSIONS: readonly (readonly [string, string])[] = [
  ["ß", "ss"],
  ["æ", "ae"],
  ["Æ", "AE"],
  ["œ", "oe"],
  ["Œ", "OE"],
  ["þ", "th"],
  ["Þ", "TH"],
  ["ĳ", "ij"],
  ["Ĳ", "IJ"],
  ["ﬀ", "ff"],
  ["ﬁ", "fi"],
  ["ﬂ", "fl"],
];

interface Weight {
  readonly letter: number;
  readonly accent: number;
  readonly shape: number;
}

type WeightTable = ReadonlyMap<string, Weight>;

function collatorOf(language: string, sensitivity: "base" | "accent" | "variant"): Intl.Collator {
  return new Intl.Collator(language, { sensitivity, caseFirst: "lower" });
}

const ASCII_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".split("");

/** Ranks of ASCII letters (in the language's order) and digits, with room between. Turkish has I and i as two letters. */
function asciiRanks(language: string): Map<string, number> {
  const { compare } = collatorOf(language, "base");
  const ranks = new Map<string, number>();
  let rank = LETTER_START - GAP;
  let previous = "";
  for (const letter of ASCII_LETTERS.toSorted(collatorOf(language, "variant").compare)) {
    if (previous === "" || compare(previous, letter) !== 0) rank += GAP;
    ranks.set(letter, rank);
    previous = letter;
  }
  for (let digit = 0; digit < 10; digit += 1) ranks.set(String(digit), DIGIT_START + digit * GAP);
  return ranks;
}

function candidates(language: string): string[] {
  const result = [...ASCII_LETTERS, ..."0123456789".split("")];
  const ranges = /^(zh|ja|ko)/.test(language) ? [...RANKED, IDEOGRAPHS] : RANKED;
  for (const [first, last] of ranges) {
    for (let code = first; code <= last; code += 1) result.push(String.fromCharCode(code));
  }
  return result.filter((character) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(character));
}

const SCRIPTS: readonly RegExp[] = [
  /[\p{P}\p{S}]/u,
  /\p{N}/u,
  /\p{Script=Latin}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Cyrillic}/u,
];

/** Windows sorts Latin before Greek before Cyrillic in every language; ICU puts the language's own script first. */
function inScriptOrder(characters: readonly string[], language: string): string[] {
  const { compare } = collatorOf(language, "variant");
  const groups = Map.groupBy(characters, (character) => {
    const script = SCRIPTS.findIndex((pattern) => pattern.test(character));
    return script < 0 ? SCRIPTS.length : script;
  });
  return [...groups]
    .sort(([left], [right]) => left - right)
    .flatMap(([, group]) => group.toSorted(compare));
}

/** Cuts the sorted characters where the letter changes. */
function lettersOf(sorted: readonly string[], language: string): string[][] {
  const { compare } = collatorOf(language, "base");
  const runs: string[][] = [];
  for (const character of sorted) {
    const run = runs.at(-1);
    const [first] = run ?? [];
    if (run !== undefined && first !== undefined && compare(first, character) === 0)
      run.push(character);
    else runs.push([character]);
  }
  return runs;
}

/** Gives each character beyond ASCII its weights, between those of the ASCII characters that ICU sorts around it. */
function buildTable(language: string): WeightTable {
  const accents = collatorOf(language, "accent");
  const ranks = asciiRanks(language);
  const table = new Map<string, Weight>();
  let letter = SYMBOL_START + 0x80;
  for (const run of lettersOf(inScriptOrder(candidates(language), language), language)) {
    letter =
      run.map((character) => ranks.get(character)).find((rank) => rank !== undefined) ?? letter + 1;
    let [accent, shape] = [0, 0];
    let previous: string | undefined;
    for (const character of run) {
      const isAccent = previous !== undefined && accents.compare(previous, character) !== 0;
      if (isAccent) accent += 1;
      shape = isAccent || previous === undefined ? 0 : shape + 1;
      table.set(character, { letter, accent, shape });
      previous = character;
    }
  }
  return table;
}

const tables = new Map<string, WeightTable>();

function tableOf(language: string): WeightTable {
  const known = tables.get(language);
  if (known !== undefined) return known;
  const built = buildTable(language);
  tables.set(language, built);
  return built;
}

function expansionsOf(language: string): ReadonlyMap<string, string> {
  const { compare } = collatorOf(language, "base");
  return new Map(
    EXPANSIONS.filter(([from, to]) => to === "th" || to === "TH" || compare(from, to) === 0),
  );
}

function asciiTables(collation: Collation, isSql: boolean): Pick<SortWeights, "letters" | "cases"> {
  const letters = new Uint16Array(128);
  const cases = new Uint16Array(128);
  for (const [character, rank] of asciiRanks(collation.language)) {
    letters[character.charCodeAt(0)] = rank;
  }
  (isSql ? SQL_SYMBOLS : WINDOWS_SYMBOLS).split("").forEach((symbol, index) => {
    letters[symbol.charCodeAt(0)] = SYMBOL_START + index;
  });
  for (let code = 0; code < 32; code += 1) letters[code] = code + 1;
  letters[127] = 33;
  for (let code = 65; code <= 90; code += 1) {
    cases[isSql ? code + 32 : code] = 1;
  }
  return { letters, cases };
}

const COMBINING = /[\u0300-\u036F]/;
const KATAKANA = /[\u30A1-\u30F6]/g;
const WIDE = /[\u3000\uFF01-\uFFEE]+/g;

function normalizer(collation: Collation): (text: string) => string {
  return (text) => {
    let result = COMBINING.test(text) ? text.normalize("NFC") : text;
    if (!collation.widthSensitive) result = result.replace(WIDE, (part) => part.normalize("NFKC"));
    if (!collation.kanaSensitive) {
      result = result.replace(KATAKANA, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
    }
    return result;
  };
}

/** Where a collation tells width or kana apart, the difference counts like an accent. */
function apart(weight: Weight, code: number, collation: Collation): Weight {
  const isWide = collation.widthSensitive && code >= 0xff01 && code <= 0xffee;
  const isKatakana = collation.kanaSensitive && code >= 0x30a1 && code <= 0x30f6;
  if (!isWide && !isKatakana) return weight;
  return { ...weight, accent: weight.accent + (isWide ? 0x800 : 0x400) };
}

/** `isSql`: the rules of a SQL collation for char and varchar, which know no expansions and count every hyphen. */
export function createSortWeights(collation: Collation, isSql: boolean): SortWeights {
  const ascii = asciiTables(collation, isSql);
  const expansions = isSql ? new Map<string, string>() : expansionsOf(collation.language);
  const normalize = normalizer(collation);
  const weightOf = (character: string): Weight => {
    const code = character.charCodeAt(0);
    if (code < 128)
      return { letter: ascii.letters[code] ?? 0, accent: 0, shape: ascii.cases[code] ?? 0 };
    const known = tableOf(collation.language).get(character);
    if (known !== undefined) return apart(known, code, collation);
    return { letter: UNRANKED, accent: 0, shape: 0 };
  };
  const levels = (text: string): SortLevels => {
    let [letters, accents, cases, minor] = ["", "", "", ""];
    let position = 0;
    const add = (unit: string): void => {
      const { letter, accent, shape } = weightOf(unit);
      if (letter === 0) {
        minor += String.fromCharCode(position + 1, unit.charCodeAt(0));
        return;
      }
      letters +=
        letter === UNRANKED ? String.fromCharCode(UNRANKED) + unit : String.fromCharCode(letter);
      accents += String.fromCharCode(accent + 1);
      cases += String.fromCharCode(shape + 1);
      position += 1;
    };
    const normal = normalize(text);
    for (let index = 0; index < normal.length; index += 1) {
      const unit = normal.charAt(index);
      for (const part of expansions.get(unit) ?? unit) add(part);
    }
    return { letters, accents: withoutTail(accents), cases: withoutTail(cases), minor };
  };
  return { ...ascii, levels };
}

/** Most characters have no accent and are small: the weights 1 at the end say nothing. */
function withoutTail(weights: string): string {
  let end = weights.length;
  while (end > 0 && weights.charCodeAt(end - 1) === 1) end -= 1;
  return weights.slice(0, end);
}
