import { LATE_PACKAGES } from "../../cmd/wiring/late-packages.ts";
import { readYaml } from "../../cmd/wiring/read-yaml.ts";
import type {
  FileKind,
  FunctionEnvironment,
} from "../../core/language/functions/function-environment.ts";
import { nextRun } from "../../core/policy/schedule/next-run.ts";
import { seededBytes } from "./vault.ts";

/** The instant of `timestamp` and `plantimestamp` in tests. */
export const TEST_TIME = Date.parse("2017-02-01T12:00:00-08:00");

/** Files by path, as text or bytes; the folders are those of the paths. `/project` is the directory, `/dba` the home. */
export function createTestEnvironment(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): FunctionEnvironment {
  const root = "/project";
  const absolute = (path: string) =>
    new URL(`file://${path.startsWith("/") ? "" : `${root}/`}${encodeURI(path)}`);
  const at = (path: string) => decodeURI(absolute(path).pathname).replace(/(?<=.)\/$/, "");
  const byPath = new Map(Object.entries(files).map(([path, content]) => [at(path), content]));
  const kindAt = (path: string): FileKind | undefined => {
    if (byPath.has(path)) return "file";
    const folder = path === "/" ? "/" : `${path}/`;
    return byPath.keys().some((each) => each.startsWith(folder)) ? "folder" : undefined;
  };
  return {
    files: {
      readBytes(path) {
        const content = byPath.get(at(path));
        if (content !== undefined) return { bytes: Buffer.from(content) };
        return {
          fault: kindAt(at(path)) === "folder" ? "it is a folder" : "there is no such file",
        };
      },
      kindOf: (path) => ({ kind: kindAt(at(path)) }),
      listFolder(path) {
        const folder = at(path) === "/" ? "/" : `${at(path)}/`;
        const below = [...byPath.keys()].filter((each) => each.startsWith(folder));
        const names = new Set(below.map((each) => each.slice(folder.length).split("/")[0] ?? ""));
        return {
          entries: Array.from(names, (name) => ({
            name,
            kind: kindAt(folder + name),
            isLink: false,
          })),
        };
      },
      resolve: at,
      home: "/dba",
    },
    now: () => TEST_TIME,
    planTime: TEST_TIME,
    randomBytes: seededBytes("functions"),
    packages: LATE_PACKAGES,
    nextRun,
    readYaml,
  };
}
