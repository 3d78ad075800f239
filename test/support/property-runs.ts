/**
 * How many cases a property tries. `npm test` samples; `PROPERTY_RUNS=full` (or a number, to set them
 * all) runs what the project promises. Give it to fast-check as `numRuns`.
 */
export function propertyRuns(sampled: number, full: number): number {
  const asked = process.env["PROPERTY_RUNS"];
  if (asked === undefined || asked === "") return sampled;
  if (asked === "full") return full;
  const runs = Number(asked);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new Error(`PROPERTY_RUNS is "full" or a number, not ${asked}`);
  }
  return runs;
}
