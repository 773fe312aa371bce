import { type DiagnosticError, failure } from "../../core/diagnostics/diagnostic.ts";
import { blobExists, blobNotFound, storeNotWritable } from "../../core/storage/store-failure.ts";

/** What was tried when a file system call failed. */
export interface FileAttempt {
  readonly kind: "read" | "write";
  /** The blob's name or the prefix of a listing. */
  readonly name: string;
  readonly folder: string;
}

/** The code of an error of the operating system: `ENOENT`; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission is denied",
  EPERM: "the operation is not permitted",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is not a folder",
  ELOOP: "its symbolic links go in a circle",
  ENAMETOOLONG: "its name is too long",
  ERR_INVALID_ARG_VALUE: "its name holds a NUL character",
  ENOSPC: "the disk is full",
  EROFS: "the file system is read-only",
};

/** Why a call of the file system failed, to follow "because". */
export function reasonOfErrno(error: unknown): string {
  const errno = errnoOf(error);
  return REASONS[errno ?? ""] ?? errno ?? "of an unknown reason";
}

type Explain = (attempt: FileAttempt, error: unknown) => DiagnosticError;

const READ: Readonly<Record<string, Explain>> = {
  ENOENT: ({ name }, error) => blobNotFound(name, error),
  ENOTDIR: ({ name }, error) => blobNotFound(name, error),
  EACCES: notReadable,
  EPERM: notReadable,
};

const WRITE: Readonly<Record<string, Explain>> = {
  ENOENT: notWritable,
  EEXIST: (attempt, error) =>
    isMadeFolder(error) ? noFolder(attempt, error) : blobExists(attempt.name, error),
  ENOSPC: storeFull,
  EDQUOT: storeFull,
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: notWritable,
  ENOTDIR: notWritable,
};

/** The diagnostic for a failed call of the file system. */
export function explainFileError(error: unknown, attempt: FileAttempt): DiagnosticError {
  const explain = (attempt.kind === "read" ? READ : WRITE)[errnoOf(error) ?? ""] ?? storeFailed;
  return explain(attempt, error);
}

function notWritable({ folder }: FileAttempt, error: unknown): DiagnosticError {
  return storeNotWritable(
    `The folder ${folder} cannot be written (${errnoOf(error) ?? "for an unknown reason"}).`,
    error,
  );
}

/** A folder that is there already is no error; so what is there is something else. */
function isMadeFolder(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && error.syscall === "mkdir";
}

function noFolder({ folder }: FileAttempt, error: unknown): DiagnosticError {
  return storeNotWritable(
    `The folder ${folder} cannot be made, because a file stands in its place or in a part of its path.`,
    error,
  );
}

function storeFailed(attempt: FileAttempt, error: unknown): DiagnosticError {
  const errno = errnoOf(error) ?? "an unknown error";
  return failure(
    {
      code: "STORE_FAILED",
      summary: "Folder not usable",
      detail:
        `The system answered ${errno} to a ${attempt.kind} of ${attempt.name} in the folder ${attempt.folder}. ` +
        "What was stored before is unchanged. Look at the disk or the network share, then run the command again.",
    },
    error,
  );
}

function storeFull({ folder }: FileAttempt, error: unknown): DiagnosticError {
  return failure(
    {
      code: "STORE_FULL",
      summary: "No space left",
      detail:
        `The disk or the quota of the folder ${folder} is full. What was stored before is unchanged, and a backup that ` +
        "stopped because of this continues from what it stored. Make room or choose a larger disk, then run the command again.",
    },
    error,
  );
}

function notReadable({ folder, name }: FileAttempt, error: unknown): DiagnosticError {
  return failure(
    {
      code: "STORE_NOT_READABLE",
      summary: "Folder not readable",
      detail:
        `The account that runs Holdfast may not read ${name} in the folder ${folder}. ` +
        "Give it the right to read there, or run the command as the owner of the folder.",
    },
    error,
  );
}
