import { encodeComponent } from "@remote-storage/core/signing/uri-encode.ts";
import type { ErrorPlace } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { ObjectStat } from "@remote-storage/core/storage/provider.ts";
import type { GoogleClient } from "./client.ts";
import { failure, isNotFound } from "./errors.ts";
import { OBJECT_FIELDS, type ObjectResource, toStat } from "./object.ts";

interface RewriteAnswer {
  readonly rewriteToken?: string;
  readonly resource?: ObjectResource;
}

/**
 * Copies `path`, an object of the JSON API, inside Google. A large copy to another place or storage class
 * takes several calls, each of which brings it further.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite
 */
export async function copyObject(
  client: GoogleClient,
  path: string,
  to: { readonly bucket: string; readonly key: ObjectKey },
  signal: AbortSignal | undefined,
  place: ErrorPlace,
): Promise<ObjectStat> {
  const target = `b/${encodeComponent(to.bucket)}/o/${encodeComponent(to.key)}`;
  const fields = `rewriteToken,resource(${OBJECT_FIELDS})`;
  let rewriteToken: string | undefined;
  try {
    for (;;) {
      const query = { fields, ...(rewriteToken && { rewriteToken }) };
      const request = {
        method: "POST",
        path: `${path}/rewriteTo/${target}`,
        query,
        signal,
      } as const;
      const answer = await client.json<RewriteAnswer>(request, place);
      if (answer.resource) return toStat(answer.resource, place);
      if (!answer.rewriteToken)
        throw failure("unavailable", place, new Error("the copy has no end"));
      rewriteToken = answer.rewriteToken;
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // When the source is there, it is the target's bucket that was not found.
    await client.json({ path, query: { fields: "name" }, signal }, place);
    throw failure("no-bucket", { ...place, bucket: to.bucket }, error);
  }
}
