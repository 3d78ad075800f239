/** One line of a bench's table. `micros` is microseconds of wall time for one piece of work. */
export interface Row {
  readonly what: string;
  readonly micros: number;
  /** What this row is, or the bar it is held to: "bar: ≥ 100 ×". */
  readonly note?: string;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

const ROUNDS = 5;

/**
 * Microseconds for one call of `work`: the median of five rounds of `count` calls, after one round
 * that warms the code up. `work` may answer with a promise, which is awaited before the next call.
 */
export async function measure(count: number, work: (index: number) => unknown): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const start = performance.now();
    for (let index = 0; index < count; index += 1) {
      const result = work(index);
      if (result instanceof Promise) await result;
    }
    if (round > 0) rounds.push(((performance.now() - start) * 1000) / count);
  }
  return median(rounds);
}

/** Prints rows with how many times slower each is than the first: the first row is ours. */
export function printTable(title: string, rows: readonly Row[]): void {
  const [first] = rows;
  if (first === undefined) throw new Error("a table needs a row");
  console.log(`\n${title}`);
  const width = Math.max(...rows.map((row) => row.what.length));
  for (const row of rows) {
    const time = `${row.micros.toFixed(2)} µs`.padStart(13);
    const rate = `${Math.round(1e6 / row.micros).toLocaleString("en")}/s`.padStart(13);
    const ratio = `${(row.micros / first.micros).toFixed(1)} ×`.padStart(9);
    console.log(`  ${row.what.padEnd(width)}${time}${rate}${ratio}  ${row.note ?? ""}`.trimEnd());
  }
}

/** Prints plain figures, one a line. */
export function printFigures(title: string, figures: readonly (readonly [string, string])[]): void {
  console.log(`\n${title}`);
  const width = Math.max(...figures.map(([what]) => what.length));
  for (const [what, value] of figures) console.log(`  ${what.padEnd(width)}  ${value}`);
}
