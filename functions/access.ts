import { type AccessRules, NO_RULES } from "@remote-storage/core/access/access-rules.ts";
import { toTokenRules } from "@remote-storage/core/access/api-tokens.ts";
import { createAuthenticate } from "@remote-storage/core/access/authenticate.ts";
import type { JwtVerifier } from "@remote-storage/core/access/jwt.ts";
import { followRules } from "@remote-storage/core/access/live-rules.ts";
import { createRateLimiter } from "@remote-storage/core/access/rate-limiter.ts";
import type { Health } from "@remote-storage/core/health.ts";
import type { Services } from "@remote-storage/core/http/services.ts";
import type { Log } from "@remote-storage/core/log.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";

/**
 * Reads ACCESS_FILE, and follows it from then on.
 *
 * @param read its text; called with requests too, at most once a second.
 * @param providers the names in remote_links.yml.
 * @throws AccessFileError with every mistake in it; what `read` throws.
 */
export async function openAccess(
  read: () => Promise<string>,
  providers: readonly string[],
  world: { readonly now: () => Date; readonly log: Log; readonly health: Health },
): Promise<() => Promise<AccessRules>> {
  // The parser of YAML is a good part of a start: loaded when there is something to read.
  const { parseAccessFile } = await import("@remote-storage/core/access/access-file.ts");
  const parse = (text: string) => parseAccessFile(text, providers);
  const text = await read();
  return followRules({ text, rules: parse(text) }, { read, parse, ...world });
}

/** Who gets in, and how often. Without rules only `API_TOKENS` let anyone in. */
export function createAccess(
  { apiTokens = [], limits }: Settings,
  rules: (() => Promise<AccessRules>) | undefined,
  world: { readonly fetch: typeof fetch; readonly now: () => Date },
): Pick<Services, "authenticate" | "limits"> {
  let verifier: Promise<JwtVerifier> | undefined;
  return {
    authenticate: createAuthenticate({
      tokens: toTokenRules(apiTokens),
      rules: rules ?? (() => Promise.resolve(NO_RULES)),
      // A function that never sees a JWT starts without jose.
      verifier: () =>
        (verifier ??= import("@remote-storage/core/access/jwt.ts").then(({ createJwtVerifier }) =>
          createJwtVerifier(world),
        )),
    }),
    limits: {
      ...(limits.requests && { requests: createRateLimiter(limits.requests) }),
      ...(limits.failures && { failures: createRateLimiter(limits.failures) }),
    },
  };
}
