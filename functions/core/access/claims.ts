/** What a token must say in one place: a claim of a claim has a longer path. */
export interface ClaimRule {
  readonly path: readonly string[];
  readonly anyOf: readonly string[];
}

/** What a token is for, several words in one text (RFC 8693 §4.2); Entra ID calls it `scp`. */
const SCOPES = new Set(["scope", "scp"]);

/** True when every rule holds. A claim that is a list holds with one of its members, scopes with one of their words. */
export function claimsMatch(rules: readonly ClaimRule[], claims: unknown): boolean {
  return rules.every(({ path, anyOf }) => {
    const value = path.reduce<unknown>(member, claims);
    const texts = (Array.isArray(value) ? value : [value]).map(toText);
    const words = SCOPES.has(path.join(".")) ? texts.flatMap((text) => text?.split(" ")) : [];
    return [...texts, ...words].some((text) => text !== undefined && anyOf.includes(text));
  });
}

/** The members of `aud`, which is a text or a list of texts (RFC 7519 §4.1.3). */
export function toList(claim: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return values.filter((value) => typeof value === "string");
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** As it would be written in YAML, where all scalars are read as texts. */
function toText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
