import type { Shortfall } from "../../../core/resource/database-server.ts";
import type { SqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { quoteName } from "../names.ts";

/** Users that came back without what they sign in with, each with the statement that mends it. */
export function usersWithoutLogin(
  wanted: SqlServerSchema,
  made: SqlServerSchema,
  database: string,
): readonly Shortfall[] {
  const now = new Map(made.principals.map((principal) => [principal.name, principal]));
  const use = `USE ${quoteName(database)};`;
  return wanted.principals
    .filter(({ kind, name }) => kind === "user" && now.get(name)?.source === "none")
    .flatMap(({ name, login, source }): readonly Shortfall[] => {
      const user = quoteName(name);
      if (source === "password") {
        return [
          {
            kind: "user_without_password",
            text: `The contained user ${name} came back without its password, which cannot be read, and so without a way to sign in. Its memberships and permissions are there: make a login and map the user to it, or make the user anew.`,
            remedy: `${use} CREATE LOGIN ${user} WITH PASSWORD = N'...'; ALTER USER ${user} WITH LOGIN = ${user};`,
          },
        ];
      }
      if (source !== "login") return [];
      return [
        {
          kind: "user_without_login",
          text: `The user ${name} is without its login ${login ?? name}: this server does not have that login, or it owns the database.`,
          remedy: `${use} ALTER USER ${user} WITH LOGIN = ${quoteName(login ?? name)};`,
        },
      ];
    });
}
