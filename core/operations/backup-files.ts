import { createHash } from "node:crypto";
import { type Diagnostic, errorDiagnostic } from "../diagnostics/diagnostic.ts";
import type { Instant } from "../kit/clock.ts";
import type { Watch } from "../kit/watch.ts";
import type { MediaFacts, SealedMedia } from "../media/backup-set.ts";
import { checkPages, type PageReport } from "../media/check-pages.ts";
import type { FoundFiles } from "../media/found-files.ts";
import { MediaDamage } from "../media/media-damage.ts";
import type { MediaFile } from "../media/media-file.ts";
import { readMedia } from "../media/read-media.ts";

/** A backup file on a disk, open for reading. */
interface OpenBackupFile extends MediaFile, AsyncDisposable {
  readonly modifiedAt: Instant;
}

/** The backup files that a user names. */
export interface BackupFilePorts {
  /** The file itself, or all files below a folder, by name. Rejects with FILE_UNREADABLE. */
  find(path: string): Promise<FoundFiles>;
  /** Rejects with FILE_UNREADABLE. */
  open(path: string): Promise<OpenBackupFile>;
}

/** A file of a backup, as far as it can be read without a server. */
export interface BackupFile {
  readonly path: string;
  readonly size: number;
  readonly modifiedAt: Instant;
  readonly media: MediaFacts | SealedMedia;
  readonly pages: PageReport;
  /** Of a file whose headers cannot be read: a digest of its size, its beginning and its end. */
  readonly fingerprint?: string | undefined;
}

const NO_PAGES: PageReport = { checked: 0, unprotected: 0, damaged: [] };

/** Reads the headers of a file and holds headers and pages against their checksums. Gives what is wrong instead, if anything is. */
export async function readBackupFile(
  path: string,
  ports: { readonly backupFiles: BackupFilePorts; readonly signal: AbortSignal },
  watch?: Watch<"check">,
): Promise<BackupFile | Diagnostic> {
  await using file = await ports.backupFiles.open(path);
  const { size, modifiedAt } = file;
  try {
    const media = await readMedia(file, ports);
    if (media.kind === "sealed") {
      const fingerprint = await fingerprintOf(file);
      return { path, size, modifiedAt, media, pages: NO_PAGES, fingerprint };
    }
    if (media.sets.length === 0) return withoutSets(path);
    watch?.begin("check", { unit: "bytes", total: size, item: path });
    const read = async (at: number, length: number): Promise<Uint8Array> => {
      const bytes = await file.read(at, length);
      watch?.add(bytes.length);
      return bytes;
    };
    const pages = await checkPages({ size, name: file.name, read }, ports);
    return { path, size, modifiedAt, media, pages };
  } catch (error) {
    if (error instanceof MediaDamage) return damaged(path, error);
    throw error;
  }
}

/** A backup begins with GUIDs of its own, and ends with data that is compressed or encrypted. */
const FINGERPRINT = 65_536;

async function fingerprintOf(file: MediaFile): Promise<string> {
  const length = Math.min(FINGERPRINT, file.size);
  return createHash("sha256")
    .update(`${file.size}\n`)
    .update(await file.read(0, length))
    .update(await file.read(file.size - length, length))
    .digest("hex");
}

function damaged(path: string, { offset, message }: MediaDamage): Diagnostic {
  const detail =
    offset === 0
      ? `${path} is no backup file of SQL Server: ${message}. It was left out.`
      : `${path} cannot be read at byte ${offset}: ${message}. It was left out. Take another copy of the file; RESTORE VERIFYONLY on a server says what else is wrong with it.`;
  return errorDiagnostic({ code: "MEDIA_CORRUPTED", summary: "Backup file damaged", detail });
}

function withoutSets(path: string): Diagnostic {
  const detail = `${path} is in the format of backup files but holds no backup set of SQL Server. It was left out.`;
  return errorDiagnostic({
    code: "MEDIA_CORRUPTED",
    summary: "Backup file without a backup",
    detail,
  });
}
