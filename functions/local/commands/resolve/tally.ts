import type { LinkFileSummary } from "@remote-storage/core/links/link-file-writer.ts";

/** Adds up what is known of the parts of a file, in their order. */
export interface Tally {
  add(part: LinkFileSummary): void;
  total(): LinkFileSummary;
  /** `1,000 resolved, 2 failed` for progress. */
  toString(): string;
}

export function createTally(): Tally {
  let lines = 0;
  let resolved = 0;
  let failed = 0;
  const byCode: Record<string, number> = {};
  return {
    add(part) {
      ({ lines } = part);
      resolved += part.resolved;
      failed += part.failed;
      for (const [code, links] of Object.entries(part.byCode)) {
        byCode[code] = (byCode[code] ?? 0) + links;
      }
    },
    total: () => ({ lines, resolved, failed, byCode }),
    toString: () => `${count(resolved)} resolved, ${count(failed)} failed`,
  };
}

/** `3 of 10 links failed: 2 unknown_bucket, 1 bad_syntax`. */
export function describeFailures({ resolved, failed, byCode }: LinkFileSummary): string {
  const causes = Object.entries(byCode)
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, links]) => `${count(links)} ${code}`);
  return `${count(failed)} of ${count(resolved + failed)} links failed: ${causes.join(", ")}`;
}

function count(links: number): string {
  return links.toLocaleString("en");
}
