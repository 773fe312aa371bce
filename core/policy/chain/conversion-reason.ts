/** Why a differential runs as a full. Public: the codes stand in the catalog and in `-json`. */
export type ConversionReason =
  /** B-59: backed up by hand, and never before. */
  | "first_backup"
  /** B-58: the fulls that there were are purged, or there was none. */
  | "no_full_recovery_point"
  /** B-45: the newest full has not come to its end. */
  | "no_completed_full"
  /** B-52 */
  | "previous_full_failed"
  /** B-56: databases were added to the backup set, or left it, since its last full. */
  | "backup_set_membership_changed"
  /** B-48 */
  | "database_renamed"
  /** B-55 */
  | "ag_secondary"
  /** B-51: neither the writer nor the server says what changed. */
  | "vss_change_unknown"
  /** B-53: somebody else's full is the base of what the server would write now. */
  | "foreign_full_breaks_base"
  /** B-57: the server remembers our full otherwise than we do. */
  | "start_time_mismatch"
  /** B-49: what was uploaded is not what its description says. */
  | "metadata_inconsistent"
  /** B-46 */
  | "file_set_changed"
  /** B-47 */
  | "file_path_changed"
  /** B-50: files of master that were in the last full have another path or name now. */
  | "master_files_changed"
  /** B-54 */
  | "database_shrunk";
