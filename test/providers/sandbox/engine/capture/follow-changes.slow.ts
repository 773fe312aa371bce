import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { SqlValue } from "../../../../../providers/sandbox/values/sql-type.ts";
import { randomChoices } from "../../../../support/random-choices.ts";
import { createCapturingEngine, hex, track } from "../../../../support/sandbox/capture-client.ts";
import { connect, type EngineClient } from "../../../../support/sandbox/engine-client.ts";

const WRITERS = 4;
const TRANSACTIONS = 200;

/** What somebody knows who only reads changes, each range from where the last one ended. */
class Follower {
  readonly rows = new Map<SqlValue, SqlValue>();
  #reached = "00";

  async follow(client: EngineClient): Promise<void> {
    const [[newest] = []] = await client.rows("select sys.fn_cdc_get_max_lsn()");
    if (newest === null || newest === undefined) return;
    const changes = await client.rows(
      `select __$operation, id, v from cdc.t_CT where __$start_lsn > 0x${this.#reached} and __$start_lsn <= 0x${hex(newest)}
       order by __$start_lsn, __$command_id, __$seqval, __$operation`,
    );
    for (const [operation, id = null, value = null] of changes) {
      if (operation === 1) this.rows.delete(id);
      else if (operation !== 3) this.rows.set(id, value);
    }
    this.#reached = hex(newest);
  }
}

test("who follows the newest number misses no change of writers that work at once", async () => {
  const { engine, client, pass } = await createCapturingEngine({
    capture: { delay: 50, quietInterval: 10 },
  });
  await client.script("create table t (id int primary key, v int)");
  await track(client, "t");
  const choose = randomChoices(20_260_102);
  const follower = new Follower();
  const write = async (): Promise<void> => {
    const writer = connect(engine, { database: "d" });
    for (let round = 0; round < TRANSACTIONS; round += 1) {
      const statements = Array.from({ length: 1 + choose(3) }, () => {
        const id = choose(20);
        const kinds = [
          `update t set v = ${choose(99)} where id = ${id}`,
          `delete t where id = ${id}`,
          `if not exists (select * from t where id = ${id}) insert t values (${id}, ${choose(99)})`,
        ];
        return kinds[choose(3)] ?? "";
      });
      await writer.run(
        `begin tran; ${statements.join("; ")}; ${choose(5) === 0 ? "rollback" : "commit"}`,
      );
      await writer.run("if @@trancount > 0 rollback");
      pass(choose(30));
      await nextTurn();
    }
  };
  const state = { isOver: false };
  const reader = connect(engine, { database: "d" });
  const read = async (): Promise<void> => {
    while (!state.isOver) {
      await follower.follow(reader);
      await nextTurn();
    }
  };
  const reading = read();
  await Promise.all(Array.from({ length: WRITERS }, write));
  state.isOver = true;
  await reading;
  pass(1_000);
  await follower.follow(reader);
  const rows = await client.rows("select id, v from t order by id");
  assert.deepEqual(
    [...follower.rows].sort(([one], [other]) => Number(one) - Number(other)),
    rows,
  );
});
