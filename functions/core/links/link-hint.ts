import { nearest } from "../settings/nearest.ts";
import type { LinkError } from "./link.ts";
import type { Places } from "./place.ts";

/** What other tools call the same stores. */
const FOREIGN: Readonly<Record<string, string>> = {
  s3a: "s3",
  s3n: "s3",
  r2: "s3",
  az: "azure",
  abfs: "azure",
  abfss: "azure",
  wasb: "azure",
  wasbs: "azure",
  gcp: "gs",
  file: "fs",
};

/** Names beyond these are not compared: a hint is not worth more. */
const MAX_COMPARED = 500;
const MAX_SHOWN = 100;

export function unknownScheme(scheme: string, known: Iterable<string>): LinkError {
  const lower = scheme.toLowerCase();
  const foreign = Object.hasOwn(FOREIGN, lower) ? FOREIGN[lower] : undefined;
  const near = foreign ?? nearest(lower, Iterator.from(known).take(MAX_COMPARED));
  return {
    code: "unknown_scheme",
    message: `no scheme and no provider of remote_links.yml is called ${quote(scheme)}`,
    hint:
      near === undefined
        ? "add a provider of this name to remote_links.yml"
        : `did you mean ${near}://?`,
  };
}

/** @param elsewhere The places of every scheme, for a bucket that another one knows. */
export function unknownBucket(
  scheme: string,
  bucket: string,
  places: Places,
  elsewhere: ReadonlyMap<string, Places>,
): LinkError {
  return {
    code: "unknown_bucket",
    message: `no provider for ${scheme}:// lists the bucket ${quote(bucket)}`,
    hint: bucketHint(scheme, bucket, places, elsewhere),
  };
}

function bucketHint(
  scheme: string,
  bucket: string,
  places: Places,
  elsewhere: ReadonlyMap<string, Places>,
): string {
  for (const [other, known] of elsewhere) {
    if (known.has(bucket)) return `did you mean ${other}://${bucket}/?`;
  }
  const near = nearest(bucket, places.keys().take(MAX_COMPARED));
  if (near !== undefined) return `did you mean ${near}?`;
  return scheme === "fs"
    ? "fs:// reaches this service's own buckets, by their full names"
    : "add it under `buckets` of a provider in remote_links.yml";
}

/** As one short line. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}
