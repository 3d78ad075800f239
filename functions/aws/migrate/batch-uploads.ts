import type { ManifestItem } from "../../migration/manifest/manifest-item.ts";
import type { UnfinishedUpload, Uploads } from "../../migration/uploads.ts";

/** Unfinished uploads of one batch, which travel with its items from round to round. */
export function createBatchUploads(items: readonly ManifestItem[]): Uploads {
  const begun = new Map<string, UnfinishedUpload>(
    items.flatMap(({ key, upload }) => (upload === undefined ? [] : [[key, upload] as const])),
  );
  const change = (key: string, what: (upload: UnfinishedUpload) => UnfinishedUpload): void => {
    const upload = begun.get(key);
    if (upload !== undefined) begun.set(key, what(upload));
  };
  return {
    lasting: true,
    find: (key) => begun.get(key),
    begin: (key, upload) => void begun.set(key, { ...upload, parts: [] }),
    arrived(key, part) {
      change(key, (upload) => ({ ...upload, parts: [...upload.parts, part] }));
    },
    fetched(key, part) {
      change(key, (upload) => ({ ...upload, fetched: [...(upload.fetched ?? []), part] }));
    },
    end: (key) => void begun.delete(key),
  };
}
