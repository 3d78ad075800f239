import { parseDuration } from "@remote-storage/core/settings/duration.ts";
import { InvalidArgumentError, Option } from "commander";

/** As long as any store lets a signature live: 7 days, in seconds. */
const LONGEST = 604_800;

/** `--expires`, in seconds. */
export function expiresOption(): Option {
  return new Option(
    "-e, --expires <duration>",
    "how long it lives: 30s, 15m, 12h, 7d (default: SIGNED_URL_EXPIRES)",
  ).argParser((text) => {
    const seconds = parseDuration(text);
    if (seconds === undefined || seconds < 1 || seconds > LONGEST) {
      throw new InvalidArgumentError("Expected a duration from 1s to 7d, such as 30s, 15m or 12h.");
    }
    return seconds;
  });
}
