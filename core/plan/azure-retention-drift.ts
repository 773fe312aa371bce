import { AZURE_RETENTION } from "../../schemas/blocks/azure-retention.ts";
import { attributesOf } from "../../schemas/blocks/resources.ts";
import type { Address } from "../address/address.ts";
import type { Drift } from "../drift/drift.ts";
import { quoteName, type SetRule } from "../drift/subject.ts";
import type { JsonObject } from "../kit/json.ts";
import { selectDatabases } from "../policy/name-pattern.ts";
import {
  asAzureHas,
  type ManagedRetention,
  type RetentionsSeen,
  retentionLosses,
  retentionWith,
} from "./azure-retention.ts";
import { changedPaths } from "./meaning.ts";

interface Recorded {
  readonly address: Address;
  readonly type: string;
  readonly attributes: JsonObject;
}

/** What a block of the catalog manages. */
interface Managed {
  readonly address: Address;
  readonly managed: ManagedRetention;
}

function managedOf(objects: Iterable<Recorded>): readonly Managed[] {
  return [...objects].flatMap((object) => {
    const managed = attributesOf(object, "azure_retention");
    return managed === undefined ? [] : [{ address: object.address, managed }];
  });
}

/** Retention that a block manages and that somebody changed in Azure since it was applied, by address. */
export function retentionDrift(
  recorded: Iterable<Recorded>,
  seen: RetentionsSeen,
  sets: readonly SetRule[],
): readonly Drift[] {
  return managedOf(recorded).flatMap(({ address, managed }) => {
    const said = seen.get(address);
    if (said?.status !== "observed") return [];
    const [before, after] = [managed, asAzureHas(managed, said.retention)].map(
      (each) => ({ ...each }) as unknown as JsonObject,
    );
    if (before === undefined || after === undefined) return [];
    const paths = changedPaths(AZURE_RETENTION, before, after).map((path) => path.join("."));
    if (paths.length === 0) return [];
    const { server, database } = managed;
    const losses = retentionLosses(retentionWith(managed, said.retention), said.retention);
    const lost =
      losses.length === 0
        ? "No backup of Azure is lost by that."
        : `By what was applied Azure would keep more. ${losses.join(" ")}`;
    const drift: Drift = {
      kind: "azure_retention_changed",
      server,
      database,
      backupSets: coveringSets({ server, database }, sets),
      what: `Azure's own retention of the database ${quoteName(database)} of ${server} is not what ${address} set: ${paths.join(", ")} changed.`,
      consequence: `${lost} Recovery points of Holdfast are not concerned.`,
      repair: {
        advice: `An apply sets it back. If it is meant, write it into ${address}.`,
        commands: [{ language: "shell", text: "holdfast apply" }],
      },
      before,
      after,
    };
    return [drift];
  });
}

function coveringSets(
  { server, database }: Pick<ManagedRetention, "server" | "database">,
  sets: readonly SetRule[],
): readonly Address[] {
  return sets
    .filter((set) => set.server === server)
    .filter(
      ({ selection }) =>
        selectDatabases([{ name: database, isSystem: false }], selection).length > 0,
    )
    .map(({ address }) => address)
    .toSorted();
}

/** Which part of a block says what a kind of drift of observed databases says. */
const PARTS: Readonly<Record<string, "short_term" | "long_term">> = {
  short_term_retention: "short_term",
  long_term_retention: "long_term",
};

/** The drift without what blocks manage: of that an apply is the cause, or `retentionDrift` tells it. */
export function withoutManaged(
  drift: readonly Drift[],
  ...managing: readonly Iterable<Recorded>[]
): readonly Drift[] {
  const all = managing.flatMap((objects) => managedOf(objects));
  if (all.length === 0) return drift;
  return drift.filter(({ kind, server, database }) => {
    const part = PARTS[kind];
    if (part === undefined || database === null) return true;
    const name = database.toLowerCase();
    return !all.some(
      ({ managed }) =>
        managed.server === server &&
        managed.database.toLowerCase() === name &&
        managed[part] !== null,
    );
  });
}
