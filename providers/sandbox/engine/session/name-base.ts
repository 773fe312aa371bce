import type { Activation } from "./activation.ts";
import type { NameBase } from "./name-resolution.ts";
import { userIdIn } from "./rights.ts";

/** Names of a module are looked for in its own database and schema, names of a batch where the user stands. */
export function baseOf({ core, module }: Activation): NameBase {
  if (module !== undefined) {
    const isSystem = module.object.schemaId === 4;
    return {
      database: isSystem ? core.database : module.database,
      defaultSchemaId: isSystem ? 1 : module.object.schemaId,
    };
  }
  const { database } = core;
  const userId = userIdIn(database, core);
  const user = userId === undefined ? undefined : database.catalog.principals.get(userId);
  const schema =
    user?.defaultSchema === undefined ? undefined : database.catalog.findSchema(user.defaultSchema);
  return { database, defaultSchemaId: schema?.schemaId ?? 1 };
}
