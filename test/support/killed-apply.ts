import { spawn } from "node:child_process";
import { once } from "node:events";
import { toInstant } from "../../core/kit/clock.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS } from "../../core/plan/build-plan.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { openCatalogReader } from "../../providers/local/sqlite-catalog.ts";
import { configurationOf, sampleResources } from "../core/plan/sample-configuration.ts";

/** `cut`: the sample configuration with a retention of one day. */
export type KilledMode = "apply" | "destroy" | "cut";

/** When everything here happens. */
export const KILLED_AT = toInstant(Date.UTC(2026, 10, 23));

function resourcesOf(mode: KilledMode) {
  return sampleResources().map((each) =>
    mode === "cut" && each.type === "retention"
      ? { ...each, attributes: { ...each.attributes, daily: 1 } }
      : each,
  );
}

/** The plan of the sample configuration, or of its end, over the catalog at `path`. */
export async function planOver(path: string, mode: KilledMode): Promise<Plan> {
  await using reader = await openCatalogReader(path);
  const { plan, diagnostics } = buildPlan({
    configuration: configurationOf(resourcesOf(mode)),
    recorded: {
      version: await reader.version(),
      objects: await reader.objects(),
      points: await reader.points(),
    },
    observed: new Map(),
    options: { ...DEFAULT_PLAN_OPTIONS, refresh: false, destroy: mode === "destroy" },
    at: KILLED_AT,
  });
  if (plan === undefined) throw new Error(diagnostics[0]?.summary);
  return plan;
}

const urlOf = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

const APPLIER = `
  import { writeSync } from "node:fs";
  import { applyPlan } from ${urlOf("../../core/apply/apply-plan.ts")};
  import { openCatalog } from ${urlOf("../../providers/local/sqlite-catalog.ts")};
  import { planOver } from ${urlOf("./killed-apply.ts")};
  const [path, mode, last] = process.argv.slice(1);
  const plan = await planOver(path, mode);
  await using catalog = await openCatalog(path);
  let step = 0;
  const reach = () => {
    step += 1;
    if (step === Number(last)) process.kill(process.pid, "SIGKILL");
  };
  const emit = (event) => {
    if (event.type === "resource_finished") writeSync(1, event.address + "\\n");
    reach();
  };
  const write = catalog.write.bind(catalog);
  catalog.write = async (changes) => {
    reach();
    const version = await write(changes);
    reach();
    return version;
  };
  await applyPlan(plan, { catalog, host: { emit }, clock: { now: () => ${KILLED_AT} } });
`;

/** What an apply told as finished before it was killed at a step: an event, or either side of a write. */
export async function applyUntil(
  step: number,
  { path, mode }: { readonly path: string; readonly mode: KilledMode },
): Promise<{ readonly finished: readonly string[]; readonly isKilled: boolean }> {
  const args = ["--input-type=module", "-e", APPLIER, path, mode, String(step)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (told += text));
  await once(child, "close");
  const isKilled = child.signalCode === "SIGKILL";
  if (!isKilled && child.exitCode !== 0) throw new Error(`An apply ended with ${child.exitCode}.`);
  return { finished: told.split("\n").filter(Boolean), isKilled };
}
