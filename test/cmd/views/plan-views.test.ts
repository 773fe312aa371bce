import assert from "node:assert/strict";
import { test } from "node:test";
import { COLOURED } from "../../../cmd/views/paint.ts";
import { toPlanJson } from "../../../cmd/views/plan-json.ts";
import { formatPlan } from "../../../cmd/views/plan-text.ts";
import { formatAddress } from "../../../core/address/address.ts";
import type { RecoveryPoint } from "../../../core/catalog/recovery-point.ts";
import type { DesiredResource } from "../../../core/config/configuration.ts";
import { toInstant } from "../../../core/kit/clock.ts";
import type { Json } from "../../../core/kit/json.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS } from "../../../core/plan/build-plan.ts";
import type { Plan, PlanOptions } from "../../../core/plan/plan.ts";
import { samplePoint } from "../../conformance/catalog.ts";
import {
  configurationOf,
  database,
  SERVER_FACTS,
  sampleResources,
} from "../../core/plan/sample-configuration.ts";

interface Given {
  readonly recorded?: readonly DesiredResource[];
  readonly points?: readonly RecoveryPoint[];
  readonly options?: Partial<PlanOptions>;
}

function planOf(desired: readonly DesiredResource[], given: Given = {}): Plan {
  const databases = [database("shop"), database("crm", { state: "offline" })];
  const { plan } = buildPlan({
    configuration: {
      ...configurationOf(desired),
      outputs: [
        { name: "set", value: "backup_set.orders", sensitive: false, description: null },
        { name: "hidden", value: "hunter2", sensitive: true, description: null },
      ],
    },
    recorded: {
      version: { lineage: "l", serial: 3 },
      objects: (given.recorded ?? []).map((each) => ({ ...each, appliedAt: toInstant(0) })),
      points: given.points ?? [],
    },
    observed: new Map([
      [formatAddress("server", "orders"), { status: "observed", facts: SERVER_FACTS, databases }],
    ]),
    options: { ...DEFAULT_PLAN_OPTIONS, ...given.options },
    at: toInstant(Date.UTC(2017, 1, 12)),
  });
  assert.ok(plan);
  return plan;
}

function only(type: string, resources = sampleResources()): readonly DesiredResource[] {
  return resources.filter((each) => each.type === type);
}

test("a creation shows arguments aligned, nested blocks and no nulls", () => {
  const text = formatPlan(planOf(only("policy")));
  assert.ok(
    text.startsWith(`Holdfast will perform the following actions:

  # policy.gold will be created
  + policy "gold" {
      + method    = "snapshot"
      + retention = retention.standard
      + timezone  = "America/Los_Angeles"

      + full {
          + schedule = "0 12 * * WED"
        }
    }
`),
  );
  assert.ok(text.endsWith("\nPlan: 1 to add, 0 to change, 0 to destroy.\n"));
});

test("an update shows what changes and counts the rest", () => {
  const desired = only("retention", sampleResources({ "retention.standard": { daily: 5 } }));
  const text = formatPlan(planOf(desired, { recorded: only("retention") }));
  assert.match(text, / {2}~ retention "standard" \{\n {6}~ daily = 10 -> 5\n {8}# \(7 unchanged/);
});

test("a replacement says why", () => {
  const other = {
    "vault.main": {
      storage: {
        type: "azure_blob",
        account_url: "https://a",
        container: "c",
        credential: "credential.ci",
      },
    },
  };
  const text = formatPlan(
    planOf(only("vault", sampleResources(other)), { recorded: only("vault") }),
  );
  assert.match(
    text,
    /-\/\+ vault "main" \{\n {6}- storage "local" \{ # forces replacement\n {10}- path = "\.\/vault"/,
  );
  assert.match(text, /\+ storage "azure_blob" \{ # forces replacement/);
  assert.match(text, /# vault\.main must be replaced\n {2}# {3}storage: another kind of storage/);
  assert.match(text, /Plan: 1 to add, 0 to change, 1 to destroy\./);
});

test("a plan without changes says so and still lists what is unprotected", () => {
  const text = formatPlan(planOf(sampleResources(), { recorded: sampleResources() }));
  assert.match(
    text,
    /backup_set\.orders \(server\.orders\): unprotected, no recovery point yet\n {4}crm {3}offline {2}unprotected\n {4}shop {2}online {3}unprotected/,
  );
  assert.match(text, /\nNo changes\. The catalog matches the configuration\.\n$/);
});

test("recovery points that the plan touches are listed with their dates", () => {
  const day = 86_400_000;
  const at = Date.UTC(2017, 1, 12);
  const points = [samplePoint("p3", at - 3 * day), samplePoint("p1", at - day)];
  const desired = sampleResources({ "retention.standard": { daily: 1 } });
  const text = formatPlan(planOf(desired, { recorded: sampleResources(), points }));
  assert.match(text, /Purged by this apply: 1 of 2 points, whose backups stored 5 B\n/);
  assert.match(text, /p3 {5}shop {6}full {2}2017-02-08T16:00:00\.010-08:00 {2}its days are over\n/);
  assert.match(
    text,
    /Expire at another time: 1 point, 1 sooner\n {2}2017-02-12T00:00:00-08:00: 1 point\n/,
  );
  assert.match(text, /The newest of each database stays until there is a newer one/);
  assert.match(text, /Recovery points: 1 to purge\.\n$/);
  const [first] = toPlanJson(planOf(desired, { recorded: sampleResources(), points }), () => null)[
    "recovery_point_changes"
  ] as Json[];
  assert.deepEqual(first, {
    id: "p3",
    backup_set: "backup_set.orders",
    server: "server.orders",
    vault: "vault.main",
    database: "shop",
    type: "full",
    created_at: "2017-02-09T00:00:00.010Z",
    change: "purge",
    reason: "expired",
    pinned_by: [],
    expires_before: "2017-02-19T08:00:00.000Z",
    expires_after: "2017-02-10T08:00:00.000Z",
    newest: false,
    bytes_stored: 5,
  });
});

test("in a narrow terminal what a plan says of recovery points is broken or leaves columns out", () => {
  const day = 86_400_000;
  const at = Date.UTC(2017, 1, 12);
  const points = [samplePoint("p3", at - 3 * day), samplePoint("p1", at - day)];
  const desired = sampleResources({ "retention.standard": { daily: 1 } });
  const plan = planOf(desired, { recorded: sampleResources(), points });
  for (const width of [60, 80]) {
    const text = formatPlan(plan, { width });
    assert.deepEqual(
      text.split("\n").filter((line) => line.length > width),
      [],
    );
    assert.match(text, /backup set +database +purged +left/);
    assert.match(text, /p3 +shop /);
  }
  assert.match(formatPlan(plan), /purged +left +types +oldest +newest\n/);
});

test("sensitive values show in neither form, whichever side they stand on", () => {
  const secret = {
    "server.orders": {
      host: "secret.example",
      tls: { ca_file: "private.pem", server_name: null, trust_server_certificate: false },
    },
  };
  const mark = (each: DesiredResource): DesiredResource => ({
    ...each,
    sensitive: [["host"], ["tls", "ca_file"]],
  });
  const hidden = only("server", sampleResources(secret)).map(mark);
  for (const plan of [
    planOf(hidden),
    planOf([], { recorded: hidden }),
    planOf(only("server"), { recorded: hidden }),
  ]) {
    const text = formatPlan(plan);
    const json = JSON.stringify(toPlanJson(plan, () => null));
    for (const shown of [text, json])
      assert.doesNotMatch(shown, /secret\.example|private\.pem|hunter2/);
    assert.match(text, /\(sensitive value\)/);
  }
  const [change] = toPlanJson(planOf(hidden), () => null)["resource_changes"] as {
    change: Record<string, Json>;
  }[];
  assert.deepEqual(change?.change["after_sensitive"], { host: true, tls: { ca_file: true } });
});

test("the JSON has Terraform's shape", () => {
  const plan = planOf(sampleResources({ "server.orders": { host: "b" } }), {
    recorded: only("server"),
  });
  const json = toPlanJson(plan, ({ code }) => code);
  assert.equal(json["format_version"], "1.0");
  const changes = json["resource_changes"] as { address: string; change: Record<string, Json> }[];
  const server = changes.find(({ address }) => address === "server.orders");
  assert.deepEqual(server?.change["actions"], ["delete", "create"]);
  assert.deepEqual(server.change["replace_paths"], [["host"]]);
  const set = changes.find(({ address }) => address === "backup_set.orders");
  assert.deepEqual(set?.change["actions"], ["create"]);
  assert.equal(set.change["before"], null);
  assert.deepEqual(set.change["after_unknown"], {});
  assert.deepEqual(json["diagnostics"], ["DATABASE_NOT_READY"]);
  assert.deepEqual(JSON.parse(JSON.stringify(json)), json);
});

test("colours come only when asked for, and a name cannot draw on the terminal", () => {
  const hostile = sampleResources({ "server.orders": { host: "a\u001b[31m\u202e${x}" } });
  const plan = planOf(only("server", hostile));
  // oxlint-disable-next-line no-control-regex -- the test is about control characters
  assert.doesNotMatch(formatPlan(plan), /[\u001b\u202e]/);
  assert.match(formatPlan(plan), /host +=.*\$\$\{x\}/);
  assert.ok(formatPlan(plan, { paint: COLOURED }).includes("\u001b[32m"));
});
