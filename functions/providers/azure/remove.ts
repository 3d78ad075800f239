import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { CallOptions } from "@remote-storage/core/storage/provider.ts";
import type { Container } from "./container.ts";

/** Removes an object with its snapshots; what is not there is removed already. Throws `no-bucket`. */
export async function removeObject(
  container: Container,
  key: ObjectKey,
  { signal }: CallOptions = {},
): Promise<void> {
  try {
    await container.call({ operation: "remove", key, signal }, (client, abortSignal) =>
      client.getBlobClient(key).delete({ abortSignal, deleteSnapshots: "include" }),
    );
  } catch (error) {
    if (!(error instanceof StorageError) || error.kind !== "not-found") throw error;
  }
}
