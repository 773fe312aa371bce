/** What comes before the captured columns in a row of changes, in this order (docs/format/vault.md, "Changes"). */
export const CHANGE_HEAD = [
  "__$start_lsn",
  "__$seqval",
  "__$command_id",
  "__$operation",
  "__$update_mask",
] as const;
