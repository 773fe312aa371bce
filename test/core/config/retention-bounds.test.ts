import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../core/kit/clock.ts";
import { decideRetention } from "../../../core/policy/retention/decide-retention.ts";
import { loadText } from "../../support/load-text.ts";

const MOST = { daily: 36_500, weekly: 5200, monthly: 1200, yearly: 100 };
const CLASSES = ["daily", "weekly", "monthly", "yearly"] as const;

function findings(counts: Readonly<Partial<typeof MOST>>): readonly string[] {
  const lines = Object.entries({ daily: 1, ...counts }).map(
    ([name, value]) => `${name} = ${value}`,
  );
  const { diagnostics } = loadText({ "main.hcl": `retention "r" {\n${lines.join("\n")}\n}` });
  return diagnostics.map(({ code, detail }) => `${code} ${detail}`);
}

for (const name of CLASSES) {
  test(`a retention whose ${name} reaches further than a century is refused with the most that it may be`, () => {
    assert.deepEqual(findings({ [name]: MOST[name] }), []);
    for (const beyond of [MOST[name] + 1, 1_000_000_000]) {
      const [finding = "", ...others] = findings({ [name]: beyond });
      assert.deepEqual(others, []);
      assert.match(finding, new RegExp(`^CONFIG_INVALID_VALUE .*at most ${MOST[name]}\\.`));
    }
  });
}

test("the longest retention that is accepted gives every point a date", () => {
  const createdAt = toInstant(Date.UTC(2199, 11, 31));
  const point = { id: "f", database: "db1", type: "full" as const, createdAt, base: null };
  const rest = { timezone: "Pacific/Kiritimati", weekStarts: "saturday" } as const;
  const rule = { ...MOST, ...rest, representative: "latest" } as const;
  const decision = decideRetention([point], rule, createdAt).get("f");
  assert.deepEqual(decision, {
    expiresAt: Date.UTC(2299, 11, 31, 10),
    retainedBy: ["daily", "weekly", "monthly", "yearly"],
  });
});
