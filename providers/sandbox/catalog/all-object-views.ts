import type { SystemContext, SystemView } from "../engine/system-registry.ts";
import {
  ALL_TYPES,
  COLUMN_COLUMNS,
  columnOwners,
  columnRow,
  OBJECT_COLUMNS,
  objectRow,
  visibleObjects,
} from "./object-rows.ts";
import { shownCollation, systemTypeId, typeSize } from "./type-facts.ts";
import { bit, type ViewDefinition, type ViewRow } from "./view-definition.ts";

const SYS = 4;
const INFORMATION_SCHEMA = 3;

function systemObjectRow({ server }: SystemContext, view: SystemView): ViewRow {
  return {
    name: view.name,
    object_id: view.objectId,
    schema_id: view.schema === "sys" ? SYS : INFORMATION_SCHEMA,
    type: "V ",
    type_desc: "VIEW",
    create_date: server.databases.get(1)?.createDate ?? server.startTime,
    modify_date: server.databases.get(1)?.createDate ?? server.startTime,
    is_ms_shipped: 1,
  };
}

function systemColumnRows({ database }: SystemContext, view: SystemView): ViewRow[] {
  return view.columns.map(({ name, type, nullable }, index) => {
    const { maxLength, precision, scale } = typeSize(type);
    return {
      object_id: view.objectId,
      name,
      column_id: index + 1,
      system_type_id: systemTypeId(type.name),
      user_type_id: systemTypeId(type.name),
      max_length: maxLength,
      precision,
      scale,
      collation_name: shownCollation(type, database),
      is_nullable: bit(nullable),
      is_ansi_padded: 1,
    };
  });
}

/** The views that list what the server brings beside what its users made. `views` are the views to list. */
export function allObjectViews(views: readonly SystemView[]): readonly ViewDefinition[] {
  const objects = (context: SystemContext) => views.map((view) => systemObjectRow(context, view));
  const columns = (context: SystemContext) =>
    views.flatMap((view) => systemColumnRows(context, view));
  return [
    { name: "sys.system_objects", columns: OBJECT_COLUMNS, rows: objects },
    { name: "sys.system_views", columns: OBJECT_COLUMNS, rows: objects },
    { name: "sys.system_columns", columns: COLUMN_COLUMNS, rows: columns },
    {
      name: "sys.all_objects",
      columns: OBJECT_COLUMNS,
      rows: (context) => [
        ...visibleObjects(context, ...ALL_TYPES).map(objectRow),
        ...objects(context),
      ],
    },
    {
      name: "sys.all_views",
      columns: `${OBJECT_COLUMNS}, is_replicated bit?, has_replication_filter bit?, has_opaque_metadata bit, has_unchecked_assembly_data bit, with_check_option bit, is_date_correlation_view bit, is_tracked_by_cdc bit?, has_snapshot bit?`,
      rows: (context) => [
        ...visibleObjects(context, "V").map((view) => ({
          ...objectRow(view),
          with_check_option: bit(view.withCheckOption),
        })),
        ...objects(context),
      ],
    },
    {
      name: "sys.all_columns",
      columns: COLUMN_COLUMNS,
      rows: (context) => [
        ...columnOwners(context).flatMap((owner) =>
          owner.columns.map((column) => columnRow(context, owner, column)),
        ),
        ...columns(context),
      ],
    },
  ];
}
