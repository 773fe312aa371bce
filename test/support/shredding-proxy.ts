import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";

/** A way to a port of this computer on which bytes travel in pieces of the given sizes, over and over. */
export interface ShreddingProxy extends AsyncDisposable {
  readonly port: number;
}

async function shred(from: Socket, to: Socket, sizes: readonly number[]): Promise<void> {
  let turn = 0;
  for await (const chunk of from as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; ) {
      const size = sizes[turn % sizes.length] ?? 1;
      turn += 1;
      to.write(chunk.subarray(at, at + size));
      at += size;
      await nextTurn();
    }
  }
  to.end();
}

export async function startShreddingProxy(
  target: number,
  sizes: readonly number[],
): Promise<ShreddingProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => socket.destroy());
    }
    shred(client, upstream, sizes).catch(() => upstream.destroy());
    shred(upstream, client, sizes).catch(() => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}
