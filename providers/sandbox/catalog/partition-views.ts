import type { SystemContext } from "../engine/system-registry.ts";
import type { SqlType } from "../values/sql-type.ts";
import { shownCollation, systemTypeId, typeSize } from "./type-facts.ts";
import { bit, type ViewDefinition, type ViewRow } from "./view-definition.ts";

/** Partition functions and schemes (learn.microsoft.com: partition function catalog views). */

function* functionRows({ database }: SystemContext): Iterable<ViewRow> {
  for (const {
    functionId,
    name,
    onRight,
    boundaries,
    createDate,
  } of database.catalog.partitionFunctions.values()) {
    yield {
      name,
      function_id: functionId,
      type: "R ",
      type_desc: "RANGE",
      fanout: boundaries.length + 1,
      boundary_value_on_right: bit(onRight),
      is_system: 0,
      create_date: createDate,
      modify_date: createDate,
    };
  }
}

/** Schemes as data spaces, beside the filegroup. */
export function* schemeRows({ database }: SystemContext): Iterable<ViewRow> {
  for (const { name, dataSpaceId, functionId } of database.catalog.partitionSchemes.values()) {
    yield {
      name,
      data_space_id: dataSpaceId,
      type: "PS",
      type_desc: "PARTITION_SCHEME",
      is_default: 0,
      is_system: 0,
      function_id: functionId,
    };
  }
}

function parameterRow(context: SystemContext, functionId: number, type: SqlType): ViewRow {
  const { maxLength, precision, scale } = typeSize(type);
  return {
    function_id: functionId,
    parameter_id: 1,
    system_type_id: systemTypeId(type.name),
    max_length: maxLength,
    precision,
    scale,
    collation_name: shownCollation(type, context.database),
    user_type_id: systemTypeId(type.name),
  };
}

function* boundaryRows({ database }: SystemContext): Iterable<ViewRow> {
  for (const { functionId, boundaries, type } of database.catalog.partitionFunctions.values()) {
    for (const [index, value] of boundaries.entries()) {
      const variant = value === null ? null : { type, value };
      yield { function_id: functionId, boundary_id: index + 1, parameter_id: 1, value: variant };
    }
  }
}

function* destinationRows({ database }: SystemContext): Iterable<ViewRow> {
  const { partitionFunctions, partitionSchemes } = database.catalog;
  for (const { dataSpaceId, functionId } of partitionSchemes.values()) {
    const count = (partitionFunctions.get(functionId)?.boundaries.length ?? 0) + 1;
    for (let id = 1; id <= count; id += 1) {
      yield { partition_scheme_id: dataSpaceId, destination_id: id, data_space_id: 1 };
    }
  }
}

export const PARTITION_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.partition_schemes",
    columns:
      "name sysname, data_space_id int, type code2, type_desc desc?, is_default bit?, is_system bit?, function_id int",
    rows: schemeRows,
  },
  {
    name: "sys.partition_functions",
    columns:
      "name sysname, function_id int, type code2, type_desc desc?, fanout int, boundary_value_on_right bit, is_system bit, create_date datetime, modify_date datetime",
    rows: functionRows,
  },
  {
    name: "sys.partition_parameters",
    columns:
      "function_id int, parameter_id int, system_type_id tinyint, max_length smallint, precision tinyint, scale tinyint, collation_name sysname?, user_type_id int",
    rows: (context) =>
      context.database.catalog.partitionFunctions
        .values()
        .map(({ functionId, type }) => parameterRow(context, functionId, type)),
  },
  {
    name: "sys.partition_range_values",
    columns: "function_id int, boundary_id int, parameter_id int, value variant?",
    rows: boundaryRows,
  },
  {
    name: "sys.destination_data_spaces",
    columns: "partition_scheme_id int, destination_id int, data_space_id int",
    rows: destinationRows,
  },
];
