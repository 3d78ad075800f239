/**
 * Replaces every `${NAME}` by that variable's value, also inside a longer text; `$${` stays as a literal
 * `${`. What cannot be replaced is a problem, which never shows a value.
 */
export function expandEnvironment(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly text: string } | { readonly problem: string } {
  if (!text.includes("${")) return { text };
  let problem: string | undefined;
  const expanded = text.replace(
    /\$?\$\{([^}]*)(\}?)/g,
    (whole: string, name: string, end: string) => {
      if (whole.startsWith("$$")) return whole.slice(1);
      if (end === "" || !/^[A-Za-z_]\w*$/.test(name)) {
        problem ??= "${…} must name an environment variable, such as ${STORAGE_KEY}";
        return "";
      }
      const value = env[name];
      if (value === undefined || value === "")
        problem ??= `the environment variable ${name} is not set`;
      return value ?? "";
    },
  );
  return problem === undefined ? { text: expanded.trim() } : { problem };
}
