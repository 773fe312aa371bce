import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CODES } from "../../core/diagnostics/codes.ts";

const ROOT = join(import.meta.dirname, "..", "..");

interface ErrorRow {
  readonly code: string;
  readonly exit: string;
  readonly meaning: string;
  readonly remedy: string;
}

/** The rows of the tables of docs/errors.md. */
function documentedCodes(): readonly ErrorRow[] {
  const text = readFileSync(join(ROOT, "docs", "errors.md"), "utf8");
  const rows = text.matchAll(/^\| ([A-Z_\d]+) \| (\w+) \| (.+?) \| (.+?) \|$/gm);
  return [...rows].map(([, code = "", exit = "", meaning = "", remedy = ""]) => ({
    code,
    exit,
    meaning,
    remedy,
  }));
}

const documented = documentedCodes();
const known = Object.entries(CODES);

function sources(): string {
  const files = globSync("{core,providers,cmd}/**/*.{ts,tsx}", { cwd: ROOT });
  const others = files.filter((file) => !file.endsWith("codes.ts"));
  return others.map((file) => readFileSync(join(ROOT, file), "utf8")).join("\n");
}

test("every code is reported somewhere", () => {
  const text = sources();
  const unused = known
    .map(([code]) => code)
    .filter((code) => !new RegExp(`(?<![=!]== )"${code}"`).test(text));
  assert.deepEqual(unused, []);
});

test("docs/errors.md explains every code once, and no other", () => {
  assert.deepEqual(documented.map(({ code }) => code).sort(), known.map(([code]) => code).sort());
});

test("docs/errors.md gives the exit code of each error, and says what is a warning", () => {
  const expected = new Map(
    known.map(([code, { severity, exit }]) => [
      code,
      severity === "warning" ? "warning" : String(exit),
    ]),
  );
  const wrong = documented.filter(({ code, exit }) => expected.get(code) !== exit);
  assert.deepEqual(wrong, []);
});

test("meaning and remedy of each code end as sentences or commands do", () => {
  const loose = documented.filter(
    ({ meaning, remedy }) => !meaning.endsWith(".") || !/[.`]$/.test(remedy),
  );
  assert.deepEqual(loose, []);
});
