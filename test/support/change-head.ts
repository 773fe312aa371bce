/** What stands before the columns of a table in its change table. */
export const CHANGE_HEAD = [
  { name: "__$start_lsn", type: { name: "binary", length: 10 }, nullable: false },
  { name: "__$seqval", type: { name: "binary", length: 10 }, nullable: false },
  { name: "__$command_id", type: { name: "int" }, nullable: true },
  { name: "__$operation", type: { name: "int" }, nullable: false },
  { name: "__$update_mask", type: { name: "varbinary", length: 128 }, nullable: true },
] as const;
