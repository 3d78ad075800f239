import type { Health } from "./health.ts";
import { describeError } from "./http/describe-error.ts";
import { ProblemError } from "./http/problem.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics/metrics.ts";

/** Takes whole lines. Returns or resolves once they are out of this process; throws when they are lost. */
export type AuditSink = (lines: string) => void | Promise<void>;

export type AuditFields = Readonly<Record<string, unknown>>;

/** Who was given which access until when. No log level switches it off. */
export interface Audit {
  /**
   * Writes a line for each; to be awaited before what they tell is given away.
   *
   * @throws ProblemError `audit_unavailable`: then it must not be given away.
   */
  record(...lines: readonly AuditFields[]): Promise<void>;
  /** Writes what has happened already: a failure is told, and changes nothing. */
  note(line: AuditFields): Promise<void>;
}

const PART = "audit";

export function createAudit(
  sink: AuditSink,
  world: {
    readonly now: () => Date;
    readonly log: Log;
    readonly health: Health;
    readonly metrics: Pick<Metrics, "auditFailures">;
  },
): Audit {
  const { now, log, health, metrics } = world;

  /** @returns whether the lines are written. */
  async function write(lines: readonly AuditFields[]): Promise<boolean> {
    const time = now().toISOString();
    try {
      await sink(lines.map((line) => `${JSON.stringify({ time, ...line })}\n`).join(""));
      health.mend(PART);
      return true;
    } catch (error) {
      metrics.auditFailures.add(lines.length);
      health.report(PART, "it cannot be written, and no access is given");
      log.error({ error: describeError(error), lost: lines.length }, "the audit cannot be written");
      return false;
    }
  }

  return {
    async record(...lines) {
      if (lines.length === 0 || (await write(lines))) return;
      throw new ProblemError(
        "audit_unavailable",
        "no access is given while the audit cannot be written; the log tells more",
        { "Retry-After": "5" },
      );
    },
    async note(line) {
      await write([line]);
    },
  };
}
