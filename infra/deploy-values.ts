/** Reads a whole number of at most nine digits. */
export const parseWhole =
  (least: number, most: number) =>
  (written: string): number | undefined => {
    const whole = /^\d{1,9}$/.test(written) ? Number(written) : -1;
    return whole >= least && whole <= most ? whole : undefined;
  };

/** Reads `key=value,…`, where each pair is as `pair` has it, with the key and the value as its groups. */
export const parsePairs =
  (pair: RegExp) =>
  (written: string): ReadonlyMap<string, string> | undefined => {
    const parts = written.split(",").map((part) => pair.exec(part.trim()));
    const pairs = parts.flatMap((part) =>
      part === null ? [] : [[part[1] ?? "", part[2] ?? ""] as const],
    );
    return pairs.length === parts.length ? new Map(pairs) : undefined;
  };
