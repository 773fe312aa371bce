/** Mulberry32: small, seeded, good enough to pick mutations. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;
/** A file as a string of bytes (Latin-1), so that broken UTF-8 can be made. */
type Bytes = string;
type Mutation = (file: Bytes, random: Random) => Bytes;

const bytesOf = (text: string): Bytes => Buffer.from(text, "utf8").toString("latin1");

const SIGNS = Array.from("{}[]()\"'`\\$%~=<>!&|?:;,.#*/+-^@0aE_\n \t");
const WORDS = [
  ..."${ ${~ %{ %{~ ~} $${ %%{ ... :: => == && || /* */ // <<EOT <<-EOT EOT for in if null true".split(
    " ",
  ),
  "<<EOT\n",
  "\nEOT\n",
  "for ",
  " in ",
];
const CONTROLS = ["\r", "\0", "\x01", "\x1b", "\x7f", "\v", "\f", "\u00a0", "\u2028", "\ufeff"];
const BROKEN = ["\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\x80", "\xed\xa0\x80", "\xc0\xaf"];
const CHARACTERS = ["é", "👾", "“", "”", "‘", "…", "e\u0301", "\u200b", "日本"];
const TEMPLATES = [
  ..."%{ if }|%{ if x }|%{ else }|%{ endif }|%{ endfor }|%{ for }|%{ for x in }|%{ for x, in y }".split(
    "|",
  ),
  ...'%{ for x in y }|%{ fro x in y }|%{}|%{ 1 }|%{ if a b }|${}|${ |${a b}|${a:b}|${"|\\q|\\u12|$'.split(
    "|",
  ),
  ..."\\UFFFFFFFF|\\ud800|\\|%".split("|"),
];
const NUMBERS =
  "2.5.e3 1. .5 1e 1e+ 0x1F 1_000 1.2.3 1e5e5 1e400 00 1.e3 2.5e3.5 1e1.5 1.5.5e2".split(" ");

function pick<T>(list: readonly [T, ...T[]] | readonly T[], random: Random): T {
  const item = list[Math.floor(random() * list.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

const place = (file: Bytes, random: Random) => Math.floor(random() * (file.length + 1));

function insertOf(list: readonly string[]): Mutation {
  const pieces = list.map(bytesOf);
  return (file, random) => {
    const at = place(file, random);
    return file.slice(0, at) + pick(pieces, random) + file.slice(at);
  };
}

const insertBroken: Mutation = (file, random) => {
  const at = place(file, random);
  return file.slice(0, at) + pick(BROKEN, random) + file.slice(at);
};

/** Replaces what `pattern` finds at one of its places. */
function replaceOne(pattern: RegExp, replace: (found: string, random: Random) => string): Mutation {
  return (file, random) => {
    const found = [...file.matchAll(pattern)];
    if (found.length === 0) return file;
    const { 0: text, index } = pick(found, random);
    return file.slice(0, index) + replace(text, random) + file.slice(index + text.length);
  };
}

function tokensOf(file: Bytes): string[] {
  return file.match(/[A-Za-z_][\w-]*|\d[\d.eE]*|\n|[^\S\n]+|<<-?\w+|[$%]\{~?|./gs) ?? [];
}

function onTokens(change: (tokens: string[], at: number, random: Random) => void): Mutation {
  return (file, random) => {
    const tokens = tokensOf(file);
    if (tokens.length < 2) return file;
    change(tokens, Math.floor(random() * (tokens.length - 1)), random);
    return tokens.join("");
  };
}

const MUTATIONS: readonly Mutation[] = [
  (file, random) => {
    const at = place(file, random);
    return file.slice(0, at) + file.slice(at + 1 + Math.floor(random() * 12));
  },
  (file, random) => {
    const at = place(file, random);
    const piece = file.slice(at, at + 1 + Math.floor(random() * 12));
    return file.slice(0, at) + piece + file.slice(at);
  },
  (file, random) => {
    const at = place(file, random);
    return file.slice(0, at) + pick(SIGNS, random) + file.slice(at + 1);
  },
  (file, random) => file.slice(0, place(file, random)),
  onTokens((tokens, at) => tokens.splice(at, 1)),
  onTokens((tokens, at) => tokens.splice(at, 0, tokens[at] ?? "")),
  onTokens((tokens, at) => tokens.splice(at, 2, tokens[at + 1] ?? "", tokens[at] ?? "")),
  onTokens((tokens, at, random) => tokens.splice(at, 1, pick(tokens, random))),
  replaceOne(/[{}[\]()"]/g, () => ""),
  replaceOne(/[{}[\]()"]/g, (_, random) => pick(SIGNS, random)),
  replaceOne(/^.*\n/gm, () => ""),
  replaceOne(/^.*\n/gm, (line) => line + line),
  replaceOne(/\n/g, (_, random) => pick([" ", "", "\r", "\r\n", "\n\n"], random)),
  replaceOne(/<<-?\w+|^[ \t]*[A-Z]+$/gm, (_, random) => pick(["", "<<", "<<EOT ", "EOX"], random)),
  replaceOne(/\d+/g, (_, random) => pick(NUMBERS, random)),
  replaceOne(/[=:,]/g, (_, random) => pick(["", "==", "=>", ":", ",", "=", ",,", "?"], random)),
  insertOf(SIGNS),
  insertOf(WORDS),
  insertOf(CONTROLS),
  insertOf(CHARACTERS),
  insertOf(TEMPLATES),
  insertBroken,
  (file) => file.replaceAll("\n", "\r\n"),
];

/** One to three random changes of a file. */
export function mutateFile(file: Uint8Array, random: Random): Uint8Array {
  let text: Bytes = Buffer.from(file).toString("latin1");
  const times = 1 + Math.floor(random() * random() * 4);
  for (let turn = 0; turn < times; turn += 1) text = pick(MUTATIONS, random)(text, random);
  return Buffer.from(text, "latin1");
}
