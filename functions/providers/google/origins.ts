import { encodeComponent } from "@remote-storage/core/signing/uri-encode.ts";
import type { GoogleConfig } from "@remote-storage/core/storage/provider-config.ts";

const GOOGLE_ORIGIN = "https://storage.googleapis.com";

/** Where calls go. */
export function originOf(config: GoogleConfig): string {
  return config.endpoint?.origin ?? GOOGLE_ORIGIN;
}

/** Where signed requests go. */
export function publicOriginOf(config: GoogleConfig): string {
  return config.publicEndpoint?.origin ?? originOf(config);
}

/** What https links into `bucket` begin with: path style where we sign, and both styles at Google itself. */
export function originsOf(config: GoogleConfig, bucket: string): readonly string[] {
  const name = encodeComponent(bucket);
  const own = [publicOriginOf(config), originOf(config)].map((origin) => `${origin}/${name}`);
  const hosted =
    originOf(config) === GOOGLE_ORIGIN ? [`https://${name}.storage.googleapis.com`] : [];
  return [...new Set([...own, ...hosted])];
}
