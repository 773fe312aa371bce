import type { Ports } from "../../core/operations/ports.ts";
import type { AzureSqlControl } from "../../core/resource/azure-sql.ts";
import { overriding } from "./capture-world.ts";

export interface Death {
  /** Of the acts that others can see: writes of the catalog, copies that are asked for, copies that are dropped; from 1 on. */
  readonly act: number;
  /** Whether that act is done before the end. */
  readonly isDone: boolean;
}

/** Ports of a process that is killed at an act: from then on nothing of it reaches the world. */
export function mortalPorts(ports: Ports, death: Death): { readonly ports: Ports; acts: number } {
  const life = { ports, acts: 0 };
  const isDead = () => life.acts > death.act || (life.acts === death.act && !death.isDone);
  const live = () => {
    if (life.acts >= death.act) throw new Error("The process was killed.");
  };
  const act = async <T>(work: () => Promise<T>): Promise<T> => {
    live();
    life.acts += 1;
    if (isDead()) throw new Error("The process was killed.");
    const done = await work();
    live();
    return done;
  };
  const look = <T>(work: () => Promise<T>): Promise<T> => {
    live();
    return work();
  };
  const control = (whole: AzureSqlControl) =>
    overriding(whole, {
      startCopy: (request) => act(() => whole.startCopy(request)),
      dropCopy: (place, tags, options) => act(() => whole.dropCopy(place, tags, options)),
      findDatabase: (place, options) => look(() => whole.findDatabase(place, options)),
      copyState: (operation, options) => look(() => whole.copyState(operation, options)),
    });
  const open: Ports["catalogs"]["open"] = async (path) => {
    const catalog = await ports.catalogs.open(path);
    return overriding(catalog, { write: (changes) => act(() => catalog.write(changes)) });
  };
  return Object.assign(life, {
    ports: {
      ...ports,
      catalogs: { ...ports.catalogs, open },
      openAzureSql: async (signIn: Parameters<Ports["openAzureSql"]>[0]) =>
        control(await ports.openAzureSql(signIn)),
    },
  });
}
