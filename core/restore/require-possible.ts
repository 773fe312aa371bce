import type { Address } from "../address/address.ts";
import { type DiagnosticError, failure } from "../diagnostics/diagnostic.ts";
import type {
  DatabaseServer,
  RestoreObstacle,
  RestoreRequest,
} from "../resource/database-server.ts";

const SUMMARIES: Readonly<Record<RestoreObstacle["code"], string>> = {
  DATABASE_EXISTS: "Database exists",
  DATABASE_NOT_FOUND: "Database not found",
  TABLE_EXISTS: "Table exists",
  SERVER_PERMISSION_MISSING: "Permission missing",
  RESTORE_NOT_POSSIBLE: "Server cannot take this restore",
};

/**
 * Before anything is created: whatever would make the restore fail is told at once, each with what mends it.
 * SERVER_PERMISSION_MISSING, DATABASE_EXISTS, RESTORE_NOT_POSSIBLE.
 */
export async function requirePossible(
  server: DatabaseServer,
  address: Address,
  request: RestoreRequest,
): Promise<void> {
  const missing =
    request.into === undefined
      ? await server.missingPermissions("restore", { signal: request.signal })
      : [];
  const permissions = missing.map(
    ({ permission, remedy }): RestoreObstacle => ({
      code: "SERVER_PERMISSION_MISSING",
      text: `The login cannot restore on ${address}: it lacks ${permission}.`,
      remedy,
    }),
  );
  const obstacles = [...permissions, ...(await server.restoreObstacles(request))];
  if (obstacles.length > 0) throw refused(obstacles, address);
}

function refused(obstacles: readonly RestoreObstacle[], address: Address): DiagnosticError {
  const codes = new Set(obstacles.map(({ code }) => code));
  const [only] = codes;
  const code = codes.size === 1 && only !== undefined ? only : "RESTORE_NOT_POSSIBLE";
  const told = obstacles.map(({ text, remedy }) =>
    remedy === null ? text : `${text} This mends it:\n\n    ${remedy}`,
  );
  return failure({
    code,
    summary: SUMMARIES[code],
    detail: `${told.join("\n\n")}\n\nNothing was changed.`,
    address,
  });
}
