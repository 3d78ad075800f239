import type { FetchedPart } from "@remote-storage/core/storage/url-copy.ts";
import type { SentPart } from "./target.ts";

/** An upload in parts that has begun and not ended. */
export interface UnfinishedUpload {
  readonly id: string;
  /** Of the version whose parts were sent: another version's must not be joined with them. */
  readonly identity: string;
  /** Bytes of all parts but the last. */
  readonly partSize: number;
  /** Those that were sent, by number. */
  readonly parts: readonly SentPart[];
  /** Those that the target fetched by itself, by number. An upload has parts of one kind. */
  readonly fetched?: readonly FetchedPart[];
}

/** Remembers unfinished uploads, so that a file is gone on with where it was left. */
export interface Uploads {
  /** False: what is not finished now is never gone on with, and is cleared away. */
  readonly lasting: boolean;
  find(key: string): UnfinishedUpload | undefined;
  begin(key: string, upload: Pick<UnfinishedUpload, "id" | "identity" | "partSize">): void;
  arrived(key: string, part: SentPart): void;
  fetched(key: string, part: FetchedPart): void;
  end(key: string): void;
}

/** For a process that is not gone on with: nothing is remembered. */
export const FORGETFUL: Uploads = {
  lasting: false,
  find: () => undefined,
  begin: () => undefined,
  arrived: () => undefined,
  fetched: () => undefined,
  end: () => undefined,
};
