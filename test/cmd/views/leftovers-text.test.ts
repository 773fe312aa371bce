import assert from "node:assert/strict";
import { test } from "node:test";
import { formatLeftovers } from "../../../cmd/views/leftovers-text.ts";

test("names of databases do not steer the terminal, in words and in commands", () => {
  const name = "Shop\u001b[2J";
  const restore = {
    server: "server.here",
    kind: "database",
    database: name,
    what: `the database "${name}"`,
    since: "2026-01-05T12:00:00Z",
    job: "job-1",
    point: null,
    standing: "over",
    removal: `DROP DATABASE [${name}];`,
  } as const;
  const left = { copies: [], captures: [], restores: [restore], unknown: [] };
  const text = formatLeftovers(left, { now: 0, width: 80 });
  assert.doesNotMatch(text, /\p{Cc}(?<!\n)/u);
  assert.match(text, /there is the database "Shop\ufffd\[2J"/);
  assert.match(text, /^ {6}DROP DATABASE \[Shop\ufffd\[2J\];$/m);
});
