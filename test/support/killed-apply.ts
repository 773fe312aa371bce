import { spawn } from "node:child_process";
import { once } from "node:events";
import { toInstant } from "../../core/kit/clock.ts";
import { buildPlan, DEFAULT_PLAN_OPTIONS } from "../../core/plan/build-plan.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { openCatalogReader } from "../../providers/local/sqlite-catalog.ts";
import { configurationOf, sampleResources } from "../core/plan/sample-configuration.ts";

/** The plan of the sample configuration, or of its end, over the catalog at `path`. */
export async function planOver(path: string, destroy: boolean): Promise<Plan> {
  await using reader = await openCatalogReader(path);
  const { plan, diagnostics } = buildPlan({
    configuration: configurationOf(sampleResources()),
    recorded: {
      version: await reader.version(),
      objects: await reader.objects(),
      points: await reader.points(),
    },
    observed: new Map(),
    options: { ...DEFAULT_PLAN_OPTIONS, refresh: false, destroy },
    at: toInstant(1_000),
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
  const [path, destroy, last] = process.argv.slice(1);
  const plan = await planOver(path, destroy === "true");
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
  await applyPlan(plan, { catalog, host: { emit }, clock: { now: () => 1000 } });
`;

/** What an apply told as finished before it was killed at a step: an event, or either side of a write. */
export async function applyUntil(
  step: number,
  { path, destroy }: { readonly path: string; readonly destroy: boolean },
): Promise<{ readonly finished: readonly string[]; readonly isKilled: boolean }> {
  const args = ["--input-type=module", "-e", APPLIER, path, String(destroy), String(step)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (told += text));
  await once(child, "close");
  const isKilled = child.signalCode === "SIGKILL";
  if (!isKilled && child.exitCode !== 0) throw new Error(`An apply ended with ${child.exitCode}.`);
  return { finished: told.split("\n").filter(Boolean), isKilled };
}
