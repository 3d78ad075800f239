import type { Outcome } from "./outcome.ts";
import { StopError } from "./stop.ts";

/** Notices when nothing succeeds any more. */
export interface Patience {
  /** Why the run should end after this outcome, if it should. */
  after(outcome: Outcome): StopError | undefined;
}

/** Failures one after the other, without a success between: a million more would not tell anything new. */
const IN_A_ROW = 100;

/** What no other object will meet differently. */
const HOPELESS: ReadonlySet<string> = new Set(["no-bucket", "credentials", "wrong-region"]);

/** What may be the store's fault, and not the object's. */
const OF_THE_STORE: ReadonlySet<string> = new Set([
  "denied",
  "too-large",
  "unavailable",
  "throttled",
  "timeout",
]);

export function createPatience(): Patience {
  let failures = 0;
  return {
    after: ({ state, error }) => {
      if (state !== "failed" || error === undefined) {
        if (state === "copied") failures = 0;
        return undefined;
      }
      const hopeless = HOPELESS.has(error.kind);
      if (OF_THE_STORE.has(error.kind)) failures += 1;
      if (!hopeless && failures < IN_A_ROW) return undefined;
      const { side = "target", message } = error;
      const often = hopeless ? "" : `; nothing has succeeded for ${failures} objects`;
      return new StopError({ by: side, message: `${message}${often}` });
    },
  };
}
