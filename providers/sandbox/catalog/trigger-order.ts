import type { ProcedureContext } from "../engine/system-registry.ts";
import type { Trigger, TriggerEvent, TriggerOrder } from "../storage/schema-object.ts";
import { raise } from "../values/sql-exception.ts";
import { findObjectByName } from "./object-lookup.ts";
import type { ProcedureArguments, ProcedureDefinition } from "./procedure-definition.ts";

const NAME = "sp_settriggerorder";
const EVENTS: readonly TriggerEvent[] = ["INSERT", "UPDATE", "DELETE"];

function requireTrigger(context: ProcedureContext, name: string): Trigger {
  const found = findObjectByName(context, name);
  if (found?.object.type === "TR" && found.database === context.database) {
    if (context.hasPermission("ALTER", found.object.parentId)) return found.object;
  }
  raise(15_165, `Could not find object '${name}' or you do not have permission.`);
}

function wordOf(given: ProcedureArguments, name: string): string {
  return given.requiredText(name).toUpperCase();
}

function refuseParameter(): never {
  raise(15_600, `An invalid parameter or option was specified for procedure '${NAME}'.`);
}

function orderOf(word: string): "first" | "last" | undefined {
  if (word === "NONE") return undefined;
  return word === "FIRST" ? "first" : word === "LAST" ? "last" : refuseParameter();
}

function setOrder(context: ProcedureContext, given: ProcedureArguments): void {
  const name = given.requiredText("triggername");
  const order = orderOf(wordOf(given, "order"));
  const event = EVENTS.find((item) => item === wordOf(given, "stmttype"));
  if (given.text("namespace") !== undefined || event === undefined) refuseParameter();
  const trigger = requireTrigger(context, name);
  if (trigger.insteadOf) {
    raise(15_133, `INSTEAD OF trigger '${name}' cannot be associated with an order.`);
  }
  if (!trigger.events.includes(event)) {
    raise(15_125, `Trigger '${name}' is not a trigger for '${event}'.`);
  }
  if (order !== undefined) refuseTaken(context, trigger, { event, order });
  const { [event]: _, ...rest } = trigger.order ?? {};
  const next: TriggerOrder = order === undefined ? rest : { ...rest, [event]: order };
  context.database.catalog.objects.set(
    trigger.objectId,
    { ...trigger, order: next },
    context.journal,
  );
}

/** A table has one first and one last trigger for each event. */
function refuseTaken(
  { database }: ProcedureContext,
  trigger: Trigger,
  { event, order }: { readonly event: TriggerEvent; readonly order: "first" | "last" },
): void {
  const isTaken = database.catalog
    .childrenOf(trigger.parentId)
    .some(
      (other) =>
        other.type === "TR" &&
        other.objectId !== trigger.objectId &&
        other.order?.[event] === order,
    );
  if (isTaken) raise(15_130, `There already exists a '${order}' trigger for '${event}'.`);
}

export const TRIGGER_ORDER_PROCEDURE: ProcedureDefinition = {
  name: NAME,
  parameters: "triggername long, order word, stmttype word, namespace word?",
  run: setOrder,
};
