import type { UnfinishedUpload } from "../uploads.ts";

/** One line of a manifest: one version of an object, to be copied. */
export interface ManifestItem {
  /** Without the prefix that is migrated: the same text names it in the target. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  /** RFC 3339. */
  readonly modified: string;
  /** Its parts so far, when a worker ran out of time in the middle of it. */
  readonly upload?: UnfinishedUpload;
}
