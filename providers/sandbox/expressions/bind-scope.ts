import type {
  ColumnReference,
  Expression,
  FunctionCall,
  NextValueFor,
  PseudoColumn,
  TypeReference,
} from "../parser/ast-expressions.ts";
import type { QueryExpression } from "../parser/ast-queries.ts";
import type { CollationLabel } from "../values/collation-precedence.ts";
import type { SqlType } from "../values/sql-type.ts";
import type { CompiledExpression, CompiledSubquery, Frame, SessionSettings } from "./compiled.ts";
import type { FunctionRegistry } from "./function-registry.ts";

/** Where the value of a name is found at run time: `row[slot]` of the frame `depth` steps out. */
export interface BoundColumn {
  readonly depth: number;
  readonly slot: number;
  readonly type: SqlType;
  readonly nullable: boolean;
  /** Columns of tables are implicit. A column that came of a conflict (UNION of two collations) is "none". */
  readonly collationLabel?: CollationLabel | undefined;
}

export interface BoundVariable {
  readonly slot: number;
  readonly type: SqlType;
}

/**
 * What names mean where an expression stands: the executor supplies one for each query (and one without columns for statements).
 * Every method throws SqlException when the name means nothing there.
 */
export interface BindScope {
  readonly settings: SessionSettings;
  /** The current database's: literals, variables and function results have it. */
  readonly databaseCollation: string;
  readonly functions: FunctionRegistry;
  /** 207, 209, 4104 and their like. */
  column(reference: ColumnReference | PseudoColumn): BoundColumn;
  /** 137. */
  variable(name: string): BoundVariable;
  /** Compiles a subquery whose outer query is this scope's. */
  subquery(query: QueryExpression): CompiledSubquery;
  /**
   * Asked first about every expression: gives a slot for one that was computed before (an expression of GROUP BY, an aggregate, a window
   * function), undefined for any other. Aggregates and calls with OVER that it does not know are refused (147, 4108).
   */
  replacement(expression: Expression): BoundColumn | undefined;
  /** A call of a scalar function of the user, arguments and all; 4121 when there is none, 195 for a name in one part. */
  userFunction(call: FunctionCall): CompiledExpression;
  nextValue(expression: NextValueFor): CompiledExpression;
  /** An alias type of the user; undefined when there is none. Asked only for names that are no system type. */
  userType(reference: TypeReference): SqlType | undefined;
  /** UPDATE(column) in a trigger. */
  isUpdated(column: string): (frame: Frame) => boolean;
}
