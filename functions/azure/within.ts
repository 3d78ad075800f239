import { ProblemError } from "@remote-storage/core/http/problem.ts";

/**
 * Does something that must be over after a time, with a signal that aborts then, or when `left` does.
 *
 * @throws ProblemError `timeout`; whatever `work` throws.
 */
export async function within<T>(
  milliseconds: number,
  left: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const problem = new ProblemError(
      "timeout",
      "the answer did not begin within the time that the platform gives; ask for less at once",
    );
    over.reject(problem);
    late.abort(problem);
  }, milliseconds);
  const signal = left === undefined ? late.signal : AbortSignal.any([late.signal, left]);
  try {
    return await Promise.race([work(signal), over.promise]);
  } finally {
    clearTimeout(timer);
  }
}
