import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { Statement } from "../../../../providers/sandbox/parser/ast-statements.ts";
import { parseBatch } from "../../../../providers/sandbox/parser/parse-batch.ts";
import { STATEMENT_TEXTS } from "./statement-texts.ts";

const OPTIONS = { quotedIdentifier: true };

function parse(sql: string): readonly Statement[] {
  const result = parseBatch(sql, OPTIONS);
  assert.ok(result.ok, result.ok ? "" : `${sql}: ${result.errors[0]?.message}`);
  return result.batch.statements;
}

function errorsOf(sql: string): string[] {
  const result = parseBatch(sql, OPTIONS);
  if (result.ok) return [];
  return result.errors.map(({ number, message, line }) => `${number} (${line}) ${message}`);
}

/** The tree without positions, to compare shapes. */
function shape(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(shape);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !["line", "start", "end"].includes(key) && value !== undefined)
      .map(([key, value]) => [key, shape(value)]),
  );
}

function expressionOf(sql: string): unknown {
  const [statement] = parse(`SELECT ${sql}`);
  assert.equal(statement?.kind, "select_statement");
  const { body } = statement.query;
  assert.equal(body.kind, "select");
  const [item] = body.items;
  assert.equal(item?.kind, "expression");
  return shape(item.expression);
}

test("every statement of the table parses to its kind", () => {
  for (const [sql, kind] of STATEMENT_TEXTS) {
    assert.deepEqual(
      parse(sql).map((statement) => statement.kind),
      kind.split(" "),
      sql,
    );
  }
});

test("the text of a statement is what its start and end say", () => {
  const sql = "  /* first */ SELECT 1 ;\n\nPRINT 'x' -- last\n";
  const texts = parse(sql).map(({ start, end }) => sql.slice(start, end));
  assert.deepEqual(texts, ["SELECT 1", "PRINT 'x'"]);
  assert.deepEqual(
    parse(sql).map(({ line }) => line),
    [1, 3],
  );
});

test("operators bind as T-SQL says", () => {
  const same: readonly (readonly [string, string])[] = [
    ["1 + 2 * 3", "1 + (2 * 3)"],
    ["1 - 2 - 3", "(1 - 2) - 3"],
    ["1 | 2 + 3", "(1 | 2) + 3"],
    ["-1 * 2", "(-1) * 2"],
    ["a + b COLLATE Latin1_General_BIN", "a + (b COLLATE Latin1_General_BIN)"],
    [
      "CASE WHEN a = 1 OR b = 2 AND c = 3 THEN 1 END",
      "CASE WHEN a = 1 OR (b = 2 AND c = 3) THEN 1 END",
    ],
    ["CASE WHEN NOT a = 1 AND b = 2 THEN 1 END", "CASE WHEN (NOT a = 1) AND b = 2 THEN 1 END"],
    ["CASE WHEN a != 1 THEN 1 END", "CASE WHEN a < > 1 THEN 1 END"],
  ];
  for (const [left, right] of same) assert.deepEqual(expressionOf(left), expressionOf(right), left);
});

test("literals keep what was written", () => {
  assert.deepEqual(expressionOf("N'it''s'"), { kind: "string", value: "it's", national: true });
  assert.deepEqual(expressionOf("0xAbC"), { kind: "binary_literal", hex: "AbC" });
  assert.deepEqual(expressionOf("$1.5"), { kind: "number", form: "money", text: "1.5" });
  assert.deepEqual(expressionOf(".5e-3"), { kind: "number", form: "float", text: ".5e-3" });
  assert.deepEqual(expressionOf('[a]]b]."c""d"'), { kind: "column", parts: ["a]b", 'c"d'] });
  assert.deepEqual(expressionOf("'a\\\nb'"), { kind: "string", value: "ab", national: false });
});

test("double quotes make a string when QUOTED_IDENTIFIER is off", () => {
  const result = parseBatch(`SELECT "a""b"`, { quotedIdentifier: false });
  assert.ok(result.ok);
  assert.match(JSON.stringify(result.batch.statements), /"kind":"string","value":"a\\"b"/);
});

test("syntax errors have the numbers, texts and lines of SQL Server", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["SELECT\n1,,2", "102 (2) Incorrect syntax near ','."],
    ["SELECT * FROM WHERE", "156 (1) Incorrect syntax near the keyword 'WHERE'."],
    ["SELECT * FROM", "102 (1) Incorrect syntax near 'FROM'."],
    [
      "SELECT 1\nCREATE VIEW v AS SELECT 1 AS a",
      "111 (2) 'CREATE VIEW' must be the first statement in a query batch.",
    ],
    ["SELECT 'abc", "105 (1) Unclosed quotation mark after the character string 'abc'."],
    ["/* SELECT 1", "113 (1) Missing end comment mark '*/'."],
    [
      "IF 1 PRINT 'x'",
      "4145 (1) An expression of non-boolean type specified in a context where a condition is expected, near 'PRINT'.",
    ],
    ["CREATE TABLE t (a int) ON DELETE CASCADE", "156 (1) Incorrect syntax near the keyword 'ON'."],
    ["BREAK", "135 (1) Cannot use a BREAK statement outside the scope of a WHILE statement."],
    [
      "PRINT 'a'\nGOTO there",
      "133 (2) A GOTO statement references the label 'there' but the label has not been declared.",
    ],
    [
      "a: PRINT 'a' A: PRINT 'b'",
      "132 (1) The label 'A' has already been declared. Label names must be unique within a query batch or stored procedure.",
    ],
    ["SET NOCOUNTS ON", "195 (1) 'NOCOUNTS' is not a recognized SET option."],
    ["SELECT 1 PRINT", "102 (1) Incorrect syntax near 'PRINT'."],
    [
      "CREATE ASSEMBLY a FROM 0x00",
      "40510 (1) Statement 'CREATE ASSEMBLY' is not supported in this version of SQL Server.",
    ],
    [
      "SELECT a FROM b FOR JSON AUTO",
      "40517 (1) Keyword or statement option 'FOR JSON' is not supported in this version of SQL Server.",
    ],
  ];
  for (const [sql, first] of cases) assert.equal(errorsOf(sql)[0], first, sql);
});

test("WITH behind a statement that no semicolon ends is error 319", () => {
  assert.match(errorsOf("PRINT 'a' WITH c AS (SELECT 1 AS x) SELECT * FROM c")[0] ?? "", /^319 /);
});

test("what is nested too deeply is error 191 and no overflow of the stack", () => {
  const deep = [
    `SELECT ${"(".repeat(100_000)}1${")".repeat(100_000)}`,
    `SELECT 1${" + 1".repeat(100_000)}`,
    `SELECT ${"- ".repeat(100_000)}1`,
    `SELECT * FROM ${"(".repeat(100_000)}t`,
    `${"BEGIN ".repeat(100_000)}SELECT 1`,
    `SELECT 1 WHERE ${"NOT ".repeat(100_000)}1 = 1`,
    `SELECT ${"CASE WHEN 1 = 1 THEN ".repeat(50_000)}1`,
  ];
  for (const sql of deep) assert.match(errorsOf(sql)[0] ?? "", /^191 /, sql.slice(0, 40));
  parse(`SELECT ${"(".repeat(90)}1${")".repeat(90)}`);
  parse(`SELECT 1 WHERE 1 = 1${" OR 1 = 1".repeat(900)}`);
});

test("mutated text gives a tree or a syntax error, never anything else", () => {
  const pieces = STATEMENT_TEXTS.flatMap(([sql]) => sql.split(/(?<=\s)/));
  const mutated = fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 30 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(mutated, (sql) => {
      const result = parseBatch(sql, OPTIONS);
      if (!result.ok) assert.ok(result.errors.length > 0 && (result.errors[0]?.number ?? 0) > 0);
    }),
    { numRuns: 3000 },
  );
});

test("statements cut off or with one token gone give a tree or a syntax error", () => {
  for (const [sql] of STATEMENT_TEXTS) {
    for (let cut = 0; cut < sql.length; cut += 1) {
      parseBatch(sql.slice(0, cut), OPTIONS);
      parseBatch(sql.slice(0, cut) + sql.slice(cut + 1), OPTIONS);
    }
  }
});

const samples = join(process.env["HOLDFAST_SHARED"] ?? "../shared", "data/sql");
const skip = existsSync(samples) ? false : `${samples} is absent: sample scripts were not parsed`;

test("the sample scripts parse batch by batch", { skip }, () => {
  for (const file of ["Chinook_SqlServer.sql", "instnwnd.sql"]) {
    const text = readFileSync(join(samples, file), "utf8").replace(/^\ufeff/, "");
    const batches = text.split(/^\s*GO\s*$/im);
    assert.ok(batches.length > 30);
    for (const batch of batches) assert.deepEqual(errorsOf(batch), []);
  }
});
