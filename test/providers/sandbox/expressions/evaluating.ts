import assert from "node:assert/strict";
import type { BindScope } from "../../../../providers/sandbox/expressions/bind-scope.ts";
import { functionRegistry } from "../../../../providers/sandbox/expressions/built-in-functions.ts";
import { castExpression } from "../../../../providers/sandbox/expressions/coercion.ts";
import {
  compileExpression,
  compilePredicate,
} from "../../../../providers/sandbox/expressions/compile-expression.ts";
import type {
  CompiledExpression,
  Frame,
  SessionSettings,
  Truth,
} from "../../../../providers/sandbox/expressions/compiled.ts";
import {
  parseStandaloneExpression,
  parseStandalonePredicate,
} from "../../../../providers/sandbox/parser/parse-batch.ts";
import { raise, SqlException } from "../../../../providers/sandbox/values/sql-exception.ts";
import type { SqlType, SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";
import { formatType } from "../../../../providers/sandbox/values/type-names.ts";

const SETTINGS: SessionSettings = {
  ansiNulls: true,
  ansiWarnings: true,
  arithAbort: true,
  concatNullYieldsNull: true,
  quotedIdentifier: true,
  dateFormat: "mdy",
  dateFirst: 7,
  language: "us_english",
};

export interface Column {
  readonly type: SqlType;
  readonly value: SqlValue;
}

export interface Surroundings {
  readonly settings?: Partial<SessionSettings>;
  readonly columns?: Readonly<Record<string, Column>>;
  /** What every subquery gives: int columns as many as the first row has. */
  readonly subquery?: {
    readonly rows: readonly (readonly (number | null)[])[];
    readonly isCorrelated: boolean;
  };
}

export function scopeOf({ settings, columns = {}, subquery }: Surroundings): BindScope {
  const names = Object.keys(columns);
  const absent = (): never => raise(102, "Not part of these tests.");
  return {
    settings: { ...SETTINGS, ...settings },
    databaseCollation: "SQL_Latin1_General_CP1_CI_AS",
    functions: functionRegistry(),
    column: (reference) => {
      const name = "parts" in reference ? (reference.parts.at(-1) ?? "") : "";
      const column = columns[name] ?? raise(207, `Invalid column name '${name}'.`);
      return { depth: 0, slot: names.indexOf(name), type: column.type, nullable: true };
    },
    variable: absent,
    subquery: () => {
      const { rows, isCorrelated } = subquery ?? absent();
      const width = rows[0]?.length ?? 1;
      const column = { name: "", type: { name: "int" }, nullable: true } as const;
      return {
        columns: Array.from({ length: width }, () => column),
        rows: () => rows,
        isCorrelated,
      };
    },
    replacement: () => undefined,
    userFunction: absent,
    nextValue: absent,
    userType: () => undefined,
    isUpdated: absent,
  };
}

export function frameOf({ settings, columns = {} }: Surroundings): Frame {
  return {
    row: Object.values(columns).map(({ value }) => value),
    outer: undefined,
    run: {
      variables: [],
      settings: { ...SETTINGS, ...settings },
      session: { fact: () => null },
      // 2024-02-29 12:30:15.1234567 UTC
      now: { utcTicks: 638_448_066_151_234_567n, offsetMinutes: 60 },
      random: () => 0.25,
      randomBytes: (count) => new Uint8Array(count).fill(0xab),
      warnings: new Set(),
      once: new Map(),
    },
  };
}

export function compile(text: string, surroundings: Surroundings = {}): CompiledExpression {
  const parsed = parseStandaloneExpression(text, { quotedIdentifier: true });
  if (!parsed.ok) raise(parsed.errors[0]?.number ?? 0, `${text} does not parse.`);
  return compileExpression(parsed.node, scopeOf(surroundings));
}

/** The value as CONVERT(varchar(max), …) shows it; `NULL`; or `error 8134`. */
export function show(text: string, surroundings: Surroundings = {}): string {
  try {
    const compiled = compile(text, surroundings);
    const isBinary = compiled.type.name.endsWith("binary") || compiled.type.name === "timestamp";
    const shown = castExpression(compiled, {
      target: { name: "nvarchar", length: -1 },
      style: isBinary ? 1 : undefined,
    });
    const value = shown.evaluate(frameOf(surroundings));
    assert.ok(value === null || typeof value === "string");
    return value ?? "NULL";
  } catch (error) {
    if (error instanceof SqlException) return `error ${error.number}`;
    throw error;
  }
}

export function typeOf(text: string, surroundings: Surroundings = {}): string {
  return formatType(compile(text, surroundings).type);
}

export function truthOf(text: string, surroundings: Surroundings = {}): Truth | string {
  const parsed = parseStandalonePredicate(text, { quotedIdentifier: true });
  assert.ok(parsed.ok, `${text} does not parse: ${JSON.stringify(parsed)}`);
  try {
    return compilePredicate(parsed.node, scopeOf(surroundings)).evaluate(frameOf(surroundings));
  } catch (error) {
    if (error instanceof SqlException) return `error ${error.number}`;
    throw error;
  }
}
