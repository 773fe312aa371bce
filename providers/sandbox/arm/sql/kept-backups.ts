import { randomUUID } from "node:crypto";
import { type DatabaseImage, engineTime, takeImage } from "../../engine/database-copies.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { timeOfDatetime } from "../../values/datetime-time.ts";
import type { SqlHost } from "../sql-host.ts";
import { type Sku, skuOf } from "./database-sku.ts";

/** A backup that the service keeps of a database: for the long term, or of one that was dropped. */
export interface KeptBackup {
  readonly id: string;
  readonly host: SqlHost;
  readonly databaseName: string;
  readonly image: DatabaseImage;
  readonly sku: Sku;
  readonly maxSize: number;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly takenAt: number;
  readonly expiresAt: number;
}

/** Dropped databases that can be brought back; older ones are forgotten, for the sandbox keeps them in memory. */
const MOST_DROPPED = 20;

/** The backups of all databases of the tenant. */
export class KeptBackups {
  readonly longTerm: KeptBackup[] = [];
  readonly dropped: KeptBackup[] = [];

  /** Keeps what is committed now for the long term; gives the name of the backup. */
  keep(host: SqlHost, database: StoredDatabase, lifetime: number): string {
    const backup = this.#take({ host, database, lifetime });
    this.longTerm.push(backup);
    return backup.id;
  }

  /** Notes a database that is about to be dropped. */
  noteDropped(host: SqlHost, database: StoredDatabase, lifetime: number): void {
    this.dropped.push(this.#take({ host, database, lifetime }));
    if (this.dropped.length > MOST_DROPPED) this.dropped.shift();
  }

  #take(taken: {
    readonly host: SqlHost;
    readonly database: StoredDatabase;
    readonly lifetime: number;
  }): KeptBackup {
    const { host, database, lifetime } = taken;
    const takenAt = engineTime(host.engine);
    const { name, service } = database.options;
    return {
      // The form of the service: a guid, a semicolon, ticks since 1601 (Microsoft.Sql: LongTermRetentionBackupGet).
      id: `${randomUUID()};${fileTime(takenAt)}`,
      host,
      databaseName: name,
      image: takeImage(host.engine, database),
      sku: skuOf(service),
      maxSize: service?.maxSize ?? 0,
      createdAt: timeOfDatetime(database.createDate),
      takenAt,
      expiresAt: takenAt + lifetime,
    };
  }
}

/** 100 ns since 1601-01-01 UTC, as names of backups and of dropped databases have it. */
export function fileTime(time: number): string {
  return ((BigInt(time) + 11_644_473_600_000n) * 10_000n).toString();
}
