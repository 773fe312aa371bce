import type {
  CreateProcedureStatement,
  CreateViewStatement,
  ModuleStatement,
} from "../../parser/ast-modules.ts";
import type { Module, ObjectHeader, SchemaObject } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { renameColumns } from "../query/column-names.ts";
import { compileQuery } from "../query/query.ts";
import type { SourceColumn } from "../query/scope.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { requireWritable } from "../session/database-access.ts";
import { baseOf } from "../session/name-base.ts";
import { type NewName, placeOf } from "../session/name-resolution.ts";
import { requireTransaction } from "../session/readers.ts";
import { hasPermission } from "../session/rights.ts";
import { datetimeNow } from "../session/system-context.ts";
import type { Interpreter } from "../statements/flow.ts";
import { buildFunction } from "./function-building.ts";
import {
  type Building,
  buildParameters,
  moduleEnvironment,
  resultColumns,
} from "./module-building.ts";
import { noteChange } from "./table-changes.ts";
import { buildTrigger } from "./trigger-building.ts";

type Creation = Exclude<ModuleStatement, { kind: "trigger_state" }>;

const TYPE_NAMES = {
  create_view: "VIEW",
  create_procedure: "PROCEDURE",
  create_function: "FUNCTION",
  create_trigger: "TRIGGER",
} as const;

/** CREATE, ALTER and CREATE OR ALTER of views, procedures, functions and triggers. */
export function executeModule(
  statement: Creation,
  activation: Activation,
  interpreter: Interpreter,
): void {
  const place = placeOf(statement.name, baseOf(activation), activation);
  const { database, schemaId, name } = place;
  requireWritable(database);
  authorizeCreation(statement, place, activation);
  const existing = database.catalog.findObject(schemaId, name);
  checkExisting(statement, existing, name);
  const { core } = activation;
  const now = datetimeNow(core.parts.now());
  const header: ObjectHeader = {
    objectId: existing?.objectId ?? database.nextObjectId(),
    schemaId,
    name: existing?.name ?? name,
    parentId: 0,
    principalId: existing?.principalId,
    createDate: existing?.createDate ?? now,
    modifyDate: now,
    isSystem: false,
  };
  const object = build(statement, {
    header,
    place,
    activation,
    interpreter,
    module: moduleOf(statement, activation),
  });
  const transaction = requireTransaction(core);
  database.catalog.objects.set(object.objectId, object, transaction.journal);
  noteChange({ database, transaction, core }, object.objectId);
}

function authorizeCreation(statement: Creation, { database }: NewName, { core }: Activation): void {
  if (statement.kind === "create_trigger") return;
  const permission = `CREATE ${TYPE_NAMES[statement.kind]}`;
  if (hasPermission(permission, database, { core, object: undefined })) return;
  raise(262, `${permission} permission denied in database '${database.options.name}'.`, {
    class: 14,
  });
}

function checkExisting(
  { verb, kind }: Creation,
  existing: SchemaObject | undefined,
  name: string,
): void {
  if (existing === undefined) {
    if (verb !== "alter") return;
    raise(208, `Invalid object name '${name}'.`, { state: 6 });
  }
  const fits = {
    create_view: ["V"],
    create_procedure: ["P"],
    create_function: ["FN", "IF", "TF"],
    create_trigger: ["TR"],
  }[kind].includes(existing.type);
  if (verb === "create")
    raise(2714, `There is already an object named '${name}' in the database.`, { state: 3 });
  if (!fits)
    raise(2010, `Cannot perform alter on '${name}' because it is an incompatible object type.`);
}

/** The whole batch is the definition; ALTER is kept as CREATE, as SQL Server shows it. */
function moduleOf(statement: Creation, activation: Activation): Module {
  const { text, core } = activation;
  const definition =
    statement.verb === "create"
      ? text
      : `${text.slice(0, statement.verbStart)}CREATE${text.slice(statement.verbEnd)}`;
  const { options } = statement;
  if (options.nativeCompilation)
    raise(40_515, "NATIVE_COMPILATION is not supported in this version.");
  return {
    definition,
    isEncrypted: options.encryption,
    usesAnsiNulls: core.settings.ansiNulls,
    usesQuotedIdentifier: core.settings.quotedIdentifier,
    isSchemaBound: options.schemaBinding,
    isRecompiled: options.recompile,
    executeAs: executeAsOf(statement, activation),
  };
}

function executeAsOf({ options }: Creation, { core }: Activation): number | undefined {
  const { executeAs } = options;
  if (executeAs === undefined || executeAs.type === "caller") return undefined;
  if (executeAs.type === "owner") return -2;
  if (executeAs.type !== "user") return 1;
  const user = core.database.catalog.findPrincipal(executeAs.name);
  return (
    user?.principalId ??
    raise(
      15_151,
      `Cannot find the user '${executeAs.name}', because it does not exist or you do not have permission.`,
    )
  );
}

function build(statement: Creation, work: Building): SchemaObject {
  switch (statement.kind) {
    case "create_view":
      return buildView(statement, work);
    case "create_procedure":
      return buildProcedure(statement, work);
    case "create_function":
      return buildFunction(statement, work);
    case "create_trigger":
      return buildTrigger(statement, work);
    default:
      return statement satisfies never;
  }
}

function buildView(statement: CreateViewStatement, work: Building): SchemaObject {
  const environment = moduleEnvironment(work);
  const { body } = statement.query;
  const isLimited = body.kind === "select" && body.top !== undefined;
  if (statement.query.orderBy.length > 0 && !isLimited && statement.query.offset === undefined) {
    raise(
      1033,
      "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified.",
      { class: 15 },
    );
  }
  const query = compileQuery(statement.query, {
    environment,
    parent: undefined,
    ctes: statement.ctes,
  });
  const columns = renameColumns(query.columns, statement.columns, work.header.name);
  refuseUnnamedView(columns, statement);
  return {
    ...work.header,
    type: "V",
    module: work.module,
    columns: resultColumns(columns),
    withCheckOption: statement.checkOption,
  };
}

function refuseUnnamedView(columns: readonly SourceColumn[], { name }: CreateViewStatement): void {
  const index = columns.findIndex((column) => column.name === "");
  if (index !== -1) {
    raise(
      4511,
      `Create View or Function failed because no column name was specified for column ${index + 1}.`,
    );
  }
  const seen = new Set<string>();
  for (const column of columns) {
    const key = column.name.toUpperCase();
    if (seen.has(key)) {
      raise(
        4506,
        `Column names in each view or function must be unique. Column name '${column.name}' in view or function '${shownName(name)}' is specified more than once.`,
      );
    }
    seen.add(key);
  }
}

function buildProcedure(statement: CreateProcedureStatement, work: Building): SchemaObject {
  if (statement.number !== undefined && statement.number !== 1) {
    raise(40_515, "Numbered procedures are not supported in this version.");
  }
  return {
    ...work.header,
    type: "P",
    module: work.module,
    parameters: buildParameters(statement.parameters, work),
  };
}
