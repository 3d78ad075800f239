/** Lets those who want the same thing at the same time have it made once. */
export interface SingleFlight<Value> {
  /** `joined`: it was being made already. An error goes to all who wait. */
  run(
    key: string,
    make: () => Promise<Value>,
  ): { readonly joined: boolean; readonly value: Promise<Value> };
  /** From now on everything is made anew; what is being made still ends for those who wait for it. */
  clear(): void;
}

/** How long a flight may be joined. Absent: until it ends. */
interface Patience {
  readonly milliseconds: number;
  readonly now: () => number;
}

/**
 * With patience, whoever comes to a flight that takes too long begins one of their own, which others join in their
 * turn: one request that hangs does not hold up all that follow.
 */
export function createSingleFlight<Value>(patience?: Patience): SingleFlight<Value> {
  const flights = new Map<string, { readonly value: Promise<Value>; readonly begun: number }>();
  const now = () => patience?.now() ?? 0;
  return {
    run(key, make) {
      const running = flights.get(key);
      const age = now() - (running?.begun ?? 0);
      // A clock that was set back must not make a flight last.
      if (running !== undefined && age >= 0 && age <= (patience?.milliseconds ?? 0)) {
        return { joined: true, value: running.value };
      }
      const value = make().finally(() => {
        if (flights.get(key)?.value === value) flights.delete(key);
      });
      flights.set(key, { value, begun: now() });
      return { joined: false, value };
    },
    clear: () => flights.clear(),
  };
}
