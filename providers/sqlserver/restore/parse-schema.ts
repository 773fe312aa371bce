import type { ServerTarget } from "../../../core/resource/database-server.ts";
import { type SqlServerSchema, sqlServerSchema } from "../../../schemas/sql-server-schema.ts";
import { schemaUnreadable } from "./restore-failures.ts";

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
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw schemaUnreadable(
    target,
    `${issue?.path.join(".") ?? "the document"}: ${issue?.message ?? "not valid"}`,
  );
}
