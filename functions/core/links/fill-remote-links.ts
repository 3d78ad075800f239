import { isScalar, parseDocument, Scalar, visit } from "yaml";
import { expandEnvironment } from "./environment-reference.ts";
import { parseRemoteLinks } from "./remote-links.ts";

/**
 * remote_links.yml as a place without this environment and these files reads it to the same end: every
 * `${NAME}` replaced, every `credentials_file` taken in. Comments stay.
 *
 * @param readFile for `credentials_file`; throws when it cannot.
 * @throws RemoteLinksError with all mistakes; Error when an example's `<placeholder>` is left.
 */
export function fillRemoteLinks(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): string {
  for (const { name, unfilled = [] } of parseRemoteLinks(text, env, readFile).entries) {
    if (unfilled.length > 0) {
      throw new Error(`remote_links.yml: ${name}: ${unfilled.join(", ")} still to be filled in`);
    }
  }
  const expand = (written: string): string => {
    const expanded = expandEnvironment(written, env);
    if ("problem" in expanded) throw new Error(expanded.problem);
    return expanded.text;
  };
  const document = parseDocument(text, { schema: "failsafe" });
  visit(document, {
    Pair(_, { key, value }, path) {
      // An entry's own key: deeper ones are a service account's.
      if (path.length !== ENTRY_DEPTH || !isScalar(key) || !isScalar(value)) return;
      if (key.value !== "credentials_file") return;
      key.value = "credentials";
      value.value = literal(readFile(expand(String(value.value))).trim());
      value.type = Scalar.BLOCK_LITERAL;
    },
    Scalar(position, node) {
      const written = String(node.value);
      const filled = literal(expand(written));
      if (position === "key" || filled === written) return;
      node.value = filled;
      // Unquoted, a `~` would be nothing.
      node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Document, mapping of entries, entry, its mapping. */
const ENTRY_DEPTH = 4;

/** What {@link expandEnvironment} turns into the text again. */
const literal = (text: string): string => text.replaceAll("${", () => "$${");
