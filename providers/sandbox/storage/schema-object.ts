import type { SqlType } from "../values/sql-type.ts";
import type { Column, Counter, Parameter } from "./columns.ts";
import type { Partitioning } from "./partitions.ts";

/** What every object of a database has. Records are immutable: a change puts a new record under the same id. */
export interface ObjectHeader {
  readonly objectId: number;
  readonly schemaId: number;
  readonly name: string;
  /** The table of a constraint or trigger; 0 for everything else. */
  readonly parentId: number;
  /** Owner where it is not the owner of the schema. */
  readonly principalId: number | undefined;
  /** Values of type datetime (see `values/sql-type.ts`). */
  readonly createDate: number;
  readonly modifyDate: number;
  /** Ships with the server (`is_ms_shipped`). */
  readonly isSystem: boolean;
}

/** Two-letter codes are those of `sys.objects.type`. */
export type SchemaObject =
  | Table
  | View
  | Procedure
  | ScalarFunction
  | InlineFunction
  | TableFunction
  | Trigger
  | KeyConstraint
  | ForeignKey
  | CheckConstraint
  | DefaultConstraint
  | Sequence
  | Synonym
  | TableType;

export type ObjectType = SchemaObject["type"];

export interface Table extends ObjectHeader {
  readonly type: "U";
  readonly columns: readonly Column[];
  /** `index_id` 0 (heap) or 1 (clustered) first, then the nonclustered ones by id. Never empty. */
  readonly indexes: readonly Index[];
  /** The id that the next column gets. */
  readonly nextColumnId: number;
  readonly usesAnsiNulls: boolean;
  readonly lockEscalation: "TABLE" | "AUTO" | "DISABLE";
  /** What sp_tableoption said; undefined: 0. */
  readonly textInRowLimit?: number | undefined;
  readonly largeValuesOutOfRow?: boolean | undefined;
  /** Identity value that was used last; shared by all records of this table. */
  readonly identityCounter: Counter;
  /** PERIOD FOR SYSTEM_TIME, as column ids. */
  readonly period?: { readonly start: number; readonly end: number } | undefined;
  /** SYSTEM_VERSIONING = ON. */
  readonly versioning?: Versioning | undefined;
  /** The table whose history this one holds, while that is versioned. */
  readonly historyOf?: number | undefined;
}

export interface Versioning {
  readonly historyId: number;
  /** Undefined: for ever. */
  readonly retention: Retention | undefined;
}

export interface Retention {
  readonly length: number;
  readonly unit: "DAY" | "WEEK" | "MONTH" | "YEAR";
}

type IndexKind = "heap" | "clustered" | "nonclustered";

export interface Index {
  /** 0 heap, 1 clustered, from 2 nonclustered. */
  readonly indexId: number;
  /** Empty for a heap. */
  readonly name: string;
  readonly kind: IndexKind;
  readonly unique: boolean;
  readonly isPrimaryKey: boolean;
  readonly isUniqueConstraint: boolean;
  readonly keys: readonly IndexKey[];
  /** Column ids of INCLUDE. */
  readonly included: readonly number[];
  /** As SQL Server shows it: `([a]>(0))`; undefined without WHERE. */
  readonly filter: string | undefined;
  readonly ignoreDuplicateKey: boolean;
  readonly disabled: boolean;
  readonly fillFactor: number;
  readonly padded: boolean;
  readonly allowRowLocks: boolean;
  readonly allowPageLocks: boolean;
  readonly noRecompute: boolean;
  readonly compression: "NONE" | "ROW" | "PAGE";
  /** Undefined: it lies in one piece on the filegroup. */
  readonly partitioning?: Partitioning | undefined;
}

interface IndexKey {
  readonly columnId: number;
  readonly descending: boolean;
}

/** The text of a module, exactly as it was sent, and the settings that it was created under. */
export interface Module {
  /** `sys.sql_modules.definition`; kept even when encrypted (the views must then answer NULL). */
  readonly definition: string;
  readonly isEncrypted: boolean;
  readonly usesAnsiNulls: boolean;
  readonly usesQuotedIdentifier: boolean;
  readonly isSchemaBound: boolean;
  readonly isRecompiled: boolean;
  /** Principal id; -2 is OWNER; undefined is CALLER. */
  readonly executeAs: number | undefined;
}

interface View extends ObjectHeader {
  readonly type: "V";
  readonly module: Module;
  readonly columns: readonly Column[];
  readonly withCheckOption: boolean;
}

export interface Procedure extends ObjectHeader {
  readonly type: "P";
  readonly module: Module;
  readonly parameters: readonly Parameter[];
}

interface ScalarFunction extends ObjectHeader {
  readonly type: "FN";
  readonly module: Module;
  /** The first is what the function returns (id 0). */
  readonly parameters: readonly Parameter[];
  readonly nullOnNullInput: boolean;
}

interface InlineFunction extends ObjectHeader {
  readonly type: "IF";
  readonly module: Module;
  readonly parameters: readonly Parameter[];
  readonly columns: readonly Column[];
}

interface TableFunction extends ObjectHeader {
  readonly type: "TF";
  readonly module: Module;
  readonly parameters: readonly Parameter[];
  readonly columns: readonly Column[];
}

export type TriggerEvent = "INSERT" | "UPDATE" | "DELETE";

export interface Trigger extends ObjectHeader {
  readonly type: "TR";
  readonly module: Module;
  readonly events: readonly TriggerEvent[];
  readonly insteadOf: boolean;
  readonly disabled: boolean;
  readonly notForReplication: boolean;
  /** What sp_settriggerorder said, by event; a change of the trigger forgets it. */
  readonly order?: TriggerOrder | undefined;
}

export type TriggerOrder = Readonly<Partial<Record<TriggerEvent, "first" | "last">>>;

export interface KeyConstraint extends ObjectHeader {
  readonly type: "PK" | "UQ";
  readonly indexId: number;
  readonly isSystemNamed: boolean;
}

export type ReferentialAction = "NO_ACTION" | "CASCADE" | "SET_NULL" | "SET_DEFAULT";

export interface ForeignKey extends ObjectHeader {
  readonly type: "F";
  readonly referencedId: number;
  /** `key_index_id`: the unique index of the referenced table. */
  readonly referencedIndexId: number;
  /** Column ids, pair by pair. */
  readonly columns: readonly { readonly column: number; readonly referenced: number }[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  readonly disabled: boolean;
  readonly trusted: boolean;
  readonly notForReplication: boolean;
  readonly isSystemNamed: boolean;
}

export interface CheckConstraint extends ObjectHeader {
  readonly type: "C";
  readonly definition: string;
  /** 0 for a constraint of the table. */
  readonly columnId: number;
  readonly disabled: boolean;
  readonly trusted: boolean;
  readonly notForReplication: boolean;
  readonly isSystemNamed: boolean;
}

/** A default of one column, or one that CREATE DEFAULT made for any (`parentId` 0). */
export interface DefaultConstraint extends ObjectHeader {
  readonly type: "D";
  readonly definition: string;
  /** The statement CREATE DEFAULT. */
  readonly statement?: string | undefined;
  readonly columnId: number;
  readonly isSystemNamed: boolean;
}

export interface Sequence extends ObjectHeader {
  readonly type: "SO";
  readonly dataType: SqlType;
  readonly userTypeId: number;
  readonly start: bigint;
  readonly increment: bigint;
  readonly minimum: bigint;
  readonly maximum: bigint;
  readonly cycling: boolean;
  readonly cached: boolean;
  /** Undefined: the server's choice. */
  readonly cacheSize: number | undefined;
  /** The value given out last; shared by all records of this sequence. */
  readonly counter: Counter;
}

interface Synonym extends ObjectHeader {
  readonly type: "SN";
  /** `base_object_name`: `[db].[schema].[name]`, as written. */
  readonly baseObject: string;
}

/** The hidden table behind a table type. */
interface TableType extends ObjectHeader {
  readonly type: "TT";
  readonly userTypeId: number;
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
}
