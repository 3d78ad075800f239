import type { ContainerClient } from "@azure/storage-blob";
import { isLoopback } from "@remote-storage/core/access/loopback.ts";
import { azureBlockId } from "@remote-storage/core/signing/azure-presigner.ts";
import type { ErrorKind } from "@remote-storage/core/storage/errors.ts";
import { kindOfStatus } from "@remote-storage/core/storage/status-kind.ts";
import type { UrlCopy } from "@remote-storage/core/storage/url-copy.ts";
import type { Container, Operation } from "./container.ts";
import { SYNC_COPY_LIMIT } from "./copy.ts";
import { MAX_PART, shown } from "./multipart.ts";
import { toStat } from "./stat.ts";

/** 256 MiB at 0.3 MB/s: slower is taken for a store that hangs. */
const FETCH_SECONDS = 900;
const CRC64_BYTES = 8;

/**
 * Copies by Put Blob From URL and Put Block From URL. Neither is told an etag of the source: what another store
 * makes of such a condition is not documented, and a checksum of the bytes says more.
 *
 * One request takes up to 5,000 MiB; it is silent for as long as the copy lasts, which firewalls on the way do not
 * bear for more than some minutes, so that no more is asked of it than of a copy within Azure.
 *
 * @param hostname of the account's own endpoint: an emulator on this machine reaches what this machine reaches.
 * @see https://learn.microsoft.com/rest/api/storageservices/put-blob-from-url
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block-from-url
 */
export function createUrlCopy(container: Container, hostname: string): UrlCopy {
  const emulated = isLoopback(hostname);

  function fetching<T>(
    operation: Operation,
    work: (client: ContainerClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return container.call({ ...operation, seconds: FETCH_SECONDS }, async (client, signal) => {
      try {
        return await work(client, signal);
      } catch (thrown) {
        const kind = await sourceFailure(thrown);
        if (kind === undefined) throw thrown;
        throw container.error(kind, FETCHING[kind], operation, thrown);
      }
    });
  }

  return {
    limits: { whole: SYNC_COPY_LIMIT, part: MAX_PART },
    reaches: (url) => emulated || isPublic(new URL(url)),

    whole: (key, { url, md5 }, { type, metadata, headers = {}, signal }) =>
      fetching({ operation: "copy", key, signal }, async (client, abortSignal) => {
        const sum = fromBase64(md5);
        const copied = await client.getBlockBlobClient(key).syncUploadFromURL(url, {
          abortSignal,
          conditions: { ifNoneMatch: "*" },
          sourceContentMD5: sum,
          copySourceBlobProperties: false,
          blobHTTPHeaders: {
            blobContentMD5: sum,
            ...(type !== undefined && { blobContentType: type }),
            ...shown(headers),
          },
          ...(metadata !== undefined && { metadata: { ...metadata } }),
        });
        return { etag: toStat(key, 0, copied).etag };
      }),

    part: (key, { id, number }, { url, range, crc64nvme: wanted }, { signal }) => {
      const operation = { operation: "copy a part", key, signal };
      return fetching(operation, async (client, abortSignal) => {
        const size = range.end - range.start + 1;
        const { xMsContentCrc64 } = await client
          .getBlockBlobClient(key)
          .stageBlockFromURL(azureBlockId(id, number), url, range.start, size, {
            abortSignal,
            ...(wanted !== undefined && { sourceContentCrc64: reversed(fromBase64(wanted)) }),
          });
        if (xMsContentCrc64?.byteLength !== CRC64_BYTES) {
          throw container.error("unsupported", "Azure tells no CRC-64 of the block", operation);
        }
        const crc64nvme = Buffer.from(reversed(xMsContentCrc64)).toString("base64");
        return { number, size, crc64nvme };
      });
    },
  };
}

const fromBase64 = (text: string): Uint8Array => Buffer.from(text, "base64");

/** Azure writes a CRC-64 little end first. */
const reversed = (sum: Uint8Array): Uint8Array => sum.toReversed();

/** Without a public name there is no certificate that Azure trusts. */
function isPublic({ protocol, hostname }: URL): boolean {
  return protocol === "https:" && /\.[a-z][a-z\d-]*$/.test(hostname);
}

/** What a failure to fetch means. */
const FETCHING = {
  unsupported: "Azure cannot fetch the object from where it lies",
  throttled: "the source asks Azure to slow down",
  timeout: "the source did not answer Azure in time",
  unavailable: "the source failed when Azure fetched from it",
} as const satisfies Partial<Record<ErrorKind, string>>;

/**
 * `undefined` for failures of Azure itself. It passes on the status that the source has answered with, if it has
 * answered at all.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
 */
async function sourceFailure(thrown: unknown): Promise<keyof typeof FETCHING | undefined> {
  const { RestError } = await import("@azure/storage-blob");
  if (!(thrown instanceof RestError)) return undefined;
  // What emulators answer to what they do not know.
  if (thrown.statusCode === 501) return "unsupported";
  if (thrown.code !== "CannotVerifyCopySource") return undefined;
  const status = thrown.response?.headers.get("x-ms-copy-source-status-code");
  const kind = status === undefined ? "unsupported" : kindOfStatus(Number(status));
  return kind === "throttled" || kind === "timeout" || kind === "unavailable"
    ? kind
    : "unsupported";
}
