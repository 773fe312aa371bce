import type {
  SystemContext,
  SystemProcedure,
  SystemRegistry,
  SystemTableFunction,
  SystemView,
} from "../engine/system-registry.ts";
import type { Database } from "../storage/database.ts";
import type { Flavour } from "../storage/flavour.ts";
import type { ServerState } from "../storage/server.ts";
import type { SqlValue } from "../values/sql-type.ts";
import { allObjectViews } from "./all-object-views.ts";
import { CAPTURE_VIEWS, JOB_TABLES, jobTableOf } from "./capture-views.ts";
import { COMPATIBILITY_VIEWS } from "./compatibility-views.ts";
import { DATABASE_VIEWS } from "./database-views.ts";
import { DEPENDENCY_VIEWS } from "./dependency-views.ts";
import { EMPTY_VIEWS } from "./empty-views.ts";
import { ENCRYPTION_VIEWS } from "./encryption-views.ts";
import { LIST_EXTENDED_PROPERTY } from "./extended-property-function.ts";
import { INFORMATION_SCHEMA_VIEWS } from "./information-schema.ts";
import { METADATA_FACTS } from "./metadata-functions.ts";
import { OBJECT_VIEWS } from "./object-views.ts";
import { PARTITION_VIEWS } from "./partition-views.ts";
import { PRINCIPAL_VIEWS } from "./principal-views.ts";
import { PROPERTY_VIEWS } from "./property-views.ts";
import { SERVER_COMPATIBILITY_VIEWS } from "./server-compatibility-views.ts";
import { SERVER_VIEWS } from "./server-views.ts";
import { isKnownTo, SERVICE_VIEWS } from "./service-views.ts";
import { STORAGE_VIEWS } from "./storage-views.ts";
import { SYSTEM_PROCEDURES } from "./system-procedures.ts";
import { TABLE_VIEWS } from "./table-views.ts";
import { TEMPORAL_VIEWS } from "./temporal-views.ts";
import { TYPE_VIEWS } from "./type-views.ts";
import { defineViews } from "./view-definition.ts";

/** Object ids of system views go down from here. */
const FIRST_ID = -103;

/** Below those of all views. */
const JOB_TABLE_ID = -100_000;

const PLAIN = [
  ...OBJECT_VIEWS,
  ...TABLE_VIEWS,
  ...TYPE_VIEWS,
  ...STORAGE_VIEWS,
  ...PARTITION_VIEWS,
  ...DEPENDENCY_VIEWS,
  ...DATABASE_VIEWS,
  ...PRINCIPAL_VIEWS,
  ...PROPERTY_VIEWS,
  ...SERVER_VIEWS,
  ...CAPTURE_VIEWS,
  ...EMPTY_VIEWS,
  ...ENCRYPTION_VIEWS,
  ...TEMPORAL_VIEWS,
  ...INFORMATION_SCHEMA_VIEWS,
];

/** One for all engines of a kind: it holds nothing that changes. */
const REGISTRIES = new Map<Flavour, SystemRegistry>();

/** Everything that the server itself brings: catalog views, metadata functions, system procedures. */
export function systemRegistry(flavour: Flavour = "sql_server"): SystemRegistry {
  const known = REGISTRIES.get(flavour) ?? createSystemRegistry(flavour);
  REGISTRIES.set(flavour, known);
  return known;
}

function createSystemRegistry(flavour: Flavour): SystemRegistry {
  const old = [...COMPATIBILITY_VIEWS, ...SERVER_COMPATIBILITY_VIEWS];
  const all = [...PLAIN, ...old, ...SERVICE_VIEWS];
  const listed = defineViews(
    all.filter(({ name }) => isKnownTo(flavour, name)),
    FIRST_ID,
  );
  const views = [...listed, ...defineViews(allObjectViews(listed), FIRST_ID - listed.length)];
  return new CatalogRegistry(views, {
    local: namesOf(COMPATIBILITY_VIEWS),
    server: namesOf(SERVER_COMPATIBILITY_VIEWS),
  });
}

function namesOf(views: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(views.map(({ name }) => name.toLowerCase()));
}

/** Names of compatibility views: found without a schema and under `dbo` too. */
interface OldNames {
  readonly local: ReadonlySet<string>;
  /** Only in master. */
  readonly server: ReadonlySet<string>;
}

class CatalogRegistry implements SystemRegistry {
  readonly #views: ReadonlyMap<string, SystemView>;
  readonly #old: OldNames;
  readonly #procedures: ReadonlyMap<string, SystemProcedure>;

  readonly #jobTables = new Map(
    defineViews(JOB_TABLES, JOB_TABLE_ID).map((view) => [`${view.schema}.${view.name}`, view]),
  );

  constructor(views: readonly SystemView[], old: OldNames) {
    this.#views = new Map(views.map((view) => [`${view.schema}.${view.name}`.toLowerCase(), view]));
    this.#old = old;
    this.#procedures = new Map(
      SYSTEM_PROCEDURES.map((procedure) => [procedure.name.toLowerCase(), procedure]),
    );
  }

  view(schema: string | undefined, name: string, inMaster: boolean): SystemView | undefined {
    const owner = schema?.toLowerCase();
    if (owner !== undefined && owner !== "dbo") {
      return this.#views.get(`${owner}.${name.toLowerCase()}`);
    }
    const key = `sys.${name.toLowerCase()}`;
    const isFound = this.#old.local.has(key) || (inMaster && this.#old.server.has(key));
    return isFound ? this.#views.get(key) : undefined;
  }

  jobTable(
    schema: string | undefined,
    name: string,
    place: { readonly database: Database; readonly server: ServerState },
  ): SystemView | undefined {
    if (name.toLowerCase() !== "cdc_jobs") return undefined;
    const table = jobTableOf(place.database, place.server.databases.values());
    const owner = table?.split(".")[0];
    const isNamed = schema?.toLowerCase() === owner || (schema === undefined && owner === "dbo");
    return isNamed ? this.#jobTables.get(table ?? "") : undefined;
  }

  /** Built-in functions are found without a schema too. */
  tableFunction(schema: string | undefined, name: string): SystemTableFunction | undefined {
    const isOurs = schema === undefined || schema.toLowerCase() === "sys";
    const isIt = name.toLowerCase() === LIST_EXTENDED_PROPERTY.name;
    return isOurs && isIt ? LIST_EXTENDED_PROPERTY : undefined;
  }

  procedure(name: string): SystemProcedure | undefined {
    return this.#procedures.get(name.toLowerCase());
  }

  fact(
    context: SystemContext,
    name: string,
    parameters: readonly SqlValue[],
  ): SqlValue | undefined {
    return METADATA_FACTS.get(name)?.(context, parameters);
  }
}
