import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv } from "ajv";
import type { JsonObject } from "../../core/kit/json.ts";
import { testsJsonSchema } from "../../schemas/json-schema/tests-json-schema.ts";
import { runFolder } from "../support/run-test-text.ts";

const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true });
const isTests = ajv.compile(testsJsonSchema());

const FULL = { started_at: "2017-02-01T12:00", completed_at: "2017-02-01T16:00" };
const WHEN = { at: "2017-02-02" };

/** A story in JSON with the body of its `then`. */
function storyOf(claims: JsonObject, rest: JsonObject = {}): JsonObject {
  const own = { policy: "${policy.february}", given: { full: FULL }, when: WHEN };
  // oxlint-disable-next-line unicorn/no-thenable -- it is the name of a block, and no function
  return { ...own, ...rest, then: claims };
}

const GOOD: Readonly<Record<string, JsonObject>> = {
  "a story with any title": { test: { 'on "Monday"': storyOf({ points: 1 }) } },
  "local values and comments": {
    "//": "a comment",
    locals: { days: [1, 2] },
    test: { a: storyOf({ points: "${length(local.days) - 1}" }) },
  },
  "several backups, and those that dynamic makes": {
    test: {
      a: storyOf(
        { visible: { full: ["2017-02-01T16:00"] } },
        {
          given: {
            full: [FULL],
            dynamic: {
              log: {
                for_each: ["2017-02-01T17:00"],
                content: { started_at: "${log.value}", completed_at: "${log.value}" },
              },
            },
          },
        },
      ),
    },
  },
};

const BAD: Readonly<Record<string, JsonObject>> = {
  "an unknown block": { tests: {} },
  "an unknown argument": { test: { a: storyOf({ pointz: 1 }) } },
  "no policy": { test: { a: storyOf({}, { policy: null }) } },
  "a policy that is none": { test: { a: storyOf({}, { policy: "vault.main" }) } },
  "a backup without its end": {
    test: { a: storyOf({}, { given: { full: { started_at: "2017-02-01" } } }) },
  },
  "two given blocks": { test: { a: storyOf({}, { given: [{}, {}] }) } },
};

async function isRight(file: JsonObject): Promise<boolean> {
  const { files } = await runFolder({ tests: { "a.hcltest.json": JSON.stringify(file) } });
  return files.every(
    ({ tests, diagnostics }) =>
      diagnostics.length === 0 && tests.every(({ status }) => status === "pass"),
  );
}

for (const [title, file] of Object.entries(GOOD)) {
  test(`schema and program take ${title}`, async () => {
    assert.ok(isTests(file), ajv.errorsText(isTests.errors));
    assert.ok(await isRight(file));
  });
}

for (const [title, file] of Object.entries(BAD)) {
  test(`schema and program refuse ${title}`, async () => {
    assert.equal(isTests(file), false);
    assert.equal(await isRight(file), false);
  });
}
