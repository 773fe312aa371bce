import type {
  Expression,
  Identifier,
  Located,
  ObjectName,
  Predicate,
  TypeReference,
} from "./ast-expressions.ts";
import type {
  AssignmentOperator,
  CommonTableExpression,
  NamedTable,
  QueryExpression,
  QueryHint,
  SelectItem,
  TableSource,
  TopClause,
  VariableTable,
} from "./ast-queries.ts";
import type { ExecuteStatement, ExecuteStringStatement } from "./ast-statements.ts";

/** What all statements on rows share: common table expressions before, hints behind. */
interface RowStatement extends Located {
  readonly ctes: readonly CommonTableExpression[];
  readonly hints: readonly QueryHint[];
}

export interface SelectStatement extends RowStatement {
  readonly kind: "select_statement";
  readonly query: QueryExpression;
}

/** The table that a statement changes: a name (also an alias of its FROM or a common table expression) or a table variable. */
export type ChangeTarget = NamedTable | VariableTable;

export interface OutputClause extends Located {
  /** Columns read as `inserted.x`, `deleted.x`, `$action`. */
  readonly items: readonly SelectItem[];
  /** OUTPUT … INTO; undefined sends the rows to the client. */
  readonly into: ChangeTarget | undefined;
  readonly intoColumns: readonly Identifier[] | undefined;
}

export interface InsertStatement extends RowStatement {
  readonly kind: "insert";
  readonly top: TopClause | undefined;
  readonly target: ChangeTarget;
  readonly columns: readonly Identifier[] | undefined;
  readonly output: readonly OutputClause[];
  readonly source: InsertSource;
}

export type InsertSource =
  | { readonly kind: "values"; readonly rows: readonly (readonly Expression[])[] }
  | { readonly kind: "query"; readonly query: QueryExpression }
  | { readonly kind: "execute"; readonly statement: ExecuteStatement | ExecuteStringStatement }
  | { readonly kind: "default_values" };

export interface UpdateStatement extends RowStatement {
  readonly kind: "update";
  readonly top: TopClause | undefined;
  readonly target: ChangeTarget;
  readonly assignments: readonly UpdateAssignment[];
  readonly output: readonly OutputClause[];
  readonly from: readonly TableSource[];
  readonly where: Predicate | CurrentOf | undefined;
}

/** `col = expr`, `@v = expr`, `@v = col = expr`, each also with compound operators; one of column and variable is there. */
export interface UpdateAssignment extends Located {
  /** Column name last, its table's name or alias before it if given. */
  readonly column: readonly string[] | undefined;
  readonly variable: string | undefined;
  readonly operator: AssignmentOperator;
  readonly expression: Expression;
  /** `col.WRITE(…)`: the expression is what is written. */
  readonly write?: WriteClause | undefined;
}

export interface WriteClause {
  readonly piece: Expression;
  readonly offset: Expression;
  readonly length: Expression;
}

export interface DeleteStatement extends RowStatement {
  readonly kind: "delete";
  readonly top: TopClause | undefined;
  readonly target: ChangeTarget;
  readonly output: readonly OutputClause[];
  readonly from: readonly TableSource[];
  readonly where: Predicate | CurrentOf | undefined;
}

/** `WHERE CURRENT OF cursor`. */
export interface CurrentOf extends Located {
  readonly kind: "current_of";
  readonly cursor: string;
}

export interface MergeStatement extends RowStatement {
  readonly kind: "merge";
  readonly top: TopClause | undefined;
  readonly target: ChangeTarget;
  readonly source: TableSource;
  readonly on: Predicate;
  readonly clauses: readonly MergeClause[];
  readonly output: readonly OutputClause[];
}

export interface MergeClause extends Located {
  readonly when: "matched" | "not_matched_by_target" | "not_matched_by_source";
  readonly condition: Predicate | undefined;
  readonly action: MergeAction;
}

export type MergeAction =
  | { readonly kind: "update"; readonly assignments: readonly UpdateAssignment[] }
  | { readonly kind: "delete" }
  | {
      readonly kind: "insert";
      readonly columns: readonly Identifier[] | undefined;
      /** Undefined: DEFAULT VALUES. */
      readonly values: readonly Expression[] | undefined;
    };

export interface TruncateStatement extends Located {
  readonly kind: "truncate_table";
  readonly table: ObjectName;
}

/** `INSERT BULK t (columns) WITH (options)`: announces a bulk load message. */
export interface InsertBulkStatement extends Located {
  readonly kind: "insert_bulk";
  readonly table: ObjectName;
  readonly columns: readonly BulkColumn[];
  /** Lower case: `keep_nulls`, `check_constraints`, `fire_triggers`, `tablock`, `keep_identity`, `rows_per_batch`, `order`. */
  readonly options: readonly { readonly name: string; readonly value: string | undefined }[];
}

export interface BulkColumn {
  readonly name: Identifier;
  readonly type: TypeReference;
  readonly collation: string | undefined;
}
