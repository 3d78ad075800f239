import type { AppRequest, Call } from "@remote-storage/core/http/app.ts";
import { verifyPresigned } from "@remote-storage/core/signing/sigv4-verify.ts";
import type { DiskConfig, ProviderContext } from "@remote-storage/core/storage/provider-config.ts";
import { S3Error, toErrorResponse, toS3Error } from "./s3-error.ts";
import { readObject } from "./s3-read.ts";
import { toS3Request } from "./s3-request.ts";
import { removeObject, writeObject } from "./s3-write.ts";
import { openStore, type Store } from "./store.ts";

/**
 * Serves the disk's objects to whoever holds a presigned request: `/{bucket}/{key}?X-Amz-…`, as S3
 * does in path style, so that every SigV4 presigner's URLs open here. GET and HEAD with ranges,
 * conditions and `response-*` overrides; PUT of objects and parts; DELETE. Refusals are S3's XML.
 *
 * Only `call.target` says what was asked for: `request.url` has lost dot segments by then.
 */
export function createS3Endpoint(
  config: DiskConfig,
  context: ProviderContext,
  buckets: readonly string[],
): (request: AppRequest, call: Call) => Promise<Response> {
  const store = openStore(config.dataPath, context.now);
  return async (request, { target }) => {
    try {
      return await answer(store, request, target, config, context, buckets);
    } catch (error) {
      const [resource = ""] = target.split("?", 1);
      return toErrorResponse(toS3Error(error), request.method, resource);
    }
  };
}

async function answer(
  store: Store,
  request: AppRequest,
  target: string,
  config: DiskConfig,
  context: ProviderContext,
  buckets: readonly string[],
): Promise<Response> {
  const verified = verify(request, target, config, context.now());
  const wanted = toS3Request(verified, request.headers, buckets);
  switch (request.method) {
    case "GET":
    case "HEAD":
      return await readObject(store, request, wanted);
    case "PUT":
      return await writeObject(store, request, wanted, verified.payloadSha256);
    case "DELETE":
      return await removeObject(store, request, wanted);
    default:
      throw new S3Error("MethodNotAllowed", "The specified method is not allowed here", {
        allow: "GET, HEAD, PUT, DELETE",
      });
  }
}

/**
 * A proxy in front may have put its own name into `Host`; then the host that our URLs are signed for
 * is tried. Whoever can sign for it holds the same secret.
 */
function verify(
  { method, headers }: AppRequest,
  target: string,
  { keys, region, publicOrigin }: DiskConfig,
  now: Date,
) {
  const secretFor = (accessKey: string) =>
    accessKey === keys.accessKey ? keys.secretKey : undefined;
  const attempt = (sent: Headers) =>
    verifyPresigned({ method, target, headers: sent }, secretFor, { now, region });

  const asSent = attempt(headers);
  if (asSent.ok) return asSent;
  const host = new URL(publicOrigin()).host;
  if (asSent.code === "SignatureDoesNotMatch" && headers.get("host") !== host) {
    const forwarded = new Headers(headers);
    forwarded.set("host", host);
    const asPublished = attempt(forwarded);
    if (asPublished.ok) return asPublished;
  }
  throw new S3Error(asSent.code, asSent.message);
}
