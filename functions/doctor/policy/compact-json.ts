const WIDTH = 90;

/** JSON for people: indented by two, but whatever fits into one line is in one line. */
export function compactJson(value: unknown, indent = ""): string {
  const line = JSON.stringify(value);
  if (indent.length + line.length <= WIDTH || typeof value !== "object" || value === null) {
    return spaced(value);
  }
  const deeper = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => compactJson(item, deeper))
    : Object.entries(value).map(
        ([name, item]) => `${JSON.stringify(name)}: ${compactJson(item, deeper)}`,
      );
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${deeper}${items.join(`,\n${deeper}`)}\n${indent}${close}`;
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const items = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}: ${spaced(item)}`,
  );
  return `{ ${items.join(", ")} }`;
}
