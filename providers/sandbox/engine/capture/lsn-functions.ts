import type { FactDeclaration, FunctionDefinition } from "../../expressions/function-registry.ts";
import { factFunction } from "../../expressions/functions/scalar-function.ts";
import { type CaptureInstance, lsnBytes, lsnOfBytes } from "../../storage/change-capture.ts";
import type { Reader } from "../../storage/row.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { SqlType, SqlValue } from "../../values/sql-type.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { mayReadInstance } from "./instance-access.ts";
import { latestMapping, mappingAtTime, mappingOf, type TimeRelation } from "./lsn-times.ts";

/** sys.fn_cdc_…: functions over log sequence numbers, times and masks. They are called with the schema only. */

type Parameters = readonly SqlValue[];
interface CaptureFunction extends FactDeclaration {
  readonly value: (activation: Activation, parameters: Parameters) => SqlValue;
}

const LSN: SqlType = { name: "binary", length: 10 };
const MASK: SqlType = { name: "varbinary", length: 128 };
const NAME: SqlType = { name: "nvarchar", length: 128 };
const BIT: SqlType = { name: "bit" };
const INT: SqlType = { name: "int" };
const DATETIME: SqlType = { name: "datetime" };

function databaseOf(activation: Activation): StoredDatabase {
  return baseOf(activation).database;
}

/** A snapshot transaction sees the mappings that were there when it began, as it sees the rows of change tables. */
export function readerOf({ core }: Activation): Reader | undefined {
  const { transaction, options } = core;
  if (options.isolation !== "snapshot" || transaction === undefined) return undefined;
  if (transaction.startedUnder !== "snapshot") return undefined;
  transaction.snapshot ??= core.server.log.takeSnapshot();
  return { transaction, mode: "snapshot", snapshot: transaction.snapshot };
}

export function findInstance(
  { catalog }: StoredDatabase,
  name: SqlValue | undefined,
): CaptureInstance | undefined {
  if (typeof name !== "string") return undefined;
  return catalog.captureInstances
    .values()
    .find((instance) => catalog.sameName(instance.name, name.trimEnd()));
}

export function largestLsn(activation: Activation, database: StoredDatabase): bigint | undefined {
  if (database.catalog.captureState.size === 0) return undefined;
  return latestMapping(database, readerOf(activation))?.lsn;
}

function maximum(activation: Activation): SqlValue {
  const lsn = largestLsn(activation, databaseOf(activation));
  return lsn === undefined ? null : lsnBytes(lsn);
}

/** Zeros for an instance that is not there or may not be read. */
function minimum(activation: Activation, [name]: Parameters): SqlValue {
  const database = databaseOf(activation);
  const instance = findInstance(database, name);
  const isOpen = instance !== undefined && mayReadInstance(instance, database, activation.core);
  return lsnBytes(isOpen ? instance.startLsn : 0n);
}

const TOP = 1n << 80n;

function shifted(by: bigint): CaptureFunction["value"] {
  return (_, [lsn]) => {
    if (!(lsn instanceof Uint8Array)) return null;
    const next = (BigInt(`0x${Buffer.from(lsn).toString("hex")}`) + by + TOP) % TOP;
    return new Uint8Array(Buffer.from(next.toString(16).padStart(20, "0"), "hex"));
  };
}

const RELATIONS: readonly TimeRelation[] = [
  "largest less than",
  "largest less than or equal",
  "smallest greater than",
  "smallest greater than or equal",
];

function lsnOfTime(activation: Activation, [word, time]: Parameters): SqlValue {
  const database = databaseOf(activation);
  const relation = RELATIONS.find(
    (item) => typeof word === "string" && item === word.trim().toLowerCase(),
  );
  if (relation === undefined || typeof time !== "number") return null;
  if (database.catalog.captureState.size === 0) return null;
  const found = mappingAtTime(database, { relation, time }, readerOf(activation));
  return found === undefined ? null : lsnBytes(found.lsn);
}

function timeOfLsn(activation: Activation, [lsn]: Parameters): SqlValue {
  const database = databaseOf(activation);
  if (!(lsn instanceof Uint8Array) || database.catalog.captureState.size === 0) return null;
  return mappingOf(database, lsnOfBytes(lsn), readerOf(activation))?.endTime ?? null;
}

/** Positions count from 1, bits from the last byte. */
function isBitSet(position: SqlValue | undefined, mask: SqlValue | undefined): SqlValue {
  if (typeof position !== "number" || !(mask instanceof Uint8Array)) return null;
  if (position < 1) return 0;
  const byte = mask[mask.length - 1 - Math.floor((position - 1) / 8)] ?? 0;
  return (byte >> ((position - 1) % 8)) & 1;
}

function ordinalOf(activation: Activation, [name, column]: Parameters): SqlValue {
  const database = databaseOf(activation);
  const instance = findInstance(database, name);
  if (instance === undefined || typeof column !== "string") return null;
  const index = instance.columns.findIndex((item) =>
    database.catalog.sameName(item.name, column.trimEnd()),
  );
  return index === -1 ? null : index + 1;
}

function hasChanged(activation: Activation, parameters: Parameters): SqlValue {
  return isBitSet(ordinalOf(activation, parameters), parameters[2]);
}

const FUNCTIONS: readonly CaptureFunction[] = [
  { name: "SYS.FN_CDC_GET_MAX_LSN", parameters: [], type: LSN, value: maximum },
  { name: "SYS.FN_CDC_GET_MIN_LSN", parameters: [NAME], type: LSN, value: minimum },
  { name: "SYS.FN_CDC_INCREMENT_LSN", parameters: [LSN], type: LSN, value: shifted(1n) },
  { name: "SYS.FN_CDC_DECREMENT_LSN", parameters: [LSN], type: LSN, value: shifted(-1n) },
  { name: "SYS.FN_CDC_MAP_TIME_TO_LSN", parameters: [NAME, DATETIME], type: LSN, value: lsnOfTime },
  { name: "SYS.FN_CDC_MAP_LSN_TO_TIME", parameters: [LSN], type: DATETIME, value: timeOfLsn },
  {
    name: "SYS.FN_CDC_IS_BIT_SET",
    parameters: [INT, MASK],
    type: BIT,
    value: (_, [position, mask]) => isBitSet(position, mask),
  },
  {
    name: "SYS.FN_CDC_GET_COLUMN_ORDINAL",
    parameters: [NAME, NAME],
    type: INT,
    value: ordinalOf,
  },
  {
    name: "SYS.FN_CDC_HAS_COLUMN_CHANGED",
    parameters: [NAME, NAME, MASK],
    type: BIT,
    value: hasChanged,
  },
];

export const LSN_FUNCTIONS: readonly FunctionDefinition[] = FUNCTIONS.map(factFunction);

/** How they are answered, by name. */
export const LSN_FACTS: Readonly<Record<string, CaptureFunction["value"]>> = Object.fromEntries(
  FUNCTIONS.map(({ name, value }) => [name, value]),
);
