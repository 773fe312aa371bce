import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a port of this computer that breaks every connection once it has carried so many pieces of bytes. */
export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  /** Pieces that the next connections may carry, in order; those after them carry all. */
  readonly limits: number[];
  /** Connections that were broken. */
  readonly cut: number;
}

export async function startCuttingProxy(target: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const limits: number[] = [];
  let cut = 0;
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    let left = limits.shift() ?? Number.POSITIVE_INFINITY;
    const pass = (from: Socket, to: Socket): void => {
      from.on("data", (chunk) => {
        left -= 1;
        if (left >= 0) {
          to.write(chunk);
          return;
        }
        if (!client.destroyed) cut += 1;
        client.destroy();
        upstream.destroy();
      });
      from.on("end", () => to.end());
      from.on("error", () => from.destroy());
      sockets.add(from);
    };
    pass(client, upstream);
    pass(upstream, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    limits,
    get cut() {
      return cut;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}
