import type { Statement } from "../../parser/ast-statements.ts";
import type { StoredDatabase } from "../../storage/stored-database.ts";
import { raise } from "../../values/sql-exception.ts";
import type { Activation } from "../session/activation.ts";
import { requireAccess } from "../session/database-access.ts";
import { userIdIn } from "../session/rights.ts";
import { plainText } from "../session/value-text.ts";
import type { Task } from "../suspension.ts";
import { evaluateExpression } from "./control-flow.ts";
import type { Flow, Interpreter } from "./flow.ts";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { readonly kind: Kind }>;

export function enterDatabase(database: StoredDatabase, activation: Activation): void {
  const { core } = activation;
  requireAccess(database, core);
  const from = core.database.options.name;
  core.database = database;
  activation.sink.environment({ kind: "database", from, to: database.options.name });
  activation.sink.message({
    number: 5701,
    state: 2,
    class: 0,
    message: `Changed database context to '${database.options.name}'.`,
    procedure: "",
    line: activation.line,
  });
}

export function executeUse(name: string, activation: Activation): void {
  const { server, database: current } = activation.core;
  const database = server.findDatabase(name);
  // Documentation of USE, Azure SQL Database.
  if (server.flavour === "azure_sql" && database !== current) {
    raise(
      40_508,
      "USE statement is not supported to switch between databases. Use a new connection to connect to a different database.",
    );
  }
  if (database === undefined) {
    raise(911, `Database '${name}' does not exist. Make sure that the name is entered correctly.`);
  }
  enterDatabase(database, activation);
}

export function* executeAs(
  statement: Of<"execute_as">,
  activation: Activation,
  interpreter: Interpreter,
): Task<Flow> {
  const { core } = activation;
  if (statement.type === "caller" || statement.name === undefined) return undefined;
  const name = plainText(yield* evaluateExpression(statement.name, { activation, interpreter }));
  if (statement.type === "login") {
    const login = core.server.findPrincipal(name);
    if (login === undefined)
      raise(
        15_406,
        `Cannot execute as the server principal because the principal "${name}" does not exist, this type of principal cannot be impersonated, or you do not have permission.`,
      );
    core.loginId = login.principalId;
    return undefined;
  }
  const user = core.database.catalog.findPrincipal(name);
  if (user === undefined || userIdIn(core.database, core) !== 1) {
    raise(
      15_517,
      `Cannot execute as the database principal because the principal "${name}" does not exist, this type of principal cannot be impersonated, or you do not have permission.`,
    );
  }
  core.impersonated = { databaseId: core.database.databaseId, userId: user.principalId };
  return undefined;
}

export function executeRevert({ core }: Activation): void {
  core.impersonated = core.signedInUser;
  core.loginId = core.originalLoginId;
}
