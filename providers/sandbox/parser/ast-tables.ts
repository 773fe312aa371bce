import type {
  Expression,
  Identifier,
  Located,
  ObjectName,
  Predicate,
  TypeReference,
} from "./ast-expressions.ts";
import type {
  CreatePartitionFunctionStatement,
  CreatePartitionSchemeStatement,
  DropPartitionStatement,
} from "./ast-partitions.ts";

/** Statements that define tables and what hangs on them. */
export type TableStatement =
  | CreateTableStatement
  | AlterTableStatement
  | CreateIndexStatement
  | AlterIndexStatement
  | DropIndexStatement
  | CreateStatisticsStatement
  | UpdateStatisticsStatement
  | DropStatisticsStatement
  | CreateTypeStatement
  | CreateSequenceStatement
  | AlterSequenceStatement
  | CreateSynonymStatement
  | CreateDefaultStatement
  | CreateRuleStatement
  | CreatePartitionFunctionStatement
  | CreatePartitionSchemeStatement
  | DropPartitionStatement
  | DropObjectStatement;

export interface CreateTableStatement extends Located {
  readonly kind: "create_table";
  readonly name: ObjectName;
  readonly elements: readonly TableElement[];
  readonly storage: StorageClauses;
  readonly options: readonly NamedOption[];
}

/** `ON filegroup`, `ON scheme (column)`, `TEXTIMAGE_ON`, `FILESTREAM_ON`. */
export interface StorageClauses {
  readonly on: { readonly name: string; readonly column: string | undefined } | undefined;
  readonly textImageOn: string | undefined;
  readonly fileStreamOn: string | undefined;
}

/** An option in a WITH list: name in lower case; value a literal, a boolean for ON and OFF, a word, or nothing. */
export interface NamedOption {
  readonly name: string;
  readonly value: Expression | boolean | string | undefined;
  /** What stands behind SYSTEM_VERSIONING = ON. */
  readonly versioning?: SystemVersioning | undefined;
}

export interface SystemVersioning {
  readonly historyTable: ObjectName | undefined;
  readonly checksConsistency: boolean;
  /** Undefined: not said. */
  readonly retention: HistoryRetention | undefined;
}

export type HistoryRetention =
  | "infinite"
  | { readonly length: number; readonly unit: "DAY" | "WEEK" | "MONTH" | "YEAR" };

export type TableElement = ColumnElement | TableConstraint | InlineIndex | PeriodElement;

/** PERIOD FOR SYSTEM_TIME (start, end). */
export interface PeriodElement extends Located {
  readonly kind: "period";
  readonly startColumn: Identifier;
  readonly endColumn: Identifier;
}

export interface ColumnElement extends Located {
  readonly kind: "column_definition";
  readonly name: Identifier;
  /** Undefined: a computed column, or `timestamp` without a type. */
  readonly type: TypeReference | undefined;
  readonly computed: ComputedColumn | undefined;
  readonly collation: string | undefined;
  /** true NULL, false NOT NULL, undefined: not said. */
  readonly nullable: boolean | undefined;
  readonly identity: IdentityClause | undefined;
  readonly rowGuid: boolean;
  readonly sparse: boolean;
  readonly fileStream: boolean;
  readonly hidden: boolean;
  /** GENERATED ALWAYS AS ROW START, … : lower case `row start`. */
  readonly generatedAlways: string | undefined;
  /** MASKED WITH (FUNCTION = '…'). */
  readonly mask: string | undefined;
  /** Column level constraints; each knows its name if one was given. */
  readonly constraints: readonly ColumnConstraint[];
  readonly index: InlineIndex | undefined;
}

export interface ComputedColumn extends Located {
  /** Without the outer parentheses; its text is `start` to `end` of the node itself. */
  readonly expression: Expression;
  readonly persisted: boolean;
}

export interface IdentityClause extends Located {
  /** Digits with sign; `1` when not given. */
  readonly seed: string;
  readonly increment: string;
  readonly notForReplication: boolean;
}

export type ColumnConstraint =
  | DefaultConstraint
  | CheckConstraint
  | (Omit<KeyConstraint, "columns"> & { readonly columns: undefined })
  | (Omit<ForeignKeyConstraint, "columns"> & { readonly columns: undefined });

export type TableConstraint =
  | KeyConstraint
  | ForeignKeyConstraint
  | CheckConstraint
  | TableDefaultConstraint;

interface DefaultConstraint extends Located {
  readonly kind: "default_constraint";
  readonly name: Identifier | undefined;
  readonly expression: Expression;
  readonly withValues: boolean;
}

/** ALTER TABLE ADD CONSTRAINT … DEFAULT … FOR column. */
interface TableDefaultConstraint extends Located {
  readonly kind: "table_default_constraint";
  readonly name: Identifier | undefined;
  readonly expression: Expression;
  readonly column: Identifier;
  readonly withValues: boolean;
}

export interface CheckConstraint extends Located {
  readonly kind: "check_constraint";
  readonly name: Identifier | undefined;
  readonly condition: Predicate;
  readonly notForReplication: boolean;
}

export interface KeyConstraint extends Located {
  readonly kind: "key_constraint";
  readonly name: Identifier | undefined;
  readonly primary: boolean;
  /** Undefined: not said. */
  readonly clustered: boolean | undefined;
  readonly columns: readonly IndexColumn[];
  readonly options: readonly NamedOption[];
  readonly on: StorageClauses["on"];
}

export interface IndexColumn extends Located {
  readonly name: Identifier;
  readonly descending: boolean;
}

export interface ForeignKeyConstraint extends Located {
  readonly kind: "foreign_key";
  readonly name: Identifier | undefined;
  readonly columns: readonly Identifier[];
  readonly referencedTable: ObjectName;
  /** Undefined: the primary key of the referenced table. */
  readonly referencedColumns: readonly Identifier[] | undefined;
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  readonly notForReplication: boolean;
}

export type ReferentialAction = "no_action" | "cascade" | "set_null" | "set_default";

export interface InlineIndex extends IndexDefinition {
  readonly kind: "inline_index";
}

export interface IndexDefinition extends Located {
  readonly name: Identifier;
  readonly unique: boolean;
  readonly clustered: boolean | undefined;
  readonly columnstore: boolean;
  readonly columns: readonly IndexColumn[];
  readonly include: readonly Identifier[];
  readonly where: Predicate | undefined;
  readonly options: readonly NamedOption[];
  readonly on: StorageClauses["on"];
}

export interface AlterTableStatement extends Located {
  readonly kind: "alter_table";
  readonly name: ObjectName;
  readonly action: AlterTableAction;
}

export type AlterTableAction =
  | {
      readonly kind: "add";
      readonly elements: readonly TableElement[];
      /** WITH CHECK, WITH NOCHECK, or not said. */
      readonly check: boolean | undefined;
    }
  | { readonly kind: "drop"; readonly items: readonly AlterTableDrop[] }
  | { readonly kind: "drop_period" }
  | { readonly kind: "alter_column"; readonly column: AlterColumn }
  | {
      readonly kind: "check_constraint_state";
      readonly enable: boolean;
      /** Undefined: ALL. */
      readonly names: readonly Identifier[] | undefined;
      readonly check: boolean | undefined;
    }
  | {
      readonly kind: "trigger_state";
      readonly enable: boolean;
      readonly names: readonly Identifier[] | undefined;
    }
  | { readonly kind: "rebuild"; readonly options: readonly NamedOption[] }
  | { readonly kind: "set"; readonly options: readonly NamedOption[] }
  | {
      readonly kind: "switch";
      readonly target: ObjectName;
      /** Partition numbers, where they are said. */
      readonly from: Expression | undefined;
      readonly to: Expression | undefined;
    }
  | { readonly kind: "change_tracking"; readonly enable: boolean };

export interface AlterTableDrop extends Located {
  /** DROP without a word for what it is drops a constraint. */
  readonly type: "column" | "constraint";
  readonly name: Identifier;
  readonly ifExists: boolean;
}

export interface AlterColumn extends Located {
  readonly name: Identifier;
  readonly change:
    | {
        readonly kind: "type";
        readonly type: TypeReference;
        readonly collation: string | undefined;
        readonly nullable: boolean | undefined;
        readonly sparse: boolean;
      }
    | {
        readonly kind: "property";
        readonly add: boolean;
        /** Lower case: `rowguidcol`, `persisted`, `not for replication`, `sparse`, `hidden`, `masked`. */
        readonly property: string;
        readonly mask: string | undefined;
      };
}

export interface CreateIndexStatement extends Located {
  readonly kind: "create_index";
  readonly table: ObjectName;
  readonly index: IndexDefinition;
}

export interface AlterIndexStatement extends Located {
  readonly kind: "alter_index";
  /** Undefined: ALL. */
  readonly name: Identifier | undefined;
  readonly table: ObjectName;
  readonly action: "rebuild" | "reorganize" | "disable" | "set";
  readonly options: readonly NamedOption[];
}

export interface DropIndexStatement extends Located {
  readonly kind: "drop_index";
  readonly ifExists: boolean;
  /** `DROP INDEX i ON t` and the older `DROP INDEX t.i`. */
  readonly items: readonly { readonly index: Identifier; readonly table: ObjectName }[];
}

export interface CreateStatisticsStatement extends Located {
  readonly kind: "create_statistics";
  readonly name: Identifier;
  readonly table: ObjectName;
  readonly columns: readonly Identifier[];
  readonly where: Predicate | undefined;
  readonly options: readonly string[];
}

export interface UpdateStatisticsStatement extends Located {
  readonly kind: "update_statistics";
  readonly table: ObjectName;
  readonly names: readonly Identifier[];
  readonly options: readonly string[];
}

export interface DropStatisticsStatement extends Located {
  readonly kind: "drop_statistics";
  readonly items: readonly { readonly table: ObjectName; readonly name: string }[];
}

export interface CreateTypeStatement extends Located {
  readonly kind: "create_type";
  readonly name: ObjectName;
  readonly definition:
    | {
        readonly kind: "alias";
        readonly base: TypeReference;
        readonly nullable: boolean | undefined;
      }
    | {
        readonly kind: "table";
        readonly elements: readonly TableElement[];
        readonly options: readonly NamedOption[];
      };
}

export interface CreateSequenceStatement extends Located {
  readonly kind: "create_sequence";
  readonly name: ObjectName;
  readonly type: TypeReference | undefined;
  readonly options: SequenceOptions;
}

export interface AlterSequenceStatement extends Located {
  readonly kind: "alter_sequence";
  readonly name: ObjectName;
  readonly options: SequenceOptions;
}

/** Numbers as digits with sign. An option that was not written is undefined; `none` is NO MINVALUE and its like. */
export interface SequenceOptions {
  readonly start: string | undefined;
  /** ALTER SEQUENCE: RESTART [WITH n]; `none` restarts at the start value. */
  readonly restart: string | undefined;
  readonly increment: string | undefined;
  readonly minimum: string | undefined;
  readonly maximum: string | undefined;
  readonly cycle: boolean | undefined;
  /** Size, `none` for NO CACHE, `default` for CACHE without a size. */
  readonly cache: string | undefined;
}

export interface CreateSynonymStatement extends Located {
  readonly kind: "create_synonym";
  readonly name: ObjectName;
  readonly target: ObjectName;
}

/** CREATE DEFAULT name AS constant (deprecated, still in old scripts). */
export interface CreateDefaultStatement extends Located {
  readonly kind: "create_default";
  readonly name: ObjectName;
  readonly expression: Expression;
}

/** CREATE RULE name AS condition on one variable (deprecated). */
export interface CreateRuleStatement extends Located {
  readonly kind: "create_rule";
  readonly name: ObjectName;
  readonly condition: Predicate;
}

/** `DROP TABLE [IF EXISTS] a, b` and its like for whatever has schema-bound names; users and databases have their own. */
export interface DropObjectStatement extends Located {
  readonly kind: "drop_object";
  readonly type:
    | "table"
    | "view"
    | "procedure"
    | "function"
    | "trigger"
    | "sequence"
    | "synonym"
    | "type"
    | "default"
    | "rule"
    | "schema";
  readonly ifExists: boolean;
  readonly names: readonly ObjectName[];
  /** DROP TRIGGER … ON DATABASE or ON ALL SERVER. */
  readonly triggerScope: "object" | "database" | "server";
}
