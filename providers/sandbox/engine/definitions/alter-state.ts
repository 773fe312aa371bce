import type { AlterTableAction } from "../../parser/ast-tables.ts";
import type { CheckConstraint, ForeignKey } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { checkExistingRows } from "../changes/existing-rows.ts";
import type { Task } from "../suspension.ts";
import type { AlterWork } from "./alter-work.ts";

/** What ALTER TABLE and DISABLE TRIGGER turn on and off. */

type ConstraintState = Extract<AlterTableAction, { kind: "check_constraint_state" }>;

/** CHECK and NOCHECK CONSTRAINT. Without WITH CHECK a constraint that comes back is not trusted. */
export function* setConstraints({ enable, names, check }: ConstraintState, work: AlterWork): Task {
  const { table, place } = work;
  const { catalog } = place.database;
  const all = catalog
    .childrenOf(table.objectId)
    .filter(
      (object): object is CheckConstraint | ForeignKey =>
        object.type === "C" || object.type === "F",
    );
  const wanted = names?.map(({ value }) => {
    const found = all.find((object) => catalog.sameName(object.name, value));
    return found ?? raise(4917, `Constraint '${value}' does not exist.`);
  });
  const chosen = wanted ?? all;
  if (enable && check === true) yield* checkExistingRows(table, chosen, work);
  for (const object of chosen) {
    const trusted = enable ? check === true || (object.trusted && !object.disabled) : false;
    catalog.objects.set(
      object.objectId,
      { ...object, disabled: !enable, trusted },
      place.transaction.journal,
    );
  }
}

export function setTriggers(
  names: readonly string[] | undefined,
  enable: boolean,
  { table, place }: Pick<AlterWork, "table" | "place">,
): void {
  const { catalog } = place.database;
  const all = catalog.childrenOf(table.objectId).filter((object) => object.type === "TR");
  const chosen =
    names === undefined
      ? all
      : names.map(
          (name) =>
            all.find((object) => catalog.sameName(object.name, name)) ??
            raise(
              4920,
              `ALTER TABLE failed because trigger '${name}' on table '${table.name}' does not exist.`,
            ),
        );
  for (const object of chosen) {
    catalog.objects.set(
      object.objectId,
      { ...object, disabled: !enable },
      place.transaction.journal,
    );
  }
}
