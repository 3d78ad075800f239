import type { RecordedEntry } from "./journal-entries.ts";
import type { JournalEntry } from "./journal-entry.ts";
import type { Outcome } from "./outcome.ts";
import type { SourceObject } from "./source.ts";

/**
 * The outcome of an object that needs nothing done: the journal knows this very version as copied or found
 * equal, and the target still lists what was there then. `changed` when an earlier part of the same run
 * has copied another version of it.
 */
export function remembered(
  { key, size, identity }: SourceObject,
  entry: RecordedEntry | undefined,
  listed: string | undefined,
): Outcome | undefined {
  if (entry === undefined || (entry.state !== "copied" && entry.state !== "equal"))
    return undefined;
  const { etag, crc32, proof } = entry;
  const facts = {
    key,
    size,
    sent: 0,
    ...(etag !== undefined && { etag }),
    ...(crc32 !== undefined && { crc32 }),
    ...(proof !== undefined && { proof }),
  };
  if (entry.identity === identity) {
    if (listed === undefined || listed !== etag) return undefined;
    return { ...facts, state: entry.current ? "done-before" : "equal" };
  }
  if (!entry.current) return undefined;
  const message = "it has changed since it was copied: run again to copy the new version";
  return {
    ...facts,
    state: "changed",
    error: { kind: "source-changed", message, retryable: false },
  };
}

/**
 * What the journal keeps of an outcome; nothing of a dry run's.
 *
 * @param earlier the etag of what an earlier run wrote: it may still lie there.
 */
export function toEntry(
  earlier: string | undefined,
  { key, size, state, crc32, etag = earlier, proof, error }: Outcome,
  identity: string,
  now: Date,
): JournalEntry | undefined {
  if (state === "would-copy" || state === "would-replace" || state === "done-before")
    return undefined;
  return {
    key,
    size,
    identity,
    state,
    at: now.getTime(),
    ...(crc32 !== undefined && { crc32 }),
    ...(etag !== undefined && { etag }),
    ...(proof !== undefined && { proof }),
    ...(error !== undefined && { error: { kind: error.kind, message: error.message } }),
  };
}
