import type { CreateFunctionStatement } from "../../parser/ast-modules.ts";
import type { Parameter } from "../../storage/columns.ts";
import type { SchemaObject } from "../../storage/schema-object.ts";
import { refuseUnnamed } from "../query/column-names.ts";
import { compileQuery } from "../query/query.ts";
import { Variables } from "../session/activation.ts";
import { HEAP } from "./index-options.ts";
import {
  type Building,
  buildParameters,
  moduleEnvironment,
  resultColumns,
} from "./module-building.ts";
import { TableDraft } from "./table-draft.ts";
import { resolveType } from "./type-resolution.ts";

export function buildFunction(statement: CreateFunctionStatement, work: Building): SchemaObject {
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
      return { ...header, type: "IF", module, parameters, columns: resultColumns(query.columns) };
    }
    case "multi_statement":
      return buildTableFunction(returns, parameters, work);
    default:
      return returns satisfies never;
  }
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
