import type { AttributePath } from "../config/configuration.ts";
import type { ReplaceReason } from "./plan.ts";

interface ReplaceRule {
  readonly type: string;
  /** The changed path or its beginning. */
  readonly path: AttributePath;
  readonly why: string;
}

/**
 * Which changes make another thing of an object. The measure is the recovery points: where a point made before the
 * change cannot be the base of one made after it, updating in place would pretend a chain that does not exist.
 * Everything else (a policy's method, where a key is found, a credential) leaves the chains as they are, or is noticed
 * by the next backup, and is an update.
 */
const RULES: readonly ReplaceRule[] = [
  {
    type: "backup_set",
    path: ["server"],
    why: "databases of another server are other databases: their backups cannot build on these points",
  },
  {
    type: "backup_set",
    path: ["vault"],
    why: "the points stay in the old vault, and backups in the new one cannot build on them",
  },
  {
    type: "azure_retention",
    path: ["server"],
    why: "databases of another server have a retention of their own, and that of this one stays as it is",
  },
  {
    type: "azure_retention",
    path: ["database"],
    why: "another database has a retention of its own, and that of this one stays as it is",
  },
  {
    type: "server",
    path: ["kind"],
    why: "another kind of server has other backup methods and other databases",
  },
  {
    type: "server",
    path: ["host"],
    why: "another host is another server: backups there cannot build on these points",
  },
  {
    type: "server",
    path: ["port"],
    why: "another port is another instance: backups there cannot build on these points",
  },
  {
    type: "vault",
    path: ["storage", "path"],
    why: "another folder is another store: the points stay in the old one",
  },
  {
    type: "vault",
    path: ["storage", "account_url"],
    why: "another storage account is another store: the points stay in the old one",
  },
  {
    type: "vault",
    path: ["storage", "container"],
    why: "another container is another store: the points stay in the old one",
  },
  {
    type: "vault",
    path: ["storage"],
    why: "another kind of storage is another store: the points stay in the old one",
  },
];

/** Why these changes of an object cannot be an update; empty when they can. */
export function replaceReasons(
  type: string,
  changed: readonly AttributePath[],
): readonly ReplaceReason[] {
  return changed.flatMap((path) => {
    const rule = RULES.find(
      (candidate) =>
        candidate.type === type &&
        candidate.path.length === path.length &&
        candidate.path.every((name, index) => path[index] === name),
    );
    return rule === undefined ? [] : [{ path, why: rule.why }];
  });
}
