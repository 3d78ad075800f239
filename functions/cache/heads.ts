import { LRUCache } from "lru-cache";
import type { OriginalStat, PurgeScope, SourceId } from "@remote-storage/core/caches/caches.ts";
import type { CacheStore, EntryHeader, EntryKey } from "./cache-store.ts";
import { inScope, originalKey, placeText } from "./entry-key.ts";

/** Heads remembered; about 20 MB. */
const MAX_HEADS = 50_000;

/** What is known of an original: longer than its bytes are kept, since a preview may outlive them. */
export interface Head {
  readonly stat: OriginalStat;
  /** Milliseconds. */
  readonly confirmed: number;
  readonly expires: number;
}

export interface Heads {
  find(id: SourceId, key: EntryKey): Promise<Head | undefined>;
  set(id: SourceId, head: Head): void;
  delete(id: SourceId): void;
  purge(scope: PurgeScope): void;
}

/** Remembers heads, and finds others in the headers of a store. */
export function createHeads(store: CacheStore, now: () => number): Heads {
  const known = new LRUCache<string, Head & { readonly place: string }>({ max: MAX_HEADS });

  return {
    async find(id, key) {
      const head = known.get(key.text);
      if (head !== undefined && head.expires > now()) return head;
      const header = (await store.open(key))?.header;
      if (header === undefined) return undefined;
      const found = toHead(header);
      known.set(key.text, { ...found, place: placeText(id) });
      return found;
    },
    set(id, head) {
      known.set(originalKey(id).text, { ...head, place: placeText(id) });
    },
    delete: (id) => void known.delete(originalKey(id).text),
    purge(scope) {
      const matches = inScope(scope);
      for (const [text, { place }] of Array.from(known.entries())) {
        if (matches(place)) known.delete(text);
      }
    },
  };
}

function toHead(header: EntryHeader): Head {
  const { size, total = size, etag, type, modified = 0, confirmed, expires } = header;
  const stat = { size: total, etag, type, modified: new Date(modified) };
  return { stat, confirmed, expires };
}
