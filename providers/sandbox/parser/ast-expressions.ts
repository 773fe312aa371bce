import type { QueryExpression } from "./ast-queries.ts";

/** Where a node stands in the text of its batch: 1-based line of its first token, offsets in UTF-16 units, `end` exclusive. */
export interface Located {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** One identifier, without its brackets or quotes. */
export interface Identifier extends Located {
  readonly value: string;
  readonly quoted: boolean;
}

/** A name of up to four parts. A part left out (`db..t`) is undefined. */
export interface ObjectName extends Located {
  readonly server?: string | undefined;
  readonly database?: string | undefined;
  readonly schema?: string | undefined;
  readonly name: string;
}

/** A type as written: `decimal(10, 2)`, `nvarchar(max)`, `dbo.Phone`, `double precision` (given as one name). */
export interface TypeReference extends Located {
  readonly name: ObjectName;
  /** The arguments in parentheses; -1 stands for MAX. */
  readonly arguments: readonly number[];
}

/** Anything that has a value. Conditions are {@link Predicate}: SQL Server keeps the two apart, and so does the parser. */
export type Expression =
  | NumberLiteral
  | StringLiteral
  | BinaryLiteral
  | NullLiteral
  | OdbcLiteral
  | DefaultKeyword
  | Variable
  | GlobalVariable
  | ColumnReference
  | PseudoColumn
  | DatePart
  | UnaryExpression
  | BinaryExpression
  | CaseExpression
  | IifExpression
  | CastExpression
  | ConvertExpression
  | ParseExpression
  | TrimExpression
  | FunctionCall
  | NextValueFor
  | CollateExpression
  | AtTimeZone
  | ScalarSubquery;

export interface NumberLiteral extends Located {
  readonly kind: "number";
  /** integer `12` (may exceed int: then it is numeric), decimal `1.50`, float `1e3`, money `$1.5` (text without sign and commas). */
  readonly form: "integer" | "decimal" | "float" | "money";
  readonly text: string;
}

export interface StringLiteral extends Located {
  readonly kind: "string";
  readonly value: string;
  /** Written with N: nvarchar. */
  readonly national: boolean;
}

export interface BinaryLiteral extends Located {
  readonly kind: "binary_literal";
  /** The hex digits behind `0x`; an odd count means a leading zero. */
  readonly hex: string;
}

interface NullLiteral extends Located {
  readonly kind: "null";
}

/** `{d '2024-01-01'}`, `{t '…'}`, `{ts '…'}`, `{guid '…'}`. */
export interface OdbcLiteral extends Located {
  readonly kind: "odbc_literal";
  readonly type: "d" | "t" | "ts" | "guid";
  readonly value: string;
}

/** `DEFAULT` in VALUES, SET and arguments; nowhere else. */
interface DefaultKeyword extends Located {
  readonly kind: "default";
}

export interface Variable extends Located {
  readonly kind: "variable";
  /** With `@`, as written. */
  readonly name: string;
}

export interface GlobalVariable extends Located {
  readonly kind: "global_variable";
  /** Lower case, with `@@`. */
  readonly name: string;
}

export interface ColumnReference extends Located {
  readonly kind: "column";
  /** Column name last; before it table, schema, database, server as far as given. A part left out is empty. */
  readonly parts: readonly string[];
}

/** `$identity`, `$rowguid`, `$action` (MERGE OUTPUT), `$partition` is refused. */
export interface PseudoColumn extends Located {
  readonly kind: "pseudo_column";
  readonly name: "identity" | "rowguid" | "action";
  readonly table: readonly string[];
}

/** First argument of DATEADD, DATEDIFF, DATENAME, DATEPART and their like: lower case, as written (`yy`, `year`). */
interface DatePart extends Located {
  readonly kind: "date_part";
  readonly name: string;
}

export interface UnaryExpression extends Located {
  readonly kind: "unary";
  readonly operator: "+" | "-" | "~";
  readonly operand: Expression;
}

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^";

export interface BinaryExpression extends Located {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export type CaseExpression = SimpleCase | SearchedCase;

export interface SimpleCase extends Located {
  readonly kind: "simple_case";
  readonly input: Expression;
  readonly branches: readonly { readonly when: Expression; readonly result: Expression }[];
  readonly otherwise: Expression | undefined;
}

export interface SearchedCase extends Located {
  readonly kind: "searched_case";
  readonly branches: readonly { readonly when: Predicate; readonly result: Expression }[];
  readonly otherwise: Expression | undefined;
}

export interface IifExpression extends Located {
  readonly kind: "iif";
  readonly condition: Predicate;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}

/** CAST and TRY_CAST. */
export interface CastExpression extends Located {
  readonly kind: "cast";
  readonly operand: Expression;
  readonly type: TypeReference;
  /** NULL instead of an error. */
  readonly isTry: boolean;
}

/** CONVERT and TRY_CONVERT. */
export interface ConvertExpression extends Located {
  readonly kind: "convert";
  readonly operand: Expression;
  readonly type: TypeReference;
  readonly style: Expression | undefined;
  readonly isTry: boolean;
}

/** PARSE and TRY_PARSE. */
export interface ParseExpression extends Located {
  readonly kind: "parse";
  readonly operand: Expression;
  readonly type: TypeReference;
  readonly culture: Expression | undefined;
  readonly isTry: boolean;
}

/** `TRIM([LEADING | TRAILING | BOTH] [characters FROM] operand)`. */
export interface TrimExpression extends Located {
  readonly kind: "trim";
  readonly side: "leading" | "trailing" | "both";
  readonly characters: Expression | undefined;
  readonly operand: Expression;
}

/** A call of a built-in or user function or aggregate, COALESCE and NULLIF included. */
export interface FunctionCall extends Located {
  readonly kind: "call";
  readonly name: ObjectName;
  readonly arguments: readonly Expression[];
  /** `COUNT(*)`, `COUNT_BIG(*)`, `CHECKSUM(*)`: then there are no arguments. */
  readonly star: boolean;
  /** `SUM(DISTINCT x)`. */
  readonly distinct: boolean;
  /** CURRENT_TIMESTAMP, CURRENT_USER, SESSION_USER, SYSTEM_USER, USER: written without parentheses. */
  readonly niladic: boolean;
  /** `STRING_AGG(…) WITHIN GROUP (ORDER BY …)`. */
  readonly withinGroup: readonly OrderItem[] | undefined;
  /** IGNORE NULLS. */
  readonly ignoresNulls: boolean;
  readonly over: WindowSpecification | undefined;
}

export interface WindowSpecification extends Located {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly frame: WindowFrame | undefined;
}

export interface WindowFrame {
  readonly unit: "rows" | "range";
  readonly from: FrameBound;
  /** As written; `ROWS n PRECEDING` alone ends at the current row. */
  readonly to: FrameBound;
}

export type FrameBound =
  | { readonly kind: "unbounded_preceding" }
  | { readonly kind: "preceding"; readonly rows: number }
  | { readonly kind: "current_row" }
  | { readonly kind: "following"; readonly rows: number }
  | { readonly kind: "unbounded_following" };

export interface OrderItem {
  readonly expression: Expression;
  readonly descending: boolean;
}

export interface NextValueFor extends Located {
  readonly kind: "next_value";
  readonly sequence: ObjectName;
  readonly over: WindowSpecification | undefined;
}

export interface CollateExpression extends Located {
  readonly kind: "collate";
  readonly operand: Expression;
  /** A collation's name, or `database_default`. */
  readonly collation: string;
}

export interface AtTimeZone extends Located {
  readonly kind: "at_time_zone";
  readonly operand: Expression;
  readonly zone: Expression;
}

export interface ScalarSubquery extends Located {
  readonly kind: "subquery";
  readonly query: QueryExpression;
}

/** Anything that is true, false or unknown. */
export type Predicate =
  | LogicalPredicate
  | NotPredicate
  | ComparisonPredicate
  | QuantifiedPredicate
  | NullPredicate
  | BetweenPredicate
  | InListPredicate
  | InQueryPredicate
  | LikePredicate
  | ExistsPredicate
  | DistinctFromPredicate
  | UpdatedColumnPredicate;

export interface LogicalPredicate extends Located {
  readonly kind: "and" | "or";
  readonly left: Predicate;
  readonly right: Predicate;
}

export interface NotPredicate extends Located {
  readonly kind: "not";
  readonly operand: Predicate;
}

/** `!=` comes as `<>`, `!<` as `>=`, `!>` as `<=`. */
export type ComparisonOperator = "=" | "<>" | "<" | ">" | "<=" | ">=";

export interface ComparisonPredicate extends Located {
  readonly kind: "comparison";
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** `x > ALL (SELECT …)`; SOME comes as any. */
export interface QuantifiedPredicate extends Located {
  readonly kind: "quantified";
  readonly operator: ComparisonOperator;
  readonly quantifier: "any" | "all";
  readonly left: Expression;
  readonly query: QueryExpression;
}

export interface NullPredicate extends Located {
  readonly kind: "is_null";
  readonly operand: Expression;
  readonly negated: boolean;
}

export interface BetweenPredicate extends Located {
  readonly kind: "between";
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
}

export interface InListPredicate extends Located {
  readonly kind: "in_list";
  readonly operand: Expression;
  readonly items: readonly Expression[];
  readonly negated: boolean;
}

export interface InQueryPredicate extends Located {
  readonly kind: "in_query";
  readonly operand: Expression;
  readonly query: QueryExpression;
  readonly negated: boolean;
}

export interface LikePredicate extends Located {
  readonly kind: "like";
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape: Expression | undefined;
  readonly negated: boolean;
}

export interface ExistsPredicate extends Located {
  readonly kind: "exists";
  readonly query: QueryExpression;
}

/** `a IS [NOT] DISTINCT FROM b`. */
export interface DistinctFromPredicate extends Located {
  readonly kind: "distinct_from";
  readonly left: Expression;
  readonly right: Expression;
  readonly negated: boolean;
}

/** `UPDATE(column)` inside a trigger. */
export interface UpdatedColumnPredicate extends Located {
  readonly kind: "updated_column";
  readonly column: Identifier;
}
