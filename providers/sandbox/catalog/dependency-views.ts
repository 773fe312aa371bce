import type { SystemContext } from "../engine/system-registry.ts";
import type { SchemaObject } from "../storage/schema-object.ts";
import {
  expressionReferences,
  type ModuleReference,
  moduleReferences,
  resolveReference,
} from "./module-references.ts";
import { visibleObjects } from "./object-rows.ts";
import { bit, type ViewDefinition, type ViewRow } from "./view-definition.ts";

interface Referencing {
  readonly object: SchemaObject;
  /** Column id of a computed column, else 0. */
  readonly minorId: number;
  readonly isSchemaBound: boolean;
  readonly references: readonly ModuleReference[];
}

function* referencing(context: SystemContext): Iterable<Referencing> {
  for (const object of visibleObjects(context, "V", "P", "FN", "IF", "TF", "TR")) {
    const { isSchemaBound } = object.module;
    yield { object, minorId: 0, isSchemaBound, references: moduleReferences(object.module) };
  }
  for (const object of visibleObjects(context, "C", "D")) {
    const references = expressionReferences(object.definition);
    yield { object, minorId: 0, isSchemaBound: true, references };
  }
  for (const object of visibleObjects(context, "U")) {
    for (const { columnId, computed } of object.columns) {
      if (computed === undefined) continue;
      const references = expressionReferences(computed.definition);
      yield { object, minorId: columnId, isSchemaBound: true, references };
    }
  }
}

function dependencyRow(
  { database }: SystemContext,
  { object, minorId, isSchemaBound }: Referencing,
  reference: ModuleReference,
): ViewRow {
  const target = resolveReference(database, reference, object.schemaId);
  return {
    referencing_id: object.objectId,
    referencing_minor_id: minorId,
    referencing_class: 1,
    referencing_class_desc: "OBJECT_OR_COLUMN",
    is_schema_bound_reference: bit(isSchemaBound),
    referenced_class: 1,
    referenced_class_desc: "OBJECT_OR_COLUMN",
    referenced_server_name: reference.server ?? null,
    referenced_database_name: reference.database ?? null,
    referenced_schema_name: reference.schema ?? null,
    referenced_entity_name: reference.name,
    referenced_id: target?.objectId ?? null,
    is_caller_dependent: bit(reference.schema === undefined && object.type === "P"),
  };
}

function* dependencyRows(context: SystemContext): Iterable<ViewRow> {
  for (const source of referencing(context)) {
    for (const reference of source.references) yield dependencyRow(context, source, reference);
  }
}

export const DEPENDENCY_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.sql_expression_dependencies",
    columns: `referencing_id int, referencing_minor_id int, referencing_class tinyint?, referencing_class_desc desc?, is_schema_bound_reference bit, referenced_class tinyint?,
referenced_class_desc desc?, referenced_server_name sysname?, referenced_database_name sysname?, referenced_schema_name sysname?, referenced_entity_name sysname?,
referenced_id int?, referenced_minor_id int, is_caller_dependent bit, is_ambiguous bit`,
    rows: dependencyRows,
  },
];
