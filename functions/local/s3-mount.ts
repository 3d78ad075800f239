import type { Handler } from "@remote-storage/core/http/app.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import type { ProviderConfig } from "@remote-storage/core/storage/provider-config.ts";

/**
 * With the local disk, gives the requests for `/{bucket-name}/…` to its S3 endpoint, before any route.
 * The endpoint's answers are users' bytes on our own origin: no script in them may run there.
 */
export async function openMount(
  own: ProviderConfig,
  { buckets, signing }: Settings,
  now: () => Date,
): Promise<(app: Handler) => Handler> {
  if (own.kind !== "http") return (app) => app;
  const { createS3Endpoint } = await import("../providers/disk/s3-endpoint.ts");
  const names = [buckets.public, buckets.private];
  const prefixes = names.map((name) => `/${encodeURIComponent(name)}/`);
  const endpoint = createS3Endpoint(own, { now, policy: signing, fetch }, names);
  return (app) => async (request, call) => {
    if (!prefixes.some((prefix) => call.target.startsWith(prefix))) return app(request, call);
    call.routed?.("/{bucket-name}/{key}");
    const response = await endpoint(request, call);
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
    return response;
  };
}
