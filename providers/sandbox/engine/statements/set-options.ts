import type { SessionSettings } from "../../expressions/compiled.ts";
import type { Expression } from "../../parser/ast-expressions.ts";
import type { Statement } from "../../parser/ast-statements.ts";
import { raise } from "../../values/sql-exception.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject } from "../session/name-resolution.ts";
import type { IdentityInsert, SessionOptions } from "../session/session-core.ts";
import { plainText } from "../session/value-text.ts";
import type { Task } from "../suspension.ts";
import { evaluateExpression } from "./control-flow.ts";
import type { Flow, Interpreter } from "./flow.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { readonly kind: Kind }>;

const SETTINGS: Readonly<Record<string, keyof SessionSettings>> = {
  ansi_nulls: "ansiNulls",
  ansi_warnings: "ansiWarnings",
  arithabort: "arithAbort",
  concat_null_yields_null: "concatNullYieldsNull",
  quoted_identifier: "quotedIdentifier",
};

const OPTIONS: Readonly<Record<string, keyof SessionOptions>> = {
  nocount: "noCount",
  xact_abort: "abortsTransaction",
  implicit_transactions: "implicitTransactions",
  ansi_padding: "ansiPadding",
  ansi_null_dflt_on: "ansiNullDefault",
  cursor_close_on_commit: "cursorCloseOnCommit",
  numeric_roundabort: "numericRoundAbort",
  noexec: "noExec",
  parseonly: "parseOnly",
  fmtonly: "formatOnly",
};

/** Options that are heard and have nothing to act on here. */
const INERT = new Set([
  "arithignore",
  "forceplan",
  "no_browsetable",
  "remote_proc_transactions",
  "deadlock_priority",
  "query_governor_cost_limit",
  "statistics io",
  "statistics time",
  "statistics profile",
]);

export function* executeSet(
  statement: Of<"set_option">,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  for (const option of statement.options) {
    if (typeof statement.value === "boolean") setSwitch(option, statement.value, activation);
    else yield* setValue(option, statement.value, { activation, interpreter });
  }
  return undefined;
}

function setSwitch(option: string, isOn: boolean, { core }: Activation): void {
  const setting = SETTINGS[option];
  const flag = OPTIONS[option];
  if (setting !== undefined) core.settings = { ...core.settings, [setting]: isOn };
  else if (flag !== undefined) {
    if (isOn && ["noexec", "parseonly"].includes(option)) {
      raise(40_515, `SET ${option.toUpperCase()} ON is not supported in this version.`);
    }
    core.options = { ...core.options, [flag]: isOn };
  } else if (option === "ansi_null_dflt_off") {
    core.options = { ...core.options, ansiNullDefault: !isOn };
  } else if (option === "ansi_defaults") {
    for (const name of ["ansi_nulls", "ansi_warnings", "quoted_identifier"]) {
      setSwitch(name, isOn, { core } as Activation);
    }
    core.options = {
      ...core.options,
      ansiPadding: isOn,
      ansiNullDefault: isOn,
      implicitTransactions: isOn,
      cursorCloseOnCommit: isOn,
    };
  } else if (!INERT.has(option)) {
    raise(195, `'${option.toUpperCase()}' is not a recognized SET option.`, { class: 15 });
  }
}

interface SetWork {
  readonly activation: Activation;
  readonly interpreter: Interpreter;
}

function* setValue(option: string, expression: Expression, work: SetWork): Task {
  const { core } = work.activation;
  if (option === "context_info") {
    yield* setContextInfo(expression, work);
    return;
  }
  const value = yield* evaluateWord(expression, work);
  const number = Number(value);
  switch (option) {
    case "rowcount":
      core.options = { ...core.options, rowCountLimit: number };
      return;
    case "textsize":
      core.options = { ...core.options, textSize: number <= 0 ? 2_147_483_647 : number };
      return;
    case "lock_timeout":
      core.options = { ...core.options, lockTimeout: number };
      return;
    case "datefirst":
      if (!(number >= 1 && number <= 7)) raise(2744, `'${value}' is not a valid DATEFIRST value.`);
      core.settings = { ...core.settings, dateFirst: number };
      return;
    case "dateformat":
      core.settings = { ...core.settings, dateFormat: dateFormatOf(value) };
      return;
    case "language":
      setLanguage(value, work.activation);
      return;
    default:
      if (!INERT.has(option))
        raise(195, `'${option.toUpperCase()}' is not a recognized SET option.`, { class: 15 });
  }
}

function* setContextInfo(expression: Expression, work: SetWork): Task {
  const type = { name: "varbinary", length: 128 } as const;
  const value = yield* evaluateExpression(expression, { ...work, type });
  const bytes = new Uint8Array(128);
  if (value instanceof Uint8Array) bytes.set(value);
  work.activation.core.contextInfo = bytes;
}

function setLanguage(value: string, { core, sink }: Activation): void {
  if (!["us_english", "english"].includes(value.toLowerCase())) {
    raise(
      2741,
      `SET LANGUAGE failed because '${value}' is not an official language name or a language alias on this SQL Server.`,
    );
  }
  sink.environment({ kind: "language", from: core.language, to: "us_english" });
  sink.message({
    number: 5703,
    state: 1,
    class: 0,
    message: "Changed language setting to us_english.",
    procedure: "",
    line: 1,
  });
}

function dateFormatOf(value: string): SessionSettings["dateFormat"] {
  const known = (["mdy", "dmy", "ymd", "ydm", "myd", "dym"] as const).find(
    (item) => item === value.toLowerCase(),
  );
  return known ?? raise(2741, `SET DATEFORMAT date order '${value}' is invalid.`);
}

/** A bare word means itself. */
function* evaluateWord(expression: Expression, work: SetWork): Task<string> {
  if (expression.kind === "column") return expression.parts.join(".");
  return plainText(yield* evaluateExpression(expression, work));
}

export function executeIsolation({ level }: Of<"set_isolation">, { core }: Activation): void {
  core.options = { ...core.options, isolation: level };
}

export function executeIdentityInsert(
  { table, on }: Of<"set_identity_insert">,
  activation: Activation,
): void {
  const { core } = activation;
  const found = findObject(table, baseOf(activation), activation);
  if (found?.object.type !== "U") {
    raise(
      1088,
      `Cannot find the object "${shownName(table)}" because it does not exist or you do not have permissions.`,
      { state: 11 },
    );
  }
  const { object, database } = found;
  if (!object.columns.some(({ identity }) => identity !== undefined)) {
    raise(
      8106,
      `Table '${shownName(table)}' does not have the identity property. Cannot perform SET operation.`,
    );
  }
  const current = core.identityInsert;
  const isSame = current?.objectId === object.objectId && current.database === database;
  if (on && current !== undefined && !isSame) refuseSecondTable(current, shownName(table));
  if (on) core.identityInsert = { database, objectId: object.objectId };
  else if (isSame) core.identityInsert = undefined;
}

function refuseSecondTable({ database, objectId }: IdentityInsert, wanted: string): void {
  const other = database.catalog.objects.get(objectId);
  if (other === undefined) return;
  const schema = database.catalog.schemas.get(other.schemaId)?.name ?? "dbo";
  raise(
    8107,
    `IDENTITY_INSERT is already ON for table '${database.options.name}.${schema}.${other.name}'. Cannot perform SET operation for table '${wanted}'.`,
  );
}
