import type { EditionOption } from "../../parser/ast-databases.ts";
import {
  type DatabaseService,
  DEFAULT_OBJECTIVE,
  findServiceObjective,
  POOL_OBJECTIVE,
  type ServiceObjective,
} from "../../storage/service-objectives.ts";
import type { StoredServer } from "../../storage/stored-server.ts";
import { raise } from "../../values/sql-exception.ts";

/** What CREATE DATABASE takes where only the edition is said. */
const DEFAULT_OF_EDITION: Readonly<Record<string, string>> = {
  basic: "Basic",
  standard: "S0",
  premium: "P1",
  generalpurpose: DEFAULT_OBJECTIVE,
  businesscritical: "BC_Gen5_2",
  hyperscale: "HS_Gen5_2",
};

/** The tier that options ask for; what they leave out stays as `before` has it. */
export function serviceOf(
  asked: readonly EditionOption[],
  server: StoredServer,
  before?: DatabaseService,
): DatabaseService {
  const sizes = asked.filter((option) => option.name === "maxsize");
  const size = sizes.at(-1)?.bytes;
  const word = (name: EditionOption["name"]): string | undefined =>
    asked.flatMap((option) =>
      option.name !== "maxsize" && option.name === name ? [option.value] : [],
    )[0];
  const pool = word("elastic_pool");
  if (pool !== undefined) return inPool(pool, server, size);
  const edition = word("edition");
  const objective = word("service_objective");
  if (edition === undefined && objective === undefined && before !== undefined) {
    return { ...before, maxSize: size ?? before.maxSize };
  }
  const found = objectiveOf(objective, edition);
  return {
    objective: found.name,
    edition: found.edition,
    pool: undefined,
    maxSize: size ?? found.maxSize,
  };
}

function objectiveOf(name: string | undefined, edition: string | undefined): ServiceObjective {
  const wanted = name ?? DEFAULT_OF_EDITION[edition?.toLowerCase() ?? "generalpurpose"];
  const found = wanted === undefined ? undefined : findServiceObjective(wanted);
  const fits = edition === undefined || found?.edition.toLowerCase() === edition.toLowerCase();
  if (found !== undefined && fits) return found;
  raise(
    40_804,
    `The specified service level objective '${name ?? edition ?? ""}' is invalid. It must be a supported service level objective.`,
  );
}

function inPool(name: string, server: StoredServer, size: number | undefined): DatabaseService {
  const pool = server.elasticPools.get(name.toLowerCase());
  if (pool === undefined) {
    raise(
      40_857,
      `Elastic pool not found for server: '${server.name}', elastic pool name: '${name}'.`,
    );
  }
  const { edition } = pool;
  const maxSize = size ?? 250 * 2 ** 30;
  return { objective: POOL_OBJECTIVE, edition, pool: pool.name, maxSize };
}
