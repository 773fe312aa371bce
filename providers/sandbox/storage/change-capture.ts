import type { SqlType, SqlValue } from "../values/sql-type.ts";

/** Change Data Capture as a database keeps it: what is captured, by which jobs, and what the log holds that no scan has read. */

/** A column of a change table that comes from the source table. */
export interface CapturedColumn {
  /** In the source table. */
  readonly columnId: number;
  readonly name: string;
  /** In the change table. */
  readonly type: SqlType;
  /** What `cdc.captured_columns.column_type` says. */
  readonly typeName: string;
  readonly userTypeId: number;
  readonly isComputed: boolean;
}

/** One row of `cdc.change_tables`, with what hangs on it. Its key is the object id of the change table. */
export interface CaptureInstance {
  readonly changeTableId: number;
  readonly sourceId: number;
  readonly name: string;
  /** The low water mark. */
  readonly startLsn: bigint;
  readonly supportsNetChanges: boolean;
  readonly roleName: string | undefined;
  readonly indexName: string | undefined;
  readonly filegroup: string | undefined;
  readonly createDate: number;
  readonly allowsSwitch: boolean;
  /** In order of `column_ordinal`, from 1. */
  readonly columns: readonly CapturedColumn[];
  /** Column ids of the unique index that names a row, in its order; empty without one. */
  readonly keys: readonly number[];
  readonly allChangesId: number;
  /** 0 without net changes. */
  readonly netChangesId: number;
}

/** What `msdb.dbo.cdc_jobs` says of a job. */
export interface JobSettings {
  readonly maxTransactions: number;
  readonly maxScans: number;
  readonly continuous: boolean;
  /** Seconds. */
  readonly pollingInterval: number;
  /** Minutes. */
  readonly retention: number;
  readonly threshold: number;
}

export interface CaptureJob extends JobSettings {
  readonly type: "capture" | "cleanup";
  readonly jobId: string;
  readonly isRunning: boolean;
  /** The settings that the job was started with: others count from its next start. */
  readonly inForce: JobSettings;
}

/** That a database is enabled at all. */
export interface CaptureState {
  readonly principalId: number;
  readonly schemaId: number;
  readonly enabledAt: number;
}

export type LogEntry =
  | {
      readonly kind: "row";
      readonly changeTableId: number;
      readonly sequence: bigint;
      readonly operation: 1 | 2 | 3 | 4;
      readonly mask: Uint8Array;
      readonly values: readonly SqlValue[];
      readonly commandId: number;
    }
  | {
      readonly kind: "definition";
      readonly changeTableId: number;
      readonly sourceId: number;
      readonly sequence: bigint;
      readonly command: string;
      /** A datetime. */
      readonly time: number;
      /** The columns whose type changed, as the change table is to have them. */
      readonly retyped: readonly CapturedColumn[];
    };

/** A committed transaction that touched what is captured. */
export interface LoggedTransaction {
  readonly commitLsn: bigint;
  readonly beginLsn: bigint;
  /** 100 ns since 0001-01-01. */
  readonly beganAt: bigint;
  /** A datetime. */
  readonly endTime: number;
  readonly transactionId: number;
  readonly entries: LogEntry[];
}

/** A reading of the log that found something. */
export interface ScanSession {
  readonly sessionId: number;
  /** A datetime. */
  readonly time: number;
  readonly transactions: number;
  /** Rows and definitions. */
  readonly commands: number;
  readonly definitions: number;
  readonly firstLsn: bigint;
  readonly lastLsn: bigint;
  /** When the last transaction was committed, as a datetime. */
  readonly lastTime: number;
  readonly errors: number;
}

/** Why a reading of the log ended before its end. */
export interface ScanError {
  readonly sessionId: number;
  readonly time: number;
  readonly number: number;
  readonly class: number;
  readonly state: number;
  readonly message: string;
  readonly commitLsn: bigint;
  readonly beginLsn: bigint;
}

export interface CaptureReading {
  /** Committed and not captured, oldest first. */
  readonly pending: readonly LoggedTransaction[];
  /** The newest ones. */
  readonly sessions: readonly ScanSession[];
  readonly errors: readonly ScanError[];
}

const VLF = 10n ** 15n;
const BLOCK = 10n ** 5n;

/** A log sequence number as binary(10): file, block and slot of 4, 4 and 2 bytes. */
export function lsnBytes(lsn: bigint): Uint8Array {
  const bytes = new Uint8Array(10);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Number(lsn / VLF));
  view.setUint32(4, Number((lsn / BLOCK) % (VLF / BLOCK)));
  view.setUint16(8, Number(lsn % BLOCK));
  return bytes;
}

/** The number of ten bytes; missing ones are zeros. */
export function lsnOfBytes(bytes: Uint8Array): bigint {
  const whole = new Uint8Array(10);
  whole.set(bytes.subarray(0, 10));
  const view = new DataView(whole.buffer);
  return (
    BigInt(view.getUint32(0)) * VLF + BigInt(view.getUint32(4)) * BLOCK + BigInt(view.getUint16(8))
  );
}

/** `00000022:00000004:0001`. */
export function formatLsn(lsn: bigint): string {
  const hex = Buffer.from(lsnBytes(lsn)).toString("hex");
  return `${hex.slice(0, 8)}:${hex.slice(8, 16)}:${hex.slice(16)}`;
}
