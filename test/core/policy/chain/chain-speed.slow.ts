import assert from "node:assert/strict";
import { test } from "node:test";
import { toInstant } from "../../../../core/kit/clock.ts";
import type { BackupHeader } from "../../../../core/policy/chain/backup-header.ts";
import { parseSetGuid } from "../../../../core/policy/chain/guid.ts";
import { parseLsn } from "../../../../core/policy/chain/lsn.ts";
import { indexChain, restoreSequence } from "../../../../core/policy/chain/restore-sequence.ts";
import { isImpossible } from "../../../../core/policy/chain/restore-target.ts";
import { quickest } from "../../../support/processor-time.ts";
import { SimulatedServer } from "./simulated-server.ts";

const LOGS = 100_000;
const BLOCK = 100_000n;

test("the restore to any moment among 100,000 logs is planned within 50 ms", () => {
  const [full] = new SimulatedServer().run([{ do: "full" }]).headers;
  assert(full !== undefined);
  const chain = indexChain([full, ...logsAfter(full)]);
  const durations = [1, 2, LOGS / 2, LOGS - 1, LOGS].map((count) => {
    const at = toInstant(full.finishedAt + count * 60_000 - 1);
    return quickest(() => {
      const answer = restoreSequence({ kind: "instant", at }, chain);
      assert(!isImpossible(answer) && answer.logs.length === count);
    });
  });
  assert(Math.max(...durations) <= 50, `took ${durations.map(Math.round).join(", ")} ms`);
});

function logsAfter(full: BackupHeader): readonly BackupHeader[] {
  return Array.from({ length: LOGS }, (_, at): BackupHeader => {
    const finishedAt = toInstant(full.finishedAt + (at + 1) * 60_000);
    return {
      ...full,
      set: parseSetGuid(`00000001-0000-0000-0000-${String(at).padStart(12, "0")}`),
      type: "log",
      firstLsn: parseLsn(String(full.lastLsn + BigInt(at) * BLOCK)),
      lastLsn: parseLsn(String(full.lastLsn + BigInt(at + 1) * BLOCK)),
      startedAt: finishedAt,
      finishedAt,
      newest: finishedAt,
    };
  });
}
