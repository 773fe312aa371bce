import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isVersionAtLeast } from "../../../../core/policy/chain/agent-version.ts";
import {
  bandwidthOf,
  databasesToRead,
  differentialMeans,
} from "../../../../core/policy/chain/differential-means.ts";
import { incrementOf } from "../../../../core/policy/chain/increment.ts";

describe("how a differential reads", () => {
  for (const agentVersion of ["4.9.4-110536", "4.9.4-110537"]) {
    for (const fullSinceUpgrade of [false, true]) {
      for (const policyHasFull of [false, true]) {
        const want =
          agentVersion === "4.9.4-110537" && fullSinceUpgrade && policyHasFull ? "vdi" : "vss";
        test(`B-30 [decision] ${agentVersion}, full since upgrade ${fullSinceUpgrade}, full in policy ${policyHasFull}: ${want}`, () => {
          assert.equal(differentialMeans({ agentVersion, fullSinceUpgrade, policyHasFull }), want);
        });
      }
    }
  }

  test("B-30 [decision] versions compare by number, not by text", () => {
    const least = "4.9.4-110537";
    const later = ["4.9.4-110537", "4.10.0", "4.9.10-1", "5.0.0-1", "4.9.4-1105370"];
    const earlier = ["4.9.4-110536", "4.9.4", "4.9.3-999999", "3.99.99-999999"];
    assert(later.every((version) => isVersionAtLeast(version, least)));
    assert(!earlier.some((version) => isVersionAtLeast(version, least)));
    assert.throws(() => isVersionAtLeast("4.9", least), RangeError);
  });

  test("B-28 [decision] only databases that changed are read; an unknown one is", () => {
    const databases = [
      { name: "orders", changedPages: 12 },
      { name: "archive", changedPages: 0 },
      { name: "sales", changedPages: "unknown" },
    ] as const;
    assert.deepEqual(databasesToRead(databases), ["orders", "sales"]);
  });

  test("B-29 [decision] by hand a server's increment runs at full bandwidth, on schedule at the policy's", () => {
    assert.equal(incrementOf("native"), "differential");
    assert.equal(bandwidthOf("manual", 1_000_000), "unlimited");
    assert.equal(bandwidthOf("schedule", 1_000_000), 1_000_000);
    assert.equal(bandwidthOf("schedule", null), "unlimited");
  });
});
