import type { AlterLoginStatement, CreateLoginStatement } from "../../parser/ast-security.ts";
import type { NamedOption } from "../../parser/ast-tables.ts";
import type { ServerPrincipal } from "../../storage/principals.ts";
import { raise } from "../../values/sql-exception.ts";
import type { Activation } from "../session/activation.ts";
import { requireMaster } from "../session/database-access.ts";
import { hashPassword } from "../session/passwords.ts";
import { requireTransaction } from "../session/readers.ts";
import { datetimeNow } from "../session/system-context.ts";
import { plainText } from "../session/value-text.ts";
import { evaluateExpression } from "../statements/control-flow.ts";
import type { Interpreter } from "../statements/flow.ts";
import type { Task } from "../suspension.ts";
import { createExternalLogin } from "./external-principals.ts";
import { findLogin, requireSecurityAdmin } from "./principals.ts";

export function* createLogin(
  statement: CreateLoginStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task {
  const { core } = activation;
  const { value: name } = statement.name;
  requireMaster(core);
  if (statement.source === "external_provider") {
    createExternalLogin(name, activation);
    return;
  }
  requireSecurityAdmin(activation);
  if (statement.source !== "password" || statement.password === undefined) {
    raise(
      40_515,
      "Logins other than SQL logins with a password are not supported in this version.",
    );
  }
  if (core.server.findPrincipal(name) !== undefined) {
    raise(15_025, `The server principal '${name}' already exists.`);
  }
  const { value, hashed } = statement.password;
  const given = yield* evaluateExpression(value, { activation, interpreter });
  const now = datetimeNow(core.parts.now());
  const option = (wanted: string): unknown =>
    statement.options.find((item) => item.name === wanted)?.value;
  const database = option("default_database");
  const sid = option("sid");
  const login: ServerPrincipal = {
    principalId:
      Math.max(255, ...[...core.server.principals.values()].map(({ principalId }) => principalId)) +
      1,
    name,
    kind: "sql_login",
    sid: isBinary(sid)
      ? sid.hex.toUpperCase()
      : Buffer.from(core.parts.randomBytes(16)).toString("hex").toUpperCase(),
    isFixedRole: false,
    disabled: false,
    createDate: now,
    modifyDate: now,
    defaultDatabase: typeof database === "string" ? database : "master",
    defaultLanguage: "us_english",
    checkPolicy: option("check_policy") !== false,
    checkExpiration: option("check_expiration") === true,
    passwordHash:
      hashed && given instanceof Uint8Array
        ? given
        : hashPassword(typeof given === "string" ? given : "", core.parts.randomBytes(4)),
    owningPrincipalId: undefined,
  };
  core.server.principals.set(login.principalId, login, requireTransaction(core).journal);
}

function isBinary(value: unknown): value is { readonly hex: string } {
  return (
    typeof value === "object" && value !== null && "hex" in value && typeof value.hex === "string"
  );
}

export function* alterLogin(
  statement: AlterLoginStatement,
  activation: Activation,
  interpreter: Interpreter,
): Task {
  const { core } = activation;
  requireMaster(core);
  const login = findLogin(statement.name.value, activation);
  const isSelf = login.principalId === core.loginId;
  const { action } = statement;
  if (!isSelf || action.kind !== "with") requireSecurityAdmin(activation);
  const { journal } = requireTransaction(core);
  if (action.kind !== "with") {
    core.server.principals.set(
      login.principalId,
      { ...login, disabled: action.kind === "disable" },
      journal,
    );
    return;
  }
  const given =
    action.password &&
    (yield* evaluateExpression(action.password.value, { activation, interpreter }));
  const hashed = action.password && {
    passwordHash: hashPassword(plainText(given), core.parts.randomBytes(4)),
  };
  const changes = action.options.map(loginChange);
  core.server.principals.set(
    login.principalId,
    Object.assign({ ...login, ...hashed }, ...changes) as ServerPrincipal,
    journal,
  );
}

function loginChange({ name, value }: NamedOption): Partial<ServerPrincipal> {
  const text = typeof value === "string" ? value : "";
  switch (name) {
    case "default_database":
      return { defaultDatabase: text };
    case "name":
      return { name: text };
    case "check_policy":
      return { checkPolicy: value !== false };
    case "check_expiration":
      return { checkExpiration: value !== false };
    case "default_language":
      return {};
    default:
      return raise(40_515, `ALTER LOGIN … ${name.toUpperCase()} is not supported in this version.`);
  }
}
