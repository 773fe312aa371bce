import { systemTypeId } from "../../catalog/type-facts.ts";
import type { ObjectName } from "../../parser/ast-expressions.ts";
import type {
  CreateFunctionStatement,
  CreateProcedureStatement,
  CreateTriggerStatement,
  CreateViewStatement,
  ModuleParameter,
  ModuleStatement,
} from "../../parser/ast-modules.ts";
import type { Column, Parameter } from "../../storage/columns.ts";
import type {
  Module,
  ObjectHeader,
  SchemaObject,
  TriggerEvent,
} from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import { refuseUnnamed, renameColumns } from "../query/column-names.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import { compileQuery } from "../query/query.ts";
import type { SourceColumn } from "../query/scope.ts";
import { shownName } from "../query/shown-name.ts";
import type { Activation } from "../session/activation.ts";
import { Variables } from "../session/activation.ts";
import { requireWritable } from "../session/database-access.ts";
import { baseOf } from "../session/name-base.ts";
import { findObject, type NewName, placeOf } from "../session/name-resolution.ts";
import { requireTransaction } from "../session/readers.ts";
import { hasPermission } from "../session/rights.ts";
import { environmentOf } from "../session/services.ts";
import { datetimeNow } from "../session/system-context.ts";
import type { Interpreter } from "../statements/flow.ts";
import { HEAP } from "./index-options.ts";
import { noteChange } from "./table-changes.ts";
import { TableDraft } from "./table-draft.ts";
import { resolveType } from "./type-resolution.ts";

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

interface Building {
  readonly header: ObjectHeader;
  readonly place: NewName;
  readonly activation: Activation;
  readonly interpreter: Interpreter;
  readonly module: Module;
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

function moduleEnvironment(
  { activation, interpreter, place }: Building,
  variables = new Variables(),
): CompileEnvironment {
  const inner = { ...activation, variables, trigger: undefined };
  return {
    ...environmentOf(inner, interpreter),
    database: place.database,
    defaultSchemaId: place.schemaId,
  };
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
    columns: columns.map(plainColumn),
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

function plainColumn(column: SourceColumn, index: number): Column {
  return {
    columnId: index + 1,
    name: column.name,
    type: column.type,
    userTypeId: systemTypeId(column.type.name),
    nullable: column.nullable,
    identity: undefined,
    computed: undefined,
    defaultObjectId: 0,
    isRowGuid: false,
    isAnsiPadded: true,
    isSparse: false,
  };
}

function buildParameters(parameters: readonly ModuleParameter[], { place }: Building): Parameter[] {
  const seen = new Set<string>();
  return parameters.map((parameter, index) => {
    const key = parameter.name.toLowerCase();
    if (seen.has(key)) {
      raise(
        134,
        `The variable name '${parameter.name}' has already been declared. Variable names must be unique within a query batch or stored procedure.`,
        { class: 15 },
      );
    }
    seen.add(key);
    const resolved = resolveType(parameter.type, {
      database: place.database,
      defaultSchemaId: place.schemaId,
    });
    if (resolved.tableType !== undefined || parameter.cursor) {
      raise(40_515, "Table-valued and cursor parameters are not supported in this version.");
    }
    return {
      parameterId: index + 1,
      name: parameter.name,
      type: resolved.type,
      userTypeId: resolved.userTypeId,
      isOutput: parameter.output,
      hasDefault: parameter.value !== undefined,
      isReadOnly: parameter.readOnly,
    };
  });
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

function buildFunction(statement: CreateFunctionStatement, work: Building): SchemaObject {
  const { returns } = statement;
  const parameters = buildParameters(statement.parameters, work);
  const { header, module, place } = work;
  const base = { database: place.database, defaultSchemaId: place.schemaId };
  switch (returns.kind) {
    case "scalar": {
      const { type, userTypeId } = resolveType(returns.type, base);
      const result: Parameter = {
        parameterId: 0,
        name: "",
        type,
        userTypeId,
        isOutput: true,
        hasDefault: false,
        isReadOnly: false,
      };
      return {
        ...header,
        type: "FN",
        module,
        parameters: [result, ...parameters],
        nullOnNullInput: statement.options.returnsNullOnNullInput,
      };
    }
    case "inline": {
      const variables = new Variables();
      for (const { name, type } of parameters) variables.declare(name, type);
      const environment = moduleEnvironment(work, variables);
      const query = compileQuery(returns.query, {
        environment,
        parent: undefined,
        ctes: returns.ctes,
      });
      refuseUnnamed(query.columns, header.name);
      return { ...header, type: "IF", module, parameters, columns: query.columns.map(plainColumn) };
    }
    case "multi_statement":
      return buildTableFunction(returns, parameters, work);
    default:
      return returns satisfies never;
  }
}

/** No trigger on a history, no INSTEAD OF on a table that has one (sql-docs, temporal-table-considerations-and-limitations.md). */
function refuseTemporal(table: SchemaObject, timing: CreateTriggerStatement["timing"]): void {
  if (table.type !== "U") return;
  const isReplaced = table.versioning !== undefined && timing === "instead_of";
  if (table.historyOf === undefined && !isReplaced) return;
  raise(13_569, `Cannot create a trigger on a system-versioned temporal table '${table.name}'.`);
}

function buildTrigger(statement: CreateTriggerStatement, work: Building): SchemaObject {
  const { target } = statement;
  if (target.kind !== "object") {
    raise(40_515, "DDL and logon triggers are not supported in this version.");
  }
  const found = findParent(target.name, work);
  refuseTemporal(found, statement.timing);
  const events = statement.events.map((event) => event.toUpperCase()) as TriggerEvent[];
  return {
    ...work.header,
    schemaId: found.schemaId,
    parentId: found.objectId,
    type: "TR",
    module: work.module,
    events,
    insteadOf: statement.timing === "instead_of",
    disabled: false,
    notForReplication: statement.notForReplication,
  };
}

function findParent(name: ObjectName, { place, activation }: Building): SchemaObject {
  const found = findObject(
    name,
    { database: place.database, defaultSchemaId: place.schemaId },
    activation,
  );
  if (found?.object.type === "U" || found?.object.type === "V") return found.object;
  raise(8197, `The object '${shownName(name)}' does not exist or is invalid for this operation.`);
}

type TableResult = Extract<CreateFunctionStatement["returns"], { kind: "multi_statement" }>;

function buildTableFunction(
  returns: TableResult,
  parameters: readonly Parameter[],
  work: Building,
): SchemaObject {
  const { activation, header, module, place } = work;
  const draft = new TableDraft(
    {
      core: activation.core,
      activation,
      database: place.database,
      base: { database: place.database, defaultSchemaId: place.schemaId },
      environment: moduleEnvironment(work),
      objectId: header.objectId,
      schemaId: place.schemaId,
      name: returns.variable,
      shownName: returns.variable,
      text: activation.text,
      now: header.modifyDate,
      check: undefined,
    },
    { columns: [], indexes: [HEAP], nextColumnId: 1 },
  );
  draft.add(returns.elements);
  const columns = draft.columns.map((column) => ({ ...column, defaultObjectId: 0 }));
  return { ...header, type: "TF", module, parameters, columns };
}
