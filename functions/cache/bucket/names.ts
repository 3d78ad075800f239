import { hash } from "node:crypto";
import { parseKey, type ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { EntryKey } from "../cache-store.ts";
import { entryName, placeText } from "../entry-key.ts";

/** Entries of one original lie together, so that purging it is one short listing. */
export function folderOf(prefix: string, place: EntryKey["place"]): string {
  return `${prefix}${hash("sha256", placeText(place), "hex")}/`;
}

export function objectOf(prefix: string, key: EntryKey): ObjectKey {
  return parseKey(`${folderOf(prefix, key.place)}${entryName(key)}`);
}
