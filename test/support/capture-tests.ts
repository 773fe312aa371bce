import { after, before, beforeEach } from "node:test";
import { type CaptureServer, startCaptureServer } from "./capture-world.ts";

/** Gives a server before the first test of a file, ends it after the last one, and has its wire quiet before each. */
export function serveTests(use: (server: CaptureServer) => void): void {
  let server: CaptureServer | undefined;
  before(async () => {
    server = await startCaptureServer();
    use(server);
  });
  after(() => server?.[Symbol.asyncDispose]());
  beforeEach(() => {
    if (server !== undefined) server.wire.before = () => Promise.resolve();
  });
}
