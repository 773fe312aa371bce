/** A memory that WebAssembly, this thread and others see at once. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

/** The first page of the memory is the module's own, for what it has to say. */
export const OWN_MEMORY = 64 * 1024;
const MEMORY_PAGE = 64 * 1024;

/** TypeScript knows WebAssembly only together with all of a browser. */
interface WebAssemblyScope {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => SharedMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: SharedMemory } },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

/** At least `bytes` bytes behind the module's own page; at most 255 MiB. */
export function createSharedMemory(bytes: number): SharedMemory {
  const pages = Math.ceil((OWN_MEMORY + bytes) / MEMORY_PAGE);
  return new (webAssembly().Memory)({ initial: pages, maximum: pages, shared: true });
}

/** What a module exports that works within the memory; `code` is base64. Throws when WebAssembly cannot be compiled here. */
export function instantiate(code: string, memory: SharedMemory): Readonly<Record<string, unknown>> {
  const { Module, Instance } = webAssembly();
  return new Instance(new Module(Buffer.from(code, "base64")), { env: { memory } }).exports;
}

/** The cast holds: Node has it in every thread. */
function webAssembly(): WebAssemblyScope {
  return (globalThis as unknown as { readonly WebAssembly: WebAssemblyScope }).WebAssembly;
}
