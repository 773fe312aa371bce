import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPages } from "../../../core/media/check-pages.ts";
import { MediaDamage } from "../../../core/media/media-damage.ts";
import { readMedia } from "../../../core/media/read-media.ts";
import { mediaFile, pageBytes, type Tape, tapeBytes } from "../../support/tape-media.ts";

const FULL = "f24e3dc4-fb3c-48aa-9360-fc9ee26d1464";
const DIFFERENTIAL = "46b619d2-0f7d-4b9d-bbf8-acd5affc4767";
const MEDIA = "3bcce5d2-01f5-4ecb-88f2-0d974445ecba";

const FULL_BACKUP: Tape = {
  mediaSet: MEDIA,
  stripe: 1,
  stripes: 1,
  sets: [
    {
      type: "D",
      database: "Orders Ω",
      set: FULL,
      firstLsn: [24, 68, 99],
      lastLsn: [24, 117, 1],
      pages: [pageBytes(0, 7), pageBytes(1, 9), new Uint8Array(8192)],
    },
  ],
};

test("a full backup says its database, server version, log sequence numbers and times", async () => {
  const facts = await readMedia(mediaFile(tapeBytes(FULL_BACKUP)));
  assert.ok(facts.kind === "tape_format");
  const [set] = facts.sets;
  assert.equal(facts.sets.length, 1);
  assert.deepEqual(
    [set?.type, set?.database, set?.set, set?.softwareVersion, set?.databaseVersion],
    ["full", "Orders Ω", FULL, "10.50.1600", 661],
  );
  assert.deepEqual([set?.firstLsn, set?.lastLsn], [24000000006800099n, 24000000011700001n]);
  assert.deepEqual(
    [set?.startedLocal, set?.finishedLocal],
    ["2018-12-21T11:26:31", "2018-12-21T11:26:31"],
  );
  assert.equal(set?.differentialBase, null);
});

test("a differential names its base, and a file may hold several sets", async () => {
  const base = { set: FULL, lsn: [24, 68, 99] } as const;
  const differential = {
    type: "I",
    database: "Orders Ω",
    set: DIFFERENTIAL,
    firstLsn: [24, 117, 34],
    lastLsn: [24, 132, 1],
    base,
  } as const;
  const tape = { ...FULL_BACKUP, sets: [...FULL_BACKUP.sets, differential] };
  const facts = await readMedia(mediaFile(tapeBytes(tape)));
  assert.ok(facts.kind === "tape_format");
  assert.deepEqual(
    facts.sets.map(({ position, type }) => [position, type]),
    [
      [1, "full"],
      [2, "differential"],
    ],
  );
  assert.deepEqual(facts.sets[1]?.differentialBase, { set: FULL, lsn: 24000000006800099n });
});

test("a stripe says which it is and of how many, and what media set it belongs to", async () => {
  const facts = await readMedia(mediaFile(tapeBytes({ ...FULL_BACKUP, stripe: 2, stripes: 3 })));
  assert.ok(facts.kind === "tape_format");
  assert.deepEqual([facts.mediaSet, facts.stripe, facts.stripes], [MEDIA, 2, 3]);
});

test("a compressed or encrypted backup is told apart and not read", async () => {
  const bytes = Buffer.concat([Buffer.from("MSSQLBAK"), Buffer.alloc(4000, 3)]);
  assert.deepEqual(await readMedia(mediaFile(bytes)), {
    kind: "sealed",
    reason: "compressed_or_encrypted",
  });
});

test("a file cut off at any place is found out", async () => {
  const bytes = tapeBytes(FULL_BACKUP);
  for (let length = bytes.length - 1; length > 0; length -= 97) {
    await assert.rejects(readMedia(mediaFile(bytes.slice(0, length))), MediaDamage, `${length}`);
  }
});

test("a changed bit in a header is found out", async () => {
  const bytes = tapeBytes(FULL_BACKUP);
  for (const at of [0x05, 0x33, 0x90, 0x400 + 0x09]) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    await assert.rejects(readMedia(mediaFile(changed)), MediaDamage, `${at}`);
  }
});

test("pages are held against their checksums, and a damaged one is named", async () => {
  const bytes = tapeBytes(FULL_BACKUP);
  assert.deepEqual(await checkPages(mediaFile(bytes)), {
    checked: 2,
    unprotected: 1,
    damaged: [],
  });
  const at = Buffer.from(bytes).indexOf(Buffer.alloc(64, 9));
  const changed = bytes.slice();
  changed[at + 20] = 8;
  assert.deepEqual((await checkPages(mediaFile(changed))).damaged, [{ file: 1, page: 1 }]);
});
