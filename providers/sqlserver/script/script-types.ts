import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { quoteText } from "../names.ts";
import { labelOf, pathOf } from "./script-tables.ts";
import { type Step, step } from "./step.ts";

type Sequence = SqlServerSchema["sequences"][number];

export function scriptTypes(schema: SqlServerSchema): Step[] {
  return schema.types.map((type) =>
    step(
      `type ${labelOf(type)}`,
      `CREATE TYPE ${pathOf(type)} FROM ${type.base}${type.isNullable ? " NULL" : " NOT NULL"}`,
    ),
  );
}

const LARGEST_RANGE = 2n ** 63n - 1n;
/** The procedure does not exist. */
const NO_PROCEDURE = 2812;

/** A sequence that is to give `value` + increment next, by RESTART, which changes its start value too. */
function scriptRestart(sequence: Sequence, value: bigint): string[] {
  const next = value + BigInt(sequence.increment);
  const isAscending = BigInt(sequence.increment) > 0n;
  const minimum = BigInt(sequence.minimum);
  const maximum = BigInt(sequence.maximum);
  const isSpent = isAscending ? next > maximum : next < minimum;
  const path = pathOf(sequence);
  if (!isSpent) return [`ALTER SEQUENCE ${path} RESTART WITH ${next}`];
  if (sequence.isCycling) {
    return [`ALTER SEQUENCE ${path} RESTART WITH ${isAscending ? minimum : maximum}`];
  }
  return [`ALTER SEQUENCE ${path} RESTART WITH ${value}`, `SELECT NEXT VALUE FOR ${path} AS spent`];
}

/** Takes as many values as the source gave out; one that cycled since its start is restarted instead. */
function scriptPosition(sequence: Sequence): Step[] {
  if (sequence.value === null) return [];
  const value = BigInt(sequence.value);
  const taken = (value - BigInt(sequence.start)) / BigInt(sequence.increment) + 1n;
  const restart = scriptRestart(sequence, value);
  const what = `sequence ${labelOf(sequence)}`;
  if (taken < 1n || taken > LARGEST_RANGE) return [step(what, ...restart)];
  const name = quoteText(pathOf(sequence));
  const take = `DECLARE @first sql_variant; EXEC sys.sp_sequence_get_range @sequence_name = ${name}, @range_size = ${taken}, @range_first_value = @first OUTPUT`;
  return [{ what, batches: [take], instead: { errors: [NO_PROCEDURE], batches: restart } }];
}

export function scriptSequences(schema: SqlServerSchema): Step[] {
  return schema.sequences.map((sequence) =>
    step(
      `sequence ${labelOf(sequence)}`,
      [
        `CREATE SEQUENCE ${pathOf(sequence)} AS ${sequence.type}`,
        `START WITH ${sequence.start} INCREMENT BY ${sequence.increment}`,
        `MINVALUE ${sequence.minimum} MAXVALUE ${sequence.maximum}`,
        sequence.isCycling ? "CYCLE" : "NO CYCLE",
        sequence.cache,
      ].join(" "),
    ),
  );
}

/** Sequences stand before the rows; their positions are set after everything that may use them. */
export function scriptSequencePositions(schema: SqlServerSchema): Step[] {
  return schema.sequences.flatMap(scriptPosition);
}

export function scriptSynonyms(schema: SqlServerSchema): Step[] {
  return schema.synonyms.map((synonym) =>
    step(`synonym ${labelOf(synonym)}`, `CREATE SYNONYM ${pathOf(synonym)} FOR ${synonym.target}`),
  );
}
