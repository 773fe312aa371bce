import type { Ports } from "../../core/operations/ports.ts";
import { type RestoreCommand, restorePoint } from "../../core/operations/restore.ts";
import { openSqlServer } from "../../providers/sqlserver/sql-server.ts";
import { type CaptureServer, type CaptureWorld, overriding } from "./capture-world.ts";

/**
 * Restores in a process that is killed at its n-th statement, counted from 1: neither that nor anything later reaches the
 * server or the catalog. Gives whether it came so far.
 */
export async function killRestore(
  { server, world }: { readonly server: CaptureServer; readonly world: CaptureWorld },
  command: RestoreCommand,
  statement: number,
): Promise<boolean> {
  let seen = 0;
  const live = (): void => {
    if (seen >= statement) throw new Error("The process was killed.");
  };
  server.wire.before = () => {
    seen += 1;
    return seen >= statement
      ? Promise.reject(new Error("The process was killed."))
      : Promise.resolve();
  };
  const open: Ports["catalogs"]["open"] = async (path) => {
    const catalog = await world.ports.catalogs.open(path);
    return overriding(catalog, {
      write: (changes) => {
        live();
        return catalog.write(changes);
      },
    });
  };
  const ports: Ports = {
    ...world.ports,
    catalogs: { ...world.ports.catalogs, open },
    openServer: (target) =>
      openSqlServer({
        ...server.target(target.address),
        password: () => {
          live();
          return server.target(target.address).password();
        },
      }),
  };
  try {
    await restorePoint(command, ports);
  } catch {
    // What it still tells reaches nobody.
  }
  server.wire.before = () => Promise.resolve();
  return seen >= statement;
}
