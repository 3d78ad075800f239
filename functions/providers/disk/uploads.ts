import { randomUUID } from "node:crypto";
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { UploadedPart } from "@remote-storage/core/storage/provider.ts";
import { errnoOf } from "./errno.ts";
import { etagOf } from "./etag.ts";
import type { FilePlace } from "./files.ts";
import type { Layout } from "./layout.ts";
import { fillTemporary, joinTemporary, type Temporary } from "./temporary.ts";

/** S3's numbers, but for the smallest part: a file system does not mind small ones. */
export const PART_LIMITS = { minPart: 1, maxPart: 5 * 1024 ** 3, maxParts: 10_000 } as const;

const UPLOAD_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Begun uploads: a folder each, with one file that says what for and one file a part. */
export interface Uploads {
  create(place: FilePlace, type: string | undefined): string;
  parts(place: FilePlace, uploadId: string): readonly UploadedPart[];
  /** Stores or replaces one part and answers with its etag. */
  put(
    place: FilePlace,
    part: { readonly uploadId: string; readonly number: number },
    body: ReadableStream<Uint8Array> | Uint8Array,
    options: { readonly size?: number; readonly signal?: AbortSignal },
  ): Promise<string>;
  /** The named parts (none named: all) in one file, and the type given at the start. */
  join(
    place: FilePlace,
    uploadId: string,
    parts: readonly { readonly number: number; readonly etag?: string }[],
  ): Promise<{ readonly temporary: Temporary; readonly type: string | undefined }>;
  /** Forgets the upload; one that is not there is forgotten already. */
  remove(place: FilePlace, uploadId: string): void;
}

export function createUploads(layout: Layout): Uploads {
  /** The upload's folder, when it was begun for this very object. */
  const open = (place: FilePlace, uploadId: string): { folder: string; type?: string } => {
    const missing = new StorageError("not-found", "there is no such upload", place);
    if (!UPLOAD_ID.test(uploadId)) throw missing;
    const folder = layout.own("uploads", uploadId);
    const [bucket, key, type] = readHead(folder) ?? [];
    if (bucket !== place.bucket || key !== place.key) throw missing;
    return { folder, ...(type !== undefined && { type }) };
  };

  return {
    create: ({ bucket, key }, type) => {
      const uploadId = randomUUID();
      const folder = layout.makeOwn("uploads", uploadId);
      writeFileSync(join(folder, HEAD), JSON.stringify([bucket, key, ...(type ? [type] : [])]));
      return uploadId;
    },
    parts: (place, uploadId) => partsIn(open(place, uploadId).folder),
    put: async (place, { uploadId, number }, body, options) => {
      checkNumber(number, place);
      const { folder } = open(place, uploadId);
      const temporary = await fillTemporary(layout.temporary(), body, { place, ...options });
      try {
        renameSync(temporary.path, join(folder, String(number)));
      } catch (error) {
        rmSync(temporary.path, { force: true });
        if (errnoOf(error) !== "ENOENT") throw error;
        throw new StorageError("not-found", "the upload was ended meanwhile", place, error);
      }
      return etagOf(temporary.stats);
    },
    join: async (place, uploadId, parts) => {
      const { folder, type } = open(place, uploadId);
      const arrived = partsIn(folder);
      const wished = parts.length === 0 ? arrived : parts;
      checkParts(wished, arrived, place);
      const paths = wished.map((part) => join(folder, String(part.number)));
      return { temporary: await joinTemporary(layout.temporary(), paths), type };
    },
    remove: (place, uploadId) => {
      try {
        rmSync(open(place, uploadId).folder, { recursive: true, force: true });
      } catch (error) {
        if (!(error instanceof StorageError && error.kind === "not-found")) throw error;
      }
    },
  };
}

const HEAD = "upload.json";

function readHead(folder: string): readonly string[] | undefined {
  const path = join(folder, HEAD);
  if (!existsSync(path)) return undefined;
  const head: unknown = JSON.parse(readFileSync(path, "utf8"));
  return Array.isArray(head) && head.every((item) => typeof item === "string") ? head : undefined;
}

function partsIn(folder: string): UploadedPart[] {
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      const stats = statSync(join(folder, name), { bigint: true });
      return { number: Number(name), size: Number(stats.size), etag: etagOf(stats) };
    })
    .toSorted((left, right) => left.number - right.number);
}

function checkNumber(number: number, place: FilePlace): void {
  if (Number.isInteger(number) && number >= 1 && number <= PART_LIMITS.maxParts) return;
  throw new StorageError(
    "invalid-request",
    `a part's number is 1 to ${PART_LIMITS.maxParts}, not ${number}`,
    place,
  );
}

function checkParts(
  wished: readonly { readonly number: number; readonly etag?: string }[],
  arrived: readonly UploadedPart[],
  place: FilePlace,
): void {
  const refuse = (message: string): StorageError =>
    new StorageError("invalid-request", message, place);
  if (wished.length === 0) throw refuse("an upload has at least one part");
  const byNumber = new Map(arrived.map((part) => [part.number, part]));
  let previous = 0;
  for (const { number, etag } of wished) {
    const part = byNumber.get(number);
    if (part === undefined) throw refuse(`part ${number} has not arrived`);
    if (etag !== undefined && etag !== part.etag) throw refuse(`part ${number} has another etag`);
    if (number <= previous) throw refuse("parts are named in ascending order, each once");
    previous = number;
  }
}
