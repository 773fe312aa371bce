import { type Run, run } from "./measured-run.ts";

const ROUNDS = 5;

interface Words {
  readonly name: string;
  readonly args: readonly string[];
}

interface Place {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs each command some times, and prints its least time and its highest peak. */
export async function measureWords(words: readonly Words[], place: Place): Promise<void> {
  for (const { name, args } of words) {
    const runs: Run[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      runs.push(await run(args, place.directory, place.environment));
    }
    const least = (pick: (of: Run) => number) => Math.min(...runs.map(pick));
    const most = Math.max(...runs.map(({ megabytes }) => megabytes));
    process.stdout.write(
      `${name}: ${Math.round(least((each) => each.milliseconds))} ms at least, ${least((each) => each.processorMilliseconds)} ms of CPU, peak ${Math.round(most)} MB\n`,
    );
  }
}
