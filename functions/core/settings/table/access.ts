import type { Rate } from "../../access/rate-limiter.ts";
import { parseApiTokens } from "../api-tokens.ts";
import { parseRate, RATE } from "../rate.ts";
import { path, secret, type SettingWithDefault } from "../setting.ts";

/** Who may call, how often, and where it is written down. */
export const ACCESS_SETTINGS = {
  apiTokens: secret({
    name: "API_TOKENS",
    parse: parseApiTokens,
    expected:
      "token or token:grant+grant, comma-separated, each token once, of at least 16 characters A-Z a-z 0-9 . _ ~ -, with the grants that the README lists",
    about:
      "`token` (everything) or `token:grant+grant`, comma-separated; made at the first local start",
  }),
  accessFile: path(
    "ACCESS_FILE",
    "a file's path",
    "YAML: who may do what, beyond `API_TOKENS`; followed while the service runs",
  ),
  auditFile: path(
    "AUDIT_FILE",
    "a file's path",
    "Where the local server writes who was given which signature; absent: standard output",
  ),
  rateLimit: {
    name: "RATE_LIMIT",
    parse: parseRate,
    expected: RATE,
    default: "off",
    about: "Requests that a caller may make: `50/s`, `600/m`, `5000/h` (429 beyond), or `off`",
  } satisfies SettingWithDefault<Rate | "off">,
  failureLimit: {
    name: "RATE_LIMIT_FAILURES",
    parse: parseRate,
    expected: RATE,
    default: "off",
    about:
      "Wrong tokens that an address may send before nothing it sends is looked at for a while (429); behind a proxy all callers share its address",
  } satisfies SettingWithDefault<Rate | "off">,
};
