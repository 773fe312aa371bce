import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { errorDiagnostic } from "../../../core/diagnostics/diagnostic.ts";
import type { DriftKind } from "../../../core/drift/drift.ts";
import { DRIFT_KINDS, findDrift, warningKey } from "../../../core/drift/find-drift.ts";
import { acceptedFacts, observationOf } from "../../../core/drift/observed-facts.ts";
import { readObservation } from "../../../core/drift/read-observation.ts";
import type { ComparedDatabase } from "../../../core/drift/subject.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import type { DatabaseFacts, ServerFacts } from "../../../core/resource/database-server.ts";
import type { ObservedFacts } from "../../../schemas/server-observation.ts";
import { answer, compare, database, point, RIGHTS, SERVER, set } from "./drift-world.ts";

const SHOP = database("shop");

interface KindCase {
  readonly title: string;
  readonly before?: readonly DatabaseFacts[];
  readonly after?: readonly DatabaseFacts[];
  readonly serverAfter?: Partial<ServerFacts>;
  readonly method?: string;
  readonly hasLog?: boolean;
  readonly include?: readonly string[];
  /** The kinds that are found, each with words of what it says. */
  readonly kinds: Readonly<Record<string, readonly RegExp[]>>;
  /** Commands that the repair of the first one names. */
  readonly repairs?: readonly string[];
}

const CASES: readonly KindCase[] = [
  {
    title: "a new database that a set covers",
    after: [SHOP, database("web", { databaseId: 6 })],
    kinds: {
      database_new: [/\[web\] of server.orders is new/, /unprotected until its first backup/],
    },
    repairs: ["holdfast backup backup_set.orders -type full -database web"],
  },
  {
    title: "a new database that the login may not read",
    after: [SHOP, database("web", { databaseId: 6, rights: ["CONNECT"] })],
    kinds: { database_new: [/login \[backup\] lacks SELECT and VIEW DEFINITION there/] },
    repairs: [
      "USE [web]; GRANT SELECT TO [backup];",
      "USE [web]; GRANT VIEW DEFINITION TO [backup];",
      "holdfast backup backup_set.orders -type full -database web",
    ],
  },
  {
    title: "a new database that no set covers",
    include: ["shop"],
    after: [SHOP, database("web", { databaseId: 6 })],
    kinds: { database_new: [/No backup set covers it/] },
    repairs: ["holdfast apply -refresh-only"],
  },
  {
    title: "a database that is gone",
    after: [],
    include: ["shop"],
    kinds: {
      database_gone: [
        /\[shop\] of server.orders is gone/,
        /one recovery point stays/,
        /backup_set.orders, which names it/,
      ],
    },
    repairs: ["holdfast restore p1 -to server.orders -as shop", "holdfast apply -refresh-only"],
  },
  {
    title: "a database that a login without VIEW ANY DATABASE is not shown",
    after: [],
    serverAfter: { rights: ["CREATE ANY DATABASE"] },
    kinds: {
      server_rights_lost: [/\[backup\] lost VIEW ANY DATABASE/],
      database_gone: [/is not shown to login \[backup\]/],
    },
    repairs: ["USE [master]; GRANT VIEW ANY DATABASE TO [backup];"],
  },
  {
    title: "a database that was renamed on SQL Server, which moves its day of creation",
    after: [{ ...SHOP, name: "store", createdAt: "2026-11-23T10:00:00" }],
    kinds: {
      database_renamed: [
        /\[shop\] of server.orders is called \[store\] now/,
        /stays under the name \[shop\]/,
      ],
    },
    repairs: [
      "ALTER DATABASE [store] MODIFY NAME = [shop];",
      'moved {\n  from = server.orders.database["shop"]\n  to   = server.orders.database["store"]\n}',
      "holdfast apply",
    ],
  },
  {
    title: "a database that was renamed on Azure SQL Database, which tells no family",
    before: [{ ...SHOP, familyGuid: null, recoveryForkGuid: null, rights: null }],
    after: [{ ...SHOP, name: "store", familyGuid: null, recoveryForkGuid: null, rights: null }],
    kinds: { database_renamed: [] },
  },
  {
    title: "a database whose id was taken by another one of another name",
    after: [database("store", { familyGuid: "another", recoveryForkGuid: "another" })],
    kinds: { database_gone: [/\[shop\]/], database_new: [/\[store\]/] },
  },
  {
    title: "a database that was restored over from its own backup",
    after: [{ ...SHOP, recoveryForkGuid: "later", createdAt: "2026-11-23T10:00:00" }],
    kinds: {
      database_replaced: [/was restored over: it is at another point/, /2017-02-10T12:00:00Z/],
    },
    repairs: [
      "holdfast backup backup_set.orders -type full -database shop",
      "holdfast apply -refresh-only",
      "holdfast restore p1 -to server.orders -as shop_before",
    ],
  },
  {
    title: "a database that was dropped and made anew",
    method: "native",
    hasLog: true,
    after: [
      {
        ...SHOP,
        databaseId: 9,
        familyGuid: "x",
        recoveryForkGuid: "y",
        createdAt: "2026-11-23T10:00:00",
      },
    ],
    kinds: {
      database_replaced: [/another database than before/, /the next backup must be a full/],
    },
  },
  {
    title: "a database that was detached and attached again, which is the same",
    after: [{ ...SHOP, databaseId: 9, createdAt: "2026-11-23T10:00:00" }],
    kinds: {},
  },
  {
    title: "two databases that changed names",
    before: [SHOP, database("store", { databaseId: 6 })],
    after: [{ ...SHOP, name: "store" }, database("shop", { databaseId: 6 })],
    kinds: { database_renamed: [/is called/] },
  },
  {
    title: "a database that is offline, which tells nothing else of itself",
    after: [{ ...SHOP, state: "offline", familyGuid: null, recoveryForkGuid: null, rights: null }],
    kinds: { database_state: [/is offline; it was online/, /backup_set.orders skips it/] },
    repairs: ["ALTER DATABASE [shop] SET ONLINE;"],
  },
  {
    title: "a database that is suspect",
    after: [{ ...SHOP, state: "suspect", familyGuid: null, recoveryForkGuid: null, rights: null }],
    kinds: { database_state: [/suspect/] },
    repairs: [
      "DBCC CHECKDB ([shop]) WITH NO_INFOMSGS, ALL_ERRORMSGS;",
      "holdfast restore p1 -to server.orders -as shop_restored",
    ],
  },
  {
    title: "a database that is restoring",
    after: [
      { ...SHOP, state: "restoring", familyGuid: null, recoveryForkGuid: null, rights: null },
    ],
    kinds: { database_state: [/restoring/] },
    repairs: ["RESTORE DATABASE [shop] WITH RECOVERY;"],
  },
  {
    title: "a database that is online again",
    before: [{ ...SHOP, state: "offline" }],
    kinds: { database_state: [/Backups take it again/] },
  },
  {
    title: "a recovery model that breaks the log chain",
    method: "native",
    hasLog: true,
    after: [{ ...SHOP, recoveryModel: "simple" }],
    kinds: {
      recovery_model: [/is in the recovery model simple; it was in full/, /log chain is broken/],
    },
    repairs: [
      "ALTER DATABASE [shop] SET RECOVERY FULL;",
      "holdfast backup backup_set.orders -type full -database shop",
    ],
  },
  {
    title: "a recovery model that is full now",
    method: "native",
    hasLog: true,
    before: [{ ...SHOP, recoveryModel: "simple" }],
    kinds: { recovery_model: [/the next log of backup_set.orders becomes a full/] },
  },
  {
    title: "a recovery model that no policy depends on",
    after: [{ ...SHOP, recoveryModel: "simple" }],
    kinds: { recovery_model: [/No backup set takes logs of it/] },
  },
  {
    title: "snapshot isolation that is off",
    after: [{ ...SHOP, snapshotIsolation: "off" }],
    kinds: { snapshot_isolation: [/is off/, /Every backup of it by backup_set.orders fails/] },
    repairs: ["ALTER DATABASE [shop] SET ALLOW_SNAPSHOT_ISOLATION ON;"],
  },
  {
    title: "a login that lost the right to read",
    after: [{ ...SHOP, rights: RIGHTS.filter((right) => right !== "SELECT") }],
    kinds: {
      login_rights_lost: [
        /\[backup\] lost SELECT/,
        /Every backup of it by backup_set.orders fails/,
      ],
    },
    repairs: ["USE [shop]; GRANT SELECT TO [backup];"],
  },
  {
    title: "a login whose user is gone",
    after: [{ ...SHOP, rights: [] }],
    kinds: { login_rights_lost: [/lost CONNECT in/] },
    before: [{ ...SHOP, rights: ["CONNECT", "SELECT"] }],
    repairs: [
      "USE [shop]; CREATE USER [backup] FOR LOGIN [backup];",
      "USE [shop]; GRANT SELECT TO [backup];",
    ],
  },
  {
    title: "a login that lost a right which its backups do without",
    after: [{ ...SHOP, rights: RIGHTS.filter((right) => right !== "BACKUP LOG") }],
    kinds: { login_rights_lost: [/Its backups do without/] },
  },
  {
    title: "a login that got a right",
    before: [{ ...SHOP, rights: ["CONNECT"] }],
    after: [{ ...SHOP, rights: ["CONNECT", "SELECT"] }],
    kinds: { login_rights_gained: [/got SELECT/] },
  },
  {
    title: "another login, whose rights nobody compares",
    serverAfter: { login: "other", rights: [] },
    after: [{ ...SHOP, rights: [] }],
    kinds: {},
  },
  {
    title: "another server under the same host name",
    serverAfter: { name: "ORDERS02" },
    kinds: { server_replaced: [/was ORDERS01; now ORDERS02 answers/] },
  },
  {
    title: "an upgraded server",
    serverAfter: { version: "17.0.100.1" },
    kinds: { server_version: [/now it is 17.0.100.1/] },
    repairs: ["holdfast backup backup_set.orders -type full", "holdfast apply -refresh-only"],
  },
  {
    title: "a patched server, which is not drift",
    serverAfter: { version: "16.0.9999.1" },
    kinds: {},
  },
  {
    title: "a changed database that nobody backs up, which can lose nothing",
    include: ["other"],
    before: [database("loose")],
    after: [database("loose", { recoveryModel: "simple", state: "offline" })],
    kinds: {},
  },
];

for (const { title, kinds, repairs, ...facts } of CASES) {
  const { before = [SHOP], after = [SHOP] } = facts;
  test(`drift: ${title}`, () => {
    const rule = set({
      method: facts.method ?? "snapshot",
      hasLog: facts.hasLog ?? false,
      selection: { include: facts.include ?? ["*"], exclude: [], system: false },
    });
    const { drift } = compare({
      before: answer(before),
      after: answer(after, facts.serverAfter),
      sets: [rule],
      points: [point("shop")],
    });
    assert.deepEqual([...new Set(drift.map(({ kind }) => kind))].sort(), Object.keys(kinds).sort());
    for (const [kind, words] of Object.entries(kinds)) {
      const found = drift.filter((each) => each.kind === kind);
      const said = found.map(({ what, consequence }) => `${what} ${consequence}`).join(" ");
      for (const word of words) assert.match(said, word);
    }
    if (repairs !== undefined) {
      assert.deepEqual(
        drift[0]?.repair.commands.map(({ text }) => text),
        repairs,
      );
    }
    for (const { what, consequence, repair } of drift) {
      assert.match(what, /\.$/);
      assert.match(consequence, /\.$/);
      assert.match(repair.advice, /[.:]$/);
    }
  });
}

test("a server that cannot be asked is drift, and says why", () => {
  const diagnostic = errorDiagnostic({
    code: "SERVER_UNREACHABLE",
    summary: "Server not reachable",
    detail: "Nobody answers at orders.contoso.example.",
  });
  const { drift } = compare({ before: answer([SHOP]), after: { status: "failed", diagnostic } });
  assert.deepEqual(
    drift.map(({ kind, database: name }) => [kind, name]),
    [["server_unreachable", null]],
  );
  assert.equal(drift[0]?.repair.advice, diagnostic.detail);
});

test("a server that nobody accepted yet has no drift", () => {
  assert.deepEqual(compare({ before: undefined, after: answer([SHOP]) }).drift, []);
});

test("drift names the warnings that say the same", () => {
  const after = answer([{ ...SHOP, snapshotIsolation: "off" }]);
  const { told } = compare({ before: answer([SHOP]), after });
  assert.deepEqual([...told], [warningKey("SNAPSHOT_ISOLATION_OFF", SERVER, "shop")]);
});

test("a provider adds a kind of its own, and nothing else needs to know of it", () => {
  const own: DriftKind<ComparedDatabase> = {
    kind: "compatibility",
    differs: ({ after }) => after?.name === "shop",
    what: ({ name }) => `Database ${name} is a case for the provider.`,
    consequence: () => "None.",
    repair: () => ({ advice: "Nothing is to be done.", commands: [] }),
  };
  const kinds = { ...DRIFT_KINDS, database: [...DRIFT_KINDS.database, own] };
  const input = { accepted: new Map([[SERVER, answer([SHOP])]]), sets: [set()], points: [] };
  const now = new Map([[SERVER, { status: "observed" as const, facts: answer([SHOP]) }]]);
  const { drift } = findDrift({ ...input, now }, kinds);
  assert.deepEqual(
    drift.map(({ kind, what, backupSets }) => [kind, what, backupSets]),
    [["compatibility", "Database shop is a case for the provider.", ["backup_set.orders"]]],
  );
});

test("a database that was accepted while offline is known again when it comes back", () => {
  const online = answer([SHOP]);
  const offline = answer([
    { ...SHOP, state: "offline", familyGuid: null, recoveryForkGuid: null, rights: null },
  ]);
  const accepted = acceptedFacts(offline, online);
  const kinds = (facts: DatabaseFacts) =>
    compare({ before: accepted, after: answer([facts]) }).drift.map(({ kind }) => kind);
  assert.deepEqual(kinds(SHOP), ["database_state"]);
  assert.deepEqual(kinds({ ...SHOP, recoveryForkGuid: "later" }), [
    "database_replaced",
    "database_state",
  ]);
});

const guid = fc.option(fc.constantFrom("a", "b", "c"), { nil: null });
const someDatabase = (databaseId: number): fc.Arbitrary<DatabaseFacts> =>
  fc.record({
    name: fc.constantFrom("shop", "web", "it's [odd]", "master", "tempdb", "Übung"),
    databaseId: fc.constant(databaseId),
    state: fc.constantFrom("online", "offline", "restoring", "suspect", "unknown"),
    isSystem: fc.boolean(),
    recoveryModel: fc.constantFrom("full", "bulk_logged", "simple"),
    snapshotIsolation: fc.constantFrom("on", "off", "in_transition"),
    isReadOnly: fc.boolean(),
    isEncrypted: fc.boolean(),
    collation: fc.constant(null),
    compatibilityLevel: fc.constant(160),
    createdAt: fc.constantFrom("2017-02-01T08:00:00", "2017-02-02T08:00:00"),
    familyGuid: guid,
    recoveryForkGuid: guid,
    rights: fc.option(fc.subarray([...RIGHTS]), { nil: null }),
  });
const someAnswer: fc.Arbitrary<ObservedFacts> = fc
  .tuple(...[1, 5, 6, 7, 8].map(someDatabase))
  .chain((all) => fc.shuffledSubarray(all))
  .map((all) => answer([...new Map(all.map((each) => [each.name, each])).values()]));

test("what was accepted is no drift, whatever it is and whatever was accepted before", () => {
  fc.assert(
    fc.property(someAnswer, someAnswer, (before, now) => {
      const written = observationOf(SERVER, acceptedFacts(now, before), toInstant(0));
      const read = readObservation({
        ...written,
        facts: JSON.parse(JSON.stringify(written.facts)) as JsonObject,
      });
      assert.deepEqual(compare({ before: read, after: now }).drift, []);
    }),
  );
});

test("each database that is known before or now is spoken of as one", () => {
  fc.assert(
    fc.property(someAnswer, someAnswer, (before, now) => {
      const { drift } = compare({
        before,
        after: now,
        sets: [set({ selection: { include: ["*"], exclude: [], system: true } })],
      });
      const count = (kind: string) => drift.filter((each) => each.kind === kind).length;
      assert.equal(
        before.databases.length - count("database_gone"),
        now.databases.length - count("database_new"),
      );
    }),
  );
});
