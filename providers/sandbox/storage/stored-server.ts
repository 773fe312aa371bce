import { permissionKey } from "./database.ts";
import { createDatabase, defaultOptions, SA_SID } from "./database-birth.ts";
import { foldingOf } from "./database-catalog.ts";
import type { DatabaseCopy } from "./database-copy.ts";
import type { Flavour } from "./flavour.ts";
import { JournaledMap, noJournal } from "./journal.ts";
import type { LinkedServer } from "./linked-server.ts";
import { newRole, type Permission, type RoleMember, type ServerPrincipal } from "./principals.ts";
import type { ServerState, SessionState } from "./server.ts";
import type { ElasticPool } from "./service-objectives.ts";
import type { StoredDatabase } from "./stored-database.ts";
import { TransactionLog } from "./transaction-log.ts";

const SYSTEM_DATABASES = ["master", "tempdb", "model", "msdb"];
const SERVER_ROLES = [
  "public",
  "sysadmin",
  "securityadmin",
  "serveradmin",
  "setupadmin",
  "processadmin",
  "diskadmin",
  "dbcreator",
  "bulkadmin",
];

/** Fixed roles of SQL Server 2022 and of the services (documentation: Server-level roles). Their ids come behind those of the others. */
const NEW_SERVER_ROLES = [
  "##MS_DatabaseConnector##",
  "##MS_DatabaseManager##",
  "##MS_DefinitionReader##",
  "##MS_LoginManager##",
  "##MS_SecurityDefinitionReader##",
  "##MS_ServerStateManager##",
  "##MS_ServerStateReader##",
];

/** By default, public has VIEW ANY DATABASE (documentation of sys.databases, Permissions). */
const SEEN_BY_ALL: Permission = {
  securable: "SERVER",
  majorId: 0,
  minorId: 0,
  granteeId: 2,
  grantorId: 1,
  name: "VIEW ANY DATABASE",
  state: "GRANT",
};

/** model and msdb are no databases of Azure SQL Database (documentation of sys.databases); the sandbox keeps them for itself. */
function isReachable(flavour: Flavour, { databaseId }: StoredDatabase): boolean {
  return flavour !== "azure_sql" || (databaseId !== 3 && databaseId !== 4);
}

/** The roles of a logical server, which are roles of its master database (documentation: Database-level roles, special roles). */
function addMasterRoles(master: StoredDatabase, now: number): void {
  for (const [index, name] of ["loginmanager", "dbmanager"].entries()) {
    const role = newRole({ principalId: 5 + index, name, now });
    master.catalog.principals.set(role.principalId, role, noJournal);
  }
}

export interface ServerBirth {
  readonly name: string;
  /** [sql_server] */
  readonly flavour?: Flavour | undefined;
  readonly collation: string;
  /** A value of type datetime. */
  readonly now: number;
  readonly saPasswordHash: Uint8Array;
}

/** A server with its four system databases and the login sa. */
export class StoredServer implements ServerState {
  readonly name: string;
  readonly flavour: Flavour;
  readonly startTime: number;
  readonly collation: string;
  readonly databases = new Map<number, StoredDatabase>();
  readonly principals = new JournaledMap<number, ServerPrincipal>();
  readonly roleMembers = new JournaledMap<string, RoleMember>();
  readonly permissions = new JournaledMap<string, Permission>();
  readonly linkedServers = new JournaledMap<number, LinkedServer>();
  readonly configurations = new Map<number, number>();
  readonly sessions = new Map<number, SessionState>();
  readonly copies = new Map<number, DatabaseCopy>();
  /** What is still to be made of a database when it is entered first. */
  readonly unmade = new Map<StoredDatabase, () => void>();
  readonly elasticPools = new Map<string, ElasticPool>();
  readonly log = new TransactionLog();
  readonly #fold: (name: string) => string;

  constructor(birth: ServerBirth) {
    this.name = birth.name;
    this.flavour = birth.flavour ?? "sql_server";
    this.startTime = birth.now;
    this.collation = birth.collation;
    this.#fold = foldingOf(birth.collation);
    for (const [index, name] of SYSTEM_DATABASES.entries()) {
      const options = defaultOptions(name, birth.collation);
      this.databases.set(
        index + 1,
        createDatabase({ databaseId: index + 1, options, now: birth.now }),
      );
    }
    this.#addPrincipals(birth);
    if (birth.flavour === "azure_sql") addMasterRoles(this.database(1), birth.now);
    this.permissions.set(permissionKey(SEEN_BY_ALL), SEEN_BY_ALL, noJournal);
  }

  get tempdb(): StoredDatabase {
    return this.database(2);
  }

  database(id: number): StoredDatabase {
    const database = this.databases.get(id);
    if (database === undefined) throw new Error(`Database ${id} is gone. This is a bug.`);
    return database;
  }

  findDatabase(name: string): StoredDatabase | undefined {
    const wanted = this.#fold(name);
    return this.databases
      .values()
      .find(
        (database) =>
          this.#fold(database.options.name) === wanted && isReachable(this.flavour, database),
      );
  }

  /** The lowest id that is free. */
  nextDatabaseId(): number {
    let id = 5;
    while (this.databases.has(id)) id += 1;
    return id;
  }

  findPrincipal(name: string): ServerPrincipal | undefined {
    const wanted = this.#fold(name);
    return this.principals.values().find((principal) => this.#fold(principal.name) === wanted);
  }

  #addPrincipals({ now, saPasswordHash }: ServerBirth): void {
    const common = {
      disabled: false,
      createDate: now,
      modifyDate: now,
      defaultDatabase: "master",
      defaultLanguage: "us_english",
      checkPolicy: false,
      checkExpiration: false,
    };
    this.principals.set(
      1,
      {
        ...common,
        principalId: 1,
        name: "sa",
        kind: "sql_login",
        sid: SA_SID,
        isFixedRole: false,
        passwordHash: saPasswordHash,
        owningPrincipalId: undefined,
      },
      noJournal,
    );
    for (const [index, name] of [...SERVER_ROLES, ...NEW_SERVER_ROLES].entries()) {
      const principalId = index + 2 + (index < SERVER_ROLES.length ? 0 : 10);
      this.principals.set(
        principalId,
        {
          ...common,
          principalId,
          name,
          kind: "server_role",
          sid: principalId.toString(16).toUpperCase().padStart(2, "0"),
          isFixedRole: principalId > 2,
          passwordHash: undefined,
          owningPrincipalId: 1,
        },
        noJournal,
      );
    }
    this.roleMembers.set("3.1", { roleId: 3, memberId: 1 }, noJournal);
  }
}
