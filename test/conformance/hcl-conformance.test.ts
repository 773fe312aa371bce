import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sharedData } from "../support/shared-data.ts";
import { runHclFile } from "./run-hcl-file.ts";

const folder = sharedData("data", "hcl");

test("every conformance case gives the reference's answer or names what it waits for", (t) => {
  if (folder === undefined) {
    t.skip("the shared conformance data is not here: no case was run");
    return;
  }
  const files = readdirSync(folder).filter((name) => /_cases.*\.json$/.test(name));
  assert.ok(files.length > 0, "found no file of cases");
  for (const name of files) {
    const { passed, failures, notYet } = runHclFile(join(folder, name));
    assert.deepEqual(failures, [], name);
    const waiting = [...notYet].map(([needs, count]) =>
      count === 1 ? needs : `${needs} (${count})`,
    );
    t.diagnostic(
      `${name}: ${passed} passed${waiting.length > 0 ? `; not yet: ${waiting.join(", ")}` : ""}`,
    );
  }
});
