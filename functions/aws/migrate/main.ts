import { createWorker } from "./worker.ts";

/** Copies a batch of a manifest's objects, for the state machine of the migration stack. */
export const handler = createWorker({
  env: process.env,
  write: (line) => process.stdout.write(line),
  now: () => new Date(),
  clock: () => performance.now(),
  random: Math.random,
  fetch,
});
