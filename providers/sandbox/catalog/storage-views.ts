import type { SystemContext } from "../engine/system-registry.ts";
import { functionOf, partitionOf } from "../storage/partitions.ts";
import { isLobType } from "./lob-types.ts";
import { type OwnedIndex, visibleIndexes } from "./object-rows.ts";
import { schemeRows } from "./partition-views.ts";
import { typeSize } from "./type-facts.ts";
import type { ViewDefinition, ViewRow } from "./view-definition.ts";

const PAGE = 8192;
const COMPRESSIONS = ["NONE", "ROW", "PAGE"] as const;

/** One id for the partition and the hobt of an index, as those of tables that were never rebuilt. */
function partitionId({ owner, index }: OwnedIndex, number = 1): bigint {
  const first = 72_057_594_000_000_000n + BigInt(owner.objectId) * 256n + BigInt(index.indexId);
  return first + BigInt(number - 1) * 1_000_000_000_000n;
}

interface Piece {
  readonly number: number;
  readonly rows: bigint;
}

/** The partitions of an index with their rows; one where it is not parted. */
function piecesOf(context: SystemContext, owned: OwnedIndex): readonly Piece[] {
  const { owner, index } = owned;
  const { partitioning } = index;
  const found = partitioning && functionOf(context.database.catalog, partitioning.schemeId);
  if (partitioning === undefined || found === undefined) {
    return [{ number: 1, rows: rowsOf(context, owned) }];
  }
  const slot = owner.columns.findIndex(({ columnId }) => columnId === partitioning.columnId);
  const counts = Array.from({ length: found.boundaries.length + 1 }, () => 0n);
  const numberOf = partitionOf(found);
  for (const { values } of context.database.liveRows(owner.objectId)) {
    const place = numberOf(values[slot] ?? null) - 1;
    counts[place] = (counts[place] ?? 0n) + 1n;
  }
  return counts.map((rows, place) => ({ number: place + 1, rows }));
}

/** A rough size: the sandbox keeps no pages, so these are what its rows would take on a server, by the widths of the types. */
export function estimatedPages(context: SystemContext, { owner, index }: OwnedIndex): bigint {
  const rows = context.database.rowCount(owner.objectId);
  const isWhole = index.indexId <= 1;
  const kept = isWhole
    ? owner.columns
    : owner.columns.filter(({ columnId }) => index.keys.some((key) => key.columnId === columnId));
  const width = kept.reduce((sum, { type }) => sum + estimatedWidth(typeSize(type).maxLength), 10);
  return rows === 0 ? 0n : BigInt(Math.ceil((rows * width) / PAGE) + 1);
}

/** Types of a varying length are taken to be half full, at most 256 bytes. */
function estimatedWidth(maxLength: number): number {
  return maxLength < 0 || maxLength > 512 ? 256 : Math.ceil(maxLength / 2) + 2;
}

function rowsOf(context: SystemContext, { owner }: OwnedIndex): bigint {
  return BigInt(context.database.rowCount(owner.objectId));
}

function partitionRow(owned: OwnedIndex, { number, rows }: Piece): ViewRow {
  const id = partitionId(owned, number);
  const { compression, indexId } = owned.index;
  return {
    partition_id: id,
    object_id: owned.owner.objectId,
    index_id: indexId,
    partition_number: number,
    hobt_id: id,
    rows,
    data_compression: COMPRESSIONS.indexOf(compression),
    data_compression_desc: compression,
    xml_compression: 0,
    xml_compression_desc: "OFF",
  };
}

function* allocationRows(context: SystemContext): Iterable<ViewRow> {
  for (const owned of visibleIndexes(context)) {
    const id = partitionId(owned);
    const pages = estimatedPages(context, owned);
    const space = { container_id: id, data_space_id: 1, total_pages: pages, used_pages: pages };
    yield {
      ...space,
      allocation_unit_id: id,
      type: 1,
      type_desc: "IN_ROW_DATA",
      data_pages: pages > 0n ? pages - 1n : 0n,
    };
    const hasLob = owned.index.indexId <= 1 && owned.owner.columns.some((c) => isLobType(c.type));
    if (!hasLob) continue;
    yield {
      allocation_unit_id: id + 128n,
      type: 2,
      type_desc: "LOB_DATA",
      container_id: id,
      data_space_id: 1,
    };
  }
}

function* partitionStatRows(context: SystemContext): Iterable<ViewRow> {
  for (const owned of visibleIndexes(context)) yield* pieceStats(context, owned);
}

/** Pages are counted with the first partition. */
function* pieceStats(context: SystemContext, owned: OwnedIndex): Iterable<ViewRow> {
  for (const { number, rows } of piecesOf(context, owned)) {
    const pages = number === 1 ? estimatedPages(context, owned) : 0n;
    yield {
      partition_id: partitionId(owned, number),
      object_id: owned.owner.objectId,
      index_id: owned.index.indexId,
      partition_number: number,
      in_row_data_page_count: pages > 0n ? pages - 1n : 0n,
      in_row_used_page_count: pages,
      in_row_reserved_page_count: pages,
      used_page_count: pages,
      reserved_page_count: pages,
      row_count: rows,
    };
  }
}

const SPACE_COLUMNS =
  "name sysname, data_space_id int, type code2, type_desc desc?, is_default bit?, is_system bit?";

const PRIMARY: ViewRow = {
  name: "PRIMARY",
  data_space_id: 1,
  type: "FG",
  type_desc: "ROWS_FILEGROUP",
  is_default: 1,
  is_system: 0,
  is_read_only: 0,
  is_autogrow_all_files: 0,
};

export const STORAGE_VIEWS: readonly ViewDefinition[] = [
  {
    name: "sys.partitions",
    columns: `partition_id bigint, object_id int, index_id int, partition_number int, hobt_id bigint, rows bigint?, filestream_filegroup_id smallint, data_compression tinyint,
data_compression_desc desc?, xml_compression bit?, xml_compression_desc desc?`,
    rows: (context) =>
      visibleIndexes(context).flatMap((owned) =>
        piecesOf(context, owned).map((piece) => partitionRow(owned, piece)),
      ),
  },
  {
    name: "sys.allocation_units",
    columns: `allocation_unit_id bigint, type tinyint, type_desc desc?, container_id bigint, data_space_id int?, total_pages bigint, used_pages bigint, data_pages bigint`,
    rows: allocationRows,
  },
  {
    name: "sys.dm_db_partition_stats",
    columns: `partition_id bigint?, object_id int, index_id int, partition_number int, in_row_data_page_count bigint?, in_row_used_page_count bigint?,
in_row_reserved_page_count bigint?, lob_used_page_count bigint, lob_reserved_page_count bigint, row_overflow_used_page_count bigint, row_overflow_reserved_page_count bigint,
used_page_count bigint?, reserved_page_count bigint?, row_count bigint?`,
    rows: partitionStatRows,
  },
  {
    name: "sys.data_spaces",
    columns: SPACE_COLUMNS,
    rows: (context) => [PRIMARY, ...schemeRows(context)],
  },
  {
    name: "sys.filegroups",
    columns: `${SPACE_COLUMNS}, filegroup_guid guid?, log_filegroup_id int?, is_read_only bit?, is_autogrow_all_files bit?`,
    rows: () => [PRIMARY],
  },
];
