import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { labelOf, pathOf } from "./script-tables.ts";
import { type Step, step } from "./step.ts";

type Policy = NonNullable<SqlServerSchema["policies"]>[number];
type Predicate = Policy["predicates"][number];

const QUOTED = /\[(?:[^\]]|\]\])*\]|'(?:[^']|'')*'/g;

/** Whether the parenthesis at the start of the text is closed by the one at its end. */
function isEnclosed(text: string): boolean {
  const plain = text.replaceAll(QUOTED, (name) => "x".repeat(name.length));
  let depth = 0;
  for (let index = 0; index < plain.length; index += 1) {
    if (plain[index] === "(") depth += 1;
    else if (plain[index] === ")") depth -= 1;
    if (depth === 0) return index > 0 && index === plain.length - 1;
  }
  return false;
}

/** The catalog keeps the call in parentheses; CREATE SECURITY POLICY takes it without. */
function callOf(definition: string): string {
  const text = definition.trim();
  return isEnclosed(text) ? callOf(text.slice(1, -1)) : text;
}

function scriptPredicate({ kind, definition, table, operation }: Predicate): string {
  const on = `ADD ${kind} PREDICATE ${callOf(definition)} ON ${pathOf(table)}`;
  return operation === null ? on : `${on} ${operation}`;
}

/** Security policies, when tables are full and their functions stand. */
export function scriptPolicies({ policies = [] }: SqlServerSchema): Step[] {
  const onOff = (isOn: boolean): string => (isOn ? "ON" : "OFF");
  return policies.map((policy) =>
    step(
      `security policy ${labelOf(policy)}`,
      [
        `CREATE SECURITY POLICY ${pathOf(policy)}`,
        policy.predicates.map((item) => `  ${scriptPredicate(item)}`).join(",\n"),
        `WITH (STATE = ${onOff(policy.isEnabled)}, SCHEMABINDING = ${onOff(policy.isSchemaBound)})${policy.notForReplication ? " NOT FOR REPLICATION" : ""}`,
      ].join("\n"),
    ),
  );
}
