import { type ErrorPlace, StorageError } from "@remote-storage/core/storage/errors.ts";
import { compareKeys } from "@remote-storage/core/storage/key-order.ts";
import type { ListOptions, Page } from "@remote-storage/core/storage/provider.ts";
import type { GoogleClient } from "./client.ts";
import { OBJECT_FIELDS, type ObjectResource, toListedObject } from "./object.ts";

const MAX_RESULTS = 1000;

interface ListAnswer {
  readonly items?: readonly ObjectResource[];
  readonly prefixes?: readonly string[];
  readonly nextPageToken?: string;
}

/** A result of either sort, under the name that puts it in order. */
interface Entry {
  readonly name: string;
  readonly item?: ObjectResource;
}

/**
 * One page of `bucketPath`, a bucket of the JSON API. The cursor is the last name of the page before, since
 * nothing is promised about the life of Google's page tokens; they only join the answers to one call.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/objects/list
 */
export async function listPage(
  client: GoogleClient,
  bucketPath: string,
  options: ListOptions,
  place: ErrorPlace,
): Promise<Page> {
  const { limit = MAX_RESULTS, signal } = options;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_RESULTS) {
    throw new StorageError("invalid-request", `the limit is not 1 to ${MAX_RESULTS}`, place);
  }
  const last = options.cursor === undefined ? undefined : parseCursor(options.cursor, place);
  let entries: Entry[] = [];
  let pageToken: string | undefined;
  do {
    const query = {
      // The offset is inclusive, so the last name comes once more.
      maxResults: String(Math.min(limit + 1, MAX_RESULTS)),
      fields: `items(${OBJECT_FIELDS}),prefixes,nextPageToken`,
      ...(options.prefix && { prefix: options.prefix }),
      ...(options.delimiter && { delimiter: options.delimiter }),
      ...(last !== undefined && { startOffset: last }),
      ...(pageToken && { pageToken }),
    };
    const answer = await client.json<ListAnswer>({ path: `${bucketPath}/o`, query, signal }, place);
    entries = toEntries(answer).filter(
      ({ name }) => last === undefined || compareKeys(name, last) > 0,
    );
    pageToken = answer.nextPageToken;
  } while (entries.length === 0 && pageToken);

  const page = entries.slice(0, limit);
  const end = page.at(-1);
  return {
    objects: page.flatMap(({ item }) => (item ? [toListedObject(item, place)] : [])),
    prefixes: page.flatMap(({ name, item }) => (item ? [] : [name])),
    ...(end && (pageToken || entries.length > limit) && { cursor: toCursor(end.name) }),
  };
}

function toEntries({ items = [], prefixes = [] }: ListAnswer): Entry[] {
  return [
    ...items.map((item) => ({ name: item.name, item })),
    ...prefixes.map((name) => ({ name })),
  ].toSorted((a, b) => compareKeys(a.name, b.name));
}

function toCursor(name: string): string {
  return Buffer.from(name).toString("base64url");
}

function parseCursor(cursor: string, place: ErrorPlace): string {
  const name = Buffer.from(cursor, "base64url").toString();
  if (toCursor(name) !== cursor) {
    throw new StorageError("invalid-request", "the cursor comes from no listing", place);
  }
  return name;
}
