import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { renamesOf } from "../../../core/plan/moves.ts";
import { samplePoint } from "../../conformance/catalog.ts";
import {
  address,
  as,
  codesOf,
  linesOf,
  movesOf,
  outcomeOf,
  planOf,
  sample,
  sampleWith,
} from "./planning.ts";
import { resource, sampleResources } from "./sample-configuration.ts";

const RETENTION = sample("retention.standard");

/** Retentions and nothing else: what moves, without what refers to it. */
function retentions(...names: readonly string[]) {
  return names.map((name) => as(name, RETENTION));
}

interface Case {
  readonly title: string;
  readonly moves: readonly (readonly [string, string])[];
  readonly recorded: readonly string[];
  readonly desired: readonly string[];
  readonly shown: readonly string[];
}

const CASES: readonly Case[] = [
  {
    title: "an object",
    moves: [["retention.a", "retention.b"]],
    recorded: ["retention.a"],
    desired: ["retention.b"],
    shown: ["no-op retention.a -> retention.b"],
  },
  {
    title: "all instances of a block, with their keys",
    moves: [["retention.a", "retention.b"]],
    recorded: ['retention.a["x"]', 'retention.a["y"]'],
    desired: ['retention.b["x"]', 'retention.b["y"]'],
    shown: [
      'no-op retention.a["x"] -> retention.b["x"]',
      'no-op retention.a["y"] -> retention.b["y"]',
    ],
  },
  {
    title: "one instance that gets a key, and not its siblings",
    moves: [["retention.a[1]", 'retention.b["x"]']],
    recorded: ["retention.a[0]", "retention.a[1]"],
    desired: ["retention.a[0]", 'retention.b["x"]'],
    shown: ['no-op retention.a[1] -> retention.b["x"]'],
  },
  {
    title: "a chain of blocks",
    moves: [
      ["retention.b", "retention.c"],
      ["retention.a", "retention.b"],
    ],
    recorded: ["retention.a"],
    desired: ["retention.c"],
    shown: ["no-op retention.a -> retention.c"],
  },
  {
    title: "a module with all that stands in it, in all its instances",
    moves: [["module.a", "module.b"]],
    recorded: ["module.a[0].module.c.retention.x", "module.a[1].retention.y[2]"],
    desired: ["module.b[0].module.c.retention.x", "module.b[1].retention.y[2]"],
    shown: [
      "no-op module.a[0].module.c.retention.x -> module.b[0].module.c.retention.x",
      "no-op module.a[1].retention.y[2] -> module.b[1].retention.y[2]",
    ],
  },
  {
    title: "an object into a module that moves on",
    moves: [
      ["retention.a", "module.m.retention.a"],
      ["module.m", 'module.n["eu"]'],
    ],
    recorded: ["retention.a"],
    desired: ['module.n["eu"].retention.a'],
    shown: ['no-op retention.a -> module.n["eu"].retention.a'],
  },
  {
    title: "an object whose count came, without a moved block",
    moves: [],
    recorded: ["retention.a"],
    desired: ["retention.a[0]", "retention.a[1]"],
    shown: ["no-op retention.a -> retention.a[0]", "create retention.a[1]"],
  },
  {
    title: "an object whose count went, without a moved block",
    moves: [],
    recorded: ["retention.a[0]", "retention.a[1]"],
    desired: ["retention.a"],
    shown: ["no-op retention.a[0] -> retention.a", "delete retention.a[1]"],
  },
  {
    title: "a module whose count came, without a moved block",
    moves: [],
    recorded: ["module.m.retention.a"],
    desired: ["module.m[0].retention.a"],
    shown: ["no-op module.m.retention.a -> module.m[0].retention.a"],
  },
  {
    title: "nothing to a for_each, which needs a moved block",
    moves: [],
    recorded: ["retention.a"],
    desired: ['retention.a["0"]'],
    shown: ["delete retention.a", 'create retention.a["0"]'],
  },
  {
    title: "nothing where the block was carried out long ago",
    moves: [["retention.a", "retention.b"]],
    recorded: ["retention.b"],
    desired: ["retention.b"],
    shown: [],
  },
];

for (const { title, moves, recorded, desired, shown } of CASES) {
  test(`moved blocks move ${title}`, () => {
    const plan = planOf({
      desired: retentions(...desired),
      recorded: retentions(...recorded),
      configuration: { moves: movesOf(...moves) },
    });
    assert.deepEqual(linesOf(plan).toSorted(), shown.toSorted());
  });
}

test("what refers to a moved object does not change, and keeps its recovery points", () => {
  const moved = sampleResources().map((each) => {
    const text = JSON.stringify(each)
      .replaceAll("backup_set.orders", "backup_set.shop")
      .replaceAll("server.orders", "server.shop")
      .replaceAll("vault.main", "vault.store");
    return JSON.parse(text) as typeof each;
  });
  const points = [samplePoint("p", 5)];
  const plan = planOf({
    desired: moved,
    recorded: sampleResources(),
    points,
    configuration: {
      moves: movesOf(
        ["backup_set.orders", "backup_set.shop"],
        ["server.orders", "server.shop"],
        ["vault.main", "vault.store"],
      ),
    },
  });
  assert.deepEqual(linesOf(plan), [
    "no-op backup_set.orders -> backup_set.shop",
    "no-op server.orders -> server.shop",
    "no-op vault.main -> vault.store",
  ]);
  assert.deepEqual(plan.recoveryPointChanges, []);
  assert.deepEqual(
    plan.coverage.map(({ backupSet, protection }) => [backupSet, protection]),
    [["backup_set.shop", "unknown"]],
  );
});

const FAULTS = [
  [
    "one object that becomes two",
    [
      ["retention.a", "retention.b"],
      ["retention.a", "retention.c"],
    ],
    "PLAN_MOVE_CONFLICT",
    /retention\.b \(moves\.hcl line 1\) and retention\.c \(moves\.hcl line 2\)/,
  ],
  [
    "two objects that become one",
    [
      ["retention.a", "retention.c"],
      ["retention.b", "retention.c"],
    ],
    "PLAN_MOVE_CONFLICT",
    /retention\.a \(moves\.hcl line 1\) and retention\.b \(moves\.hcl line 2\) cannot both/,
  ],
  [
    "an object that becomes one that is recorded",
    [["retention.a", "retention.old"]],
    "PLAN_MOVE_CONFLICT",
    /the catalog has retention\.old already/,
  ],
  [
    "a circle",
    [
      ["retention.a", "retention.b"],
      ["retention.b", "retention.a"],
    ],
    "PLAN_MOVE_CYCLE",
    /retention\.a \(moves\.hcl line 1\), then retention\.b \(moves\.hcl line 2\), then retention\.a/,
  ],
  ["another type", [["retention.a", "policy.a"]], "PLAN_MOVE_INVALID", /keeps its type/],
  [
    "an object that becomes a module",
    [["retention.a", "module.a"]],
    "PLAN_MOVE_INVALID",
    /a module stays a module/,
  ],
  [
    "what is still declared",
    [["retention.kept", "retention.b"]],
    "PLAN_MOVE_INVALID",
    /retention\.kept is still in the configuration/,
  ],
] as const;

for (const [what, moves, code, message] of FAULTS) {
  test(`${what} is refused`, () => {
    const outcome = outcomeOf({
      desired: retentions("retention.kept"),
      recorded: retentions("retention.a", "retention.old"),
      configuration: { moves: movesOf(...moves) },
    });
    assert.equal(outcome.plan, undefined);
    assert.deepEqual(codesOf(outcome), [code]);
    assert.match(outcome.diagnostics[0]?.detail ?? "", message);
  });
}

test("moved objects that -target leaves out are refused, and planned where it names them", () => {
  const given = {
    desired: sampleWith(as("retention.b", RETENTION), as("retention.other", RETENTION)),
    recorded: sampleWith(as("retention.a", RETENTION)),
    configuration: { moves: movesOf(["retention.a", "retention.b"]) },
  };
  const refused = outcomeOf({ ...given, options: { targets: ["retention.other"] } });
  assert.deepEqual(codesOf(refused), ["PLAN_MOVE_NOT_TARGETED"]);
  assert.match(refused.diagnostics[0]?.detail ?? "", / {4}retention\.a -> retention\.b$/);
  const plan = planOf({ ...given, options: { targets: ["retention.b"] } });
  assert.deepEqual(linesOf(plan), ["no-op retention.a -> retention.b"]);
});

test("-target takes one instance, all instances of a block, or a module", () => {
  const desired = retentions(
    "retention.a[2]",
    "retention.a[10]",
    "module.m[0].retention.b",
    "module.m[0].module.n.retention.c",
  );
  const targeted = (target: string) =>
    linesOf(planOf({ desired, recorded: [], options: { targets: [target] } }));
  assert.deepEqual(targeted("retention.a"), ["create retention.a[2]", "create retention.a[10]"]);
  assert.deepEqual(targeted("retention.a[10]"), ["create retention.a[10]"]);
  assert.deepEqual(targeted("module.m"), [
    "create module.m[0].module.n.retention.c",
    "create module.m[0].retention.b",
  ]);
  assert.deepEqual(targeted("module.m.retention.b"), ["create module.m[0].retention.b"]);
  const unknown = outcomeOf({ desired, recorded: [], options: { targets: ["module.x"] } });
  assert.deepEqual(codesOf(unknown), ["PLAN_TARGET_NOT_FOUND"]);
});

test("a moved object that also changes is updated, and says both", () => {
  const desired = resource(address("retention.b"), { ...RETENTION.attributes, daily: 3 });
  const plan = planOf({
    desired: [desired],
    recorded: retentions("retention.a"),
    configuration: { moves: movesOf(["retention.a", "retention.b"]) },
  });
  assert.deepEqual(linesOf(plan), ["update retention.a -> retention.b"]);
  assert.deepEqual(plan.changes[0]?.changed, [["daily"]]);
});

test("moves that are carried out move nothing again, and lose no object", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const order = fc.shuffledSubarray(names, { minLength: 2 });
  const keyed = fc.constantFrom("", "[1]", '["x"]');
  fc.assert(
    fc.property(order, fc.subarray(names), keyed, (chain, present, key) => {
      const steps = chain
        .slice(1)
        .map((to, at) => [`retention.${chain[at] ?? ""}`, `retention.${to}`] as const);
      const moves = movesOf(...steps.toReversed());
      const inChain = present.filter((name) => chain.includes(name)).slice(0, 1);
      const others = present.filter((name) => !chain.includes(name));
      const recorded = [...inChain, ...others].map((name) => address(`retention.${name}${key}`));
      const first = renamesOf({ moves, resources: [] }, recorded);
      assert.deepEqual(first.diagnostics, []);
      const after = recorded.map((each) => first.renames.get(each) ?? each);
      assert.equal(new Set(after).size, recorded.length);
      assert.equal(renamesOf({ moves, resources: [] }, after).renames.size, 0);
      if (inChain.length > 0) assert.equal(after[0], `retention.${chain.at(-1) ?? ""}${key}`);
    }),
  );
});
