import type { Log } from "@remote-storage/core/log.ts";

/**
 * Waits for what a request has left behind, since the process is frozen once its invocation is over; not
 * beyond `milliseconds`, for a function that runs into its end is thrown away with all that it holds.
 *
 * @param settled resolves once nothing is under way; never rejects.
 */
export async function settle(
  settled: () => Promise<void>,
  milliseconds: number,
  log: Log,
): Promise<void> {
  const over = Promise.withResolvers<"over">();
  const timer = setTimeout(over.resolve, milliseconds, "over");
  try {
    const end = await Promise.race([settled(), over.promise]);
    if (end === "over") log.warn({ limit: "time" }, "what goes into the caches was not waited for");
  } finally {
    clearTimeout(timer);
  }
}
