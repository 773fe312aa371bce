import type { Sequence } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlValue } from "../../values/sql-type.ts";

/** The next number; transactions do not take it back. Throws 11728 at the end of a sequence that does not cycle. */
export function nextSequenceValue(sequence: Sequence): SqlValue {
  const { counter, start, increment, minimum, maximum } = sequence;
  let next = counter.last === undefined ? start : counter.last + increment;
  if (next > maximum || next < minimum) {
    if (!sequence.cycling) {
      raise(
        11_728,
        `The sequence object '${sequence.name}' has reached its minimum or maximum value. Restart the sequence object to allow new values to be generated.`,
      );
    }
    next = increment > 0n ? minimum : maximum;
  }
  counter.last = next;
  const { name } = sequence.dataType;
  return name === "bigint" || name === "decimal" || name === "numeric" ? next : Number(next);
}
