import type { CollationLabel } from "../values/collation-precedence.ts";
import type { SqlType, SqlValue } from "../values/sql-type.ts";

/** Three-valued logic: null is UNKNOWN. */
export type Truth = boolean | null;

/** The SET options of a session that expressions depend on. */
export interface SessionSettings {
  readonly ansiNulls: boolean;
  readonly ansiWarnings: boolean;
  readonly arithAbort: boolean;
  readonly concatNullYieldsNull: boolean;
  readonly quotedIdentifier: boolean;
  readonly dateFormat: "mdy" | "dmy" | "ymd" | "ydm" | "myd" | "dym";
  /** 1 Monday to 7 Sunday. */
  readonly dateFirst: number;
  /** As in @@LANGUAGE: `us_english`. */
  readonly language: string;
}

/** What built-in functions and @@ globals ask of the session. The name is upper case: `@@ROWCOUNT`, `SCOPE_IDENTITY`, `ERROR_MESSAGE`. */
interface SessionFacts {
  /** Gives a value of the type that the registry declares for the name. `parameters` are the call's arguments, converted to their declared types. */
  fact(name: string, parameters: readonly SqlValue[]): SqlValue;
}

/** What stays the same while one statement runs. Make a new one for each statement. */
export interface RunContext {
  /** Local variables and parameters, by the slot that BindScope.variable gave. */
  readonly variables: SqlValue[];
  readonly settings: SessionSettings;
  readonly session: SessionFacts;
  /** The instant of the statement: GETDATE() and its kin. 100 ns since 0001-01-01 UTC, and minutes east of UTC. */
  readonly now: { readonly utcTicks: bigint; readonly offsetMinutes: number };
  /** 0 <= x < 1. RAND(seed) is exact without it. */
  random(): number;
  /** 16 random bytes for NEWID(). */
  randomBytes(count: number): Uint8Array;
  /** Numbers of messages that are due at the end of the statement (8153: an aggregate dropped NULLs; 3606, 3607: an overflow or a division by zero became NULL). Starts empty. */
  readonly warnings: Set<number>;
  /** Values that are computed once a statement (RAND() of each call site). Starts empty. */
  readonly once: Map<object, SqlValue>;
}

/**
 * One query's current row. An evaluation reads `row[slot]` of the frame that is `depth` steps out (0: its own query; 1: the query around it).
 * The executor keeps one frame a query and moves `row` on: nothing keeps a frame or a row after it returns.
 */
export interface Frame {
  row: readonly SqlValue[];
  readonly outer: Frame | undefined;
  readonly run: RunContext;
}

/** A scalar expression, bound and typed. `evaluate` throws SqlException and nothing else. */
export interface CompiledExpression {
  readonly type: SqlType;
  /** False: never NULL (as the column of SELECT INTO would be declared). */
  readonly nullable: boolean;
  readonly evaluate: (frame: Frame) => SqlValue;
  /** Present when the value is known without a row; conversions of literals are folded. */
  readonly constant?: { readonly value: SqlValue } | undefined;
  /** Present when the expression is a bare column. */
  readonly column?: { readonly depth: number; readonly slot: number } | undefined;
  readonly collationLabel: CollationLabel;
  /** The word NULL, which takes any type. */
  readonly isNullLiteral?: boolean | undefined;
  /** False when it calls a function that is not deterministic, or a conversion that depends on settings. */
  readonly isDeterministic: boolean;
}

/** A search condition. */
export interface CompiledPredicate {
  readonly evaluate: (frame: Frame) => Truth;
  readonly isDeterministic: boolean;
  /** Present when the truth is known without a row. */
  readonly constant?: { readonly value: Truth } | undefined;
}

/** A subquery as the executor compiled it. Its outer frame is the frame that it is called with. */
export interface CompiledSubquery {
  readonly columns: readonly {
    readonly name: string;
    readonly type: SqlType;
    readonly nullable: boolean;
  }[];
  /** False: gives the same rows for every outer row of a statement, so that IN may keep them. True or left out: ask again each time. */
  readonly isCorrelated?: boolean | undefined;
  /** Rows are to be read before the next turn of the iterator. */
  rows(outer: Frame): Iterable<readonly SqlValue[]>;
}

/** Collects the values of one group. */
export interface Accumulator {
  /** Takes the row of the frame. */
  add(frame: Frame): void;
  result(): SqlValue;
}

export interface CompiledAggregate {
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly collationLabel: CollationLabel;
  /** One for each group; an empty group without GROUP BY has one too. */
  start(): Accumulator;
}

export interface SortTerm {
  readonly expression: CompiledExpression;
  readonly descending: boolean;
}

export interface CompiledWindow {
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly collationLabel: CollationLabel;
  readonly partitionBy: readonly CompiledExpression[];
  readonly orderBy: readonly SortTerm[];
  /**
   * One value for each row of one partition, in the order of `rows`, which the executor sorted by `orderBy`.
   * `frame` is the query's own frame: its row is moved over `rows`.
   */
  compute(rows: readonly (readonly SqlValue[])[], frame: Frame): SqlValue[];
}
