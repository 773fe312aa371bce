import { text } from "node:stream/consumers";
import oracle from "hcl2-parser";

// A process of its own, because the oracle alters global objects: reads a JSON array of files from stdin and prints, for each, whether Go's parser takes it.
const files = JSON.parse(await text(process.stdin)) as readonly string[];
const verdicts = files.map((file) => {
  const [, problem] = oracle.parseToObject(file) as readonly [unknown, unknown];
  return problem === null;
});
process.stdout.write(JSON.stringify(verdicts));
