import type { ServerTarget } from "../../../core/resource/database-server.ts";
import { type SqlServerSchema, sqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { isMark } from "./mark-name.ts";
import { schemaUnreadable } from "./restore-failures.ts";

/** A database may have been backed up while a restore was making it: what comes of that backup is whole. */
function withoutMark(schema: SqlServerSchema): SqlServerSchema {
  return { ...schema, properties: schema.properties.filter((property) => !isMark(property)) };
}

/** The schema of a point. SCHEMA_UNREADABLE, with the server that it is for. */
export function parseSchema(
  target: Pick<ServerTarget, "address"> | undefined,
  bytes: Uint8Array,
): SqlServerSchema {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (error) {
    throw schemaUnreadable(target, error instanceof Error ? error.message : String(error));
  }
  const parsed = sqlServerSchema.safeParse(value);
  if (parsed.success) return withoutMark(parsed.data);
  const [issue] = parsed.error.issues;
  throw schemaUnreadable(
    target,
    `${issue?.path.join(".") ?? "the document"}: ${issue?.message ?? "not valid"}`,
  );
}
