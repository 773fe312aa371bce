import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseForkGuid, parseSetGuid } from "../../../../core/policy/chain/guid.ts";
import {
  formatLsnParts,
  nextLsn,
  parseLsn,
  tryParseLsn,
} from "../../../../core/policy/chain/lsn.ts";

describe("log sequence numbers", () => {
  test("the three forms of SQL Server are one number", () => {
    const lsn = parseLsn("39000000048800071");
    assert.equal(formatLsnParts(lsn), "00000027:000001e8:0047");
    assert.equal(parseLsn("00000027:000001e8:0047"), lsn);
    assert.equal(parseLsn("0x00000027000001E80047"), lsn);
  });

  test("every number comes back from its parts and its digits", () => {
    const u32 = fc.bigInt(0n, 0xffff_ffffn);
    fc.assert(
      fc.property(u32, u32, fc.bigInt(0n, 0xffffn), (vlf, block, slot) => {
        const lsn = parseLsn(String(vlf * 10n ** 15n + block * 10n ** 5n + slot));
        assert.equal(parseLsn(formatLsnParts(lsn)), lsn);
        assert.equal(parseLsn(String(lsn)), lsn);
      }),
    );
  });

  test("each part has its largest number, and none beyond", () => {
    const largest = "ffffffff:ffffffff:ffff";
    assert.equal(formatLsnParts(parseLsn(largest)), largest);
    assert.equal(parseLsn("4294967295429496729565535"), parseLsn(largest));
    for (const beyond of [
      "4294967296000000000000000",
      "429496729600000",
      "4294967295429496729565536",
    ]) {
      assert.equal(tryParseLsn(beyond), undefined, beyond);
    }
  });

  test("the next one carries from part to part, and none comes after the largest", () => {
    for (const [lsn, next] of [
      ["00000001:00000002:0003", "00000001:00000002:0004"],
      ["00000001:00000002:ffff", "00000001:00000003:0000"],
      ["00000001:ffffffff:ffff", "00000002:00000000:0000"],
    ] as const) {
      assert.equal(formatLsnParts(nextLsn(parseLsn(lsn))), next);
    }
    assert.throws(() => nextLsn(parseLsn("ffffffff:ffffffff:ffff")), RangeError);
  });

  for (const text of ["", "-1", "1.5", "0x27", "65536", "9".repeat(26), "39e15"]) {
    test(`"${text}" is none`, () => {
      assert.equal(tryParseLsn(text), undefined);
      assert.throws(() => parseLsn(text), RangeError);
    });
  }
});

describe("GUIDs", () => {
  test("are one whatever the case and the braces", () => {
    const text = "D458CBFA-BA25-4BD3-BC6D-3211233AFAD9";
    assert.equal(parseSetGuid(`{${text}}`), parseSetGuid(text.toLowerCase()));
  });

  test("of zeros is none", () => {
    assert.throws(() => parseForkGuid("00000000-0000-0000-0000-000000000000"), RangeError);
    assert.throws(() => parseSetGuid("full of today"), RangeError);
  });
});
