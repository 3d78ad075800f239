import type { App } from "@remote-storage/core/http/app.ts";

/**
 * Gives the requests for `/{bucket}/…` of the listed buckets to the disk's S3 endpoint, before any
 * route. Its answers are users' bytes on our own origin: no script in them may run there.
 */
export function mountS3(buckets: readonly string[], endpoint: App, app: App): App {
  const prefixes = buckets.map((bucket) => `/${encodeURIComponent(bucket)}/`);
  return async (request, call) => {
    if (!prefixes.some((prefix) => call.target.startsWith(prefix))) return app(request, call);
    const response = await endpoint(request, call);
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
    return response;
  };
}
