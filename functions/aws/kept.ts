/**
 * A value that is looked at again with the first call after `life` milliseconds; nothing runs between
 * calls, since a function is frozen then. Callers at the same time share one load. When a later load
 * fails, the value before it stays for another `life`, and `failed` is told.
 *
 * @throws whatever the first `load` fails with; the next call tries again.
 */
export function keep<T>(
  load: (before: T | undefined) => Promise<T>,
  life: number,
  now: () => Date,
  failed: (error: unknown) => void,
): () => Promise<T> {
  let held: { readonly value: T; readonly until: number } | undefined;
  let flight: Promise<T> | undefined;

  async function renew(before: T | undefined): Promise<T> {
    const until = now().getTime() + life;
    try {
      const value = await load(before);
      held = { value, until };
      return value;
    } catch (error) {
      if (held === undefined) throw error;
      failed(error);
      held = { value: held.value, until };
      return held.value;
    } finally {
      flight = undefined;
    }
  }

  return () => {
    if (held !== undefined && now().getTime() < held.until) return Promise.resolve(held.value);
    flight ??= renew(held?.value);
    return flight;
  };
}
