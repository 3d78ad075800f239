import { type ErrorPlace, StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type {
  Endpoint,
  GoogleConfig,
  ProviderContext,
  S3Config,
  StaticKeys,
} from "@remote-storage/core/storage/provider-config.ts";
import type { Provider } from "@remote-storage/core/storage/provider.ts";
import { originsOf } from "./origins.ts";
import { CAPABILITIES, createKeySigner } from "./signer.ts";

const GOOGLE: Endpoint = {
  protocol: "https:",
  hostname: "storage.googleapis.com",
  origin: "https://storage.googleapis.com",
};

/**
 * Google's S3-compatible side, the only one that HMAC keys open.
 *
 * @see https://cloud.google.com/storage/docs/interoperability
 */
export function toS3Config(config: GoogleConfig, credentials: StaticKeys): S3Config {
  const endpoint = config.endpoint ?? GOOGLE;
  return { kind: "minio", endpoint, region: "auto", pathStyle: true, credentials };
}

/**
 * `store`, opened with {@link toS3Config}, as a Google provider that signs as Google does. Google drops
 * S3's headers for generations and for writing only when absent: what needs them throws `unsupported`.
 */
export function asGoogle(
  store: Provider,
  config: GoogleConfig,
  credentials: StaticKeys,
  context: ProviderContext,
): Provider {
  const signer = createKeySigner(config, credentials, context);
  return {
    kind: "google",
    origins: (bucket) => originsOf(config, bucket),
    bucket(name) {
      // Google's S3-compatible side copies no parts.
      const { storeCopy: _, ...inner } = store.bucket(name);
      return {
        ...inner,
        can: CAPABILITIES,
        sign: signer(name),
        async stat(key, options = {}) {
          if (options.versionId !== undefined) throw lacking("a generation", "stat", name, key);
          return inner.stat(key, options);
        },
        async read(key, options = {}) {
          if (options.versionId !== undefined) throw lacking("a generation", "read", name, key);
          return inner.read(key, options);
        },
        async write(key, body, options = {}) {
          if (options.ifAbsent) throw lacking("writing only when absent", "write", name, key);
          if (options.ifMatch !== undefined) throw lacking("an etag to match", "write", name, key);
          return inner.write(key, body, options);
        },
        async remove(key, options = {}) {
          if (options.ifMatch !== undefined) throw lacking("an etag to match", "remove", name, key);
          return inner.remove(key, options);
        },
      };
    },
  };
}

function lacking(what: string, operation: string, bucket: string, key: ObjectKey): StorageError {
  const place: ErrorPlace = { provider: "google", operation, bucket, key };
  const message = `Google offers ${what} to service accounts only, not to HMAC keys`;
  return new StorageError("unsupported", message, place);
}
