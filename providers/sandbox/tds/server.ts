import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { Connection, type ConnectionOptions } from "./connection.ts";

export interface ServerAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Listens for clients and serves each of them. */
export class TdsServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #options: ConnectionOptions;
  readonly #connections = new Map<Connection, Promise<void>>();
  #isClosing = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#server = createServer((socket) => {
      const connection = new Connection(socket, this.#options);
      if (this.#isClosing) {
        socket.destroy();
        return;
      }
      const served = connection.serve().finally(() => this.#connections.delete(connection));
      this.#connections.set(connection, served);
    });
  }

  /** How many clients are connected. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Gives the port. Rejects with the error of `listen` (EADDRINUSE, EACCES). */
  async listen({ host, port }: ServerAddress): Promise<number> {
    this.#server.listen(port, host);
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection and its running request, and waits for them. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const closed = this.#server.listening ? once(this.#server, "close") : undefined;
    this.#server.close();
    for (const connection of this.#connections.keys()) connection.stop();
    await Promise.all(this.#connections.values());
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
