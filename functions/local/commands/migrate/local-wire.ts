import type { AppRequest } from "@remote-storage/core/http/app.ts";
import type { SignedRequest } from "@remote-storage/core/signing/signed-request.ts";
import type { DiskConfig, ProviderContext } from "@remote-storage/core/storage/provider-config.ts";
import type { SendOptions, Wire } from "../../../migration/bucket/wire.ts";
import { createS3Endpoint } from "../../../providers/disk/s3-endpoint.ts";

/**
 * Gives signed requests for the local disk to its S3 endpoint in this process: they are verified, and
 * their checksums with them, as if they had come over the network, but no server has to run.
 */
export function createLocalWire(
  config: DiskConfig,
  context: ProviderContext,
  buckets: readonly string[],
): Wire {
  const endpoint = createS3Endpoint(config, context, buckets);
  return {
    send: async (signed, options) => {
      options.signal?.throwIfAborted();
      const { host } = new URL(config.publicOrigin());
      const target = signed.url.slice(signed.url.indexOf("/", signed.url.indexOf("://") + 3));
      const response = await endpoint(toRequest(signed, host, options), { target });
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: Buffer.from(await response.arrayBuffer()),
      };
    },
    close: () => Promise.resolve(),
  };
}

function toRequest(
  { method, headers: signed }: SignedRequest,
  host: string,
  { headers, body, signal = new AbortController().signal }: SendOptions,
): AppRequest {
  const sent = new Headers({ ...signed, ...headers, host });
  if (body !== undefined) sent.set("content-length", String(body.byteLength));
  return {
    method,
    headers: sent,
    body: body === undefined ? null : ReadableStream.from([body]),
    signal,
  };
}
