import { describeError } from "../http/describe-error.ts";
import type { Health } from "../health.ts";
import type { Log } from "../log.ts";
import type { AccessRules } from "./access-rules.ts";

/** Milliseconds that rules are used without looking whether they have changed. */
const INTERVAL = 1000;

const PART = "ACCESS_FILE";

/**
 * Rules that follow their file: looked at with the requests, at most once a second. A text that cannot
 * be read or has mistakes changes nothing: the rules before it stay, the log tells once and `/health`
 * for as long.
 *
 * @param text that `rules` were read from.
 * @param read the text as it is now.
 */
export function followRules(
  start: { readonly text: string; readonly rules: AccessRules },
  source: {
    readonly read: () => Promise<string>;
    readonly parse: (text: string) => AccessRules;
    readonly now: () => Date;
    readonly log: Log;
    readonly health: Health;
  },
): () => Promise<AccessRules> {
  const { read, parse, now, log, health } = source;
  let { text, rules } = start;
  let lookedAt = -Infinity;
  let flight: Promise<void> | undefined;
  let told: string | undefined;

  async function look(): Promise<void> {
    try {
      const found = await read();
      if (found !== text) {
        rules = parse(found);
        text = found;
        log.info({ file: PART }, "the access rules have changed");
      }
      told = undefined;
      health.mend(PART);
    } catch (error) {
      const { message } = describeError(error);
      health.report(PART, "the file cannot be used: the rules before it are in force");
      // Once for each mistake, not once a second.
      if (told === message) return;
      told = String(message);
      log.error({ file: PART, error: told }, "the access rules cannot be read: the old ones stay");
    }
  }

  return async () => {
    const at = now().getTime();
    if (at - lookedAt >= INTERVAL) {
      lookedAt = at;
      flight ??= look().finally(() => {
        flight = undefined;
      });
    }
    await flight;
    return rules;
  };
}
