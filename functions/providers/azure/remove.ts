import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { ObjectKey } from "@remote-storage/core/storage/key.ts";
import type { RemoveOptions } from "@remote-storage/core/storage/provider.ts";
import type { Container } from "./container.ts";

/** Removes an object with its snapshots; what is not there is removed already. Throws `no-bucket`, `precondition-failed`. */
export async function removeObject(
  container: Container,
  key: ObjectKey,
  { signal, ifMatch }: RemoveOptions = {},
): Promise<void> {
  const operation = { operation: "remove", key, signal };
  try {
    await container.call(operation, (client, abortSignal) =>
      client.getBlobClient(key).delete({
        abortSignal,
        deleteSnapshots: "include",
        conditions: ifMatch === undefined ? {} : { ifMatch },
      }),
    );
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    if (error.kind === "not-found") return;
    if (error.kind !== "precondition-failed") throw error;
    // A condition fails also on what is not there.
    const there = await container.call(operation, (client, abortSignal) =>
      client.getBlobClient(key).exists({ abortSignal }),
    );
    if (there) throw error;
  }
}
