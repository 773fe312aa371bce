import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection } from "tedious";
import { checkLane } from "../../../../providers/sqlserver/lane/check-lane.ts";
import { withCode } from "../../../support/with-code.ts";

test("a client library that sends other bytes than it is given is refused", async () => {
  const prototype: {
    makeRequest: (this: Connection, ...call: Parameters<Connection["makeRequest"]>) => void;
  } = Connection.prototype;
  const own = prototype.makeRequest;
  const isBulkLoad = 0x07;
  prototype.makeRequest = function changed(...call) {
    const [request, type, payload] = call;
    if (type !== isBulkLoad) return own.apply(this, call);
    const longer = (async function* () {
      yield* payload;
      yield Buffer.from([0]);
    })();
    own.call(this, request, type, Object.assign(longer, { toString: () => "" }));
  };
  try {
    await assert.rejects(checkLane(), withCode("TDS_LANE_UNUSABLE", "tedious", "bulk bytes"));
  } finally {
    prototype.makeRequest = own;
  }
});
