import type { ProviderKind } from "../storage/provider.ts";

/** Schemes that name a kind of store: any entry of that kind that lists the bucket is meant. */
export const KIND_SCHEMES: Readonly<Record<string, Exclude<ProviderKind, "http">>> = {
  s3: "minio",
  minio: "minio",
  azure: "azure",
  "azure-blob": "azure",
  google: "google",
  gcs: "google",
  gs: "google",
};

/** The service's own buckets, by their full names. */
export const OWN_SCHEME = "fs";

/** Schemes that no entry of remote_links.yml may be called by. */
export const RESERVED_SCHEMES: readonly string[] = [
  ...Object.keys(KIND_SCHEMES),
  OWN_SCHEME,
  "http",
  "https",
];

/** RFC 3986 §3.1. */
export function isScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*$/i.test(text);
}
