import type {
  AlterSequenceStatement,
  CreateSequenceStatement,
  CreateSynonymStatement,
  CreateTypeStatement,
  SequenceOptions,
  TableElement,
} from "../../parser/ast-tables.ts";
import type { UserType } from "../../storage/database.ts";
import { newHeader } from "../../storage/object-header.ts";
import type { ObjectHeader, Sequence } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType } from "../../values/sql-type.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject, type NewName, placeOf } from "../session/name-resolution.ts";
import { bracket } from "../session/object-names.ts";
import { requireTransaction } from "../session/readers.ts";
import { datetimeNow } from "../session/system-context.ts";
import { refuseTaken } from "./constraint-names.ts";
import { HEAP } from "./index-options.ts";
import { refusePeriod } from "./period-building.ts";
import { TableDraft } from "./table-draft.ts";
import { resolveType } from "./type-resolution.ts";

export function headerOf(
  { database, schemaId, name }: NewName,
  { core }: Activation,
): ObjectHeader {
  if (database.catalog.findObject(schemaId, name) !== undefined) refuseTaken(name);
  const now = datetimeNow(core.parts.now());
  return newHeader({ objectId: database.nextObjectId(), schemaId, name, now });
}

export function executeCreateSynonym(
  statement: CreateSynonymStatement,
  activation: Activation,
): void {
  const place = placeOf(statement.name, baseOf(activation), activation);
  const { server, database, schema, name } = statement.target;
  const parts = [server, database, schema, name].filter((part) => part !== undefined).map(bracket);
  const header = headerOf(place, activation);
  const { journal } = requireTransaction(activation.core);
  place.database.catalog.objects.set(
    header.objectId,
    { ...header, type: "SN", baseObject: parts.join(".") },
    journal,
  );
}

const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  tinyint: [0n, 255n],
  smallint: [-32_768n, 32_767n],
  int: [-2_147_483_648n, 2_147_483_647n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
};

function rangeOf(type: SqlType): readonly [bigint, bigint] {
  const known = RANGES[type.name];
  if (known !== undefined) return known;
  if ((type.name === "decimal" || type.name === "numeric") && (type.scale ?? 0) === 0) {
    const limit = 10n ** BigInt(type.precision ?? 18) - 1n;
    return [-limit, limit];
  }
  raise(
    11_702,
    "The sequence object must be of data type int, bigint, smallint, tinyint, or decimal or numeric with a scale of 0, or any user-defined data type that is based on one of the above integer data types.",
  );
}

export function executeCreateSequence(
  statement: CreateSequenceStatement,
  activation: Activation,
): void {
  const base = baseOf(activation);
  const place = placeOf(statement.name, base, activation);
  const resolved =
    statement.type === undefined
      ? { type: { name: "bigint" } as SqlType, userTypeId: 127 }
      : resolveType(statement.type, base);
  const { options } = statement;
  const increment = BigInt(options.increment ?? "1");
  const [least, most] = rangeOf(resolved.type);
  const minimum = limitOf(options.minimum, least);
  const maximum = limitOf(options.maximum, most);
  const start =
    options.start === undefined ? (increment > 0n ? minimum : maximum) : BigInt(options.start);
  checkSequence({ increment, minimum, maximum, start, name: place.name });
  const header = headerOf(place, activation);
  const sequence: Sequence = {
    ...header,
    type: "SO",
    dataType: resolved.type,
    userTypeId: resolved.userTypeId,
    start,
    increment,
    minimum,
    maximum,
    cycling: options.cycle === true,
    cached: options.cache !== "none",
    cacheSize: cacheOf(options.cache),
    counter: { last: undefined },
  };
  place.database.catalog.objects.set(
    header.objectId,
    sequence,
    requireTransaction(activation.core).journal,
  );
}

function limitOf(text: string | undefined, otherwise: bigint): bigint {
  return text === undefined || text === "none" ? otherwise : BigInt(text);
}

function cacheOf(cache: string | undefined): number | undefined {
  return cache === undefined || cache === "none" || cache === "default" ? undefined : Number(cache);
}

interface SequenceShape {
  readonly increment: bigint;
  readonly minimum: bigint;
  readonly maximum: bigint;
  readonly start: bigint;
  readonly name: string;
}

function checkSequence({ increment, minimum, maximum, start, name }: SequenceShape): void {
  if (increment === 0n)
    raise(11_700, `The increment for sequence object '${name}' cannot be zero.`);
  if (minimum >= maximum) {
    raise(
      11_705,
      `The minimum value for sequence object '${name}' must be less than its maximum value.`,
    );
  }
  if (start < minimum || start > maximum) {
    raise(
      11_703,
      `The start value for sequence object '${name}' must be between the minimum and maximum value of the sequence object.`,
    );
  }
}

export function executeAlterSequence(
  statement: AlterSequenceStatement,
  activation: Activation,
): void {
  const found = findObject(statement.name, baseOf(activation), activation);
  if (found?.object.type !== "SO") {
    raise(
      15_151,
      `Cannot find the sequence object '${shownName(statement.name)}', because it does not exist or you do not have permission.`,
    );
  }
  const { object, database } = found;
  const { options } = statement;
  const restarted = restartOf(options, object);
  const [least, most] = rangeOf(object.dataType);
  const next: Sequence = {
    ...object,
    increment: options.increment === undefined ? object.increment : BigInt(options.increment),
    minimum: options.minimum === undefined ? object.minimum : limitOf(options.minimum, least),
    maximum: options.maximum === undefined ? object.maximum : limitOf(options.maximum, most),
    cycling: options.cycle ?? object.cycling,
    cached: options.cache === undefined ? object.cached : options.cache !== "none",
    cacheSize: options.cache === undefined ? object.cacheSize : cacheOf(options.cache),
    start: restarted ?? object.start,
    counter: restarted === undefined ? object.counter : { last: undefined },
    modifyDate: datetimeNow(activation.core.parts.now()),
  };
  checkSequence(next);
  database.catalog.objects.set(object.objectId, next, requireTransaction(activation.core).journal);
}

function restartOf({ restart }: SequenceOptions, sequence: Sequence): bigint | undefined {
  if (restart === undefined) return undefined;
  return restart === "none" ? sequence.start : BigInt(restart);
}

export function executeCreateType(
  statement: CreateTypeStatement,
  activation: Activation,
  environment: CompileEnvironment,
): void {
  const base = baseOf(activation);
  const { database, schemaId, name } = placeOf(statement.name, base, activation);
  const { catalog } = database;
  if (catalog.findType(schemaId, name) !== undefined) {
    raise(
      219,
      `The type '${shownName(statement.name)}' already exists, or you do not have permission to create it.`,
    );
  }
  const { journal } = requireTransaction(activation.core);
  const userTypeId =
    Math.max(256, ...[...catalog.types.values()].map((type) => type.userTypeId)) + 1;
  const { definition } = statement;
  if (definition.kind === "alias") {
    const resolved = resolveType(definition.base, base);
    const type: UserType = {
      userTypeId,
      schemaId,
      name,
      base: resolved.type,
      nullable: definition.nullable ?? true,
      tableObjectId: 0,
    };
    catalog.types.set(userTypeId, type, journal);
    return;
  }
  createTableType(definition.elements, {
    userTypeId,
    place: { database, schemaId, name },
    activation,
    environment,
  });
}

interface TypeWork {
  readonly userTypeId: number;
  readonly place: NewName;
  readonly activation: Activation;
  readonly environment: CompileEnvironment;
}

function createTableType(
  elements: readonly TableElement[],
  { userTypeId, place, activation, environment }: TypeWork,
): void {
  const { database, schemaId, name } = place;
  const { catalog } = database;
  const base = baseOf(activation);
  const { journal } = requireTransaction(activation.core);
  const objectId = database.nextObjectId();
  const now = datetimeNow(activation.core.parts.now());
  const hidden = `TT_${name}_${objectId.toString(16).toUpperCase().padStart(8, "0")}`;
  const draft = new TableDraft(
    {
      core: activation.core,
      activation,
      database,
      base,
      environment,
      objectId,
      schemaId: 4,
      name,
      shownName: name,
      text: activation.text,
      now,
      check: undefined,
    },
    { columns: [], indexes: [HEAP], nextColumnId: 1 },
  );
  refusePeriod(elements);
  draft.add(elements);
  catalog.objects.set(
    objectId,
    {
      ...newHeader({ objectId, schemaId: 4, name: hidden, now }),
      type: "TT",
      userTypeId,
      columns: draft.columns,
      indexes: draft.indexes,
    },
    journal,
  );
  for (const object of draft.objects) catalog.objects.set(object.objectId, object, journal);
  catalog.types.set(
    userTypeId,
    { userTypeId, schemaId, name, base: undefined, nullable: false, tableObjectId: objectId },
    journal,
  );
}
