import { createSweep } from "./sweep.ts";

/** Keeps the caches within their sizes and times, whenever the schedule says. */
export const handler = createSweep({
  env: process.env,
  write: (line) => process.stdout.write(line),
  now: () => new Date(),
  fetch,
});
