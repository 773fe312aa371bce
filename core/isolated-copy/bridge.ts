import type { Address } from "../address/address.ts";
import type { DatabaseServer } from "../resource/database-server.ts";

/** Where the workers of copies run. */
export interface Bridge {
  readonly address: Address;
  /** Starts a worker for one copy. Rejects as `OpenDatabaseServer` does. */
  startWorker(): Promise<RunningWorker>;
}

/** Reads one copy. Disposed, it ends. */
export interface RunningWorker extends AsyncDisposable {
  readonly id: string;
  /** A connection of its own, by which nothing but the copy is read. */
  readonly server: DatabaseServer;
}

export interface LocalBridgeOptions {
  readonly address: Address;
  /** The identity of this process. */
  readonly process: string;
  readonly openServer: () => Promise<DatabaseServer>;
}

/** The bridge of kind `local`: workers run within this process, each with a connection of its own, and end with it. */
export function createLocalBridge({ address, process, openServer }: LocalBridgeOptions): Bridge {
  let count = 0;
  return {
    address,
    startWorker: async () => {
      const server = await openServer();
      count += 1;
      return {
        id: `${process}/copy-${count}`,
        server,
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      };
    },
  };
}
