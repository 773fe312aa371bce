import type { Ports } from "../../core/operations/ports.ts";
import { fitYoungSpace } from "./young-memory.ts";

const sqlite = () => import("../../providers/local/sqlite-catalog.ts");

/** Catalogs of the machine. A large one gets the memory that its points need. */
export const catalogs: Ports["catalogs"] = {
  create: async (path) => (await sqlite()).createCatalog(path),
  open: async (path) => {
    await fitYoungSpace(path);
    return (await sqlite()).openCatalog(path);
  },
  openReader: async (path) => {
    await fitYoungSpace(path);
    return (await sqlite()).openCatalogReader(path);
  },
};
