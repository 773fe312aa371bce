import { systemTypeId } from "../../catalog/type-facts.ts";
import type { CapturedColumn } from "../../storage/change-capture.ts";
import type { Column, Parameter } from "../../storage/columns.ts";
import { newHeader } from "../../storage/object-header.ts";
import type { SchemaObject } from "../../storage/schema-object.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import type { SqlType } from "../../values/sql-type.ts";
import { plainColumn } from "../definitions/plain-column.ts";
import { bracket } from "../session/object-names.ts";

/** The functions that read a change table; the range that they are asked for is checked where they are called. */

export type ChangeFunction = Extract<SchemaObject, { type: "IF" }>;

export interface FunctionBirth {
  readonly database: StoredDatabase;
  readonly schemaId: number;
  readonly now: number;
  readonly instance: string;
  readonly columns: readonly CapturedColumn[];
  readonly netChanges: boolean;
}

const LSN: SqlType = { name: "binary", length: 10 };
const MASK: SqlType = { name: "varbinary", length: 128 };

/** All changes first, then net changes where they are wanted. */
export function buildFunctions(birth: FunctionBirth): readonly ChangeFunction[] {
  const names = birth.columns.map(({ name }) => bracket(name));
  const list = (head: readonly string[]): string => [...head, ...names].join(", ");
  const all = build(birth, {
    name: `fn_cdc_get_all_changes_${birth.instance}`,
    head: ["__$start_lsn", "__$seqval", "__$operation", "__$update_mask"],
    select: `select ${list(["__$start_lsn", "__$seqval", "__$operation", "__$update_mask"])}
  from ${changeTable(birth)}
  where __$start_lsn >= @from_lsn and __$start_lsn <= @to_lsn
    and (__$operation in (1, 2, 4)
      or (__$operation = 3 and lower(ltrim(rtrim(@row_filter_option))) = N'all update old'))`,
  });
  if (!birth.netChanges) return [all];
  const net = build(birth, {
    name: `fn_cdc_get_net_changes_${birth.instance}`,
    head: ["__$start_lsn", "__$operation", "__$update_mask"],
    select: `select ${list(["__$start_lsn", "__$operation", "__$update_mask"])}
  from ${changeTable(birth)}
  where __$start_lsn >= @from_lsn and __$start_lsn <= @to_lsn`,
  });
  return [all, net];
}

function changeTable({ instance }: FunctionBirth): string {
  return `[cdc].${bracket(`${instance}_CT`)}`;
}

interface Shape {
  readonly name: string;
  readonly head: readonly string[];
  readonly select: string;
}

function build(birth: FunctionBirth, { name, head, select }: Shape): ChangeFunction {
  const { database, schemaId, now, columns } = birth;
  const { collation } = database.options;
  const parameters: Parameter[] = [
    parameter(1, "@from_lsn", LSN),
    parameter(2, "@to_lsn", LSN),
    parameter(3, "@row_filter_option", { name: "nvarchar", length: 30, collation }),
  ];
  return {
    type: "IF",
    ...newHeader({ objectId: database.nextObjectId(), schemaId, name, now, isSystem: true }),
    module: {
      definition: `create function [cdc].${bracket(name)} (@from_lsn binary(10), @to_lsn binary(10), @row_filter_option nvarchar(30))
returns table
return
  ${select}`,
      isEncrypted: false,
      usesAnsiNulls: true,
      usesQuotedIdentifier: true,
      isSchemaBound: false,
      isRecompiled: false,
      executeAs: undefined,
    },
    parameters,
    columns: [
      ...head.map((column, index) => resultColumn(index + 1, column, headType(column))),
      ...columns.map((column, index) =>
        resultColumn(head.length + index + 1, column.name, column.type),
      ),
    ],
  };
}

function headType(name: string): SqlType {
  if (name === "__$operation") return { name: "int" };
  return name === "__$update_mask" ? MASK : LSN;
}

function parameter(parameterId: number, name: string, type: SqlType): Parameter {
  return {
    parameterId,
    name,
    type,
    userTypeId: systemTypeId(type.name),
    isOutput: false,
    hasDefault: false,
    isReadOnly: false,
  };
}

function resultColumn(columnId: number, name: string, type: SqlType): Column {
  return plainColumn({ columnId, name, type, nullable: true });
}
