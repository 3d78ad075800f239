import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";
import { type ErrorKind, StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import { toStorageError } from "./errors.ts";
import { checkKey } from "./keys.ts";

/** Long enough for three tries of a request without a body. */
const DEADLINE_SECONDS = 60;

export interface Operation {
  readonly operation: string;
  readonly key?: ObjectKey;
  readonly signal?: AbortSignal | undefined;
  /** Default 60. Only until `work` is done: a body that is read afterwards has no part in it. */
  readonly seconds?: number;
}

/** One container and the way to it by which every operation goes. */
export interface Container {
  readonly name: string;
  /**
   * Checks the key, loads the SDK, sets a deadline (the SDK's own time-out is but a wish to the
   * server), and turns whatever is thrown into a `StorageError`; a caller's abort rejects with the
   * signal's reason. `work` gets a signal that fires when the caller gives up or time is up.
   */
  call<T>(
    operation: Operation,
    work: (client: ContainerClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** An error of this container, to throw. */
  error(kind: ErrorKind, message: string, operation: Operation, cause?: unknown): StorageError;
  /** Whatever was thrown during `operation` as a `StorageError`. */
  translate(thrown: unknown, operation: Operation): StorageError;
}

export function openContainer(name: string, client: () => Promise<BlobServiceClient>): Container {
  const placeOf = ({ operation, key }: Operation) => ({
    provider: "azure",
    operation,
    bucket: name,
    ...(key !== undefined && { key }),
  });
  const error: Container["error"] = (kind, message, operation, cause) =>
    new StorageError(kind, message, placeOf(operation), cause);
  const translate: Container["translate"] = (thrown, operation) =>
    toStorageError(thrown, placeOf(operation));

  return {
    name,
    error,
    translate,
    async call(operation, work) {
      const { key, signal, seconds = DEADLINE_SECONDS } = operation;
      if (key !== undefined) checkKey(key, operation.operation, name);
      signal?.throwIfAborted();
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), seconds * 1000);
      const either =
        signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]);
      try {
        return await work((await client()).getContainerClient(name), either);
      } catch (thrown) {
        signal?.throwIfAborted();
        if (!deadline.signal.aborted) throw translate(thrown, operation);
        const message = `Azure Blob Storage did not answer within ${seconds} s`;
        throw error("timeout", message, operation, thrown);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
