import { vi } from "vitest";
import type { Runtime } from "../../support/lambda/runtime.ts";

/** Milliseconds: answers and log lines come by different ways, in any order. */
const PATIENCE = { timeout: 20_000, interval: 20 };

/** One JSON line of a function's log. */
type Line = Readonly<Record<string, unknown>>;

/** The lines that are JSON, the runtime's own among them. */
function linesOf(log: string): readonly Line[] {
  return log.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as Line];
    } catch {
      return [];
    }
  });
}

/** Throws when there is none or more than one. */
function lineOf(log: string, fields: Line): Line {
  const found = linesOf(log).filter((line) =>
    Object.entries(fields).every(([name, value]) => line[name] === value),
  );
  const [line] = found;
  if (line === undefined || found.length > 1) {
    throw new Error(`${found.length} lines say ${JSON.stringify(fields)}:\n${log}`);
  }
  return line;
}

/** The one line with these fields, once it is there. */
export function logged(runtime: Runtime, fields: Line): Promise<Line> {
  return vi.waitFor(() => lineOf(runtime.log(), fields), PATIENCE);
}

/** Waits until the log says something, and gives where. */
export function said(runtime: Runtime, text: string): Promise<number> {
  return vi.waitFor(() => {
    const place = runtime.log().indexOf(text);
    if (place === -1) throw new Error(`the log does not say ${JSON.stringify(text)}`);
    return place;
  }, PATIENCE);
}
