import { Readable } from "node:stream";
import type { ErrorPlace } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { ObjectStat, WriteOptions } from "@remote-storage/core/storage/provider.ts";
import { measure, mismatch } from "./body.ts";
import type { GoogleClient } from "./client.ts";
import { DEFAULT_TYPE, OBJECT_FIELDS, type ObjectResource, toStat } from "./object.ts";

/**
 * Uploads into `bucketPath` of the JSON API in one request. Google keeps nothing of one that ends early,
 * so a source that fails or is not of its announced size leaves what was there.
 *
 * @throws the source's own error when it is the source that fails.
 * @see https://cloud.google.com/storage/docs/json_api/v1/objects/insert
 */
export async function writeObject(
  client: GoogleClient,
  bucketPath: string,
  key: ObjectKey,
  source: ReadableStream<Uint8Array> | Uint8Array,
  options: WriteOptions & { readonly generation?: string | undefined },
  place: ErrorPlace,
): Promise<ObjectStat> {
  const { size, signal, generation = options.ifAbsent ? "0" : undefined } = options;
  signal?.throwIfAborted();
  if (source instanceof Uint8Array && size !== undefined && source.byteLength !== size) {
    throw mismatch(source.byteLength, size, place);
  }
  let fault: unknown;
  const body = source instanceof Uint8Array ? source : toReadable(source, size, place);
  if (body instanceof Readable) body.once("error", (error) => (fault = error));

  try {
    const resource = await client.json<ObjectResource>(
      {
        method: "POST",
        path: `/upload${bucketPath}/o`,
        query: {
          uploadType: "media",
          name: key,
          fields: OBJECT_FIELDS,
          ...(generation !== undefined && { ifGenerationMatch: generation }),
        },
        headers: {
          "content-type": options.type ?? DEFAULT_TYPE,
          ...(size !== undefined && { "content-length": String(size) }),
        },
        body,
        size: source instanceof Uint8Array ? source.byteLength : size,
        signal,
      },
      place,
    );
    return toStat(resource, place);
  } catch (error) {
    signal?.throwIfAborted();
    throw fault ?? error;
  }
}

function toReadable(
  source: ReadableStream<Uint8Array>,
  size: number | undefined,
  place: ErrorPlace,
): Readable {
  return Readable.fromWeb(size === undefined ? source : source.pipeThrough(measure(size, place)));
}
