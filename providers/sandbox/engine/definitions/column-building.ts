import { systemTypeId } from "../../catalog/type-facts.ts";
import { compileExpression } from "../../expressions/compile-expression.ts";
import type { ColumnElement } from "../../parser/ast-tables.ts";
import type { Column } from "../../storage/columns.ts";
import { findCollation } from "../../values/collations.ts";
import { raise } from "../../values/sql-exception.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { isCharacter } from "../../values/type-family.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import type { NameBase } from "../session/name-resolution.ts";
import type { SessionCore } from "../session/session-core.ts";
import { expressionText } from "./definition-text.ts";
import { plainColumn } from "./plain-column.ts";
import { tableScope } from "./stored-expressions.ts";
import { resolveType } from "./type-resolution.ts";

export interface ColumnWork {
  readonly tableName: string;
  readonly base: NameBase;
  readonly core: SessionCore;
  readonly environment: CompileEnvironment;
  /** The text that the statement stands in. */
  readonly text: string;
  /** Columns that are part of the primary key are NOT NULL. */
  readonly isKey: boolean;
}

/** A column as it is declared; computed columns come later, when the others are known. */
export function buildColumn(element: ColumnElement, columnId: number, work: ColumnWork): Column {
  refuseRare(element);
  const reference = element.type;
  const resolved =
    reference === undefined
      ? {
          type: { name: "timestamp" } as SqlType,
          userTypeId: systemTypeId("timestamp"),
          nullable: false,
          tableType: undefined,
        }
      : resolveType(reference, work.base);
  const type = withCollation(resolved.type, element.collation);
  const isStamp = type.name === "timestamp";
  const said = element.nullable ?? resolved.nullable;
  const isIdentity = element.identity !== undefined;
  const primary = element.constraints.some(
    (item) => item.kind === "key_constraint" && item.primary,
  );
  const isKey = primary || work.isKey;
  refuseNullable(element, isKey, work.tableName);
  const isGenerated = element.generatedAlways !== undefined;
  const nullable =
    !isKey &&
    !isIdentity &&
    (said ?? (isStamp || isGenerated ? false : work.core.options.ansiNullDefault));
  return {
    columnId,
    name: element.name.value,
    type,
    userTypeId: resolved.userTypeId,
    nullable,
    identity: element.identity && buildIdentity(element, type, work.tableName),
    computed: undefined,
    defaultObjectId: 0,
    isRowGuid: element.rowGuid,
    isAnsiPadded: work.core.options.ansiPadding,
    isSparse: element.sparse,
    mask: element.mask && requireMask(element.mask),
    hidden: element.hidden ? true : undefined,
  };
}

const MASKS = [
  /^default\(\s*\)$/i,
  /^email\(\s*\)$/i,
  /^partial\(\s*\d+\s*,\s*".*"\s*,\s*\d+\s*\)$/i,
  /^random\(\s*-?[\d.]+\s*,\s*-?[\d.]+\s*\)$/i,
  /^datetime\(\s*"[YMDhms]+"\s*\)$/i,
];

/** The function of a mask, as it was written. */
export function requireMask(text: string): string {
  if (MASKS.some((mask) => mask.test(text.trim()))) return text;
  raise(40_515, `The masking function '${text}' is not supported in this version.`);
}

function refuseNullable(element: ColumnElement, isKey: boolean, table: string): void {
  if (element.nullable !== true) return;
  if (isKey) {
    raise(8111, `Cannot define PRIMARY KEY constraint on nullable column in table '${table}'.`);
  }
  if (element.identity === undefined) return;
  raise(
    8147,
    `Could not create IDENTITY attribute on nullable column '${element.name.value}', table '${table}'.`,
  );
}

function refuseRare(element: ColumnElement): void {
  const rare = [
    [element.fileStream, "FILESTREAM"],
    [element.generatedAlways?.startsWith("row ") === false, "GENERATED ALWAYS of a ledger"],
  ] as const;
  for (const [isUsed, name] of rare) {
    if (isUsed) raise(40_515, `${name} columns are not supported in this version.`);
  }
  if (element.hidden && element.generatedAlways === undefined) {
    raise(102, "Incorrect syntax near 'HIDDEN'.", { class: 15 });
  }
}

export function withCollation(type: SqlType, collation: string | undefined): SqlType {
  if (collation === undefined) return type;
  if (!isCharacter(type)) {
    raise(452, "COLLATE clause cannot be used on user-defined data types.", { class: 16 });
  }
  const known = findCollation(collation);
  if (known === undefined) raise(448, `Invalid collation '${collation}'.`);
  return { ...type, collation: known.name };
}

const IDENTITY_TYPES = ["tinyint", "smallint", "int", "bigint", "decimal", "numeric"];

function buildIdentity(element: ColumnElement, type: SqlType, table: string): Column["identity"] {
  const { identity } = element;
  if (identity === undefined) return undefined;
  if (!IDENTITY_TYPES.includes(type.name) || (type.scale ?? 0) !== 0) {
    raise(
      2749,
      `Identity column '${element.name.value}' must be of data type int, bigint, smallint, tinyint, or decimal or numeric with a scale of 0, unencrypted, and constrained to be nonnullable.`,
      { state: 2 },
    );
  }
  const increment = BigInt(identity.increment);
  if (increment === 0n) {
    raise(
      2745,
      `Identity column '${element.name.value}' of table '${table}' contains an invalid INCREMENT.`,
    );
  }
  return {
    seed: BigInt(identity.seed),
    increment,
    notForReplication: identity.notForReplication,
  };
}

/** A computed column; `others` are the plain columns that it may read. */
export function buildComputed(
  element: ColumnElement,
  columnId: number,
  { others, work }: { readonly others: readonly Column[]; readonly work: ColumnWork },
): Column {
  const { computed } = element;
  if (computed === undefined) throw new Error("The column is not computed. This is a bug.");
  const scope = tableScope(work.environment, { name: work.tableName, columns: others });
  const value = compileExpression(computed.expression, scope);
  if (computed.persisted && !value.isDeterministic) {
    raise(
      4936,
      `Computed column '${element.name.value}' in table '${work.tableName}' cannot be persisted because the column is non-deterministic.`,
    );
  }
  const { type } = value;
  const nullable = element.nullable ?? true;
  return {
    ...plainColumn({ columnId, name: element.name.value, type, nullable }),
    computed: {
      definition: expressionText(computed.expression, work.text),
      persisted: computed.persisted,
    },
  };
}

/** Stands for a computed column until the others are known. */
export function placeholder(element: ColumnElement, columnId: number): Column {
  const type: Column["type"] = { name: "int" };
  return {
    ...plainColumn({ columnId, name: element.name.value, type, nullable: true }),
    computed: { definition: "", persisted: false },
  };
}
