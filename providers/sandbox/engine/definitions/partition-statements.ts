import type {
  CreatePartitionFunctionStatement,
  CreatePartitionSchemeStatement,
  DropPartitionStatement,
} from "../../parser/ast-partitions.ts";
import type { PartitionFunction, PartitionScheme } from "../../storage/partitions.ts";
import { compileSortComparison } from "../../values/key-order.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType, Variant } from "../../values/sql-type.ts";
import { requireRight } from "../security/principals.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { requireTransaction } from "../session/readers.ts";
import { datetimeNow } from "../session/system-context.ts";
import { evaluateExpression } from "../statements/control-flow.ts";
import type { Interpreter } from "../statements/flow.ts";
import type { Task } from "../suspension.ts";
import { refuseTaken } from "./constraint-names.ts";
import { requireFileGroup } from "./partitioning.ts";
import { resolveType } from "./type-resolution.ts";

/** Partition functions and schemes (learn.microsoft.com: CREATE PARTITION FUNCTION, CREATE PARTITION SCHEME). */

const FIRST_FUNCTION = 65_536;
const FIRST_SCHEME = 65_601;
const RIGHT = "ALTER ANY DATASPACE";

export function* createPartitionFunction(
  statement: CreatePartitionFunctionStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task {
  const { core } = activation;
  const { database } = core;
  requireRight(RIGHT, database, activation);
  const { partitionFunctions } = database.catalog;
  const name = statement.name.value;
  if (namedIn(partitionFunctions, name, activation) !== undefined) refuseTaken(name);
  const { type } = resolveType(statement.type, baseOf(activation));
  requireSortable(type);
  const given: Boundary[] = [];
  for (const node of statement.boundaries) {
    // A value of a type that is no sql_variant.
    given.push((yield* evaluateExpression(node, { activation, interpreter, type })) as Boundary);
  }
  const ids = partitionFunctions.values().map((known) => known.functionId);
  const functionId = Math.max(FIRST_FUNCTION - 1, ...ids) + 1;
  const created: PartitionFunction = {
    functionId,
    name,
    type,
    onRight: statement.onRight,
    boundaries: inOrder(given, type),
    createDate: datetimeNow(core.parts.now()),
  };
  partitionFunctions.set(functionId, created, requireTransaction(core).journal);
}

type Boundary = Variant["value"];

/** Throws 7704. */
function requireSortable({ name, length }: SqlType): void {
  const isUnfit = ["text", "ntext", "image", "xml", "timestamp", "sql_variant"].includes(name);
  if (!isUnfit && length !== -1) return;
  raise(7704, `The type '${name}' is not valid for this operation.`);
}

/** Throws 7708 for a value that comes twice. */
function inOrder(given: readonly Boundary[], type: SqlType): readonly Boundary[] {
  const compare = compileSortComparison({ type, descending: false });
  const places = given.map((value, index) => ({ value, ordinal: index + 1 }));
  const sorted = places.toSorted((a, b) => compare(a.value, b.value));
  for (const [index, { value, ordinal }] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next === undefined || compare(value, next.value) !== 0) continue;
    raise(
      7708,
      `Duplicate range boundary values are not allowed in partition function boundary values list. Partition boundary values at ordinal ${ordinal} and ${next.ordinal} are equal.`,
    );
  }
  return sorted.map(({ value }) => value);
}

export function createPartitionScheme(
  { name: { value: name }, function: of, all, fileGroups }: CreatePartitionSchemeStatement,
  activation: Activation,
): void {
  const { core } = activation;
  const { database } = core;
  requireRight(RIGHT, database, activation);
  const { partitionFunctions, partitionSchemes } = database.catalog;
  if (namedIn(partitionSchemes, name, activation) !== undefined) refuseTaken(name);
  const found = namedIn(partitionFunctions, of.value, activation);
  if (found === undefined) refuseMissing("use", "function", of.value);
  for (const group of fileGroups) requireFileGroup(group);
  if (!all && fileGroups.length < found.boundaries.length + 1) {
    raise(
      7707,
      `The associated partition function '${found.name}' generates more partitions than there are file groups mentioned in the scheme '${name}'.`,
    );
  }
  const ids = partitionSchemes.values().map((known) => known.dataSpaceId);
  const dataSpaceId = Math.max(FIRST_SCHEME - 1, ...ids) + 1;
  const created: PartitionScheme = { dataSpaceId, name, functionId: found.functionId };
  partitionSchemes.set(dataSpaceId, created, requireTransaction(core).journal);
}

export function dropPartition(
  { what, name: { value: name } }: DropPartitionStatement,
  activation: Activation,
): void {
  const { core } = activation;
  const { catalog } = core.database;
  requireRight(RIGHT, core.database, activation);
  const { journal } = requireTransaction(core);
  if (what === "scheme") {
    const scheme = namedIn(catalog.partitionSchemes, name, activation);
    if (scheme === undefined) refuseMissing("drop", what, name);
    const isUsed = catalog
      .objectsOfType("U")
      .some(({ indexes }) =>
        indexes.some(({ partitioning }) => partitioning?.schemeId === scheme.dataSpaceId),
      );
    if (isUsed) {
      raise(
        7717,
        `The partition scheme "${scheme.name}" is currently being used to partition one or more tables.`,
      );
    }
    catalog.partitionSchemes.delete(scheme.dataSpaceId, journal);
    return;
  }
  const found = namedIn(catalog.partitionFunctions, name, activation);
  if (found === undefined) refuseMissing("drop", "function", name);
  const isUsed = catalog.partitionSchemes
    .values()
    .some(({ functionId }) => functionId === found.functionId);
  if (isUsed) {
    raise(
      7706,
      `Partition function '${found.name}' is being used by one or more partition schemes.`,
    );
  }
  catalog.partitionFunctions.delete(found.functionId, journal);
}

function namedIn<Value extends { readonly name: string }>(
  map: { values(): IteratorObject<Value> },
  name: string,
  { core }: Activation,
): Value | undefined {
  return map.values().find((item) => core.database.catalog.sameName(item.name, name));
}

function refuseMissing(verb: string, what: "function" | "scheme", name: string): never {
  raise(
    15_151,
    `Cannot ${verb} the partition ${what} '${name}', because it does not exist or you do not have permission.`,
  );
}
