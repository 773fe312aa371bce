import type {
  ForetoldChoice,
  Shortfall,
  ShortfallKind,
} from "../../../core/resource/database-server.ts";
import type { SchemaModule, SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { type DetachedParts, detachTables } from "../schema/detach-tables.ts";
import { type PartOfSchema, partOfSchema } from "../schema/part-of-schema.ts";
import { parseSchema } from "./parse-schema.ts";

/** So many names are told; of the rest their number. */
const SHOWN = 20;

function list(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(", ");
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function told(kind: ShortfallKind, names: readonly string[], text: string): readonly Shortfall[] {
  return names.length === 0 ? [] : [{ kind, text, remedy: null }];
}

function ofUsers({ principals }: SqlServerSchema): readonly Shortfall[] {
  const users = principals.filter(({ kind }) => kind === "user");
  const mapped = users.filter(({ source, login }) => source === "login" && login !== null);
  const contained = users.filter(({ source }) => source === "password").map(({ name }) => name);
  const pairs = mapped.map(({ name, login }) =>
    name === login ? name : `${login} (user ${name})`,
  );
  return [
    ...told(
      "logins",
      pairs,
      `Not restored, because they belong to the server: server logins. ${counted(mapped.length, "user")} of the database ${mapped.length === 1 ? "signs" : "sign"} in by ${mapped.length === 1 ? "one" : "some"}: ${list(pairs)}. Where the server has no login of that name, the user comes back without one.`,
    ),
    ...told(
      "user_without_password",
      contained,
      `Passwords cannot be read: ${counted(contained.length, "contained user")} will come back without one, and so without a way to sign in: ${list(contained)}.`,
    ),
  ];
}

/** `[server].[database].[schema].[object]` */
const FOUR_PARTS =
  /^(?:\[(?<quoted>(?:[^\]]|\]\])+)\]|(?<plain>[^.[\]]+))\.(?:[^.]*)\.(?:[^.]*)\.[^.]+$/;

/** Synonyms that lead to linked servers; what the text of modules names is not looked for. */
function ofLinkedServers({ synonyms }: SqlServerSchema): readonly Shortfall[] {
  const servers = synonyms.flatMap(({ target }) => {
    const groups = FOUR_PARTS.exec(target)?.groups;
    return groups?.["quoted"] ?? groups?.["plain"] ?? [];
  });
  const names = [...new Set(servers)];
  return told(
    "linked_servers",
    names,
    `Not restored, because they belong to the server: linked servers. ${counted(servers.length, "synonym")} of the database ${servers.length === 1 ? "leads" : "lead"} to ${list(names)}.`,
  );
}

const MODULE_WORDS = [
  ["view", "view", "views"],
  ["procedure", "procedure", "procedures"],
  ["function", "function", "functions"],
  ["trigger", "trigger", "triggers"],
  ["database_trigger", "trigger on the database", "triggers on the database"],
  ["default", "bound default", "bound defaults"],
  ["rule", "rule", "rules"],
] as const satisfies readonly (readonly [SchemaModule["kind"], string, string])[];

/** What a database has that is not among the tables chosen, by kind. */
function leftBehind(whole: SqlServerSchema, part: SqlServerSchema): readonly string[] {
  const kept = new Set(part.modules.map(({ kind, schema, name }) => `${kind} ${schema}.${name}`));
  const gone = whole.modules.filter(
    ({ kind, schema, name }) => !kept.has(`${kind} ${schema}.${name}`),
  );
  const byKind = Map.groupBy(gone, ({ kind }) => kind);
  const modules = MODULE_WORDS.flatMap(([kind, one, many]) => {
    const items = byKind.get(kind) ?? [];
    const names = items.map(({ schema, name }) => (schema === "" ? name : `${schema}.${name}`));
    return items.length === 0 ? [] : [`${counted(items.length, one, many)} (${list(names)})`];
  });
  const users = whole.principals.map(({ name }) => name);
  const policies = (whole.policies ?? []).map(({ schema, name }) => `${schema}.${name}`);
  const { length: rights } = whole.permissions;
  return [
    ...modules,
    ...(policies.length === 0
      ? []
      : [
          `${counted(policies.length, "security policy", "security policies")} (${list(policies)})`,
        ]),
    ...(users.length === 0
      ? []
      : [`${counted(users.length, "user or role", "users and roles")} (${list(users)})`]),
    ...(rights === 0 ? [] : [counted(rights, "permission")]),
  ];
}

const ALONE =
  "Tables were chosen: they come with their indexes and constraints and with the types, functions and sequences that these name.";

function ofPart(whole: SqlServerSchema, part: PartOfSchema): readonly Shortfall[] {
  const rest = leftBehind(whole, part.schema);
  const end = rest.length === 0 ? "" : ` Not restored: ${rest.join("; ")}.`;
  return [
    { kind: "other_objects", text: `${ALONE}${end}`, remedy: null },
    ...ofKeysAndVersions(part),
  ];
}

function ofKeysAndVersions({
  foreignKeys,
  plain,
}: Pick<PartOfSchema, "foreignKeys" | "plain">): readonly Shortfall[] {
  return [
    ...told(
      "foreign_keys",
      foreignKeys,
      `Foreign keys to tables that were not chosen are left out: ${foreignKeys.join("; ")}.`,
    ),
    ...told(
      "temporal_history",
      plain,
      `Without their history tables these come back as plain tables: ${plain.join(", ")}.`,
    ),
  ];
}

function ofTablesAlone(lost: DetachedParts, into: string): readonly Shortfall[] {
  const { types, expressions, bindings, triggers, policies, retained, permissions } = lost;
  return [
    ...ofKeysAndVersions(lost),
    ...told(
      "temporal_history",
      retained,
      `Versions are kept without an end, as the database would remove aged ones at once: ${list(retained)}.`,
    ),
    ...told(
      "alias_types",
      types,
      `Alias types are replaced by the types that they stand for, so that the tables depend on nothing of the database: ${list(types)}.`,
    ),
    ...told(
      "expressions",
      expressions,
      `Left out, because they call functions, sequences or types of the database, or stand on what does: ${list(expressions)}.`,
    ),
    ...told(
      "bindings",
      bindings,
      `Defaults and rules that were bound to columns are left out: ${list(bindings)}.`,
    ),
    ...told(
      "triggers",
      triggers,
      `Triggers are left out, as they would act upon the database in use: ${list(triggers)}.`,
    ),
    ...told(
      "row_security",
      policies,
      `Security policies are left out, so whoever may read schema ${into} sees all rows: ${list(policies)}.`,
    ),
    ...(permissions === 0
      ? []
      : [
          {
            kind: "permissions" as const,
            text: `${counted(permissions, "permission")} on the tables ${permissions === 1 ? "is" : "are"} left out: rights on schema ${into} and on the whole database hold.`,
            remedy: null,
          },
        ]),
  ];
}

/** What a restore of this schema will lack, counted and by name, as far as the schema tells. */
export function foretell(
  schema: SqlServerSchema,
  { tables, into }: ForetoldChoice,
): readonly Shortfall[] {
  if (tables === undefined) return [...ofUsers(schema), ...ofLinkedServers(schema)];
  if (into === undefined) return ofPart(schema, partOfSchema(schema, tables));
  return ofTablesAlone(detachTables(schema, tables, into).lost, into);
}

/** The same of the bytes that a point has. SCHEMA_UNREADABLE */
export function foretellOf(bytes: Uint8Array, choice: ForetoldChoice): readonly Shortfall[] {
  return foretell(parseSchema(undefined, bytes), choice);
}
