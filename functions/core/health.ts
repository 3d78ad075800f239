/** What does not work at the moment, for `GET /health`: parts by name, never a reason that holds a secret. */
export interface Health {
  /** Notes that a part works less than it should, and what that means. */
  report(part: string, meaning: string): void;
  /** It works again. */
  mend(part: string): void;
  /** `ACCESS_FILE: the rules before it are in force`, in alphabetical order. */
  degraded(): readonly string[];
}

export function createHealth(): Health {
  const parts = new Map<string, string>();
  return {
    report: (part, meaning) => void parts.set(part, meaning),
    mend: (part) => void parts.delete(part),
    degraded: () => Array.from(parts, ([part, meaning]) => `${part}: ${meaning}`).toSorted(),
  };
}
