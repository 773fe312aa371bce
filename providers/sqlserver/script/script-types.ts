import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
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

/** Where a used sequence goes on. One that gave its last value and may not cycle is spent again. */
function scriptPosition(sequence: Sequence): string[] {
  if (sequence.value === null) return [];
  const increment = BigInt(sequence.increment);
  const next = BigInt(sequence.value) + increment;
  const isAscending = increment > 0n;
  const minimum = BigInt(sequence.minimum);
  const maximum = BigInt(sequence.maximum);
  const isSpent = isAscending ? next > maximum : next < minimum;
  const path = pathOf(sequence);
  if (!isSpent) return [`ALTER SEQUENCE ${path} RESTART WITH ${next}`];
  if (sequence.isCycling) {
    return [`ALTER SEQUENCE ${path} RESTART WITH ${isAscending ? minimum : maximum}`];
  }
  return [
    `ALTER SEQUENCE ${path} RESTART WITH ${sequence.value}`,
    `SELECT NEXT VALUE FOR ${path} AS spent`,
  ];
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
  return schema.sequences.flatMap((sequence) => {
    const batches = scriptPosition(sequence);
    return batches.length === 0 ? [] : [step(`sequence ${labelOf(sequence)}`, ...batches)];
  });
}

export function scriptSynonyms(schema: SqlServerSchema): Step[] {
  return schema.synonyms.map((synonym) =>
    step(`synonym ${labelOf(synonym)}`, `CREATE SYNONYM ${pathOf(synonym)} FOR ${synonym.target}`),
  );
}
