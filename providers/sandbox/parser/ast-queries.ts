import type {
  Expression,
  FunctionCall,
  Identifier,
  Located,
  ObjectName,
  OrderItem,
  Predicate,
} from "./ast-expressions.ts";

/** A query wherever one may stand: statement, subquery, derived table, view, common table expression. */
export interface QueryExpression extends Located {
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly offset: Expression | undefined;
  readonly fetch: Expression | undefined;
  readonly forXml: ForXml | undefined;
}

export type QueryBody = SelectSpecification | SetOperation | ParenthesizedQuery;

export interface SetOperation extends Located {
  readonly kind: "set_operation";
  readonly operator: "union" | "union_all" | "except" | "intersect";
  readonly left: QueryBody;
  readonly right: QueryBody;
}

interface ParenthesizedQuery extends Located {
  readonly kind: "parenthesized";
  readonly query: QueryExpression;
}

export interface SelectSpecification extends Located {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly top: TopClause | undefined;
  readonly items: readonly SelectItem[];
  /** Only in the first SELECT of a statement. */
  readonly into: ObjectName | undefined;
  /** Comma-separated sources; empty without FROM. */
  readonly from: readonly TableSource[];
  readonly where: Predicate | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly having: Predicate | undefined;
}

export interface TopClause {
  readonly count: Expression;
  readonly percent: boolean;
  readonly withTies: boolean;
}

export type SelectItem = SelectExpression | SelectStar | SelectAssignment;

interface SelectExpression extends Located {
  readonly kind: "expression";
  readonly expression: Expression;
  /** `expr AS alias`, `expr alias`, `alias = expr`. */
  readonly alias: Identifier | undefined;
}

/** `*`, `t.*`, `schema.t.*`. */
interface SelectStar extends Located {
  readonly kind: "star";
  readonly qualifier: readonly string[];
}

/** `SELECT @v = expr`, also with `+=` and its like. */
interface SelectAssignment extends Located {
  readonly kind: "assignment";
  readonly variable: string;
  readonly operator: AssignmentOperator;
  readonly expression: Expression;
}

export type AssignmentOperator = "=" | "+=" | "-=" | "*=" | "/=" | "%=" | "&=" | "|=" | "^=";

export interface GroupBy extends Located {
  /** The plain expressions; ROLLUP and its like come as sets of positions in `expressions`. */
  readonly expressions: readonly Expression[];
  /** Undefined: one plain grouping. Else every grouping set wanted, as indexes into `expressions`. */
  readonly groupingSets: readonly (readonly number[])[] | undefined;
  /** GROUP BY ALL. */
  readonly all: boolean;
}

export interface ForXml extends Located {
  readonly mode: "raw" | "auto" | "path" | "explicit";
  readonly elementName: string | undefined;
  /** Options in lower case: `type`, `root`, `elements`, `xsinil`, `binary base64`. */
  readonly options: readonly { readonly name: string; readonly value: string | undefined }[];
}

export type TableSource =
  | NamedTable
  | VariableTable
  | FunctionTable
  | DerivedTable
  | ValuesTable
  | JoinedTable
  | PivotTable
  | UnpivotTable;

export interface NamedTable extends Located {
  readonly kind: "table";
  readonly name: ObjectName;
  readonly systemTime?: SystemTime | undefined;
  readonly alias: string | undefined;
  readonly hints: readonly TableHint[];
}

/** FOR SYSTEM_TIME; moments are literals or variables. */
export type SystemTime =
  | { readonly kind: "all" }
  | { readonly kind: "as_of"; readonly at: Expression }
  | {
      readonly kind: "from_to" | "between" | "contained_in";
      readonly from: Expression;
      readonly to: Expression;
    };

export interface TableHint {
  /** Lower case: `nolock`, `tablock`, `holdlock`, `index`, `readpast`, … */
  readonly name: string;
  readonly arguments: readonly string[];
}

export interface VariableTable extends Located {
  readonly kind: "variable_table";
  readonly variable: string;
  readonly alias: string | undefined;
}

/** `dbo.f(1) AS t (a, b)`, `STRING_SPLIT(…)`, `OPENJSON(…) WITH (…)` is refused. */
interface FunctionTable extends Located {
  readonly kind: "function_table";
  readonly call: FunctionCall;
  readonly alias: string | undefined;
  readonly columns: readonly Identifier[] | undefined;
}

interface DerivedTable extends Located {
  readonly kind: "derived";
  readonly query: QueryExpression;
  readonly alias: string;
  readonly columns: readonly Identifier[] | undefined;
}

export interface ValuesTable extends Located {
  readonly kind: "values";
  readonly rows: readonly (readonly Expression[])[];
  readonly alias: string;
  readonly columns: readonly Identifier[];
}

export interface JoinedTable extends Located {
  readonly kind: "join";
  readonly type: "inner" | "left" | "right" | "full" | "cross" | "cross_apply" | "outer_apply";
  readonly left: TableSource;
  readonly right: TableSource;
  /** Present for inner, left, right and full. */
  readonly on: Predicate | undefined;
}

interface PivotTable extends Located {
  readonly kind: "pivot";
  readonly source: TableSource;
  readonly aggregate: FunctionCall;
  readonly column: Identifier;
  readonly values: readonly Identifier[];
  readonly alias: string;
}

interface UnpivotTable extends Located {
  readonly kind: "unpivot";
  readonly source: TableSource;
  readonly valueColumn: Identifier;
  readonly nameColumn: Identifier;
  readonly columns: readonly Identifier[];
  readonly alias: string;
}

export interface CommonTableExpression extends Located {
  readonly name: Identifier;
  readonly columns: readonly Identifier[] | undefined;
  readonly query: QueryExpression;
}

/** `OPTION (MAXRECURSION 100, RECOMPILE)`: names in lower case. */
export interface QueryHint {
  readonly name: string;
  readonly value: string | undefined;
}
