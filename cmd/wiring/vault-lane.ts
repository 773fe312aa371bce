import { createRequire } from "node:module";
import { parentPort } from "node:worker_threads";
import { serveLane } from "../../core/vault/pipeline/serve-lane.ts";
import { loadBlake3 } from "./blake3.ts";

// The whole program of a thread that serves as a lane of a vault. It is bundled beside main.js.
if (parentPort !== null) serveLane(parentPort, loadBlake3(createRequire(import.meta.url)));
