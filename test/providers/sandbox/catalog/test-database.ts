import { plainColumn } from "../../../../providers/sandbox/engine/definitions/plain-column.ts";
import type { ProcedureContext } from "../../../../providers/sandbox/engine/system-registry.ts";
import type { ResultColumn } from "../../../../providers/sandbox/session/session.ts";
import type { Column } from "../../../../providers/sandbox/storage/columns.ts";
import {
  createDatabase,
  defaultOptions,
} from "../../../../providers/sandbox/storage/database-birth.ts";
import { noJournal } from "../../../../providers/sandbox/storage/journal.ts";
import { newHeader } from "../../../../providers/sandbox/storage/object-header.ts";
import type {
  Index,
  Module,
  SchemaObject,
} from "../../../../providers/sandbox/storage/schema-object.ts";
import type { StoredDatabase } from "../../../../providers/sandbox/storage/stored-database.ts";
import { StoredServer } from "../../../../providers/sandbox/storage/stored-server.ts";
import type { SqlType, SqlValue } from "../../../../providers/sandbox/values/sql-type.ts";

const NOW = 1_000_000;
const COLLATION = "SQL_Latin1_General_CP1_CI_AS";

function header(objectId: number, name: string, parentId = 0) {
  return newHeader({ objectId, name, parentId, schemaId: 1, now: NOW });
}

function column(columnId: number, name: string, type: SqlType & { userTypeId?: number }): Column {
  const { userTypeId = 56, ...plain } = type;
  return plainColumn({ columnId, name, type: plain, userTypeId, nullable: columnId > 1 });
}

function index(indexId: number, name: string, columnIds: readonly number[]): Index {
  return {
    indexId,
    name,
    kind: indexId === 1 ? "clustered" : "nonclustered",
    unique: indexId === 1,
    isPrimaryKey: indexId === 1,
    isUniqueConstraint: false,
    keys: columnIds.map((columnId) => ({ columnId, descending: columnId > 1 })),
    included: [],
    filter: undefined,
    ignoreDuplicateKey: false,
    disabled: false,
    fillFactor: 0,
    padded: false,
    allowRowLocks: true,
    allowPageLocks: true,
    noRecompute: false,
    compression: "NONE",
  };
}

function moduleOf(definition: string): Module {
  return {
    definition,
    isEncrypted: false,
    usesAnsiNulls: true,
    usesQuotedIdentifier: true,
    isSchemaBound: false,
    isRecompiled: false,
    executeAs: undefined,
  };
}

export const OBJECTS: readonly SchemaObject[] = [
  {
    ...header(101, "Customer"),
    type: "U",
    columns: [
      {
        ...column(1, "Id", { name: "int" }),
        identity: { seed: 10n, increment: 5n, notForReplication: true },
      },
      column(2, "Name", {
        name: "nvarchar",
        length: 40,
        collation: "Latin1_General_BIN",
        userTypeId: 231,
      }),
      {
        ...column(4, "Shout", { name: "decimal", precision: 19, scale: 4, userTypeId: 106 }),
        computed: { definition: "([dbo].[Twice]([Id]))", persisted: false },
      },
    ],
    indexes: [index(1, "PK_Customer", [1]), index(2, "IX_Name", [2])],
    nextColumnId: 5,
    usesAnsiNulls: true,
    lockEscalation: "TABLE",
    identityCounter: { last: 15n },
  },
  { ...header(102, "PK_Customer", 101), type: "PK", indexId: 1, isSystemNamed: false },
  {
    ...header(103, "Order"),
    type: "U",
    columns: [column(1, "Id", { name: "int" }), column(2, "Customer", { name: "int" })],
    indexes: [{ ...index(0, "", []), kind: "heap", unique: false, isPrimaryKey: false }],
    nextColumnId: 3,
    usesAnsiNulls: true,
    lockEscalation: "AUTO",
    identityCounter: { last: undefined },
  },
  {
    ...header(104, "FK_Order", 103),
    type: "F",
    referencedId: 101,
    referencedIndexId: 1,
    columns: [{ column: 2, referenced: 1 }],
    onDelete: "CASCADE",
    onUpdate: "NO_ACTION",
    disabled: false,
    trusted: false,
    notForReplication: false,
    isSystemNamed: false,
  },
  {
    ...header(105, "CK_Id", 103),
    type: "C",
    definition: "([dbo].[Twice]([Id])>(0))",
    columnId: 0,
    disabled: true,
    trusted: false,
    notForReplication: false,
    isSystemNamed: true,
  },
  {
    ...header(106, "Twice"),
    type: "FN",
    module: moduleOf("CREATE FUNCTION dbo.Twice (@a int) RETURNS int AS BEGIN RETURN @a * 2 END"),
    parameters: [],
    nullOnNullInput: false,
  },
  {
    ...header(107, "Names"),
    type: "V",
    module: moduleOf(
      "CREATE VIEW dbo.Names AS SELECT c.Name, dbo.Twice(c.Id) AS d FROM Customer c JOIN other..Thing t ON 1 = 1",
    ),
    columns: [column(1, "Name", { name: "nvarchar", length: 40, userTypeId: 231 })],
    withCheckOption: false,
  },
];

export interface TestCatalog {
  readonly server: StoredServer;
  readonly database: StoredDatabase;
  readonly context: ProcedureContext;
  /** What procedures sent: result sets, messages, statements. */
  readonly results: { columns: readonly ResultColumn[]; rows: readonly (readonly SqlValue[])[] }[];
  readonly messages: number[];
  readonly statements: string[];
}

/** A server with the database `shop`, seen by sa, who may do all. */
export function createTestCatalog(): TestCatalog {
  const server = new StoredServer({
    name: "SANDBOX",
    collation: COLLATION,
    now: NOW,
    saPasswordHash: new Uint8Array(70),
  });
  const database = createDatabase({
    databaseId: 5,
    options: defaultOptions("shop", COLLATION),
    now: NOW,
  });
  server.databases.set(5, database);
  for (const object of OBJECTS) database.catalog.objects.set(object.objectId, object, noJournal);
  const results: TestCatalog["results"] = [];
  const messages: number[] = [];
  const statements: string[] = [];
  const context: ProcedureContext = {
    server,
    database,
    session: {
      sessionId: 51,
      loginTime: NOW,
      hostName: "host",
      programName: "test",
      loginId: 1,
      originalLoginId: 1,
      database,
      isRunning: true,
      blockedBy: 0,
      openTransactions: 0,
      isolation: "read_committed",
      lastRequestTime: NOW,
    },
    settings: {
      ansiNulls: true,
      ansiWarnings: true,
      arithAbort: true,
      concatNullYieldsNull: true,
      quotedIdentifier: true,
      dateFormat: "mdy",
      dateFirst: 7,
      language: "us_english",
    },
    now: NOW,
    userId: 1,
    module: undefined,
    isServerRoleMember: () => true,
    isDatabaseRoleMember: () => true,
    hasPermission: () => true,
    hasServerPermission: () => true,
    canSee: () => true,
    canEnter: () => true,
    hasPermissionIn: () => true,
    temporaryTable: (name) => (name === "#t" ? 9 : undefined),
    journal: noJournal,
    result: (columns, rows) => {
      results.push({ columns, rows });
      return Promise.resolve();
    },
    message: (number) => {
      messages.push(number);
    },
    setOutput: () => undefined,
    execute: (sql) => {
      statements.push(sql);
      return Promise.resolve();
    },
  };
  return { server, database, context, results, messages, statements };
}
