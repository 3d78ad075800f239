import type { FailedLink, ResolvedLink } from "./link.ts";

export interface LinkFileSummary {
  /** Lines of the file, blank ones and comments included. */
  readonly lines: number;
  readonly resolved: number;
  readonly failed: number;
  readonly byCode: Readonly<Record<string, number>>;
}

/** What a format makes of the parts of the answer; each text ends its own line. */
export interface LinkFileWriter {
  readonly head: string;
  resolved(line: number, answer: ResolvedLink): string;
  failed(line: number, answer: FailedLink): string;
  summary(summary: LinkFileSummary): string;
}
