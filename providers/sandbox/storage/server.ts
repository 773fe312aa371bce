import type { Database } from "./database.ts";
import type { DatabaseCopy } from "./database-copy.ts";
import type { Flavour } from "./flavour.ts";
import type { JournaledMap } from "./journal.ts";
import type { LinkedServer } from "./linked-server.ts";
import type { Permission, RoleMember, ServerPrincipal } from "./principals.ts";
import type { ElasticPool } from "./service-objectives.ts";

/** What the server knows beyond its databases. */
export interface ServerState {
  readonly name: string;
  readonly flavour: Flavour;
  readonly startTime: number;
  /** `SERVERPROPERTY('Collation')`. */
  readonly collation: string;
  /** By id: master 1, tempdb 2, model 3, msdb 4, others from 5. */
  readonly databases: ReadonlyMap<number, Database>;
  findDatabase(name: string): Database | undefined;
  /** Of Azure SQL Database: by name in lower case. */
  readonly elasticPools: ReadonlyMap<string, ElasticPool>;
  readonly principals: JournaledMap<number, ServerPrincipal>;
  /** Key: `role.member`. */
  readonly roleMembers: JournaledMap<string, RoleMember>;
  readonly permissions: JournaledMap<string, Permission>;
  findPrincipal(name: string): ServerPrincipal | undefined;
  /** By server id. */
  readonly linkedServers: JournaledMap<number, LinkedServer>;
  /** What `sp_configure` changed: value by configuration id. */
  readonly configurations: Map<number, number>;
  /** The sessions that are signed in, by session id (from 51). */
  readonly sessions: ReadonlyMap<number, SessionState>;
  /** Databases that are being copied, or whose copy failed, by database id. */
  readonly copies: ReadonlyMap<number, DatabaseCopy>;
}

/** One signed-in session, as `sys.dm_exec_sessions` shows it. */
export interface SessionState {
  readonly sessionId: number;
  readonly loginTime: number;
  readonly hostName: string;
  readonly programName: string;
  /** The server principal whose rights count now, and the one who signed in. */
  readonly loginId: number;
  readonly originalLoginId: number;
  readonly database: Database;
  readonly isRunning: boolean;
  /** Session id of the session that this one waits for; 0 for none. */
  readonly blockedBy: number;
  readonly openTransactions: number;
  readonly isolation:
    | "read_uncommitted"
    | "read_committed"
    | "repeatable_read"
    | "serializable"
    | "snapshot";
  readonly lastRequestTime: number;
}
