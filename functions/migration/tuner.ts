/** Finds how many requests at a time serve best. Pure: the clock's readings are given. */
export interface Tuner {
  /** 1 to the most. */
  readonly limit: number;
  /** A request has succeeded, with so many units of work. `now` in milliseconds. */
  succeeded(units: number, now: number): void;
  /** The store asked for less. `begun`: the limit's {@link Tuner.epoch} when the request began. */
  throttled(begun: number): void;
  /** Rises with each cut: a request of an earlier one says nothing of the present limit. */
  readonly epoch: number;
}

export interface TunerOptions {
  readonly start: number;
  readonly most: number;
}

/** A round has so many requests for each that is under way: enough for an average. */
const ROUND = 4;
/** More requests have to bring so much more, or they only wait at the other end. */
const GAIN = 1.15;
/** Rounds at the best number until a higher one is tried again. */
const HOLD = 30;
/** What a store that asked for less is given. */
const CUT = 0.65;
/** Rounds after a cut until the limit rises again, and by what share of itself in each round then. */
const CALM = 3;
const RISE = 0.1;

/**
 * Doubles the number of requests while the throughput grows with it, and stays at the last that paid.
 * When a store answers that it is asked too much, the number is cut at once and rises slowly again
 * (additive increase, multiplicative decrease), so that several clients come to share what there is.
 */
export function createTuner({ start, most }: TunerOptions): Tuner {
  let limit = Math.min(start, most);
  let epoch = 0;
  let best: { readonly limit: number; readonly rate: number } | undefined;
  let wait = 0;
  let cut = false;
  let round: { count: number; units: number; begun: number } | undefined;

  const finish = (rate: number): void => {
    if (wait > 0) {
      wait -= 1;
      if (best?.limit === limit) best = { limit, rate: Math.max(rate, best.rate * 0.98) };
      return;
    }
    if (cut) {
      limit = Math.min(most, limit + Math.max(1, Math.floor(limit * RISE)));
      if (limit === most) cut = false;
      return;
    }
    if (best === undefined || limit <= best.limit || rate >= best.rate * GAIN) {
      best = { limit, rate };
      limit = Math.min(most, limit * 2);
      if (limit === best.limit) wait = HOLD;
      return;
    }
    ({ limit } = best);
    wait = HOLD;
  };

  return {
    get limit() {
      return limit;
    },
    get epoch() {
      return epoch;
    },
    succeeded: (units, now) => {
      round ??= { count: 0, units: 0, begun: now };
      round.count += 1;
      round.units += units;
      if (round.count < ROUND * limit || now <= round.begun) return;
      const rate = round.units / (now - round.begun);
      round = { count: 0, units: 0, begun: now };
      finish(rate);
    },
    throttled: (begun) => {
      if (begun < epoch) return;
      epoch += 1;
      limit = Math.max(1, Math.floor(limit * CUT));
      cut = true;
      wait = CALM;
      best = undefined;
      round = undefined;
    },
  };
}
