import type { BlobGetPropertiesResponse } from "@azure/storage-blob";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { AzureConfig } from "@remote-storage/core/storage/provider-config.ts";
import { toShownHeaders } from "@remote-storage/core/storage/shown-headers.ts";
import type { CopyFacts, StoreCopy } from "@remote-storage/core/storage/store-copy.ts";
import type { Container } from "./container.ts";
import { COPY_SECONDS, signSource, SYNC_COPY_LIMIT } from "./copy.ts";
import { MAX_PART } from "./multipart.ts";
import type { Sign } from "./sign.ts";
import { toStat } from "./stat.ts";

/** What copies between the containers of one account take. */
export interface CopyAccount {
  readonly reach: string;
  readonly open: (container: string) => Container;
  /** Signs for the store's own use. */
  readonly sign: (container: string) => Sign;
  readonly fetch: typeof fetch;
}

/** One account by one kind of credentials: either of its two keys opens all containers alike. */
export function reachOf({ endpoint, basePath, account, credentials }: AzureConfig): string {
  return `${endpoint.origin}${basePath} ${account} ${credentials.type}`;
}

/**
 * Copies by Copy Blob From URL and Put Block From URL. The store compares a whole copy with the MD5 that it
 * keeps of the source, if any. Index tags stay behind: to read them takes a right of its own. A source that is no
 * block blob has no whole copies: `unsupported`.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/copy-blob-from-url
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block-from-url
 */
export function createStoreCopy(container: Container, account: CopyAccount): StoreCopy {
  return {
    reach: account.reach,
    limits: { whole: SYNC_COPY_LIMIT, part: MAX_PART },
    facts: async (key, { signal }) =>
      toFacts(key, await propertiesOf(container, { operation: "stat", key, signal })),

    async whole(key, { bucket, key: from, etag }, { signal }) {
      const source = account.open(bucket);
      const reading = { operation: "copy", key: from, signal };
      const { blobType, contentMD5 } = await propertiesOf(source, reading);
      if (blobType !== "BlockBlob") {
        throw source.error("unsupported", "Azure copies only block blobs by itself", reading);
      }
      const url = await signSource(account.sign(bucket), from);
      const operation = { operation: "copy", key, signal, seconds: COPY_SECONDS };
      return container.call(operation, async (client, abortSignal) => {
        const copied = await client.getBlobClient(key).syncCopyFromURL(url, {
          abortSignal,
          conditions: { ifNoneMatch: "*" },
          sourceConditions: { ifMatch: etag },
          ...(contentMD5 && { sourceContentMD5: contentMD5 }),
        });
        return { etag: toStat(key, 0, copied).etag, checksums: checksumsIn(copied) };
      });
    },

    // The SDK's own call binds no version of the source: this is the request that clients send their parts with.
    part(key, { id, number }, { bucket, key: from, etag, range }, { signal }) {
      const operation = { operation: "copy a part", key, signal, seconds: COPY_SECONDS };
      return container.call(operation, async (_client, abortSignal) => {
        const part = { uploadId: id, number };
        const sign = account.sign(container.name);
        const { url } = await sign({ method: "PUT", key, expires: COPY_SECONDS, part });
        const response = await account.fetch(url, {
          method: "PUT",
          headers: {
            "x-ms-copy-source": await signSource(account.sign(bucket), from),
            "x-ms-source-if-match": etag,
            "x-ms-source-range": `bytes=${range.start}-${range.end}`,
          },
          redirect: "error",
          signal: abortSignal,
        });
        await response.body?.cancel();
        if (!response.ok) throw refusal(response);
        return { number, size: range.end - range.start + 1 };
      });
    },
  };
}

const propertiesOf = (
  container: Container,
  operation: { operation: string; key: ObjectKey; signal: AbortSignal | undefined },
): Promise<BlobGetPropertiesResponse> =>
  container.call(operation, (client, abortSignal) =>
    client.getBlobClient(operation.key).getProperties({ abortSignal }),
  );

/** With what the SDK's errors tell, by which they are translated. */
function refusal({ status, headers }: Response): Error {
  const code = headers.get("x-ms-error-code") ?? "";
  return Object.assign(new Error(`Azure answered ${status} ${code}`), { statusCode: status, code });
}

function checksumsIn({ contentMD5 }: { readonly contentMD5?: Uint8Array }): CopyFacts["checksums"] {
  return contentMD5 === undefined ? {} : { md5: Buffer.from(contentMD5).toString("base64") };
}

function toFacts(key: ObjectKey, properties: BlobGetPropertiesResponse): CopyFacts {
  const { size, etag, modified, type } = toStat(key, properties.contentLength ?? 0, properties);
  return {
    size,
    etag,
    modified,
    type,
    checksums: checksumsIn(properties),
    metadata: properties.metadata ?? {},
    headers: toShownHeaders(properties),
  };
}
