import type { Address } from "../../../core/address/address.ts";
import { failure } from "../../../core/diagnostics/diagnostic.ts";
import type { Json } from "../../../core/kit/json.ts";
import type { DatabaseFacts, DatabaseServer } from "../../../core/resource/database-server.ts";
import { MemoryServer } from "../memory-server.ts";

const ROWS = Array.from({ length: 20 }, (_, key) => Buffer.from([key, key + 1, 7]));

interface ScriptServer {
  readonly memory: MemoryServer;
  /** What databases are beside the usual, by name. */
  readonly facts: Map<string, Readonly<Record<string, Json>>>;
  isDown: boolean;
}

/** The servers of a script, by name of their block. One that the script does not declare cannot be reached. */
export class ScriptServers {
  readonly #servers = new Map<string, ScriptServer>();

  /** `Shop state=offline recovery_model=simple`, `Shop gone`, `down`, `up`. */
  change(server: string, line: string): void {
    const known = this.#serverOf(server);
    if (line === "down" || line === "up") known.isDown = line === "down";
    else {
      const [name = "", ...words] = line.split(" ");
      if (words[0] === "gone") known.memory.contents.delete(name);
      else {
        if (!known.memory.contents.has(name)) known.memory.contents.set(name, newTables());
        known.facts.set(name, {
          ...known.facts.get(name),
          ...Object.fromEntries(words.map(readFact)),
        });
      }
    }
  }

  #serverOf(name: string): ScriptServer {
    const known = this.#servers.get(name);
    if (known !== undefined) return known;
    const made = { memory: new MemoryServer(), facts: new Map(), isDown: false };
    this.#servers.set(name, made);
    return made;
  }

  open({ address, host }: { readonly address: Address; readonly host: string }): DatabaseServer {
    const server = this.#servers.get(address.replace(/^.*\bserver\./, ""));
    if (server === undefined || server.isDown) throw unreachable(address, host);
    const { memory, facts } = server;
    return new Proxy(memory, {
      get(target, key) {
        if (key === "databases") return async () => withFacts(await target.databases(), facts);
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        // `await using` takes no bound function for a method.
        return (...given: readonly unknown[]): unknown => Reflect.apply(value, target, given);
      },
    });
  }
}

function newTables() {
  return new Map([["t1", ROWS]]);
}

function withFacts(
  databases: readonly DatabaseFacts[],
  facts: ScriptServer["facts"],
): readonly DatabaseFacts[] {
  return databases.map((database) => ({ ...database, ...facts.get(database.name) }));
}

/** `recovery_model=simple`; a value that is JSON is read as such. */
function readFact(word: string): readonly [string, Json] {
  const [name = "", value = ""] = word.split("=");
  const member = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  try {
    return [member, JSON.parse(value) as Json];
  } catch {
    return [member, value];
  }
}

function unreachable(address: Address, host: string) {
  return failure({
    code: "SERVER_UNREACHABLE",
    summary: "Server not reachable",
    detail: `${host} does not answer.`,
    address,
  });
}
