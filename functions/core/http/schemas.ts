import * as v from "valibot";
import { parseDuration } from "../settings/duration.ts";
import { parseKey } from "../storage/key.ts";

/** Bounds of a signature's life in seconds: under it is a mistake, over it no store goes. */
export const MIN_EXPIRES = 1;
export const MAX_EXPIRES = 604_800;

/** More items, keys or numbers in one JSON body are refused. */
export const MAX_ITEMS = 1000;

/** For routes without parameters in the path or the query. Unknown ones are ignored there. */
export const none = v.object({});

export const bucketName = v.pipe(
  v.picklist(["public", "private"]),
  v.description("One of the service's own two buckets."),
);

/** Named so that the OpenAPI document can say of it what {@link parseKey} checks. */
export const keyText = v.string();

/** A number in a query. */
export function wholeNumber(least: number, most: number) {
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, `Expected ${least} to ${most}`),
    v.transform(Number),
    v.number(),
    v.integer(),
    v.minValue(least),
    v.maxValue(most),
  );
}

/** Throws `InvalidKeyError` itself, so that its own code reaches the client. */
export const objectKey = v.pipe(keyText, v.transform(parseKey));

const seconds = v.pipe(
  v.number("Expected seconds, or a duration such as 15m"),
  v.integer("Expected whole seconds, or a duration such as 15m"),
  v.minValue(MIN_EXPIRES, "Expected at least 1 second"),
  v.maxValue(MAX_EXPIRES, "Expected at most 7 days"),
);

/** In a query: seconds, or a duration. */
export const expiresText = v.pipe(
  v.string(),
  v.transform(parseDuration),
  seconds,
  v.description("How long the signature is wished to live: seconds, or a duration such as 15m."),
);

/** In JSON: seconds as a number, or a duration as a string. */
export const expires = v.pipe(
  v.union([v.number(), v.string()]),
  v.description("Seconds, or a duration such as 15m; 1 second to 7 days."),
  v.transform((value) => (typeof value === "string" ? parseDuration(value) : value)),
  seconds,
);

/** `true` or `false` in a query. */
export const flag = v.pipe(
  v.picklist(["true", "false"]),
  v.transform((text) => text === "true"),
  v.boolean(),
);

/** Every control character could end a header line somewhere on the way. */
export const fileName = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(255),
  v.check((name) => name.isWellFormed(), "Expected well-formed Unicode"),
  v.description("The file name that a browser saves the object under."),
);

export const versionId = v.pipe(v.string(), v.minLength(1), v.maxLength(1024));

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1 */
export const contentType = v.pipe(
  v.string(),
  v.maxLength(255),
  v.regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[\x20-\x7e]*)?$/, "Expected a media type"),
);

export const signedRequest = v.pipe(
  v.object({
    method: v.picklist(["GET", "HEAD", "PUT", "DELETE"]),
    url: v.string(),
    headers: v.record(v.string(), v.string()),
    expiresAt: v.exactOptional(
      v.pipe(v.string(), v.description("RFC 3339. Absent: a public link, which has no end.")),
    ),
    clampedBy: v.exactOptional(v.picklist(["policy", "credentials", "delegation-key", "provider"])),
  }),
  v.description(
    "Send exactly this method to exactly this URL with at least these headers and no Authorization.",
  ),
);

export const objectMetadata = v.object({
  bucket: bucketName,
  key: v.string(),
  size: v.number(),
  etag: v.pipe(v.string(), v.description("The ETag header's value, quotes included.")),
  modified: v.string(),
  type: v.string(),
  versionId: v.exactOptional(v.string()),
});

export const itemError = v.object({ code: v.string(), message: v.string() });

/** Why a link cannot be opened. */
export const linkError = v.object({
  code: v.string(),
  message: v.string(),
  hint: v.exactOptional(v.string()),
});

export const problem = v.pipe(
  v.object({
    type: v.string(),
    title: v.string(),
    status: v.pipe(v.number(), v.integer()),
    detail: v.string(),
    code: v.string(),
    requestId: v.string(),
  }),
  v.description("RFC 9457. Branch on `code`."),
);
