import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDiagnosis } from "../../../cmd/views/doctor-text.ts";

const PLACE = { vault: "vault.main", place: "folder ./vault" };

test("a diagnosis has a line for each promise, and what is wrong below it with its command whole", () => {
  const command = `    az storage container create --name ${"x".repeat(60)}`;
  const text = formatDiagnosis(
    {
      ...PLACE,
      findings: [
        { promise: "reads", verdict: "kept", detail: "All was read.", milliseconds: 12 },
        {
          promise: "writes a blob",
          verdict: "broken",
          detail: `There is no container, and none is made. Make it:\n\n${command}`,
          code: "STORE_CONTAINER_MISSING",
          milliseconds: 3,
        },
        { promise: "removes", verdict: "not tried", detail: "Nothing.", milliseconds: 0 },
      ],
    },
    50,
  );
  assert.equal(
    text,
    `vault.main: folder ./vault
  ok      reads          All was read. (12 ms)
  BROKEN  writes a blob
          There is no container, and none is made.
          Make it:

          ${command}
          STORE_CONTAINER_MISSING
  -       removes        Nothing.
`,
  );
});

test("nothing that a store says steers the terminal", () => {
  const finding = {
    promise: "reads",
    verdict: "broken",
    detail: "a\u001b[2Jb",
    milliseconds: 0,
  } as const;
  assert.ok(!formatDiagnosis({ ...PLACE, findings: [finding] }, 80).includes("\u001b"));
});
