/** Goes up. Labels are given in the order of their names. */
export interface Counter {
  add(by: number, ...labels: readonly string[]): void;
}

/** Sorts what it sees into buckets. */
export interface Histogram {
  observe(value: number, ...labels: readonly string[]): void;
}

/** Metrics and their text. Whoever adds one sees to it that its labels take few values. */
export interface Registry {
  readonly counter: (name: string, help: string, labels?: readonly string[]) => Counter;
  /** `bounds` are the buckets' upper ends, ascending. */
  readonly histogram: (
    name: string,
    help: string,
    bounds: readonly number[],
    labels?: readonly string[],
  ) => Histogram;
  /** A value that is read when the text is asked for; `counter` when it only goes up. */
  readonly gauge: (
    name: string,
    help: string,
    read: () => number,
    type?: "gauge" | "counter",
  ) => void;
  /** @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
  readonly text: () => string;
}

/** The content type of {@link Registry.text}. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Our own lines instead of prom-client, which takes twice as long to load as a function may take to start;
 * counting has to be there before the first request, wherever the service runs.
 */
export function createRegistry(): Registry {
  const writers: (() => string)[] = [];

  function family(name: string, help: string, type: string, lines: () => Iterable<string>): void {
    const head = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
    writers.push(() => head + Array.from(lines(), (line) => `${name}${line}\n`).join(""));
  }

  return {
    counter(name, help, labels = []) {
      const series = createSeries(() => ({ value: 0 }));
      // Without labels there is one series, which is there from the start: alerts want to see it at 0.
      if (labels.length === 0) series.of([]);
      family(name, help, "counter", () =>
        series.all().map(([values, { value }]) => `${toLabels(labels, values)} ${value}`),
      );
      return { add: (by, ...values) => void (series.of(values).value += by) };
    },
    histogram(name, help, bounds, labels = []) {
      const series = createSeries((): Seen => ({ counts: bounds.map(() => 0), count: 0, sum: 0 }));
      family(name, help, "histogram", () => series.all().flatMap(toLines));
      function toLines([values, { counts, count, sum }]: readonly [readonly string[], Seen]) {
        const bucket = (le: unknown) => toLabels([...labels, "le"], [...values, String(le)]);
        const own = toLabels(labels, values);
        let below = 0;
        return [
          ...counts.map((there, index) => `_bucket${bucket(bounds[index])} ${(below += there)}`),
          `_bucket${bucket("+Inf")} ${count}`,
          `_sum${own} ${sum}`,
          `_count${own} ${count}`,
        ];
      }
      return {
        observe(value, ...values) {
          const seen = series.of(values);
          seen.count += 1;
          seen.sum += value;
          const index = bounds.findIndex((bound) => value <= bound);
          if (index !== -1) seen.counts[index] = (seen.counts[index] ?? 0) + 1;
        },
      };
    },
    gauge: (name, help, read, type = "gauge") => family(name, help, type, () => [` ${read()}`]),
    text: () => writers.map((write) => write()).join(""),
  };
}

/** What one series of a histogram has seen: how much up to each bound from the one before, and in all. */
interface Seen {
  readonly counts: number[];
  count: number;
  sum: number;
}

function createSeries<Value>(create: () => Value) {
  const byLabels = new Map<string, readonly [labels: readonly string[], value: Value]>();
  return {
    of(labels: readonly string[]): Value {
      const id = labels.join("\0");
      const [, known] = byLabels.get(id) ?? [];
      if (known !== undefined) return known;
      const value = create();
      byLabels.set(id, [labels, value]);
      return value;
    },
    all: () => Array.from(byLabels.values()),
  };
}

function toLabels(names: readonly string[], values: readonly string[]): string {
  const pairs = names.map((name, index) => `${name}="${escape(values[index] ?? "")}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escape(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
