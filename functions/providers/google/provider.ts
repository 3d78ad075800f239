import { encodeComponent } from "@remote-storage/core/signing/uri-encode.ts";
import type { ErrorPlace } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type {
  GoogleConfig,
  ProviderContext,
} from "@remote-storage/core/storage/provider-config.ts";
import type { Bucket, Provider } from "@remote-storage/core/storage/provider.ts";
import { createClient, type GoogleClient } from "./client.ts";
import { copyObject } from "./copy.ts";
import { failure, isNotFound } from "./errors.ts";
import { generationToReplace, matchingGeneration } from "./generation.ts";
import { createIdentity } from "./identity.ts";
import { listPage } from "./list.ts";
import { createMultipart } from "./multipart.ts";
import { OBJECT_FIELDS, type ObjectResource, toStat } from "./object.ts";
import { originsOf } from "./origins.ts";
import { readObject } from "./read.ts";
import { CAPABILITIES, createAmbientSigner, createKeySigner, type Sign } from "./signer.ts";
import { writeObject } from "./write.ts";

/**
 * Google Cloud Storage: I/O by the JSON API, uploads in parts and signed requests by the XML API. HMAC
 * keys only sign here, since no token can be had for them; see `asGoogle` for their I/O.
 */
export function openGoogle(
  config: GoogleConfig,
  context: ProviderContext,
  identity = createIdentity(config),
): Provider {
  const client = createClient(config, identity);
  const { credentials } = config;
  const signer =
    credentials.type === "ambient"
      ? createAmbientSigner(config, identity, context)
      : createKeySigner(config, credentials, context);
  return {
    kind: "google",
    bucket: (name) => openBucket(name, client, signer(name)),
    origins: (bucket) => originsOf(config, bucket),
  };
}

function openBucket(name: string, client: GoogleClient, sign: Sign): Bucket {
  const bucketPath = `/storage/v1/b/${encodeComponent(name)}`;
  const objectPath = (key: ObjectKey) => `${bucketPath}/o/${encodeComponent(key)}`;

  function placeOf(operation: string, key?: ObjectKey): ErrorPlace {
    const place = {
      provider: "google",
      operation,
      bucket: name,
      ...(key !== undefined && { key }),
    };
    if (key !== undefined && !holds(key)) throw failure("invalid-key", place);
    return place;
  }

  const stat: Bucket["stat"] = async (key, options = {}) => {
    const place = placeOf("stat", key);
    const query = {
      fields: OBJECT_FIELDS,
      ...(options.versionId && { generation: options.versionId }),
    };
    const request = { path: objectPath(key), query, signal: options.signal };
    return toStat(await client.json<ObjectResource>(request, place), place);
  };

  return {
    name,
    can: CAPABILITIES,
    multipart: createMultipart(client, name, stat, placeOf),
    stat,
    async read(key, options = {}) {
      return readObject(client, objectPath(key), key, options, placeOf("read", key));
    },
    async write(key, body, options = {}) {
      const place = placeOf("write", key);
      const generation = await generationToReplace(stat, key, options, place);
      return writeObject(client, bucketPath, key, body, { ...options, generation }, place);
    },
    async remove(key, options = {}) {
      const place = placeOf("remove", key);
      const request = { method: "DELETE", path: objectPath(key), signal: options.signal } as const;
      try {
        const generation = await matchingGeneration(stat, key, options, place);
        const query = generation === undefined ? {} : { ifGenerationMatch: generation };
        await client.text({ ...request, query }, place);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
    async copy(key, to, options = {}) {
      const place = placeOf("copy", key);
      if (!holds(to.key)) throw failure("invalid-key", { ...place, key: to.key });
      return copyObject(client, objectPath(key), to, options.signal, place);
    },
    async list(options = {}) {
      return listPage(client, bucketPath, options, placeOf("list"));
    },
    sign(intent) {
      placeOf("sign", intent.key);
      return sign(intent);
    },
  };
}

/** @see https://cloud.google.com/storage/docs/objects#naming */
function holds(key: ObjectKey): boolean {
  return key !== "." && key !== ".." && !/[\r\n]/.test(key);
}
