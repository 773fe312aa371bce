// The embedded server with the shop in it, as a child process in the background.
import { createInterface } from "node:readline";

/** The scripts that make the shop, in order. */
export const SCRIPTS = ["shop.sql", "shop-data.sql"];

/** The words after `holdfast` that start the shop's server. */
export const SERVER_WORDS = [
  "sandbox",
  "-json",
  ...SCRIPTS.flatMap((file) => ["-load", `Shop=${file}`]),
];

/** Starts it and resolves with its ready line when the shop is loaded. */
export async function startShopServer(surroundings) {
  const { child, ended } = surroundings.start(SERVER_WORDS, {
    stdio: ["ignore", "pipe", "inherit"],
    isInBackground: true,
  });
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise((resolve, reject) => {
    lines.on("line", (text) => {
      const said = JSON.parse(text);
      if (said.type === "ready") resolve(said);
      if (said.type === "diagnostic") reject(new Error(`${said.summary}. ${said.detail}`));
    });
    ended.then(
      ({ code }) =>
        reject(new Error(`holdfast sandbox ended with exit code ${code} before it was ready.`)),
      reject,
    );
  });
  return await Promise.race([ready, surroundings.interruption]);
}
