/** What lies below a folder. */
export interface FoundFiles {
  readonly files: readonly string[];
  /** Files that are not named like backups of SQL Server. */
  readonly others: readonly string[];
}

/** Parts paths by their endings. */
export function partFiles(paths: readonly string[]): FoundFiles {
  const isBackup = (path: string) => ENDINGS.test(path);
  return { files: paths.filter(isBackup), others: paths.filter((path) => !isBackup(path)) };
}

const ENDINGS = /\.(?:bak|trn|dif|diff|log)$/i;
