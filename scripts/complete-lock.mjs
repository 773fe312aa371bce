// Adds to package-lock.json the packages for other platforms that the registry at hand did not offer when the lock file
// was made. Without them `npm ci` refuses the whole file. Their versions are those that their parents pin; they carry
// no integrity, since nothing was downloaded. Run it under Node 24 after every `npm install`: node scripts/complete-lock.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const path = join(dirname(fileURLToPath(import.meta.url)), "..", "package-lock.json");
const lock = JSON.parse(readFileSync(path, "utf8"));

const SYSTEMS = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const PROCESSORS = [
  "arm64",
  "arm",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "wasm32",
  "x64",
];
const LIBRARIES = { gnu: "glibc", gnueabihf: "glibc", musl: "musl", musleabihf: "musl" };

/** What npm needs to know so that it passes over the package elsewhere: `binding-linux-x64-gnu`. */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  const libc = Object.keys(LIBRARIES).find((library) => words.includes(library));
  if (cpu === undefined)
    throw new Error(`${name}: its name does not tell its platform; add it by hand.`);
  return {
    cpu: [cpu],
    ...(libc !== undefined && os === "linux" ? { libc: [LIBRARIES[libc]] } : {}),
    ...(os === undefined ? {} : { os: [os] }),
  };
}

/** Also below another package, as what a package brings inside of itself. */
function isLocked(name) {
  return Object.keys(lock.packages).some((key) => key.endsWith(`node_modules/${name}`));
}

const added = [];
for (const parent of Object.values({ ...lock.packages })) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (isLocked(name)) continue;
    if (!/^\d/.test(version)) throw new Error(`${name}: ${version} is a range; add it by hand.`);
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      ...(parent.dev ? { dev: true } : {}),
      optional: true,
    };
    added.push(name);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added.length} packages of other platforms added\n`);
