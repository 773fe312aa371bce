import type { DatabaseOption } from "../../parser/ast-databases.ts";
import type { DatabaseOptions } from "../../storage/database.ts";
import type { Flavour } from "../../storage/flavour.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import { setEncryption } from "../certificates/key-statements.ts";
import type { Activation } from "../session/activation.ts";
import type { SessionCore } from "../session/session-core.ts";
import { datetimeNow } from "../session/system-context.ts";
import { enterDatabase } from "./session-statements.ts";

/** Whether a session that goes on is in the database. */
export function isInUse(database: StoredDatabase, core: SessionCore): boolean {
  const sessions = [...core.server.sessions.values()] as SessionCore[];
  return sessions.some((session) => session.database === database && !session.isKilled);
}

const WORDS: Readonly<Record<string, Partial<DatabaseOptions>>> = {
  online: { state: "ONLINE" },
  offline: { state: "OFFLINE" },
  emergency: { state: "EMERGENCY" },
  read_only: { readOnly: true },
  read_write: { readOnly: false },
  single_user: { access: "SINGLE_USER" },
  restricted_user: { access: "RESTRICTED_USER" },
  multi_user: { access: "MULTI_USER" },
};

/** Options that belong to the service itself (documentation of ALTER DATABASE SET; T-SQL differences of a managed instance). */
const NOT_IN_SERVICE: Readonly<Partial<Record<Flavour, ReadonlySet<string>>>> = {
  azure_sql: new Set([
    "online",
    "offline",
    "emergency",
    "single_user",
    "recovery",
    "page_verify",
    "cursor_default",
    "trustworthy",
    "db_chaining",
    "enable_broker",
    "disable_broker",
    "new_broker",
  ]),
  managed_instance: new Set([
    "auto_close",
    "offline",
    "emergency",
    "single_user",
    "restricted_user",
    "read_only",
    "page_verify",
    "enable_broker",
    "disable_broker",
    "new_broker",
  ]),
};

function refuseByFlavour({ name, value }: DatabaseOption, flavour: Flavour): void {
  const isSimpler = name === "recovery" && textOf(value) !== "FULL";
  const isRefused =
    NOT_IN_SERVICE[flavour]?.has(name) === true || (flavour === "managed_instance" && isSimpler);
  if (!isRefused) return;
  raise(
    5008,
    "This ALTER DATABASE statement is not supported. Correct the syntax and execute the statement again.",
  );
}

/** ALTER DATABASE … SET, one option of it. */
export function setOption(
  option: DatabaseOption,
  database: StoredDatabase,
  activation: Activation,
): void {
  const { core } = activation;
  const { name } = option;
  const word = WORDS[name];
  refuseByFlavour(option, core.server.flavour);
  if (name === "encryption" && typeof option.value === "boolean") {
    setEncryption(database, option.value, datetimeNow(core.parts.now()));
    return;
  }
  if (name === "offline") {
    if (database.databaseId <= 4)
      raise(5058, `Option 'OFFLINE' cannot be set in database '${database.options.name}'.`);
    if (core.database === database) enterDatabase(core.server.database(1), activation);
    if (isInUse(database, core)) {
      raise(
        5070,
        `Database state cannot be changed while other users are using the database '${database.options.name}'`,
        { state: 2 },
      );
    }
  }
  const change = word ?? wordOption(option) ?? flagOption(option, database);
  if (change === undefined) {
    raise(40_515, `ALTER DATABASE … SET ${name.toUpperCase()} is not supported in this version.`);
  }
  database.options = { ...database.options, ...change };
}

function textOf(value: DatabaseOption["value"]): string {
  if (typeof value === "string") return value.toUpperCase();
  if (typeof value === "object" && value.kind === "number") return value.text;
  return "";
}

function wordOption({ name, value }: DatabaseOption): Partial<DatabaseOptions> | undefined {
  const text = textOf(value);
  switch (name) {
    case "recovery":
      return { recovery: oneOf(text, ["FULL", "BULK_LOGGED", "SIMPLE"]) };
    case "page_verify":
      return { pageVerify: oneOf(text, ["CHECKSUM", "TORN_PAGE_DETECTION", "NONE"]) };
    case "cursor_default":
      return { cursorDefault: oneOf(text, ["GLOBAL", "LOCAL"]) };
    case "parameterization":
      return { parameterization: oneOf(text, ["SIMPLE", "FORCED"]) };
    case "compatibility_level":
      return { compatibilityLevel: levelOf(Number(text)) };
    case "allow_snapshot_isolation":
      return { snapshotIsolation: value === true ? "ON" : "OFF" };
    case "read_committed_snapshot":
      return { readCommittedSnapshot: value === true };
    default:
      return undefined;
  }
}

function oneOf<Word extends string>(text: string, words: readonly Word[]): Word {
  return (
    words.find((word) => word === text) ??
    raise(102, `Incorrect syntax near '${text}'.`, { class: 15 })
  );
}

function levelOf(level: number): number {
  if ([100, 110, 120, 130, 140, 150, 160].includes(level)) return level;
  raise(
    15_048,
    "Valid values of the database compatibility level are 100, 110, 120, 130, 140, 150, or 160.",
  );
}

function flagOption(
  { name, value }: DatabaseOption,
  database: StoredDatabase,
): Partial<DatabaseOptions> | undefined {
  const key = name.toUpperCase();
  const known = key === "DISABLE_BROKER" || key === "NEW_BROKER" ? "ENABLE_BROKER" : key;
  const { flags } = database.options;
  if (!Object.hasOwn(flags, known)) return undefined;
  const isOn = key === "DISABLE_BROKER" ? false : value !== false;
  return { flags: { ...flags, [known]: isOn } };
}
