import type { CorsRule, CorsRules } from "@remote-storage/core/storage/cors-rule.ts";
import type { GoogleConfig } from "@remote-storage/core/storage/provider-config.ts";
import { encodeComponent } from "@remote-storage/core/signing/uri-encode.ts";
import { createClient } from "./client.ts";
import { failure } from "./errors.ts";
import { createIdentity, FULL_SCOPE } from "./identity.ts";

/** Seconds that Google takes when a rule says nothing. */
const DEFAULT_AGE = 3600;

interface BucketResource {
  readonly cors?: readonly {
    readonly origin?: readonly string[];
    readonly method?: readonly string[];
    readonly responseHeader?: readonly string[];
    readonly maxAgeSeconds?: number;
  }[];
}

/**
 * The CORS configuration of a bucket; one list of headers serves requests and answers. Needs
 * `storage.buckets.get` and `storage.buckets.update`.
 *
 * @see https://cloud.google.com/storage/docs/using-cors
 */
export function openCors(
  config: GoogleConfig,
  bucket: string,
  identity = createIdentity(config, FULL_SCOPE),
): CorsRules {
  const client = createClient(config, identity);
  const request = { path: `/storage/v1/b/${encodeComponent(bucket)}`, query: { fields: "cors" } };
  const place = (operation: string) => {
    const at = { provider: "google", operation, bucket };
    // No call of Google's S3-compatible side reads or writes these rules.
    if (config.credentials.type === "keys" && config.endpoint?.protocol !== "http:") {
      throw failure("unsupported", at, new Error("HMAC keys open the S3-compatible side alone"));
    }
    return at;
  };
  return {
    async read() {
      const { cors = [] } = await client.json<BucketResource>(
        request,
        place("list the CORS rules"),
      );
      return cors.map(({ origin = [], method = [], responseHeader = [], maxAgeSeconds }) => ({
        origins: origin,
        methods: method,
        headers: responseHeader,
        exposed: responseHeader,
        maxAge: maxAgeSeconds ?? DEFAULT_AGE,
      }));
    },
    async write(rules) {
      const body = JSON.stringify({ cors: rules.map(toGoogle) });
      const headers = { "content-type": "application/json" };
      const patch = { ...request, method: "PATCH", headers, body } as const;
      await client.json(patch, place("write the CORS rules"));
    },
  };
}

function toGoogle({ origins, methods, headers, exposed, maxAge }: CorsRule) {
  return {
    origin: origins,
    method: methods,
    responseHeader: [...new Set([...headers, ...exposed])],
    ...(maxAge !== undefined && { maxAgeSeconds: maxAge }),
  };
}
