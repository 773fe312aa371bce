import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import { compileTextFit } from "../../values/text-fit.ts";
import { isUnicode } from "../../values/type-family.ts";
import type { CompiledExpression } from "../compiled.ts";
import type { BoundCall, FunctionDefinition } from "../function-registry.ts";
import { computedExpression } from "../typed-expression.ts";
import {
  FLOAT,
  INT,
  NVARCHAR_MAX,
  resultCollation,
  scalarFunction,
  textArgument,
} from "./scalar-function.ts";

/** QUOTENAME, PARSENAME, CONCAT and other functions that put text together. */

const QUOTES: Readonly<Record<string, readonly [string, string]>> = {
  "[": ["[", "]"],
  "]": ["[", "]"],
  "'": ["'", "'"],
  '"': ['"', '"'],
  "(": ["(", ")"],
  ")": ["(", ")"],
  "<": ["<", ">"],
  ">": ["<", ">"],
  "{": ["{", "}"],
  "}": ["{", "}"],
  "`": ["`", "`"],
};

function quoteName([name, quote = "["]: readonly SqlValue[]): SqlValue {
  const text = name as string;
  const pair = QUOTES[(quote as string).slice(0, 1) || "["];
  if (pair === undefined || text.length > 128) return null;
  const [open, close] = pair;
  return `${open}${text.replaceAll(close, close + close)}${close}`;
}

const PART = /\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*"|[^.[\]"]*/y;

/** The parts of a dotted name, unquoted; undefined when it is none of four parts at most. */
function splitName(text: string): readonly string[] | undefined {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const pattern = new RegExp(PART, "y");
    pattern.lastIndex = at;
    const [part = ""] = pattern.exec(text) ?? [];
    at += part.length;
    if (part.startsWith("[")) parts.push(part.slice(1, -1).replaceAll("]]", "]"));
    else if (part.startsWith('"')) parts.push(part.slice(1, -1).replaceAll('""', '"'));
    else parts.push(part.trim());
    if (at >= text.length) break;
    if (text.charAt(at) !== ".") return undefined;
    at += 1;
  }
  return parts.length > 4 ? undefined : parts;
}

function parseName([name, piece]: readonly SqlValue[]): SqlValue {
  const parts = splitName(name as string);
  const part = parts?.at(-(piece as number));
  return part === undefined || part === "" || (piece as number) < 1 ? null : part;
}

function joinedType(parts: readonly CompiledExpression[]): SqlType {
  const wide = parts.some(({ type }) => isUnicode(type));
  const limit = wide ? 4000 : 8000;
  const isLong = parts.some(({ type }) => type.length === -1);
  const total = parts.reduce((sum, { type }) => sum + (type.length ?? limit), 0);
  return {
    name: wide ? "nvarchar" : "varchar",
    length: isLong ? -1 : Math.max(1, Math.min(limit, total)),
  };
}

type Join = (texts: readonly (string | null)[]) => string | null;

function bindJoin({ arguments: parts, scope, name }: BoundCall, join: Join): CompiledExpression {
  const texts = parts.map((part) => textArgument(part, scope));
  const collation = resultCollation(texts, scope, name);
  const type = { ...joinedType(texts), collation: collation.collation };
  const { fit } = compileTextFit(type, type);
  return computedExpression({
    type,
    collation,
    parts: texts,
    nullable: name === "CONCAT_WS",
    evaluate: (frame) => {
      const joined = join(texts.map((text) => text.evaluate(frame) as string | null));
      return joined === null ? null : fit(joined);
    },
  });
}

function present(text: string | null): text is string {
  return text !== null;
}

function joinSeparated([separator = "", ...texts]: readonly (string | null)[]): string {
  return texts.filter(present).join(separator ?? "");
}

const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/[BFPV]/, "1"],
  [/[CGJKQSXZ]/, "2"],
  [/[DT]/, "3"],
  [/L/, "4"],
  [/[MN]/, "5"],
  [/R/, "6"],
];

function soundOf(letter: string): string {
  return SOUNDS.find(([pattern]) => pattern.test(letter))?.[1] ?? "";
}

/** Vowels part equal sounds; H and W do not. Stops at the first character that is no letter. */
function soundex(text: string): string {
  const [letters = ""] = /^[A-Z]*/.exec(text.toUpperCase()) ?? [];
  if (letters === "") return "0000";
  let code = letters.charAt(0);
  let previous = soundOf(code);
  for (const letter of letters.slice(1)) {
    const sound = soundOf(letter);
    if (sound !== "" && sound !== previous) code += sound;
    if (!/[HW]/.test(letter)) previous = sound;
  }
  return code.slice(0, 4).padEnd(4, "0");
}

function difference(left: string, right: string): number {
  const [first, second] = [soundex(left), soundex(right)];
  return Array.from(first).filter((character, index) => character === second.charAt(index)).length;
}

/** STR: a float, rounded, right-aligned; asterisks when it does not fit. */
function formatStr([number, length = 10, decimals = 0]: readonly SqlValue[]): SqlValue {
  const [value, width] = [number as number, length as number];
  if (width < 0 || width > 8000 || (decimals as number) < 0) return null;
  const digits = Math.min(16, decimals as number);
  const whole = value.toFixed(0).length;
  const room = Math.max(0, Math.min(digits, width - whole - 1));
  const text = value.toFixed(room);
  return text.length > width ? "*".repeat(width) : text.padStart(width, " ");
}

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function escapeJson(text: string): string {
  return Array.from({ length: text.length }, (_, index) => {
    const unit = text.charAt(index);
    const code = unit.charCodeAt(0);
    return JSON_ESCAPES[unit] ?? (code < 32 ? `\\u${code.toString(16).padStart(4, "0")}` : unit);
  }).join("");
}

const SYSNAME: SqlType = { name: "nvarchar", length: 128 };
const SOUND: SqlType = { name: "varchar", length: 4 };

export const JOIN_FUNCTIONS: readonly FunctionDefinition[] = [
  scalarFunction({
    name: "QUOTENAME",
    parameters: [NVARCHAR_MAX, { name: "nvarchar", length: 1 }],
    required: 1,
    type: { name: "nvarchar", length: 258 },
    apply: quoteName,
  }),
  scalarFunction({
    name: "PARSENAME",
    parameters: [NVARCHAR_MAX, INT],
    type: SYSNAME,
    apply: parseName,
  }),
  {
    name: "CONCAT",
    minimum: 2,
    maximum: 254,
    bind: (call) => bindJoin(call, (texts) => texts.filter(present).join("")),
  },
  { name: "CONCAT_WS", minimum: 3, maximum: 254, bind: (call) => bindJoin(call, joinSeparated) },
  scalarFunction({
    name: "SOUNDEX",
    parameters: ["text"],
    type: SOUND,
    apply: ([text]) => soundex(text as string),
  }),
  scalarFunction({
    name: "DIFFERENCE",
    parameters: ["text", "text"],
    type: INT,
    apply: ([left, right]) => difference(left as string, right as string),
  }),
  scalarFunction({
    name: "STR",
    parameters: [FLOAT, INT, INT],
    required: 1,
    type: ([, length]) => ({
      name: "varchar",
      length: Math.max(1, Number(length?.constant?.value ?? 10)),
    }),
    apply: formatStr,
  }),
  scalarFunction({
    name: "STRING_ESCAPE",
    parameters: [NVARCHAR_MAX, { name: "nvarchar", length: 4 }],
    type: NVARCHAR_MAX,
    apply: ([text, kind]) =>
      (kind as string).toLowerCase() === "json" ? escapeJson(text as string) : null,
  }),
];
