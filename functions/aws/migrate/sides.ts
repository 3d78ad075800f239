import type { LinkResolver } from "@remote-storage/core/links/link.ts";
import type { CopyPlace } from "../../migration/store-copy/store-transfer.ts";

/** One side of a migration, opened. */
export interface Side extends CopyPlace {
  /** Its link, for people. */
  readonly name: string;
}

/**
 * Opens the place that a link ending in `/` means.
 *
 * @throws Error when no provider lists it.
 */
export function openSide(variable: string, link: string | undefined, resolver: LinkResolver): Side {
  if (link?.endsWith("/") !== true) throw new Error(`${variable} must be a link that ends in /`);
  // Links mean objects: any name below the place means its bucket.
  const located = resolver.locate(`${link}-`);
  const bucket = resolver.bucket(located);
  if (located.type !== "object" || bucket === undefined) {
    const why = located.type === "error" ? located.error.message : "it is a public link";
    throw new Error(`${variable}: ${link}: ${why}`);
  }
  return { name: link, bucket, prefix: located.key.slice(0, -1) };
}
