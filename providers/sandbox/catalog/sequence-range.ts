import type { ProcedureContext } from "../engine/system-registry.ts";
import type { Sequence } from "../storage/schema-object.ts";
import { raise } from "../values/sql-exception.ts";
import type { SqlValue } from "../values/sql-type.ts";
import { findObjectByName } from "./object-lookup.ts";
import type { ProcedureArguments, ProcedureDefinition } from "./procedure-definition.ts";

const NAME = "sp_sequence_get_range";

interface SequenceRange {
  readonly first: bigint;
  readonly last: bigint;
  /** How often the sequence began anew within the range. */
  readonly cycles: bigint;
}

/** The next `size` numbers. Throws 11732 where a sequence that does not cycle has no more so many. */
function nextRange(sequence: Sequence, size: bigint): SequenceRange {
  const { counter, start, increment, minimum, maximum } = sequence;
  const [origin, limit] = increment > 0n ? [minimum, maximum] : [maximum, minimum];
  const next = counter.last === undefined ? start : counter.last + increment;
  const isInside = next >= minimum && next <= maximum;
  const first = isInside || !sequence.cycling ? next : origin;
  const left = (isInside || sequence.cycling ? (limit - first) / increment : -1n) + 1n;
  if (size <= left) return { first, last: first + (size - 1n) * increment, cycles: 0n };
  if (!sequence.cycling) {
    raise(
      11_732,
      `The requested range for sequence object '${sequence.name}' exceeds the maximum or minimum limit. Retry with a smaller range.`,
    );
  }
  const whole = (limit - origin) / increment + 1n;
  const rest = size - left - 1n;
  return { first, last: origin + (rest % whole) * increment, cycles: rest / whole + 1n };
}

function requireSequence(context: ProcedureContext, name: string): Sequence {
  const found = findObjectByName(context, name);
  if (found === undefined) raise(208, `Invalid object name '${name}'.`);
  const { object } = found;
  if (object.type !== "SO") raise(11_726, `Object '${name}' is not a sequence object.`);
  if (found.database === context.database && !context.hasPermission("UPDATE", object.objectId)) {
    raise(
      229,
      `The UPDATE permission was denied on the object '${object.name}', database '${found.database.options.name}', schema '${found.database.catalog.schemas.get(object.schemaId)?.name ?? ""}'.`,
      { state: 5 },
    );
  }
  return object;
}

function takeRange(context: ProcedureContext, given: ProcedureArguments): void {
  const size = given.value("range_size");
  if (typeof size !== "bigint" || size < 1n) {
    raise(15_600, `An invalid parameter or option was specified for procedure '${NAME}'.`);
  }
  const sequence = requireSequence(context, given.requiredText("sequence_name"));
  const range = nextRange(sequence, size);
  sequence.counter.last = range.last;
  const { increment, minimum, maximum, dataType } = sequence;
  const isBig = ["bigint", "decimal", "numeric"].includes(dataType.name);
  const variant = (value: bigint): SqlValue => ({
    type: dataType,
    value: isBig ? value : Number(value),
  });
  context.setOutput("@range_first_value", variant(range.first));
  context.setOutput("@range_last_value", variant(range.last));
  context.setOutput("@range_cycle_count", Number(range.cycles));
  context.setOutput("@sequence_increment", variant(increment));
  context.setOutput("@sequence_min_value", variant(minimum));
  context.setOutput("@sequence_max_value", variant(maximum));
}

/** As with NEXT VALUE FOR, transactions do not take it back. */
export const SEQUENCE_RANGE_PROCEDURE: ProcedureDefinition = {
  name: NAME,
  parameters: `sequence_name long, range_size bigint, range_first_value variant?, range_last_value variant?, range_cycle_count int?,
sequence_increment variant?, sequence_min_value variant?, sequence_max_value variant?`,
  run: takeRange,
};
