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

/** The one line with these fields; throws when there is none or more than one. */
export function lineOf(log: string, fields: Line): Line {
  const found = linesOf(log).filter((line) =>
    Object.entries(fields).every(([name, value]) => line[name] === value),
  );
  const [line] = found;
  if (line === undefined || found.length > 1) {
    throw new Error(`${found.length} lines say ${JSON.stringify(fields)}:\n${log}`);
  }
  return line;
}
