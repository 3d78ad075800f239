import type { CopyOutcome } from "../../migration/store-copy/copy-outcome.ts";
import type { ManifestItem } from "../../migration/manifest/manifest-item.ts";

/** What Step Functions hands to a worker, and gets back: an answer with items left is handed over again. */
export interface Batch {
  /** Lines of the manifest that are not copied yet; Step Functions gives the name. */
  readonly Items: readonly ManifestItem[];
  /** Lines of the report. */
  readonly done?: readonly CopyOutcome[];
}
