import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatAnnotation } from "../../../cmd/views/annotation-text.ts";
import type { Diagnostic } from "../../../core/diagnostics/diagnostic.ts";

const POSITION = { line: 3, column: 5, byte: 20 };

function diagnosticOf(text: string): Diagnostic {
  return {
    severity: "warning",
    code: "DATABASE_NOT_READY",
    summary: "Database is not online",
    detail: text,
    address: text,
    subject: { filename: text, start: POSITION, end: { ...POSITION, column: 9 } },
  };
}

test("a mark for GitHub has the place in the file, and its title is the code", () => {
  const text = formatAnnotation(diagnosticOf("a"), "github", "db/main.hcl");
  assert.equal(
    text,
    "::warning file=db/main.hcl,line=3,endLine=3,col=5,endColumn=8,title=DATABASE_NOT_READY::Database is not online (a)%0A%0Aa\n",
  );
});

test("a mark over several lines has no columns, which GitHub refuses there", () => {
  const diagnostic = diagnosticOf("a");
  const end = { line: 6, column: 2, byte: 90 };
  const subject = { filename: "a", start: POSITION, end };
  const text = formatAnnotation({ ...diagnostic, subject }, "github", "main.hcl");
  assert.match(text, /^::warning file=main\.hcl,line=3,endLine=6,title=/);
});

test("a mark for Azure Pipelines has the place in the file, and the code", () => {
  const text = formatAnnotation(diagnosticOf("a"), "azure", "db/main.hcl");
  assert.equal(
    text,
    "##vso[task.logissue type=warning;sourcepath=db/main.hcl;linenumber=3;columnnumber=5;code=DATABASE_NOT_READY;]Database is not online (a)%0A%0Aa\n",
  );
});

test("no text gets out of its mark: it stays one line, and the service reads back what was said", () => {
  const texts = fc.string({
    unit: fc.constantFrom("%", ":", ",", ";", "]", "\n", "\r", "0A", "::", "é", "x"),
  });
  const readGitHub = (text: string) =>
    text
      .replaceAll("%3A", ":")
      .replaceAll("%2C", ",")
      .replaceAll("%0D", "\r")
      .replaceAll("%0A", "\n")
      .replaceAll("%25", "%");
  const readAzure = (text: string) =>
    text
      .replaceAll("%3B", ";")
      .replaceAll("%5D", "]")
      .replaceAll("%0D", "\r")
      .replaceAll("%0A", "\n")
      .replaceAll("%AZP25", "%");
  fc.assert(
    fc.property(texts, texts, (detail, file) => {
      const diagnostic = diagnosticOf(detail);
      const message = `Database is not online (${detail})\n\n${detail}`;
      const [, path = "", said = ""] =
        /^::warning file=([^,:\n\r]*),line=3,[^:\n\r]*::([^\n\r]*)\n$/.exec(
          formatAnnotation(diagnostic, "github", file),
        ) ?? [];
      assert.deepEqual([readGitHub(path), readGitHub(said)], [file, message]);
      const [, place = "", told = ""] =
        /^##vso\[task\.logissue type=warning;sourcepath=([^;\]\n\r]*);[^\]\n\r]*\]([^\n\r]*)\n$/.exec(
          formatAnnotation(diagnostic, "azure", file),
        ) ?? [];
      assert.deepEqual([readAzure(place), readAzure(told)], [file, message]);
    }),
  );
});

test("a long message is cut where its characters end", () => {
  const text = formatAnnotation(diagnosticOf("😀".repeat(9000)), "github", undefined);
  assert.ok(Array.from(text).length < 4100);
  assert.ok(text.endsWith("😀…\n"));
  assert.match(text, /^::warning title=/);
});
