import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  decideLog,
  type LiveLog,
  type OwnChain,
} from "../../../../core/policy/chain/decide-log.ts";
import { parseForkGuid } from "../../../../core/policy/chain/guid.ts";
import { parseLsn } from "../../../../core/policy/chain/lsn.ts";

const FORK = parseForkGuid("00000001-0000-0000-0000-00000000f04c");
const LIVE: LiveLog = { recoveryModel: "full", nextLog: parseLsn("500000"), fork: FORK };
const OWN: OwnChain = { end: parseLsn("500000"), fork: FORK, baseIsOurs: true };

describe("a log backup", () => {
  test("runs where it continues our chain, also with bulk-logged recovery", () => {
    assert.deepEqual(decideLog(LIVE, OWN), { run: "log" });
    assert.deepEqual(decideLog({ ...LIVE, recoveryModel: "bulk_logged" }, OWN), { run: "log" });
    assert.deepEqual(decideLog({ ...LIVE, nextLog: parseLsn("400000") }, OWN), { run: "log" });
  });

  test("B-64 [decision] is not taken of a database in simple recovery", () => {
    const live: LiveLog = { ...LIVE, recoveryModel: "simple", nextLog: null };
    assert.deepEqual(decideLog(live, OWN), { run: "nothing", reason: "recovery_model_simple" });
  });

  test("B-62 [decision] waits for the first full", () => {
    assert.deepEqual(decideLog(LIVE, null), { run: "nothing", reason: "waiting_for_full" });
  });

  test("becomes a full where the server has no chain, or another history", () => {
    assert.deepEqual(decideLog({ ...LIVE, nextLog: null }, OWN), {
      run: "full",
      reason: "log_chain_broken",
    });
    const fork = parseForkGuid("00000002-0000-0000-0000-00000000f04c");
    assert.deepEqual(decideLog({ ...LIVE, fork }, OWN), { run: "full", reason: "recovery_forked" });
  });

  test("becomes a differential after somebody else's log, or a full where the base is not ours", () => {
    const live = { ...LIVE, nextLog: parseLsn("600000") };
    const reason = "foreign_log_breaks_chain";
    assert.deepEqual(decideLog(live, OWN), { run: "differential", reason });
    assert.deepEqual(decideLog(live, { ...OWN, baseIsOurs: false }), { run: "full", reason });
  });
});
