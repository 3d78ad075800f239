import type {
  ProviderConfig,
  ProviderContext,
} from "@remote-storage/core/storage/provider-config.ts";
import type { Provider } from "@remote-storage/core/storage/provider.ts";

/** Opens the provider of a configuration, and loads the code of no other. */
export async function openProvider(
  config: ProviderConfig,
  context: ProviderContext,
): Promise<Provider> {
  switch (config.kind) {
    case "http": {
      const { openDisk } = await import("./disk/provider.ts");
      return openDisk(config, context);
    }
    case "minio": {
      const { openS3 } = await import("./s3/provider.ts");
      return openS3(config, context);
    }
    case "azure": {
      const { openAzure } = await import("./azure/provider.ts");
      return openAzure(config, context);
    }
    case "google": {
      const { credentials, endpoint } = config;
      // HMAC keys open Google's S3-compatible side alone. Emulators, known by their lack of TLS, have
      // no such side, but do not ask for a token either.
      if (credentials.type !== "keys" || endpoint?.protocol === "http:") {
        const { openGoogle } = await import("./google/provider.ts");
        return openGoogle(config, context);
      }
      const { asGoogle, toS3Config } = await import("./google/interoperable.ts");
      const { openS3 } = await import("./s3/provider.ts");
      const store = openS3(toS3Config(config, credentials), context);
      return asGoogle(store, config, credentials, context);
    }
    default:
      return config satisfies never;
  }
}
