import type { ModuleParameter } from "../../parser/ast-modules.ts";
import type { Column, Parameter } from "../../storage/columns.ts";
import type { Module, ObjectHeader } from "../../storage/schema-object.ts";
import { raise } from "../../values/sql-exception.ts";
import type { CompileEnvironment } from "../query/environment.ts";
import type { SourceColumn } from "../query/scope.ts";
import { type Activation, Variables } from "../session/activation.ts";
import type { NewName } from "../session/name-resolution.ts";
import { environmentOf } from "../session/services.ts";
import type { Interpreter } from "../statements/flow.ts";
import { plainColumn } from "./plain-column.ts";
import { resolveType } from "./type-resolution.ts";

/** What views, procedures, functions and triggers are built from. */

export interface Building {
  readonly header: ObjectHeader;
  readonly place: NewName;
  readonly activation: Activation;
  readonly interpreter: Interpreter;
  readonly module: Module;
}

export function moduleEnvironment(
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

export function resultColumns(columns: readonly SourceColumn[]): Column[] {
  return columns.map(({ name, type, nullable }, index) =>
    plainColumn({ columnId: index + 1, name, type, nullable }),
  );
}

export function buildParameters(
  parameters: readonly ModuleParameter[],
  { place }: Building,
): Parameter[] {
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
