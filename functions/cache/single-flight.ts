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

export function createSingleFlight<Value>(): SingleFlight<Value> {
  const flights = new Map<string, Promise<Value>>();
  return {
    run(key, make) {
      const running = flights.get(key);
      if (running !== undefined) return { joined: true, value: running };
      const value = make().finally(() => {
        if (flights.get(key) === value) flights.delete(key);
      });
      flights.set(key, value);
      return { joined: false, value };
    },
    clear: () => flights.clear(),
  };
}
