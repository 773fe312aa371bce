import type { SchemaModule, SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { quoteName, quotePath, quoteText } from "../names.ts";
import { withOwnName } from "./module-name.ts";
import { scriptIndex } from "./script-indexes.ts";
import { labelOf, pathOf, SESSION_SETTINGS } from "./script-tables.ts";
import { type Step, step } from "./step.ts";

function onOff(isOn: boolean): string {
  return isOn ? "ON" : "OFF";
}

/** The module under the settings that it was created with; they are part of it. */
export function scriptModule(module: SchemaModule): Step {
  return step(
    `${module.kind.replaceAll("_", " ")} ${labelOf(module)}`,
    `SET ANSI_NULLS ${onOff(module.ansiNulls)}; SET QUOTED_IDENTIFIER ${onOff(module.quotedIdentifier)};`,
    withOwnName(module.definition, module),
    SESSION_SETTINGS,
  );
}

/** Those that others need first; ties and circles keep the order that they came in. */
export function sortByNeed(modules: readonly SchemaModule[]): SchemaModule[] {
  const byName = new Map(modules.map((module) => [labelOf(module), module] as const));
  const sorted = new Set<SchemaModule>();
  const visited = new Set<SchemaModule>();
  const visit = (module: SchemaModule): void => {
    if (visited.has(module)) return;
    visited.add(module);
    for (const need of module.needs) {
      const needed = byName.get(need);
      if (needed !== undefined) visit(needed);
    }
    sorted.add(module);
  };
  for (const module of modules) visit(module);
  return [...sorted];
}

/** `INSERT` of `INSERT` or `DATABASE_INSERT`, as sp_settriggerorder takes it. */
function triggerOrder(module: SchemaModule, order: "First" | "Last", event: string): string {
  const isDatabase = module.kind === "database_trigger";
  const name = isDatabase ? quoteName(module.name) : pathOf(module);
  const namespace = isDatabase ? ", @namespace = 'DATABASE'" : "";
  return `EXEC sys.sp_settriggerorder @triggername = ${quoteText(name)}, @order = '${order}', @stmttype = '${event}'${namespace}`;
}

/** Order of firing and being disabled, which are not in the text of a trigger. */
export function scriptTriggerState(module: SchemaModule): Step[] {
  const { trigger } = module;
  if (trigger === null) return [];
  const name = module.kind === "trigger" ? pathOf(module) : quoteName(module.name);
  const on = trigger.on === null ? "DATABASE" : quotePath(trigger.on.schema, trigger.on.name);
  const batches = [
    ...trigger.first.map((event) => triggerOrder(module, "First", event)),
    ...trigger.last.map((event) => triggerOrder(module, "Last", event)),
    ...(trigger.isDisabled ? [`DISABLE TRIGGER ${name} ON ${on}`] : []),
  ];
  return batches.length === 0 ? [] : [step(`trigger ${labelOf(module)}`, ...batches)];
}

const BINDERS = { default: "sp_bindefault", rule: "sp_bindrule" } as const;

export function scriptBindings(schema: SqlServerSchema): Step[] {
  return schema.bindings.map(({ kind, object, target }) =>
    step(
      `${kind} of ${target}`,
      `EXEC sys.${BINDERS[kind]} ${quoteText(pathOf(object))}, ${quoteText(target)}`,
    ),
  );
}

/** Indexes on views, the clustered one of a view first. */
export function scriptViewIndexes(schema: SqlServerSchema): Step[] {
  const rank = (kind: string): number => (kind === "clustered" ? 0 : 1);
  return schema.viewIndexes
    .toSorted((left, right) => rank(left.index.kind) - rank(right.index.kind))
    .map(({ view, index }) =>
      step(`index ${labelOf(view)}.${index.name}`, scriptIndex(index, pathOf(view))),
    );
}
