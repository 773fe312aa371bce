import assert from "node:assert/strict";
import { test } from "node:test";
import { toPlanJson } from "../../../cmd/views/plan-json.ts";
import { formatPlan } from "../../../cmd/views/plan-text.ts";
import { toStateJson } from "../../../cmd/views/state-view.ts";
import type { JsonObject } from "../../../core/kit/json.ts";
import type { Plan } from "../../../core/plan/plan.ts";
import { as, movesOf, planOf, recordedAs, removal, sample } from "../../core/plan/planning.ts";
import { resource } from "../../core/plan/sample-configuration.ts";

const RETENTION = sample("retention.standard");

function changesOf(plan: Plan): readonly JsonObject[] {
  return toPlanJson(plan, () => null)["resource_changes"] as readonly JsonObject[];
}

test("an instance in a module has its address over it, and in JSON its parts", () => {
  const desired = [as('module.region["eu"].retention.short[0]', RETENTION)];
  const plan = planOf({ desired, recorded: [] });
  assert.match(
    formatPlan(plan),
    / {2}# module\.region\["eu"\]\.retention\.short\[0\] will be created\n {2}\+ retention "short" \{/,
  );
  const [change] = changesOf(plan);
  assert.deepEqual(
    [change?.["module_address"], change?.["name"], change?.["index"]],
    ['module.region["eu"]', "short", 0],
  );
});

test("a moved object says where it was, alone or with its change", () => {
  const configuration = { moves: movesOf(["retention.a", "retention.b"]) };
  const recorded = [as("retention.a", RETENTION)];
  const moved = planOf({ desired: [as("retention.b", RETENTION)], recorded, configuration });
  assert.match(
    formatPlan(moved),
    / {2}# retention\.a has moved to retention\.b\n {4}retention "b" \{\n {8}# \(8 unchanged arguments or blocks not shown\)\n {4}\}\n\nPlan: 0 to add, 0 to change, 0 to destroy\.\n$/,
  );
  assert.equal(toPlanJson(moved, () => null)["applyable"], true);
  const [change] = changesOf(moved);
  assert.equal(change?.["previous_address"], "retention.a");
  const b = as("retention.b", RETENTION);
  const desired = [resource(b.address, { ...b.attributes, daily: 3 })];
  assert.match(
    formatPlan(planOf({ desired, recorded, configuration })),
    /# retention\.b will be updated in place\n {2}# \(moved from retention\.a\)\n {2}~ retention "b" \{\n {6}~ daily = 10 -> 3\n/,
  );
});

test("a forgotten object says that it is not destroyed, and is counted", () => {
  const plan = planOf({
    desired: [],
    recorded: [as("retention.a", RETENTION)],
    configuration: { removals: [removal("retention.a", { destroy: false })] },
  });
  assert.match(
    formatPlan(plan),
    /# retention\.a will no longer be managed by Holdfast, but will not be destroyed\n {2}# \(destroy = false is set in the configuration\)\n\nPlan: 0 to add, 0 to change, 0 to destroy, 1 to forget\.\n$/,
  );
  assert.deepEqual(changesOf(plan)[0]?.["change"], {
    actions: ["forget"],
    before: RETENTION.attributes,
    after: null,
    after_unknown: false,
    before_sensitive: {},
    after_sensitive: false,
  });
});

test("a replacement that is triggered, or made first, shows so", () => {
  const watching = (text: string) =>
    as(text, sample("policy.gold"), {
      createBeforeDestroy: true,
      replaceTriggeredBy: [{ address: RETENTION.address, path: [] }],
    });
  const desired = [
    resource(RETENTION.address, { ...RETENTION.attributes, daily: 3 }),
    watching("policy.gold"),
  ];
  const plan = planOf({ desired, recorded: [RETENTION, sample("policy.gold")] });
  assert.match(
    formatPlan(plan),
    /# policy\.gold must be replaced\n {2}# {3}replace_triggered_by names retention\.standard, which is updated\n\+\/- policy "gold" \{/,
  );
  const policy = changesOf(plan).find(({ address }) => address === "policy.gold");
  assert.equal(policy?.["action_reason"], "replace_by_triggers");
  assert.deepEqual((policy["change"] as JsonObject)["actions"], ["create", "delete"]);
});

test("checks that do not hold are told, and all of them are in JSON", () => {
  const checks = [
    { address: "check.fine", status: "pass", failures: [] },
    { address: "module.a.check.late", status: "fail", failures: ["It is\n  late."] },
  ] as const;
  const plan = planOf({ desired: [], recorded: [], configuration: { checks } });
  const text = formatPlan(plan);
  assert.match(text, /Checks:\n\n {2}module\.a\.check\.late: does not hold\n {4}It is late\.\n/);
  assert.doesNotMatch(text, /fine/);
  const [fine, late] = toPlanJson(plan, () => null)["checks"] as readonly JsonObject[];
  assert.equal(fine?.["status"], "pass");
  assert.deepEqual(late?.["instances"], [
    {
      address: { to_display: "module.a.check.late" },
      status: "fail",
      problems: [{ message: "It is\n  late." }],
    },
  ]);
});

test("the JSON of recorded objects nests modules as Terraform does", () => {
  const texts = [
    "retention.a[10]",
    "retention.a[9]",
    'module.m["x.y"].retention.b',
    'module.m["x.y"].module.n.retention.c',
    "module.far.module.deep.retention.d",
  ];
  const json = toStateJson({
    version: { lineage: "l", serial: 1 },
    objects: recordedAs(texts.map((text) => as(text, RETENTION))),
  });
  interface Module {
    readonly address?: string;
    readonly resources: readonly { readonly address: string }[];
    readonly child_modules?: readonly Module[];
  }
  const shape = ({ address, resources, child_modules = [] }: Module): unknown => [
    address ?? "",
    resources.map((each) => each.address),
    ...child_modules.map(shape),
  ];
  const { root_module: root } = json["values"] as unknown as { root_module: Module };
  assert.deepEqual(shape(root), [
    "",
    ["retention.a[9]", "retention.a[10]"],
    ["module.far", [], ["module.far.module.deep", ["module.far.module.deep.retention.d"]]],
    [
      'module.m["x.y"]',
      ['module.m["x.y"].retention.b'],
      ['module.m["x.y"].module.n', ['module.m["x.y"].module.n.retention.c']],
    ],
  ]);
});

test("a key cannot draw on the terminal", () => {
  const key = 'retention.a["\u001b[31m\u202e"]';
  const text = formatPlan(planOf({ desired: [as(key, RETENTION)], recorded: [] }));
  // oxlint-disable-next-line no-control-regex -- the test is about control characters
  assert.doesNotMatch(text, /[\u001b\u202e]/);
});
